//! The rules that findings cite.

use crate::settings::SCHEMA;
use tidegate_sdk::{
    describe::{Description, Rule},
    finding::{Remediation, Severity},
    parts::{baseline::EVIDENCE_BASELINE, evidence_rules},
};

pub(crate) const PASS_RATE: &str = "tests.pass-rate";
pub(crate) const MIN_CASES: &str = "tests.min-cases";
pub(crate) const EXPECTED_SUITES: &str = "tests.expected-suites";
pub(crate) const FLAKY: &str = "tests.flaky";
pub(crate) const SKIPPED: &str = "tests.skipped";
pub(crate) const INTEGRITY: &str = "tests.integrity";
pub(crate) const LINES: &str = "coverage.lines";
pub(crate) const BRANCHES: &str = "coverage.branches";
pub(crate) const ISSUES: &str = "issues.limit";
pub(crate) const THRESHOLD: &str = "measurements.threshold";
pub(crate) const VANISHED: &str = "tests.vanished";
pub(crate) const FALL: &str = "coverage.fall";
pub(crate) const RISE: &str = "measurements.rise";
pub(crate) const BARRIERS: &str = "accessibility.barriers";
pub(crate) const BREACHED: &str = "performance.thresholds";
pub(crate) const SCORE: &str = "scores.minimum";

/// Id, title, usual severity, help.
const RULES: [(&str, &str, Severity, &str); 16] = [
    (
        PASS_RATE,
        "Enough tests pass",
        Severity::High,
        "Passed cases of those that ran; flaky ones passed, errored ones failed.",
    ),
    (MIN_CASES, "Enough tests ran", Severity::High, "Skipped cases did not run."),
    (EXPECTED_SUITES, "Every expected suite ran", Severity::High, "A suite ran when one of its cases did."),
    (FLAKY, "Few tests are flaky", Severity::Low, "A flaky case failed first and passed in the end."),
    (SKIPPED, "Few tests are skipped", Severity::Medium, "Run them or take them out."),
    (
        INTEGRITY,
        "Test reports do not contradict themselves",
        Severity::Medium,
        "The report's own counters differ from its cases: find out which tool wrote it so.",
    ),
    (LINES, "Enough lines are covered", Severity::Medium, "Covered lines of all documents together."),
    (BRANCHES, "Enough branches are covered", Severity::Medium, "Covered branches of all documents together."),
    (
        ISSUES,
        "Few issues",
        Severity::Medium,
        "Issues of each severity that the policy set limits, without its exceptions.",
    ),
    (THRESHOLD, "Measurements keep to their thresholds", Severity::Medium, "The bounds themselves are allowed."),
    (
        VANISHED,
        "Tests do not vanish",
        Severity::High,
        "Cases that the last deployment which succeeded had, and that are not there any more: bring them back.",
    ),
    (FALL, "Coverage does not fall", Severity::Medium, "Against the last deployment which succeeded, in points."),
    (RISE, "Measurements do not rise", Severity::Medium, "Against the last deployment which succeeded, in percent."),
    (BARRIERS, "Few barriers for people", Severity::High, "Barriers of each severity that the policy set limits."),
    (
        BREACHED,
        "The load test's own thresholds are kept",
        Severity::High,
        "Thresholds of the load test's script, as the tool judged them.",
    ),
    (SCORE, "Every page reaches its score", Severity::Medium, "Lighthouse's score of the category, page by page."),
];

pub(crate) fn describe() -> Description {
    let begun = Description::new(
        "quality",
        env!("CARGO_PKG_VERSION"),
        "Tests, coverage, issues, measurements, accessibility and performance against thresholds and a baseline.",
        SCHEMA,
    );
    let baseline = Rule::new(EVIDENCE_BASELINE, "The earlier deployment can be compared with", Severity::High).help(
        "Its documents are in the record unless they were redacted; the first deployment has nothing to compare with.",
    );
    let begun = evidence_rules().into_iter().chain([baseline]).fold(begun, Description::rule);
    RULES.into_iter().fold(begun, |description, (id, title, severity, help)| {
        description.rule(Rule::new(id, title, severity).help(help))
    })
}

/// How to see a test fail on one's own machine.
pub(crate) fn reproduce() -> Remediation {
    Remediation::new("run the tests locally to reproduce").command("make test && pnpm test")
}

/// How to get rid of most issues.
pub(crate) fn lint_fix() -> Remediation {
    Remediation::new("apply the automated fixes").command("make lint-fix && make format")
}

/// What shuts people out is found by hand and mended by hand.
pub(crate) fn remove_barriers() -> Remediation {
    Remediation::new("remove the barrier; the tool's rule says how").doc("https://www.w3.org/WAI/WCAG22/quickref/")
}

/// Where time is lost, as the runbook looks for it.
pub(crate) fn profile() -> Remediation {
    Remediation::new("find out where the time goes, then measure again")
        .command("lighthouse URL --output=json; curl -w \"@curl-format.txt\" -o /dev/null -s URL")
}

#[cfg(test)]
mod tests {
    use super::describe;
    use std::collections::BTreeSet;

    #[test]
    fn every_rule_has_its_own_id_a_title_and_help() {
        let rules = describe().rules;
        assert_eq!(rules.iter().map(|rule| &rule.id).collect::<BTreeSet<_>>().len(), rules.len());
        assert!(rules.iter().all(|rule| !rule.title.is_empty() && !rule.help.is_empty()));
    }
}
