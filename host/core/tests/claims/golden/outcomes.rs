//! HOLD, forced, waived and advisory.

use crate::support::{
    answers::{bad_evidence, decisive, fail, fault, hold, hold_until, inconclusive, not_applicable, pass},
    emergency::{break_glass, wish},
    names::{ahead, hours, moment},
    runbook::{runbook, runbook_without},
    stage::stage,
    waiver::waiver,
    world::{World, api},
};
use tidegate_core::{
    fault::{Blame, FaultKind},
    text_form::text_form,
};

fn text(world: &World) -> String {
    text_form(&world.decide(), None)
}

#[test]
fn a_hold_says_until_when() {
    let world = runbook()
        .stage(stage("freeze").titled("Change Freeze").weight(0))
        .stage(stage("approval").titled("Approval").weight(0))
        .says("freeze", hold_until(moment("2026-04-01T06:00:00Z")))
        .says("approval", hold());
    insta::assert_snapshot!(text(&world), @r"
    🤖 INTELLIGENT DEPLOYMENT DECISION
    Decision: HOLD
    Overall Score: 100%
    Blocking Failures: 0

    Test Results:
    ✅ Code Quality: 100%
    ✅ Security: 100%
    ✅ Unit Tests: 100%
    ✅ Integration: 100%
    ✅ E2E Tests: 100%
    ✅ Accessibility: 100%

    Not Scored:
    ⏸️ Change Freeze: n/a (HELD UNTIL 2026-04-01T06:00:00Z)
    ⏸️ Approval: n/a (HELD)

    HELD BY: freeze (until 2026-04-01T06:00:00Z), approval
    SKIPPED: performance
    ");
}

#[test]
fn a_hold_that_is_undecided_says_whose_fault_each_is() {
    let world = runbook_without(&["security"])
        .says("unit_tests", fault(Blame::Plugin, FaultKind::Trap))
        .says("integration", fault(Blame::Host, FaultKind::DecisionDeadline))
        .says("e2e", fault(Blame::Policy, FaultKind::BadSettings))
        .says("accessibility", bad_evidence());
    insta::assert_snapshot!(text(&world), @r"
    🤖 INTELLIGENT DEPLOYMENT DECISION
    Decision: HOLD
    Overall Score: 100% (1 of 6 stages)
    Blocking Failures: 0

    Test Results:
    ✅ Code Quality: 100%
    ❔ Security: n/a (UNDECIDED)
    💥 Unit Tests: n/a (ERROR)
    💥 Integration: n/a (ERROR)
    💥 E2E Tests: n/a (ERROR)
    ❔ Accessibility: n/a (UNDECIDED)

    UNDECIDED: security (blame: caller), unit_tests (blame: plugin), integration (blame: host), e2e (blame: policy), accessibility (blame: caller)
    SKIPPED: performance
    ");
}

#[test]
fn a_granted_force_says_who_and_until_when() {
    insta::assert_snapshot!(text(&forced().break_glass(break_glass())), @r"
    🤖 INTELLIGENT DEPLOYMENT DECISION
    Decision: REMEDIATE
    Overall Score: 97.5%
    Blocking Failures: 1 (unit_tests)

    Test Results:
    ✅ Code Quality: 100%
    ✅ Security: 100%
    ❌ Unit Tests: 85% (BLOCKING)
    ✅ Integration: 100%
    ✅ E2E Tests: 100%
    ✅ Accessibility: 100%

    FORCED BY: dora (production_down) until 2026-03-31T15:30:00Z
    SKIPPED: performance
    Valid Until: 2026-03-31T15:30:00Z
    ");
}

#[test]
fn a_force_that_awaits_its_second_human_says_so() {
    insta::assert_snapshot!(text(&forced().break_glass(break_glass().second_human())), @r"
    🤖 INTELLIGENT DEPLOYMENT DECISION
    Decision: REMEDIATE
    Overall Score: 97.5%
    Blocking Failures: 1 (unit_tests)

    Test Results:
    ✅ Code Quality: 100%
    ✅ Security: 100%
    ❌ Unit Tests: 85% (BLOCKING)
    ✅ Integration: 100%
    ✅ E2E Tests: 100%
    ✅ Accessibility: 100%

    FORCED BY: dora (production_down), to be confirmed by a second human before 2026-03-31T15:30:00Z
    SKIPPED: performance
    ");
}

#[test]
fn a_refused_force_says_every_reason() {
    let rules = break_glass().minimum("integration").never("security");
    let world = runbook_without(&["integration"])
        .says("security", fail())
        .break_glass(rules)
        .force(wish().justified("now!").without_role().expires(ahead(hours(0))));
    insta::assert_snapshot!(text(&world), @r"
    🤖 INTELLIGENT DEPLOYMENT DECISION
    Decision: REMEDIATE
    Overall Score: 80% (5 of 6 stages)
    Blocking Failures: 1 (security)

    Test Results:
    ✅ Code Quality: 100%
    ❌ Security: 0% (BLOCKING)
    ✅ Unit Tests: 100%
    ❔ Integration: n/a (UNDECIDED)
    ✅ E2E Tests: 100%
    ✅ Accessibility: 100%

    UNDECIDED: integration (blame: caller)
    FORCED BY: dora (production_down), refused: the actor does not hold the role `override` here; justification: 4 characters, at least 20 needed; it expires at 2026-03-31T14:30:00Z, which has passed; `integration` has to be judged even in an emergency: it was inconclusive; `security` blocks, and nothing overrides it
    SKIPPED: performance
    ");
}

fn forced() -> World {
    runbook().says("unit_tests", fail().ratio(85, 100)).force(wish())
}

#[test]
fn a_waived_failure_stays_visible() {
    let world = runbook()
        .says("security", fail().ratio(9, 10).finds(decisive("tests.failed", "CVE-2026-1")))
        .waive(waiver("W-17").tolerates("security", "tests.failed"));
    insta::assert_snapshot!(text(&world), @r"
    🤖 INTELLIGENT DEPLOYMENT DECISION
    Decision: DEPLOY
    Overall Score: 98.3%
    Blocking Failures: 0

    Test Results:
    ✅ Code Quality: 100%
    ❌ Security: 90% (WAIVED)
    ✅ Unit Tests: 100%
    ✅ Integration: 100%
    ✅ E2E Tests: 100%
    ✅ Accessibility: 100%

    SKIPPED: performance
    WAIVED: security by W-17
    Valid Until: 2026-03-31T18:30:00Z
    ");
}

#[test]
fn an_advisory_set_says_that_it_refuses_nothing() {
    insta::assert_snapshot!(text(&runbook().says("unit_tests", fail().ratio(85, 100)).advisory()), @r"
    🤖 INTELLIGENT DEPLOYMENT DECISION
    Decision: REMEDIATE
    Overall Score: 97.5%
    Blocking Failures: 1 (unit_tests)

    Test Results:
    ✅ Code Quality: 100%
    ✅ Security: 100%
    ❌ Unit Tests: 85% (BLOCKING)
    ✅ Integration: 100%
    ✅ E2E Tests: 100%
    ✅ Accessibility: 100%

    SKIPPED: performance
    ADVISORY: policy set `runbook` refuses nothing
    Valid Until: 2026-03-31T18:30:00Z
    ");
}

#[test]
fn nothing_scored_has_no_score() {
    let world = api().stage(stage("freeze").weight(0)).stage(stage("tests")).says("freeze", pass());
    let world = world.says("tests", not_applicable());
    insta::assert_snapshot!(text(&world), @r"
    🤖 INTELLIGENT DEPLOYMENT DECISION
    Decision: DEPLOY
    Overall Score: n/a
    Blocking Failures: 0

    Test Results:
    ➖ tests: n/a (NOT APPLICABLE)

    Not Scored:
    ✅ freeze: 100%

    Valid Until: 2026-03-31T18:30:00Z
    ");
}

#[test]
fn a_score_over_some_of_the_stages_says_so() {
    let world = runbook().says("security", inconclusive()).says("unit_tests", pass().ratio(9_999, 10_000));
    insta::assert_snapshot!(text(&world), @r"
    🤖 INTELLIGENT DEPLOYMENT DECISION
    Decision: HOLD
    Overall Score: 99.9% (5 of 6 stages)
    Blocking Failures: 0

    Test Results:
    ✅ Code Quality: 100%
    ❔ Security: n/a (UNDECIDED)
    ✅ Unit Tests: 99.9%
    ✅ Integration: 100%
    ✅ E2E Tests: 100%
    ✅ Accessibility: 100%

    UNDECIDED: security (blame: caller)
    SKIPPED: performance
    ");
}

#[test]
fn a_share_below_one_is_never_printed_as_100() {
    let world = api().stage(stage("tests")).says("tests", fail().ratio(999_999, 1_000_000));
    insta::assert_snapshot!(text(&world), @r"
    🤖 INTELLIGENT DEPLOYMENT DECISION
    Decision: REMEDIATE
    Overall Score: 99.9%
    Blocking Failures: 1 (tests)

    Test Results:
    ❌ tests: 99.9% (BLOCKING)
    ");
}
