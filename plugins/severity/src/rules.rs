//! The rules that set a priority: what an incident is known to be, or that it is not known.

use crate::settings::SCHEMA;
use tidegate_sdk::{
    describe::{Description, Rule},
    finding::Severity,
};

pub(crate) const SERVICE: &str = "service";
pub(crate) const DATA: &str = "data";
pub(crate) const SECURITY: &str = "security";
pub(crate) const FEATURES: &str = "features";
pub(crate) const PERFORMANCE: &str = "performance";
pub(crate) const USERS: &str = "users";
pub(crate) const ROLLBACK: &str = "rollback";
pub(crate) const UNKNOWN: &str = "unknown";
pub(crate) const NOTHING: &str = "nothing";

/// Id, title, usual severity, help.
const RULES: [(&str, &str, Severity, &str); 9] = [
    (SERVICE, "How the service does", Severity::Critical, "From degraded to a complete outage."),
    (DATA, "How the data do", Severity::Critical, "At risk, lost or corrupted."),
    (SECURITY, "Whether somebody got in", Severity::Critical, "Suspected, or known."),
    (FEATURES, "What users cannot do", Severity::High, "A minor or a major feature."),
    (PERFORMANCE, "How much slower it is", Severity::High, "Noticeably, or very much."),
    (USERS, "How many users are affected", Severity::High, "A share of all users."),
    (ROLLBACK, "The deployment has to be undone", Severity::High, "A rollback was advised."),
    (
        UNKNOWN,
        "Something is not known",
        Severity::Medium,
        "Nobody knows it, so it does not count as well: at least P2 until somebody finds out.",
    ),
    (NOTHING, "It is known to be nothing of all this", Severity::Info, "In its turn."),
];

pub(crate) fn describe() -> Description {
    let summary = "How urgent an incident is, and why.";
    let begun = Description::new("severity", env!("CARGO_PKG_VERSION"), summary, SCHEMA);
    RULES.into_iter().fold(begun, |description, (id, title, severity, help)| {
        description.rule(Rule::new(id, title, severity).help(help))
    })
}
