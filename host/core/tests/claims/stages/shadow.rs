//! Candidates beside a decision: what counts as another opinion, and what is none.

use crate::support::{
    answers::{Answer, fail, fault, pass},
    names::stage_id,
    stage::stage,
    world::{World, api},
};
use rstest::rstest;
use tidegate_core::{
    decision::Outcome,
    fault::{Blame, FaultKind},
    policy::Mode,
    shadow::{Opinion, Shadow, skips},
};

fn world(tests: Answer) -> World {
    api().stage(stage("tests")).says("tests", tests).stage(stage("lint")).says("lint", pass())
}

/// What the candidate would have decided, and where it differs.
fn opinion(decided: &World, candidate: &World) -> (Outcome, Vec<String>) {
    match Shadow::beside(&decided.decide(), candidate.decide()).opinion {
        Opinion::Judged { outcome, differs, .. } => (outcome, differs.iter().map(ToString::to_string).collect()),
        // No outcome of a candidate: compared with what is expected, it fails the test.
        Opinion::NotJudged { why } => (Outcome::Hold, vec![why]),
    }
}

#[rstest]
#[case::the_same(world(pass()), Outcome::Deploy, &[])]
#[case::another_conclusion(world(fail()), Outcome::Remediate, &["tests"])]
#[case::a_stage_more(world(pass()).stage(stage("a_new")).says("a_new", fail()), Outcome::Remediate, &["a_new"])]
#[case::a_stage_less(api().stage(stage("tests")).says("tests", pass()), Outcome::Deploy, &["lint"])]
#[case::an_error(world(fault(Blame::Plugin, FaultKind::Trap)), Outcome::Hold, &["tests"])]
fn a_candidate_differs_in_the_stages_that_conclude_otherwise(
    #[case] candidate: World,
    #[case] outcome: Outcome,
    #[case] differs: &[&str],
) {
    let expected = (outcome, differs.iter().map(|id| (*id).to_owned()).collect());
    assert_eq!(opinion(&world(pass()), &candidate), expected);
}

#[test]
fn the_same_failure_that_blocks_in_only_one_of_both_is_a_difference() {
    let warns =
        api().stage(stage("tests").mode(Mode::Warn)).says("tests", fail()).stage(stage("lint")).says("lint", pass());
    assert_eq!(opinion(&warns, &world(fail())), (Outcome::Remediate, vec!["tests".to_owned()]));
}

#[test]
fn a_candidate_that_ran_out_of_time_has_no_opinion() {
    let late = world(fault(Blame::Host, FaultKind::DecisionDeadline)).decide();
    let shadow = Shadow::beside(&world(pass()).decide(), late);
    assert!(matches!(shadow.opinion, Opinion::NotJudged { .. }), "{shadow:?}");
}

#[test]
fn only_what_the_candidate_lets_be_skipped_is_skipped_there() {
    let set = api().stage(stage("tests")).stage(stage("load").optional()).set;
    let skip = [stage_id("tests"), stage_id("load"), stage_id("unknown")];
    assert_eq!(skips(&set, &skip), [stage_id("load")]);
}
