//! One name for each person in everything that is judged, so that nobody is two people by being called otherwise somewhere.
//!
//! Forges call people by their logins, documents by whatever was written, tokens by what an administrator wrote. The policies say who
//! they are (`identities`); whom they do not list keeps their name. A name that is changed here gives nobody anything: it can only show that
//! two are one.

use super::involved::AUTHOR_LABEL;
use std::{collections::BTreeMap, sync::Arc};
use tidegate_bundle::identities::people::People;
use tidegate_core::evidence::{Content, Document, Evidence, Statement};

/// Documents that name people by their logins at a forge.
const FORGES: [(&str, &str); 2] = [("github-reviews", "github"), ("gitlab-approvals", "gitlab")];

/// The label that names the authors of a change, in people's one names: several stand with commas in between.
pub(super) fn authors(labels: &mut BTreeMap<String, String>, people: &People) {
    let authors = labels.iter_mut().filter(|(name, _)| name.eq_ignore_ascii_case(AUTHOR_LABEL));
    for (_, value) in authors {
        // Some people's names have a comma.
        let names: Vec<&str> = if people.is_listed(value) { vec![&**value] } else { value.split(',').collect() };
        let known: Vec<String> = names.into_iter().flat_map(|name| people.all_called(name)).collect();
        *value = known.join(", ");
    }
}

/// Documents in which people state something, in people's one names.
pub(super) fn statements(evidence: Vec<Evidence>, people: &People) -> Vec<Evidence> {
    evidence.into_iter().map(|one| Evidence { document: document(one.document, people), ..one }).collect()
}

fn document(document: Arc<Document>, people: &People) -> Arc<Document> {
    let forge = FORGES.iter().find(|(format, _)| *format == &*document.format).map(|(_, forge)| *forge);
    let named = |by: &Arc<str>| match forge {
        Some(forge) => people.of_login(forge, by).unwrap_or_else(|| by.clone()),
        None => people.canonical(by),
    };
    let is_otherwise = |content: &Content| match content {
        Content::Statements(rows) => rows.iter().any(|row| named(&row.by) != row.by),
        _ => false,
    };
    // Most name nobody, and most of the others are left as they are.
    if !document.contents.iter().any(is_otherwise) {
        return document;
    }
    let content = |content: &Content| match content {
        Content::Statements(rows) => {
            let row = |row: &Statement| Statement { by: named(&row.by), ..row.clone() };
            Content::Statements(rows.iter().map(row).collect())
        }
        other => other.clone(),
    };
    let contents = document.contents.iter().map(content).collect();
    Arc::new(Document { contents, ..(*document).clone() })
}
