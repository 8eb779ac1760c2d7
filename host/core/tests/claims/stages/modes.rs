//! What a stage's failure does: block, warn, monitor, off, and from when.

use crate::support::{
    answers::{Answer, fail, fault, hold, inconclusive, not_applicable, pass},
    names::{NANOSECOND, ago, ahead, now, stage_id},
    stage::{StageBuilder, stage},
    world::{World, api, result},
};
use rstest::rstest;
use tidegate_core::{
    decision::{Outcome, Warning},
    fault::{Blame, FaultKind},
    policy::{Mode, OnError},
    stage_result::Why,
    time::Timestamp,
};

fn error() -> Answer {
    fault(Blame::Plugin, FaultKind::Trap)
}

fn world(stage: StageBuilder, answer: Answer) -> World {
    api().stage(stage).says("tests", answer)
}

#[rstest]
#[case(Mode::Block, pass(), Outcome::Deploy)]
#[case(Mode::Block, not_applicable(), Outcome::Deploy)]
#[case(Mode::Block, fail(), Outcome::Remediate)]
#[case(Mode::Block, hold(), Outcome::Hold)]
#[case(Mode::Block, inconclusive(), Outcome::Hold)]
#[case(Mode::Block, error(), Outcome::Hold)]
#[case(Mode::Warn, fail(), Outcome::Deploy)]
#[case(Mode::Warn, hold(), Outcome::Deploy)]
#[case(Mode::Warn, inconclusive(), Outcome::Deploy)]
#[case(Mode::Warn, error(), Outcome::Deploy)]
#[case(Mode::Monitor, fail(), Outcome::Deploy)]
#[case(Mode::Monitor, hold(), Outcome::Deploy)]
#[case(Mode::Monitor, inconclusive(), Outcome::Deploy)]
#[case(Mode::Monitor, error(), Outcome::Deploy)]
fn only_block_blocks(#[case] mode: Mode, #[case] answer: Answer, #[case] outcome: Outcome) {
    assert_eq!(world(stage("tests").mode(mode), answer).decide().outcome, outcome);
}

#[rstest]
#[case(fail(), Warning::Failed(stage_id("tests")))]
#[case(hold(), Warning::Undecided(stage_id("tests")))]
#[case(inconclusive(), Warning::Undecided(stage_id("tests")))]
#[case(error(), Warning::Undecided(stage_id("tests")))]
fn what_only_warns_is_a_warning(#[case] answer: Answer, #[case] warning: Warning) {
    let decision = world(stage("tests").mode(Mode::Warn), answer).decide();
    assert_eq!(decision.warnings, [warning]);
}

#[rstest]
#[case(fail(), true)]
#[case(hold(), true)]
#[case(inconclusive(), true)]
#[case(error(), true)]
#[case(pass(), false)]
#[case(not_applicable(), false)]
fn a_monitored_stage_says_whether_it_would_have_blocked(#[case] answer: Answer, #[case] would: bool) {
    let decision = world(stage("tests").mode(Mode::Monitor), answer).decide();
    assert_eq!(result(&decision, "tests").would_block, would);
    let warning = would.then(|| Warning::WouldHaveBlocked(stage_id("tests")));
    assert_eq!(decision.warnings, Vec::from_iter(warning));
}

#[test]
fn a_stage_that_is_off_is_not_judged() {
    let world = world(stage("tests").mode(Mode::Off), fail()).stage(stage("lint")).says("lint", pass());
    assert_eq!(world.asked(), ["lint"]);
    let decision = world.decide();
    let listed: Vec<&str> = decision.stages.iter().map(|result| result.stage.as_str()).collect();
    assert_eq!((listed, decision.outcome), (vec!["lint"], Outcome::Deploy));
}

#[rstest]
#[case::before(ahead(NANOSECOND), Mode::Warn, Outcome::Deploy)]
#[case::exactly_then(now(), Mode::Block, Outcome::Remediate)]
#[case::after(ago(NANOSECOND), Mode::Block, Outcome::Remediate)]
fn a_stage_blocks_from_its_moment_on(#[case] from: Timestamp, #[case] mode: Mode, #[case] outcome: Outcome) {
    let decision = world(stage("tests").effective_from(from), fail()).decide();
    assert_eq!((result(&decision, "tests").mode, decision.outcome), (mode, outcome));
}

#[rstest]
fn a_moment_does_not_turn_another_mode_into_block(#[values(Mode::Warn, Mode::Monitor)] mode: Mode) {
    let decision = world(stage("tests").mode(mode).effective_from(ago(NANOSECOND)), fail()).decide();
    assert_eq!((result(&decision, "tests").mode, decision.outcome), (mode, Outcome::Deploy));
}

#[rstest]
#[case(error(), Outcome::Deploy)]
#[case(fail(), Outcome::Remediate)]
#[case(hold(), Outcome::Hold)]
#[case(inconclusive(), Outcome::Hold)]
#[case::malformed(pass().ratio(2, 1), Outcome::Deploy)]
fn on_error_warn_waves_errors_through_and_nothing_else(#[case] answer: Answer, #[case] outcome: Outcome) {
    let decision = world(stage("tests").on_error(OnError::Warn), answer).decide();
    assert_eq!(decision.outcome, outcome);
    let waved = decision.outcome == Outcome::Deploy;
    assert_eq!(decision.warnings == [Warning::Undecided(stage_id("tests"))], waved);
    assert_eq!(decision.score.share.is_none(), outcome != Outcome::Remediate);
}

#[rstest]
fn an_error_blocks_in_the_name_of_whoever_has_to_act(
    #[values(Blame::Plugin, Blame::Host, Blame::Policy, Blame::Caller)] blame: Blame,
) {
    let decision = world(stage("tests"), fault(blame, FaultKind::Deadline)).decide();
    assert_eq!(decision.blocking.iter().map(|b| b.why).collect::<Vec<_>>(), [Why::Undecided(blame)]);
}
