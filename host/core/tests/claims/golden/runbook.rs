//! The runbook's own example: the block is its, byte for byte.

use crate::support::{
    document::document,
    runbook::{runbook, runbook_without},
};
use tidegate_core::text_form::{Reference, block, text_form};

/// The example of the deployment runbook ("Decision Engine Output Example"), to its last line.
const RUNBOOK: &str = "\
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
";

#[test]
fn fifteen_of_a_hundred_failed_unit_tests_print_the_runbooks_block_byte_for_byte() {
    let world = runbook_without(&["unit_tests"]).hand_in(document("unit_tests").passed(85).failed(15));
    assert_eq!(block(&world.decide()), format!("{RUNBOOK}✅ Accessibility: 100%\n"));
}

#[test]
fn a_remediation_says_below_the_block_what_was_skipped_and_where_to_look() {
    let world = runbook_without(&["unit_tests"]).hand_in(document("unit_tests").passed(85).failed(15));
    let reference = Reference { id: "0195f0aa", link: Some("https://gate.example/v1/decisions/0195f0aa") };
    let below = "\nSKIPPED: performance\nDecision ID: 0195f0aa\nDetails: https://gate.example/v1/decisions/0195f0aa\n";
    let expected = format!("{RUNBOOK}✅ Accessibility: 100%\n{below}");
    assert_eq!(text_form(&world.decide(), Some(reference)), expected);
}

#[test]
fn all_green_with_performance_skipped_deploys() {
    insta::assert_snapshot!(text_form(&runbook().decide(), None), @r"
    🤖 INTELLIGENT DEPLOYMENT DECISION
    Decision: DEPLOY
    Overall Score: 100%
    Blocking Failures: 0

    Test Results:
    ✅ Code Quality: 100%
    ✅ Security: 100%
    ✅ Unit Tests: 100%
    ✅ Integration: 100%
    ✅ E2E Tests: 100%
    ✅ Accessibility: 100%

    SKIPPED: performance
    Valid Until: 2026-03-31T18:30:00Z
    ");
}
