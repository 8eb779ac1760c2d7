//! What several stages come to.

use crate::support::{
    answers::{Answer, fail, fault, hold, hold_until, inconclusive, pass},
    names::{ahead, hours},
    stage::stage,
    world::{World, api},
};
use rstest::rstest;
use std::time::Duration;
use tidegate_core::{
    decision::{Outcome, Permission},
    fault::{Blame, FaultKind},
    stage_result::Why,
};

fn answers(answers: impl IntoIterator<Item = Answer>) -> World {
    let numbered = answers.into_iter().enumerate();
    numbered.fold(api(), |world, (number, answer)| {
        let id = format!("s{number}");
        world.stage(stage(&id)).says(&id, answer)
    })
}

fn error() -> Answer {
    fault(Blame::Host, FaultKind::Host)
}

#[rstest]
#[case([pass(), pass(), pass()], Outcome::Deploy)]
#[case([pass(), hold(), pass()], Outcome::Hold)]
#[case([pass(), inconclusive(), pass()], Outcome::Hold)]
#[case([pass(), pass(), error()], Outcome::Hold)]
#[case([hold(), inconclusive(), error()], Outcome::Hold)]
#[case([hold(), fail(), error()], Outcome::Remediate)]
#[case([error(), error(), fail()], Outcome::Remediate)]
#[case([fail(), pass(), pass()], Outcome::Remediate)]
fn a_failure_outranks_a_hold_and_a_hold_outranks_deploy(#[case] given: [Answer; 3], #[case] outcome: Outcome) {
    let decision = answers(given).decide();
    assert_eq!(decision.outcome, outcome);
    assert_eq!(decision.permission.allowed(), outcome == Outcome::Deploy);
}

#[test]
fn every_stage_is_judged_after_a_failure_too() {
    let world = answers([error(), fail(), hold(), pass()]);
    assert_eq!(world.asked(), ["s0", "s1", "s2", "s3"]);
    let why: Vec<Why> = world.decide().blocking.iter().map(|blocker| blocker.why).collect();
    assert_eq!(why, [Why::Undecided(Blame::Host), Why::Failed, Why::Held(None)]);
}

#[rstest]
#[case([hold_until(ahead(hours(2))), hold_until(ahead(hours(3)))], Some(hours(3)))]
#[case([hold_until(ahead(hours(2))), pass()], Some(hours(2)))]
#[case([hold_until(ahead(hours(2))), hold()], None)]
#[case([hold_until(ahead(hours(2))), fail()], None)]
#[case([hold_until(ahead(hours(2))), inconclusive()], None)]
#[case([pass(), pass()], None)]
fn asking_again_is_worth_it_when_the_last_hold_ends(#[case] given: [Answer; 2], #[case] after: Option<Duration>) {
    assert_eq!(answers(given).decide().retry_at, after.map(ahead));
}

#[test]
fn an_advisory_set_allows_what_it_would_refuse_and_says_so() {
    let decision = answers([fail(), inconclusive()]).advisory().decide();
    assert_eq!((decision.outcome, decision.permission), (Outcome::Remediate, Permission::Advisory));
    assert_eq!(decision.valid_until, Some(ahead(hours(4))));
    assert_eq!(answers([pass()]).advisory().decide().permission, Permission::ByTheRules);
}

#[test]
fn only_an_allowing_decision_holds_for_a_while() {
    assert_eq!(answers([pass()]).decide().valid_until, Some(ahead(hours(4))));
    assert_eq!(answers([hold()]).decide().valid_until, None);
}
