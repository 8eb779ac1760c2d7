//! What waivers leave to be done: whatever they let through is to be mended before they expire.
//!
//! **Invariant:** nothing here decides. What is left undone is a warning; the violation itself comes back when the waiver ends.

use crate::{
    break_glass::OverrideState,
    decision::{Decision, Permission},
    deployment::Deployment,
    name::{ServiceName, WaiverId},
    policy::Mode,
    stage_result::{Conclusion, Evaluation},
    time::Timestamp,
};
use std::collections::BTreeSet;

/// Something that a waiver let through in one service.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mend {
    /// The waiver.
    pub waiver: WaiverId,
    /// Of which service.
    pub service: ServiceName,
    /// When the waiver ends.
    pub due: Timestamp,
}

/// What a decision leaves to be mended, sorted: for every blocking failure that was lifted each waiver that lifted it, and each service it
/// was about. Nothing, where the deployment neither goes on nor would by somebody's confirmation.
#[must_use]
pub fn mends(decision: &Decision, deployment: &Deployment) -> Vec<Mend> {
    if !goes_on(decision) {
        return Vec::new();
    }
    let blocking = decision.stages.iter().filter(|stage| stage.mode == Mode::Block);
    let lifted = blocking.flat_map(|stage| &stage.evaluations).filter(|evaluation| is_lifted(evaluation));
    let mut pairs = BTreeSet::new();
    for evaluation in lifted {
        let services = match &evaluation.service {
            Some(service) => vec![service.clone()],
            None => deployment.service_names(),
        };
        for waiver in lifters(evaluation) {
            pairs.extend(services.iter().map(|service| (waiver.clone(), service.clone())));
        }
    }
    let expires = |id: &WaiverId| {
        decision.waivers.iter().filter(|used| used.waiver == *id && used.findings > 0).map(|used| used.expires).min()
    };
    pairs.into_iter().filter_map(|(waiver, service)| Some(Mend { due: expires(&waiver)?, waiver, service })).collect()
}

fn goes_on(decision: &Decision) -> bool {
    let awaits =
        |forced: &crate::break_glass::Override| matches!(forced.state, OverrideState::AwaitingConfirmation { .. });
    decision.permission != Permission::Refused || decision.forced.as_ref().is_some_and(awaits)
}

/// Lifted only if there is a decisive finding, all of them are waived, and none was omitted.
pub(crate) fn is_lifted(evaluation: &Evaluation) -> bool {
    let mut decisive = evaluation.findings.iter().filter(|marked| marked.finding.decisive).peekable();
    evaluation.conclusion == Conclusion::Fail
        && !evaluation.omitted_decisive
        && decisive.peek().is_some()
        && decisive.all(|marked| marked.waived_by.is_some())
}

/// The waivers of what decides.
fn lifters(evaluation: &Evaluation) -> impl Iterator<Item = &WaiverId> {
    let decisive = evaluation.findings.iter().filter(|marked| marked.finding.decisive);
    decisive.filter_map(|marked| marked.waived_by.as_ref())
}

/// Whether a later decision shows that what a waiver let through in a service is mended: what it lifted then passes now, and it covers
/// nothing about that service any more.
#[must_use]
pub fn is_mended(waiver: &WaiverId, service: &ServiceName, then: &Decision, later: &Decision) -> bool {
    let about = |evaluation: &&Evaluation| evaluation.service.as_ref().is_none_or(|of| of == service);
    let covers =
        |evaluation: &&Evaluation| evaluation.findings.iter().any(|marked| marked.waived_by.as_ref() == Some(waiver));
    let lifted = |evaluation: &Evaluation| is_lifted(evaluation) && lifters(evaluation).any(|id| id == waiver);
    let lifted_then = then.stages.iter().filter(|stage| stage.evaluations.iter().filter(about).any(lifted));
    let passes =
        |evaluation: &Evaluation| matches!(evaluation.conclusion, Conclusion::Pass | Conclusion::NotApplicable);
    let mut pass_now = lifted_then.map(|stage| {
        let found = later.stages.iter().find(|now| now.stage == stage.stage);
        found.is_some_and(|now| {
            let mut evaluations = now.evaluations.iter().filter(about).peekable();
            evaluations.peek().is_some() && evaluations.all(passes)
        })
    });
    let still_covers = later.stages.iter().flat_map(|stage| &stage.evaluations).filter(about).any(|one| covers(&one));
    !still_covers && pass_now.all(|passes| passes)
}
