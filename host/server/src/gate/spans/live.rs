//! Spans of the gate at work, which no tree keeps.

use crate::{
    gate::ruling::Ruled,
    telemetry::{context::RemoteParent, names},
};
use tidegate_core::fault::Blame;
use tracing::{Span, info_span};

/// A span of its own for a request that came to no decision: it has no tree.
pub(in crate::gate) fn undecided(error_type: &str, blame: Blame, parent: Option<&RemoteParent>) {
    let span = info_span!(
        "tidegate.undecided",
        { names::ERROR_TYPE } = error_type,
        { names::BLAME } = blame.word(),
        { names::STATUS } = "ERROR",
        { names::KIND } = "server",
    );
    if let Some(parent) = parent {
        parent.adopt(&span);
    }
    drop(span.entered());
}

/// What a span says of a decision: nothing that a caller could fill with text of any length.
pub(in crate::gate) fn describe(span: &Span, id: &str, ruled: &Ruled) {
    let decision = &ruled.judgement.decision;
    span.record(names::DECISION_ID, id);
    span.record(names::DECISION_OUTCOME, decision.outcome.word());
    span.record(names::DECISION_ALLOWED, decision.permission.allowed());
    span.record(names::POLICY_SET_ID, decision.decided_by.id.as_str());
    span.record(names::ENVIRONMENT, ruled.judgement.deployment.environment().as_str());
}
