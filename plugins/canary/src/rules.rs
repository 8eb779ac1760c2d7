//! What is asked of a metric.

use crate::settings::SCHEMA;
use tidegate_sdk::{
    describe::{Description, Rule},
    finding::Severity,
};

/// Id, title, usual severity, help.
const RULES: [(&str, &str, Severity, &str); 2] = [
    (
        "critical",
        "No critical metric of the canary is worse than the baseline's",
        Severity::High,
        "One that is worse undoes the deployment.",
    ),
    (
        "not-critical",
        "No other metric of the canary is worse than the baseline's",
        Severity::Medium,
        "One that is worse holds; more than `not_critical.gt` of them undo the deployment.",
    ),
];

pub(crate) fn describe() -> Description {
    let summary = "Whether a canary does worse than what runs beside it.";
    let begun = Description::new("canary", env!("CARGO_PKG_VERSION"), summary, SCHEMA);
    RULES.into_iter().fold(begun, |description, (id, title, severity, help)| {
        description.rule(Rule::new(id, title, severity).help(help))
    })
}
