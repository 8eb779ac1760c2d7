//! The rules that findings cite.

use crate::settings::SCHEMA;
use tidegate_sdk::{
    describe::{Description, Rule},
    finding::{Remediation, Severity},
};

pub(crate) const EVIDENCE_MISSING: &str = "evidence.missing";
pub(crate) const EVIDENCE_INCOMPLETE: &str = "evidence.incomplete";
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

/// Id, title, usual severity, help.
const RULES: [(&str, &str, Severity, &str); 12] = [
    (EVIDENCE_MISSING, "What is judged is in the evidence", Severity::High, "Hand in a document that holds it."),
    (
        EVIDENCE_INCOMPLETE,
        "Every document is finished",
        Severity::High,
        "Let the tool finish, or configure it so that its report says what it looked at.",
    ),
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
];

pub(crate) fn describe() -> Description {
    let begun = Description::new(
        "quality",
        env!("CARGO_PKG_VERSION"),
        "Tests, coverage, issues and measurements against thresholds.",
        SCHEMA,
    );
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
