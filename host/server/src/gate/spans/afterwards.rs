//! What follows from a decision, in its trace: beside the tree, which was written with the decision.

use crate::{
    gate::{
        Gate,
        spans::identity::{REQUEST, Trace},
    },
    telemetry::{context::RemoteParent, names},
};
use tidegate_core::observation::Advice;
use tidegate_ledger::{
    id::DecisionId,
    incident::Incident,
    rollback::{Fate, NewRollback},
    watch::{NewWatch, WatchState},
};
use tracing::{Span, field::Empty, info_span};

impl Gate {
    /// Something happened to an incident.
    pub(in crate::gate) async fn trace_incident(&self, incident: &Incident, happening: &str) {
        let opened = &incident.opened;
        let span = info_span!(
            "tidegate.incident",
            { names::INCIDENT_ID } = &*opened.id,
            { names::INCIDENT_HAPPENING } = happening,
            { names::INCIDENT_PRIORITY } = opened.priority.word(),
            { names::DECISION_ID } = opened.decision.as_str(),
            { names::ENVIRONMENT } = opened.environment.as_str(),
        );
        self.in_trace_of(&opened.decision, span).await;
    }

    /// A watch stands so from now on.
    pub(in crate::gate) async fn trace_watch(&self, watch: &NewWatch, state: WatchState, advice: Option<Advice>) {
        let span = info_span!(
            "tidegate.watch",
            { names::WATCH_ID } = &*watch.id,
            { names::WATCH_STATE } = state.word(),
            { names::WATCH_ADVICE } = Empty,
            { names::DECISION_ID } = watch.decision.as_str(),
            { names::ENVIRONMENT } = watch.environment.as_str(),
        );
        if let Some(advice) = advice {
            span.record(names::WATCH_ADVICE, advice.word());
        }
        self.in_trace_of(&watch.decision, span).await;
    }

    /// A rollback was recorded.
    pub(in crate::gate) async fn trace_rollback(&self, rollback: &NewRollback) {
        let fate = match &rollback.fate {
            Fate::Ordered(_) => "ordered",
            Fate::Withheld { why, .. } => why.word(),
        };
        let span = info_span!(
            "tidegate.rollback",
            { names::ROLLBACK_ID } = &*rollback.id,
            { names::ROLLBACK_FATE } = fate,
            { names::SERVICE_NAME } = rollback.service.as_str(),
            { names::DECISION_ID } = rollback.decision.as_str(),
            { names::ENVIRONMENT } = rollback.environment.as_str(),
        );
        self.in_trace_of(&rollback.decision, span).await;
    }

    /// A trace is no record: where the decision cannot be read it is the one that follows from its id.
    async fn in_trace_of(&self, decision: &DecisionId, span: Span) {
        let stored = self.ledger().decision(decision).await.ok().flatten();
        let own = Trace::new(decision.as_str(), None);
        let trace = stored.and_then(|stored| stored.circumstances.trace).map_or(own.id, |trace| trace.bytes());
        RemoteParent::own(trace, own.span(REQUEST), "").adopt(&span);
        drop(span.entered());
    }
}
