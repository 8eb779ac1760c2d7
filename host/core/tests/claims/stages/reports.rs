//! Which reports are believed.

use crate::support::{
    answers::{Answer, decisive, fail, finding, hold, inconclusive, not_applicable, pass},
    stage::stage,
    world::{api, result},
};
use rstest::rstest;
use tidegate_core::{
    decision::Outcome,
    fault::{Blame, Fault, FaultKind},
    finding::{Finding, Severity},
    stage_result::{Conclusion, Why},
};

const FAILED: &str = "tests.failed";

#[rstest]
#[case(pass().finds(decisive(FAILED, "a")), "it passed with a decisive finding")]
#[case(pass().omits(1).omits_decisive(), "it passed with a decisive finding")]
#[case(not_applicable().finds(decisive(FAILED, "a")), "it says that it does not apply, with a decisive finding")]
#[case(not_applicable().omits(3).omits_decisive(), "it says that it does not apply, with a decisive finding")]
#[case(fail().omits_decisive(), "it omitted a decisive finding, but no finding")]
#[case(hold().omits_decisive(), "it omitted a decisive finding, but no finding")]
#[case(pass().ratio(2, 1), "its score 2/1 is not a share between 0 and 1")]
#[case(fail().ratio(0, 0), "its score 0/0 is not a share between 0 and 1")]
#[case(inconclusive().ratio(1, 0), "its score 1/0 is not a share between 0 and 1")]
#[case(pass().finds(finding("made.up", "a")), "it cites rule `made.up`, which it does not declare")]
#[case(fail().finds(finding("z", "a")).finds(finding("b", "a")), "it cites rule `b`, which it does not declare")]
#[case(fail().finds(finding("b", "a")).finds(finding("z", "a")), "it cites rule `b`, which it does not declare")]
#[case(fail().finds(decisive("evidence.missing", "a")), "it cites rule `evidence.missing`, which it does not declare")]
fn a_malformed_report_is_an_error_of_the_plugin(#[case] answer: Answer, #[case] message: &str) {
    let decision = api().stage(stage("tests")).says("tests", answer).decide();
    let fault = Fault { blame: Blame::Plugin, kind: FaultKind::MalformedReport, message: message.to_owned() };
    assert_eq!(result(&decision, "tests").conclusion, Conclusion::Error(fault));
    assert_eq!(result(&decision, "tests").evaluations[0].findings, []);
    assert_eq!(decision.outcome, Outcome::Hold);
    assert_eq!(decision.blocking.iter().map(|b| b.why).collect::<Vec<_>>(), [Why::Undecided(Blame::Plugin)]);
}

#[rstest]
#[case(pass().finds(finding(FAILED, "a")), Outcome::Deploy)]
#[case(pass().ratio(u64::MAX, u64::MAX).omits(u32::MAX), Outcome::Deploy)]
#[case(pass().ratio(0, 1), Outcome::Deploy)]
#[case(fail().ratio(1, 1), Outcome::Remediate)]
#[case(fail().omits(1).omits_decisive(), Outcome::Remediate)]
#[case(hold().finds(decisive(FAILED, "a")), Outcome::Hold)]
#[case(inconclusive().finds(decisive(FAILED, "a")), Outcome::Hold)]
fn an_odd_report_that_contradicts_nothing_is_believed(#[case] answer: Answer, #[case] outcome: Outcome) {
    assert_eq!(api().stage(stage("tests")).says("tests", answer).decide().outcome, outcome);
}

#[test]
fn findings_are_shown_the_decisive_and_the_worst_first() {
    let severe = |subject: &str, severity| Finding { severity, ..finding(FAILED, subject) };
    let answer = fail()
        .finds(severe("low", Severity::Low))
        .finds(severe("critical", Severity::Critical))
        .finds(decisive("tests.slow", "decisive"));
    let decision = api().stage(stage("tests")).says("tests", answer).decide();
    let findings = &result(&decision, "tests").evaluations[0].findings;
    let subjects: Vec<&str> = findings.iter().filter_map(|marked| marked.finding.subject.as_deref()).collect();
    assert_eq!(subjects, ["decisive", "critical", "low"]);
}
