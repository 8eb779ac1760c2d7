//! The rules that findings cite: one for each kind of Rego rule. Which rule of which module it was is a finding's subject.

use crate::settings::SCHEMA;
use tidegate_sdk::{
    describe::{Description, Rule},
    finding::Severity,
};

pub(crate) const DENY: &str = "deny";
pub(crate) const VIOLATION: &str = "violation";
pub(crate) const WARN: &str = "warn";
pub(crate) const EXCEPTION: &str = "exception";
pub(crate) const UNDEFINED: &str = "undefined";

/// Id, title, usual severity, help.
const RULES: [(&str, &str, Severity, &str); 5] = [
    (
        DENY,
        "No `deny` rule gives a message",
        Severity::High,
        "Do what the message says; the remediation names the rule.",
    ),
    (
        VIOLATION,
        "No `violation` rule gives a message",
        Severity::High,
        "Do what the message says; the remediation names the rule.",
    ),
    (WARN, "No `warn` rule gives a message", Severity::Medium, "Look at what the message says."),
    (
        EXCEPTION,
        "No rule is passed over by an `exception`",
        Severity::Info,
        "A rule gave messages, and an exception of the same package names it: it counts for nothing.",
    ),
    (
        UNDEFINED,
        "No builtin fails",
        Severity::Low,
        "A builtin could not do with a value, so its expression was undefined, as in OPA. Let the rule look at the value first, or set `builtin_errors: stop`.",
    ),
];

pub(crate) fn describe() -> Description {
    let summary = "Rego rules: conftest's, Gatekeeper's, and rules over the deployment and its evidence.";
    let begun = Description::new("rego", env!("CARGO_PKG_VERSION"), summary, SCHEMA);
    RULES.into_iter().fold(begun, |description, (id, title, severity, help)| {
        description.rule(Rule::new(id, title, severity).help(help))
    })
}
