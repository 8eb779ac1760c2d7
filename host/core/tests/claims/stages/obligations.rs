//! Obligations of earlier emergencies: they warn, then hold, and hold neither a rollback nor an emergency.

use crate::support::{
    answers::{Answer, fail, pass},
    emergency::{break_glass, wish},
    names::{ahead, hours, now},
    stage::stage,
    world::{World, api},
};
use rstest::rstest;
use std::sync::Arc;
use tidegate_core::{
    decision::{Outcome, Permission, Warning},
    deployment::Cause,
    obligation::{HELD_BY, ObligationKind, ObligationRule, Overdue},
    stage_result::Why,
    text_form::text_form,
    time::Timestamp,
};

fn tests(answer: Answer) -> World {
    api().stage(stage("tests")).says("tests", answer)
}

fn since(due: Timestamp, holds_from: Timestamp) -> Overdue {
    Overdue { holds_from: Some(holds_from), due, id: Arc::from("d-review"), kind: ObligationKind::Review }
}

fn review() -> ObligationRule {
    let (within, grace) = (hours(24), hours(24));
    ObligationRule { kind: ObligationKind::Review, owner: Arc::from("Security Team"), within, grace }
}

const LONG_AGO: Timestamp = Timestamp::from_nanos(1);

#[rstest]
#[case(Cause::Push, now(), ahead(hours(1)), 1, Outcome::Deploy)]
#[case(Cause::Push, LONG_AGO, now(), 1, Outcome::Hold)]
#[case(Cause::Manual, LONG_AGO, LONG_AGO, 1, Outcome::Hold)]
#[case(Cause::Rollback, LONG_AGO, LONG_AGO, 1, Outcome::Deploy)]
#[case(Cause::Push, ahead(hours(1)), ahead(hours(2)), 0, Outcome::Deploy)]
fn an_overdue_obligation_warns_and_then_holds_but_no_rollback(
    #[case] cause: Cause,
    #[case] due: Timestamp,
    #[case] holds_from: Timestamp,
    #[case] warnings: usize,
    #[case] outcome: Outcome,
) {
    let decision = tests(pass()).cause(cause).overdue(since(due, holds_from)).decide();
    let overdue = |warning: &&Warning| matches!(warning, Warning::ObligationOverdue { .. });
    assert_eq!((decision.outcome, decision.warnings.iter().filter(overdue).count()), (outcome, warnings));
    assert_eq!(decision.permission == Permission::Refused, outcome == Outcome::Hold);
    let held: Vec<_> = decision.blocking.iter().map(|blocker| (blocker.stage.as_str(), blocker.why)).collect();
    let wanted = if outcome == Outcome::Hold { vec![(HELD_BY, Why::Held(None))] } else { Vec::new() };
    assert_eq!(held, wanted);
    assert_eq!(text_form(&decision, None).contains("HELD BY: obligations"), outcome == Outcome::Hold);
}

#[test]
fn an_emergency_is_not_held_by_what_another_one_left() {
    let world = tests(pass()).break_glass(break_glass()).overdue(since(LONG_AGO, LONG_AGO));
    let held = world.clone().force(wish().without_role()).decide();
    assert_eq!((held.outcome, held.permission), (Outcome::Hold, Permission::Refused), "a wish alone lifts nothing");
    let forced = world.force(wish()).decide();
    assert_eq!((forced.outcome, forced.permission), (Outcome::Hold, Permission::Forced));
}

#[test]
fn what_was_forced_leaves_what_the_set_says_and_nothing_else_does() {
    let rules = || break_glass().leaves(review());
    let owed = |world: World| world.decide().forced.unwrap().obligations;
    assert_eq!(owed(tests(fail()).break_glass(rules()).force(wish())), vec![review()]);
    assert_eq!(owed(tests(fail()).break_glass(rules().second_human()).force(wish())), vec![review()]);
    assert_eq!(owed(tests(fail()).break_glass(rules()).force(wish().without_role())), vec![]);
    // Nothing had to be forced.
    assert_eq!(owed(tests(pass()).break_glass(rules()).force(wish())), vec![]);
    let text = text_form(&tests(fail()).break_glass(rules()).force(wish()).decide(), None);
    assert!(text.contains("LEAVES TO BE DONE: review by Security Team within 24h"), "{text}");
}
