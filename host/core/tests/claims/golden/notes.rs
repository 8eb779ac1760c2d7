//! What does not block: warn, monitor, unscored stages, warnings, and hostile text.

use crate::support::{
    answers::{decisive, fail, fault, inconclusive, pass},
    document::document,
    emergency::{break_glass, wish},
    names::{ago, ahead, hours, minutes},
    runbook::runbook,
    stage::{needs, stage},
    waiver::waiver,
    world::{World, api},
};
use tidegate_core::{
    evidence::TestStatus,
    fault::{Blame, FaultKind},
    policy::{Mode, OnError},
    text_form::{Reference, block, text_form},
};

fn text(world: &World) -> String {
    text_form(&world.decide(), None)
}

#[test]
fn stages_that_do_not_block_are_shown_with_what_they_found() {
    let world = api()
        .stage(stage("tests").titled("Tests"))
        .stage(stage("style").titled("Style").mode(Mode::Warn))
        .stage(stage("soon").titled("Soon").effective_from(ahead(hours(1))))
        .stage(stage("licences").titled("Licences").mode(Mode::Monitor))
        .stage(stage("docs").titled("Docs").weight(0).mode(Mode::Warn))
        .stage(stage("freeze").titled("Freeze").weight(0))
        .stage(stage("old").titled("Old").mode(Mode::Off))
        .says("tests", pass())
        .says("style", fail().ratio(1, 2))
        .says("soon", inconclusive())
        .says("licences", fail().ratio(1, 4))
        .says("docs", fail().ratio(3, 4))
        .says("freeze", pass());
    insta::assert_snapshot!(text(&world), @r"
    🤖 INTELLIGENT DEPLOYMENT DECISION
    Decision: DEPLOY
    Overall Score: 75% (2 of 3 stages)
    Blocking Failures: 0

    Test Results:
    ✅ Tests: 100%
    ⚠️ Style: 50% (WARNING)
    ❔ Soon: n/a (UNDECIDED)

    Not Scored:
    👁️ Licences: 25% (WOULD BLOCK)
    ⚠️ Docs: 75% (WARNING)
    ✅ Freeze: 100%

    WARNING: `docs` failed; its mode is warn
    WARNING: `style` failed; its mode is warn
    WARNING: `soon` could not be decided, and does not block for that
    WARNING: `licences` would have blocked; its mode is monitor
    Valid Until: 2026-03-31T18:30:00Z
    ");
}

#[test]
fn warnings_are_sentences() {
    let tests = stage("tests").titled("Tests").budget(minutes(20)).needs(needs("unit_tests"));
    let slow = document("unit_tests").case("slow", TestStatus::Passed, 20 * 60 * 1000 + 1);
    let world = api()
        .stage(tests)
        .stage(stage("scan").titled("Scan").on_error(OnError::Warn))
        .says("scan", fault(Blame::Plugin, FaultKind::Trap))
        .hand_in(slow)
        .hand_in(document("unit_test").passed(1))
        .hand_in(document("unit_tests").of_service("billing"))
        .next_review(ago(hours(1)));
    insta::assert_snapshot!(text(&world), @r"
    🤖 INTELLIGENT DEPLOYMENT DECISION
    Decision: DEPLOY
    Overall Score: 100% (1 of 2 stages)
    Blocking Failures: 0

    Test Results:
    ✅ Tests: 100%
    💥 Scan: n/a (ERROR)

    WARNING: the policy set's review was due at 2026-03-31T13:30:00Z
    WARNING: no stage uses evidence `unit_test` (did you mean `unit_tests`?)
    WARNING: no stage uses evidence `unit_tests@billing`
    WARNING: `scan` could not be decided, and does not block for that
    WARNING: `tests` took 20m1s, its budget is 20m
    Valid Until: 2026-03-31T18:30:00Z
    ");
}

#[test]
fn a_waived_failure_of_a_stage_that_also_could_not_be_decided_still_holds() {
    let world = api()
        .service("web")
        .stage(stage("tests").titled("Tests").per_service())
        .says("tests@api", fail().finds(decisive("tests.failed", "case")))
        .says("tests@web", inconclusive())
        .waive(waiver("W-1").tolerates("tests", "tests.failed"));
    insta::assert_snapshot!(text(&world), @r"
    🤖 INTELLIGENT DEPLOYMENT DECISION
    Decision: HOLD
    Overall Score: 0%
    Blocking Failures: 0

    Test Results:
    ❌ Tests: 0% (WAIVED; UNDECIDED: web)

    UNDECIDED: tests@web (blame: caller)
    WAIVED: tests by W-1
    ");
}

#[test]
fn hostile_titles_actors_and_ids_stay_on_their_line() {
    let hostile = "x\u{1b}[2J\n✅ Security: 100%\u{202e}";
    let world = runbook()
        .stage(stage("tests").titled(hostile))
        .says("tests", fail())
        .break_glass(break_glass())
        .force(wish().actor(hostile));
    let decision = world.decide();
    let text = text_form(&decision, Some(Reference { id: hostile, link: Some(hostile) }));
    assert!(!text.contains(['\u{1b}', '\u{202e}', '\r']), "{text}");
    assert_eq!(text.matches("\n✅ Security: 100%").count(), 1, "{text}");
    assert_eq!(block(&decision).lines().count(), 6 + 7, "{text}");
}
