//! Law 2 and DESIGN §6: what is allowed, and only that.

use crate::support::arbitrary::plans;
use proptest::{
    prelude::{prop_assert, prop_assert_eq},
    proptest,
};
use tidegate_core::{
    break_glass::OverrideState,
    decision::{Outcome, Permission},
    policy::{Enforcement, Mode, OnError},
    stage_result::{Conclusion, Why},
};

proptest! {
    #[test]
    fn allowed_means_deploy_or_granted_or_advisory(plan in plans()) {
        let decision = plan.world().decide();
        let granted = decision.forced.as_ref().is_some_and(|forced| matches!(forced.state, OverrideState::Granted { .. }));
        let reason = match decision.permission {
            Permission::ByTheRules => decision.outcome == Outcome::Deploy,
            Permission::Forced => granted && decision.outcome != Outcome::Deploy,
            Permission::Advisory => decision.decided_by.enforcement == Enforcement::Advisory && !granted,
            Permission::Refused => decision.outcome != Outcome::Deploy && !granted,
        };
        prop_assert!(reason, "{decision:?}");
        prop_assert_eq!(decision.valid_until.is_some(), decision.permission.allowed());
    }

    #[test]
    fn nothing_undecided_in_a_blocking_stage_deploys(plan in plans()) {
        let world = plan.world();
        let decision = world.decide();
        for result in decision.stages.iter().filter(|result| result.mode == Mode::Block) {
            let stage = world.set.stages.iter().find(|stage| stage.id == result.stage).unwrap();
            let undecided = result.evaluations.iter().any(|evaluation| match &evaluation.conclusion {
                Conclusion::Inconclusive(_) | Conclusion::Hold(_) => true,
                Conclusion::Error(_) => stage.on_error == OnError::Block,
                _ => false,
            });
            prop_assert!(!undecided || decision.outcome != Outcome::Deploy, "{result:?}");
        }
    }

    #[test]
    fn the_outcome_is_what_its_blockers_say(plan in plans()) {
        let decision = plan.world().decide();
        let failed = decision.blocking.iter().any(|blocker| blocker.why == Why::Failed);
        let expected = match (failed, decision.blocking.is_empty()) {
            (true, _) => Outcome::Remediate,
            (false, false) => Outcome::Hold,
            (false, true) => Outcome::Deploy,
        };
        prop_assert_eq!(decision.outcome, expected);
        for result in decision.stages.iter().filter(|result| result.mode != Mode::Block) {
            prop_assert!(result.blocking.is_empty());
        }
    }

    #[test]
    fn every_stage_but_those_off_is_answered_and_only_optional_ones_are_skipped(plan in plans()) {
        let world = plan.world();
        let decision = world.decide();
        let on = world.set.stages.iter().filter(|stage| stage.mode != Mode::Off);
        prop_assert!(on.clone().map(|stage| &stage.id).eq(decision.stages.iter().map(|result| &result.stage)));
        for (stage, result) in on.zip(&decision.stages) {
            let skipped = result.conclusion == Conclusion::Skipped;
            prop_assert_eq!(skipped, stage.optional && world.skip.contains(&stage.id));
            prop_assert_eq!(skipped, result.evaluations.is_empty());
        }
    }

    #[test]
    fn the_same_question_twice_has_the_same_answer(plan in plans()) {
        let world = plan.world();
        prop_assert_eq!(world.decide(), world.decide());
    }
}
