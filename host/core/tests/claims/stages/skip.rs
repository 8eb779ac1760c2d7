//! Leaving a stage out takes words.

use crate::support::{
    answers::{fail, pass},
    document::document,
    names::stage_id,
    stage::{needs, stage},
    world::{World, api, result},
};
use tidegate_core::{
    decision::{Outcome, Permission},
    fault::Blame,
    plan::{EVALUATIONS_MAX, PlanError},
    policy::Mode,
    stage_result::Conclusion,
};

fn world() -> World {
    let performance = stage("performance").optional().needs(needs("performance"));
    api().stage(stage("tests")).says("tests", pass()).stage(performance)
}

#[test]
fn an_optional_stage_is_skipped_in_so_many_words() {
    let world = world().skip("performance").skip("performance");
    let decision = world.decide();
    assert_eq!(result(&decision, "performance").conclusion, Conclusion::Skipped);
    assert_eq!((decision.outcome, decision.permission), (Outcome::Deploy, Permission::ByTheRules));
    assert_eq!(world.asked(), ["tests"]);
    assert_eq!((decision.score.counted, decision.score.of), (1, 1));
}

#[test]
fn leaving_the_evidence_of_an_optional_stage_out_does_not_skip_it() {
    let decision = world().decide();
    assert_eq!(result(&decision, "performance").conclusion, Conclusion::Inconclusive(Blame::Caller));
    assert_eq!((decision.outcome, decision.permission), (Outcome::Hold, Permission::Refused));
}

#[test]
fn an_optional_stage_that_is_not_skipped_decides_like_any_other() {
    let decision = world().hand_in(document("performance").failed(1)).decide();
    assert_eq!(decision.outcome, Outcome::Remediate);
}

#[test]
fn a_skipped_stage_is_not_judged_even_where_it_would_fail() {
    let world = world().skip("performance").says("performance", fail()).hand_in(document("performance").failed(1));
    assert_eq!(world.asked(), ["tests"]);
    assert_eq!(world.decide().outcome, Outcome::Deploy);
}

#[test]
fn what_cannot_be_skipped_is_refused_all_at_once() {
    let errors = world().skip("tests").skip("performence").skip("zzz").skip("performance").try_decide().unwrap_err();
    let unknown = |stage: &str, nearest: Option<&str>| PlanError::UnknownStage {
        stage: stage_id(stage),
        nearest: nearest.map(stage_id),
    };
    let expected =
        [PlanError::NotOptional(stage_id("tests")), unknown("performence", Some("performance")), unknown("zzz", None)];
    assert_eq!(errors, expected);
    assert_eq!(errors[1].to_string(), "the policy set has no stage `performence` (did you mean `performance`?)");
}

#[test]
fn a_stage_that_is_off_and_not_optional_cannot_be_skipped_either() {
    let world = world().stage(stage("old").mode(Mode::Off)).skip("old");
    assert_eq!(world.try_decide().unwrap_err(), [PlanError::NotOptional(stage_id("old"))]);
}

#[test]
fn too_many_evaluations_are_refused_with_both_numbers() {
    let wide = (1..64).fold(api(), |world, number| world.service(&format!("service-{number}")));
    let stages = |count: usize| {
        let stage = |number: usize| stage(&format!("s{number}")).per_service();
        (0..count).fold(wide.clone(), |world, number| world.stage(stage(number)).says(&format!("s{number}"), pass()))
    };
    assert_eq!(stages(16).decide().stages.iter().map(|s| s.evaluations.len()).sum::<usize>(), EVALUATIONS_MAX);
    let errors = stages(17).try_decide().unwrap_err();
    assert_eq!(errors, [PlanError::TooMuch { used: 17 * 64, allowed: EVALUATIONS_MAX }]);
    let text = "stages times services: 1088 evaluations used, 1024 allowed; split the deployment";
    assert_eq!(errors[0].to_string(), text);
}
