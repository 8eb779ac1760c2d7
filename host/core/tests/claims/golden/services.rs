//! Stages that are judged once for each service.

use crate::support::{
    answers::{fail, hold_until, inconclusive, pass},
    names::moment,
    stage::stage,
    world::{World, world},
};
use tidegate_core::text_form::text_form;

fn services(names: &[&str]) -> World {
    let stage = stage("unit_tests").titled("Unit Tests").per_service();
    names.iter().fold(world(), |world, name| world.service(name)).stage(stage).says("unit_tests", pass())
}

fn text(world: &World) -> String {
    text_form(&world.decide(), None)
}

#[test]
fn more_than_five_blocking_services_are_counted() {
    let world = services(&["a", "b", "c", "d", "e", "f", "g"]).says("unit_tests", fail()).says("unit_tests@d", pass());
    insta::assert_snapshot!(text(&world), @r"
    🤖 INTELLIGENT DEPLOYMENT DECISION
    Decision: REMEDIATE
    Overall Score: 14.3%
    Blocking Failures: 1 (unit_tests)

    Test Results:
    ❌ Unit Tests: 14.3% (BLOCKING: a, b, c, e, f and 1 more)
    ");
    let world = services(&["a", "b", "c", "d", "e", "f", "g"]).says("unit_tests", fail());
    insta::assert_snapshot!(text(&world), @r"
    🤖 INTELLIGENT DEPLOYMENT DECISION
    Decision: REMEDIATE
    Overall Score: 0%
    Blocking Failures: 1 (unit_tests)

    Test Results:
    ❌ Unit Tests: 0% (BLOCKING: a, b, c, d, e and 2 more)
    ");
}

#[test]
fn exactly_five_blocking_services_are_all_named() {
    let world = services(&["a", "b", "c", "d", "e", "f"]).says("unit_tests", fail()).says("unit_tests@f", pass());
    insta::assert_snapshot!(text(&world), @r"
    🤖 INTELLIGENT DEPLOYMENT DECISION
    Decision: REMEDIATE
    Overall Score: 16.7%
    Blocking Failures: 1 (unit_tests)

    Test Results:
    ❌ Unit Tests: 16.7% (BLOCKING: a, b, c, d, e)
    ");
}

#[test]
fn a_stage_is_held_until_the_last_of_its_services_is_free() {
    let world = services(&["api", "billing", "web"])
        .says("unit_tests@api", hold_until(moment("2026-04-02T06:00:00Z")))
        .says("unit_tests@web", hold_until(moment("2026-04-01T06:00:00Z")));
    insta::assert_snapshot!(text(&world), @r"
    🤖 INTELLIGENT DEPLOYMENT DECISION
    Decision: HOLD
    Overall Score: n/a
    Blocking Failures: 0

    Test Results:
    ⏸️ Unit Tests: n/a (HELD UNTIL 2026-04-02T06:00:00Z: api, web)

    HELD BY: unit_tests@api (until 2026-04-02T06:00:00Z), unit_tests@web (until 2026-04-01T06:00:00Z)
    ");
}

#[test]
fn undecided_services_are_named() {
    let world = services(&["api", "web"]).says("unit_tests@web", inconclusive());
    insta::assert_snapshot!(text(&world), @r"
    🤖 INTELLIGENT DEPLOYMENT DECISION
    Decision: HOLD
    Overall Score: n/a
    Blocking Failures: 0

    Test Results:
    ❔ Unit Tests: n/a (UNDECIDED: web)

    UNDECIDED: unit_tests@web (blame: caller)
    ");
}

#[test]
fn a_single_service_needs_no_naming() {
    insta::assert_snapshot!(text(&services(&["api"]).says("unit_tests", fail())), @r"
    🤖 INTELLIGENT DEPLOYMENT DECISION
    Decision: REMEDIATE
    Overall Score: 0%
    Blocking Failures: 1 (unit_tests)

    Test Results:
    ❌ Unit Tests: 0% (BLOCKING)
    ");
}
