//! The score explains; it never decides.

use crate::support::{
    answers::{Answer, fail, inconclusive, not_applicable, pass},
    stage::stage,
    world::{World, api, result},
};
use rstest::rstest;
use tidegate_core::{decision::Outcome, policy::Mode};

fn world(stages: &[(&str, u32, Mode, Answer)]) -> World {
    stages.iter().fold(api(), |world, (id, weight, mode, answer)| {
        world.stage(stage(id).weight(*weight).mode(*mode)).says(id, answer.clone())
    })
}

#[rstest]
#[case::without_ratios(&[("a", 1, Mode::Block, pass()), ("b", 1, Mode::Block, fail())], "50%")]
#[case::weighted(&[("a", 3, Mode::Block, pass()), ("b", 1, Mode::Block, fail())], "75%")]
#[case::warn_counts(&[("a", 1, Mode::Block, pass()), ("b", 1, Mode::Warn, fail().ratio(1, 2))], "75%")]
#[case::monitor_does_not(&[("a", 1, Mode::Block, pass()), ("b", 1, Mode::Monitor, fail())], "100%")]
#[case::weight_0_does_not(&[("a", 1, Mode::Block, pass()), ("b", 0, Mode::Block, fail())], "100%")]
#[case::not_applicable_does_not(&[("a", 1, Mode::Block, pass()), ("b", 1, Mode::Block, not_applicable())], "100%")]
#[case::undecided_is_counted_out(&[("a", 1, Mode::Block, pass()), ("b", 5, Mode::Block, inconclusive())], "100% (1 of 2 stages)")]
#[case::nothing_to_count(&[("a", 1, Mode::Block, inconclusive())], "n/a")]
#[case::no_stage(&[], "n/a")]
#[case::a_pass_keeps_its_ratio(&[("a", 1, Mode::Block, pass().ratio(95, 100))], "95%")]
#[case::a_fail_keeps_its_ratio(&[("a", 1, Mode::Block, fail().ratio(1, 1))], "100%")]
#[case::enormous(&[("a", u32::MAX, Mode::Block, pass().ratio(u64::MAX - 1, u64::MAX)), ("b", u32::MAX, Mode::Block, pass())], "99.9%")]
fn the_score_is_the_weighted_mean_of_what_could_be_counted(
    #[case] stages: &[(&str, u32, Mode, Answer)],
    #[case] printed: &str,
) {
    assert_eq!(world(stages).decide().score.to_string(), printed);
}

#[test]
fn a_full_score_does_not_deploy_and_an_empty_one_does_not_refuse() {
    assert_eq!(world(&[("a", 1, Mode::Block, fail().ratio(1, 1))]).decide().outcome, Outcome::Remediate);
    assert_eq!(world(&[("a", 1, Mode::Block, pass().ratio(0, 1))]).decide().outcome, Outcome::Deploy);
}

#[test]
fn a_stage_of_several_services_scores_their_mean() {
    let world = api()
        .service("billing")
        .service("web")
        .stage(stage("tests").per_service())
        .says("tests@api", pass().ratio(1, 2))
        .says("tests@billing", not_applicable())
        .says("tests@web", fail().ratio(1, 4));
    let decision = world.decide();
    assert_eq!(result(&decision, "tests").ratio.as_ref().unwrap().to_string(), "3/8");
    assert_eq!(decision.score.to_string(), "37.5%");
}

#[test]
fn a_service_that_could_not_be_decided_adds_nothing_to_a_failed_stage() {
    let world = api().service("web").stage(stage("tests").per_service());
    let decision = world.says("tests@api", fail().ratio(1, 2)).says("tests@web", inconclusive().ratio(1, 1)).decide();
    assert_eq!(decision.score.to_string(), "25%");
}
