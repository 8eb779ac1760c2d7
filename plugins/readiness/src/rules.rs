//! The rules that findings cite.

use crate::{catalogue, settings::SCHEMA};
use tidegate_sdk::{
    describe::{Description, Rule},
    finding::Severity,
};

/// An item that is not in the catalogue; the finding's subject says which.
pub(crate) const OTHER_ITEM: &str = "item";
pub(crate) const EVIDENCE_INCOMPLETE: &str = "evidence.incomplete";

pub(crate) fn describe() -> Description {
    let summary = "The checklist before a deployment: what people and systems have to vouch for.";
    let begun = Description::new("readiness", env!("CARGO_PKG_VERSION"), summary, SCHEMA)
        .rule(
            Rule::new(EVIDENCE_INCOMPLETE, "Every document is finished", Severity::High)
                .help("Let the tool finish, or have its report say what it looked at."),
        )
        .rule(Rule::new(OTHER_ITEM, "Further items are fulfilled", Severity::High).help(
            "The policy set lists an item of its own; the finding's subject is its id. State it when it is fulfilled.",
        ));
    catalogue::ENTRIES.iter().fold(begun, |description, entry| {
        let help = format!("{}. To do: {}. Then state item `{}`.", entry.group, entry.todo, entry.id);
        description.rule(Rule::new(&entry.rule(), entry.title, Severity::High).help(&help))
    })
}
