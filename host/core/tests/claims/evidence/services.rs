//! Whose evidence a document is.

use super::check;
use crate::support::{
    document::document,
    stage::{needs, stage},
    world::{World, api, result, rules_found, world},
};
use tidegate_core::{
    decision::{Outcome, Warning},
    fault::Blame,
    stage_result::Conclusion,
};

fn tests(names: &[&str]) -> World {
    let stage = stage("tests").per_service().needs(needs("unit_tests"));
    names.iter().fold(world(), |world, name| world.service(name)).stage(stage)
}

fn conclusions(world: &World) -> Vec<(String, Conclusion)> {
    let decision = world.decide();
    let evaluations = &result(&decision, "tests").evaluations;
    evaluations.iter().map(|e| (e.service.as_ref().unwrap().to_string(), e.conclusion.clone())).collect()
}

const INCONCLUSIVE: Conclusion = Conclusion::Inconclusive(Blame::Caller);

#[test]
fn a_service_without_evidence_is_inconclusive() {
    let world = tests(&["web", "api"]).hand_in(document("unit_tests").of_service("api").passed(1));
    assert_eq!(conclusions(&world), [("api".to_owned(), Conclusion::Pass), ("web".to_owned(), INCONCLUSIVE)]);
    assert_eq!(world.decide().outcome, Outcome::Hold);
    assert_eq!(world.asked(), ["tests@api"]);
}

#[test]
fn a_document_that_names_no_service_speaks_of_the_only_one() {
    let world = tests(&["api"]).hand_in(document("unit_tests").passed(1));
    assert_eq!(conclusions(&world), [("api".to_owned(), Conclusion::Pass)]);
}

#[test]
fn a_document_that_names_no_service_speaks_of_none_of_several() {
    let world = tests(&["api", "web"]).hand_in(document("unit_tests").passed(1));
    assert_eq!(conclusions(&world), [("api".to_owned(), INCONCLUSIVE), ("web".to_owned(), INCONCLUSIVE)]);
    assert_eq!(world.asked(), [""; 0]);
}

#[test]
fn a_document_of_another_service_counts_for_nothing_and_is_named() {
    let once = api().stage(stage("tests").needs(needs("unit_tests")));
    let world = once.hand_in(document("unit_tests").of_service("billing").passed(1));
    check(&world, &["evidence.missing"]);
    let unused = Warning::UnusedEvidence { label: "unit_tests@billing".to_owned(), nearest: None };
    assert_eq!(world.decide().warnings, [unused]);
}

#[test]
fn a_stage_judged_once_sees_the_documents_of_all_services() {
    let failing = document("unit_tests").bytes("web").of_service("web").failed(1);
    let world = world()
        .service("api")
        .service("web")
        .stage(stage("tests").needs(needs("unit_tests")))
        .hand_in(document("unit_tests").of_service("api").passed(1))
        .hand_in(failing);
    assert_eq!(rules_found(&world.decide(), "tests"), ["tests.failed"]);
}

#[test]
fn one_services_failure_is_not_hidden_by_the_others() {
    let world = tests(&["api", "web"])
        .hand_in(document("unit_tests").of_service("api").bytes("api").passed(9))
        .hand_in(document("unit_tests").of_service("web").bytes("web").failed(1));
    let decision = world.decide();
    assert_eq!(decision.outcome, Outcome::Remediate);
    let blocking: Vec<&str> = decision.blocking.iter().map(|b| b.service.as_ref().unwrap().as_str()).collect();
    assert_eq!(blocking, ["web"]);
    assert_eq!(decision.score.to_string(), "50%");
}
