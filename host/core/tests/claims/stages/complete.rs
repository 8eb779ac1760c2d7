//! `decide` over results that the host lost on the way: what is missing must not pass.

use crate::support::{
    names::service,
    stage::{StageBuilder, stage},
    world::{World, result, world},
};
use std::sync::Arc;
use tidegate_core::{
    decide::{JudgedStage, Ruling, decide},
    decision::{Decision, Outcome},
    digest::Digest,
    fault::Blame,
    name::PluginName,
    policy::{Mode, Stage},
    stage_result::{Conclusion, Evaluation, JudgedBy, Why},
};

fn passed(of: Option<&str>) -> Evaluation {
    Evaluation {
        service: of.map(service),
        conclusion: Conclusion::Pass,
        ratio: None,
        summary: Arc::from(""),
        findings: Vec::new(),
        omitted: 0,
        omitted_decisive: false,
    }
}

fn judged<'a>(world: &'a World, of: &str, evaluations: Vec<Evaluation>) -> JudgedStage<'a> {
    let stage: &Stage = world.set.stages.iter().find(|stage| stage.id.as_str() == of).unwrap();
    let plugin =
        JudgedBy { name: PluginName::parse("native").unwrap(), version: Arc::from(""), digest: Digest::of(b"") };
    JudgedStage { stage, plugin, evaluations }
}

fn decided(world: &World, stages: Vec<JudgedStage<'_>>) -> Decision {
    let question = world.question();
    decide(Ruling {
        set: &world.set,
        deployment: &question.deployment,
        evidence: &[],
        stages,
        waivers: &[],
        emergency: None,
        overdue: &[],
        now: question.now,
    })
}

fn two(stage: StageBuilder) -> World {
    world().service("api").service("web").stage(stage)
}

fn not_judged(decision: &Decision) -> Vec<String> {
    let faults = decision.blocking.iter().filter(|blocker| blocker.why == Why::Undecided(Blame::Host));
    faults
        .map(|b| b.service.as_ref().map_or_else(|| b.stage.to_string(), |name| format!("{}@{name}", b.stage)))
        .collect()
}

#[test]
fn a_stage_that_nobody_judged_holds() {
    let world = two(stage("tests")).stage(stage("lint"));
    let decision = decided(&world, vec![judged(&world, "lint", vec![passed(None)])]);
    assert_eq!((decision.outcome, not_judged(&decision)), (Outcome::Hold, vec!["tests".to_owned()]));
    assert_eq!(result(&decision, "tests").conclusion.word(), "error");
    assert_eq!(decided(&world, Vec::new()).outcome, Outcome::Hold);
}

#[test]
fn an_optional_stage_that_nobody_judged_holds_too() {
    let world = two(stage("tests").optional());
    assert_eq!(not_judged(&decided(&world, Vec::new())), ["tests"]);
    let skipped = decided(&world, vec![judged(&world, "tests", Vec::new())]);
    assert_eq!((skipped.outcome, &result(&skipped, "tests").conclusion), (Outcome::Deploy, &Conclusion::Skipped));
}

#[test]
fn a_stage_that_nobody_judged_holds_for_every_service() {
    let world = two(stage("tests").per_service().optional());
    assert_eq!(not_judged(&decided(&world, Vec::new())), ["tests@api", "tests@web"]);
}

#[test]
fn a_stage_that_is_off_need_not_be_judged() {
    let world = two(stage("tests").mode(Mode::Off));
    assert_eq!(decided(&world, Vec::new()).outcome, Outcome::Deploy);
}

#[test]
fn a_stage_without_an_evaluation_holds() {
    let once = two(stage("tests"));
    assert_eq!(not_judged(&decided(&once, vec![judged(&once, "tests", Vec::new())])), ["tests"]);
    let each = two(stage("tests").per_service());
    let decision = decided(&each, vec![judged(&each, "tests", Vec::new())]);
    assert_eq!(not_judged(&decision), ["tests@api", "tests@web"]);
}

#[test]
fn a_service_without_an_evaluation_holds() {
    let world = two(stage("tests").per_service());
    let decision = decided(&world, vec![judged(&world, "tests", vec![passed(Some("web"))])]);
    assert_eq!((decision.outcome, not_judged(&decision)), (Outcome::Hold, vec!["tests@api".to_owned()]));
}

#[test]
fn the_order_in_which_stages_and_services_come_back_changes_nothing() {
    let world = two(stage("tests").per_service()).stage(stage("lint")).stage(stage("scan"));
    let (api, web) = (|| passed(Some("api")), || passed(Some("web")));
    let once = || vec![passed(None)];
    let of = |id: &str, evaluations| judged(&world, id, evaluations);
    let in_order = decided(&world, vec![of("tests", vec![api(), web()]), of("lint", once()), of("scan", once())]);
    let shuffled = decided(&world, vec![of("scan", once()), of("tests", vec![web(), api()]), of("lint", once())]);
    assert_eq!(in_order, shuffled);
    assert_eq!(in_order.stages.iter().map(|s| s.stage.as_str()).collect::<Vec<_>>(), ["tests", "lint", "scan"]);
}
