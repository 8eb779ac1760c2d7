//! Candidate policy sets judge after the one that decides, in the same job, from the same documents.
//!
//! A candidate may be slow, wrong or broken: that is what it is tried for. So it begins only when the decision is made; all candidates
//! together have what is left of the decision's time, and at most [`SHARE`] times what the decision took, so that an answer is never
//! late because of them by more than a multiple of itself; and whatever goes wrong is an opinion that was not formed, never an error
//! of the request.

use crate::{
    gate::{agreements::AgreedIn, judging::EngineJudge, ruling::Bench},
    telemetry::names,
};
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    time::{Duration, Instant},
};
use tidegate_bundle::bundle::LoadedSet;
use tidegate_core::{
    decision::Decision,
    judge::{Question, judge},
    policy::PolicySet,
    shadow::{Shadow, skips},
};
use tracing::info_span;

/// All candidates together may take so many times what the decision took.
pub const SHARE: u32 = 4;
/// But so long in any case, if the decision's time is not over: a candidate may well be slower than what decides.
pub const LEAST: Duration = Duration::from_secs(1);

/// A candidate's own keys were not held against the signatures when the documents were read.
const OTHER_SIGNERS: &str = "documents are signed, and it knows other signers than the set that decides";

/// What candidates judge, and beside what.
#[derive(Debug, Clone, Copy)]
pub(super) struct Beside<'a> {
    /// The set that decided.
    pub(super) loaded: &'a LoadedSet,
    /// What it was asked.
    pub(super) question: &'a Question,
    /// Which waivers were agreed to.
    pub(super) agreed: &'a AgreedIn,
}

fn is_signed(question: &Question) -> bool {
    question.evidence.iter().any(|item| item.document.signer.is_some())
}

/// Until when candidates may judge, after a decision that was begun at `started` and made at `made`.
fn deadline(started: Instant, made: Instant, decision: Duration) -> Instant {
    let share = made.duration_since(started).saturating_mul(SHARE).max(LEAST);
    (started + decision).min(made + share)
}

impl Bench {
    /// What the candidates beside a set say to a question that was decided.
    pub(super) fn shadows(&self, beside: Beside<'_>, decision: &Decision, started: Instant) -> Vec<Shadow> {
        let Beside { loaded, question, .. } = beside;
        let deadline = deadline(started, Instant::now(), self.deadline);
        let deployment = &question.deployment;
        let candidates = self.active.bundle().shadows_of(&loaded.set.id).filter(|set| set.fits(deployment));
        candidates
            .map(|candidate| {
                if candidate.signers.digest() != loaded.signers.digest() && is_signed(question) {
                    return Shadow::not_judged(&candidate.set, OTHER_SIGNERS.to_owned());
                }
                self.shadow(candidate, beside, decision, deadline)
            })
            .collect()
    }

    fn shadow(&self, candidate: &LoadedSet, beside: Beside<'_>, decision: &Decision, deadline: Instant) -> Shadow {
        let span = info_span!("tidegate.shadow", { names::POLICY_SET_ID } = %candidate.set.id);
        let _entered = span.enter();
        let deployment = &beside.question.deployment;
        let services = deployment.service_names();
        let set = match self.active.effective(&self.engine, candidate, deployment.environment(), &services) {
            Ok(effective) => effective.policy,
            Err(unsound) => return Shadow::not_judged(&candidate.set, unsound.to_string()),
        };
        // Whatever breaks while a candidate is tried, the decision stands.
        let judged = catch_unwind(AssertUnwindSafe(|| self.opinion(&set, beside, decision, deadline)));
        judged.unwrap_or_else(|_| Shadow::not_judged(&set, "the gate failed while it was judged".to_owned()))
    }

    fn opinion(&self, set: &Arc<PolicySet>, beside: Beside<'_>, decision: &Decision, deadline: Instant) -> Shadow {
        let Beside { question, agreed, .. } = beside;
        let question = Question {
            set: set.clone(),
            skip: skips(set, &question.skip),
            waivers: agreed.waivers_of(self.active.bundle(), &set.id),
            emergency: None,
            ..question.clone()
        };
        match judge(&question, &EngineJudge::new(&self.engine, &self.active, &set.id, deadline)) {
            Ok(candidate) => Shadow::beside(decision, candidate),
            Err(errors) => {
                let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
                Shadow::not_judged(set, errors.join("; "))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{LEAST, deadline};
    use std::time::{Duration, Instant};

    #[test]
    fn candidates_have_a_multiple_of_the_decisions_time_and_never_more_than_is_left() {
        let started = Instant::now();
        let (ms, whole) = (Duration::from_millis, Duration::from_secs(20));
        for (took, until) in [
            (ms(1), ms(1) + LEAST),
            (ms(200), ms(1200)),
            (ms(500), ms(2500)),
            (ms(19_990), whole),
            // The decision itself ran out of time: nothing is left.
            (ms(20_000), whole),
            (ms(21_000), whole),
        ] {
            assert_eq!(deadline(started, started + took, whole), started + until, "{took:?}");
        }
    }
}
