//! The forms that a trigger may have.

use crate::settings::SCHEMA;
use tidegate_sdk::{
    describe::{Description, Rule},
    finding::Severity,
};

/// Id, title, usual severity, help.
const RULES: [(&str, &str, Severity, &str); 4] = [
    (
        "consecutive",
        "Not more than so many samples in a row violate the bound",
        Severity::High,
        "A sample that does not violate it begins the count anew; `missing` says what one does that did not come.",
    ),
    (
        "for",
        "The bound is not violated for longer than this without a break",
        Severity::High,
        "Exactly so long does not fire yet. A stretch of more than `max_gap` without a sample is inconclusive.",
    ),
    (
        "k_of_n",
        "Not more than so many of the last samples violate the bound",
        Severity::High,
        "For signals that flap: they need not violate it in a row.",
    ),
    (
        "alert",
        "No alert like this is active",
        Severity::Critical,
        "Fires at once. It ends when the alerting system says so.",
    ),
];

pub(crate) fn describe() -> Description {
    let summary = "When what signals say of a deployment undoes it.";
    let begun = Description::new("rollback", env!("CARGO_PKG_VERSION"), summary, SCHEMA);
    RULES.into_iter().fold(begun, |description, (id, title, severity, help)| {
        description.rule(Rule::new(id, title, severity).help(help))
    })
}
