//! The rules that findings cite.

use crate::settings::SCHEMA;
use tidegate_sdk::{
    describe::{Description, Rule},
    finding::Severity,
};

pub(crate) const WINDOW: &str = "window";
pub(crate) const HARD_FREEZE: &str = "freeze.hard";
pub(crate) const SOFT_FREEZE: &str = "freeze.soft";

/// Id, title, usual severity, help.
const RULES: [(&str, &str, Severity, &str); 3] = [
    (WINDOW, "Changes are made within a window", Severity::High, "Ask again when the next window opens."),
    (
        HARD_FREEZE,
        "No hard freeze is on",
        Severity::High,
        "Ask again when it is over; an emergency goes by break-glass.",
    ),
    (
        SOFT_FREEZE,
        "No soft freeze is on",
        Severity::Medium,
        "It warns, and holds nothing: wait where the change can wait.",
    ),
];

pub(crate) fn describe() -> Description {
    let summary = "When changes are allowed, and when they are frozen.";
    let begun = Description::new("change-window", env!("CARGO_PKG_VERSION"), summary, SCHEMA);
    RULES.into_iter().fold(begun, |description, (id, title, severity, help)| {
        description.rule(Rule::new(id, title, severity).help(help))
    })
}
