//! What a scanner's own configuration ignored: rows like any other, and statements of the scanner that they do not matter. They count
//! until a stage lists that author.

use std::{collections::HashSet, sync::Arc};
use tidegate_core::{
    vex::{VexProduct, VexReport, VexStatement, VexStatus},
    vulnerability::Vulnerability,
};

const JUSTIFICATION: &str = "ignored by the scanner's configuration";

/// What ignoring says. A package that was ignored in one place and not in another has no statement, which would reach both.
pub(crate) fn statements(counted: &[Vulnerability], waived: &[Vulnerability]) -> VexReport {
    let mut open: HashSet<(Arc<str>, &str)> = HashSet::new();
    for row in counted {
        let Some(package) = row.purl.as_deref().and_then(package) else { continue };
        open.extend(std::iter::once(&row.id).chain(row.aliases.iter()).map(|name| (Arc::clone(name), package)));
    }
    let statement = |row: &Vulnerability| {
        let purl = row.purl.as_ref()?;
        if open.contains(&(Arc::clone(&row.id), package(purl)?)) {
            return None;
        }
        Some(VexStatement {
            vulnerabilities: vec![Arc::clone(&row.id)],
            products: vec![VexProduct { id: Arc::clone(purl), parts: Vec::new() }],
            status: VexStatus::NotAffected,
            justification: Arc::from(JUSTIFICATION),
            at: None,
        })
    };
    VexReport { statements: waived.iter().filter_map(statement).collect() }
}

/// A package URL up to its version; `None` without a version, since that would speak of every version.
fn package(purl: &str) -> Option<&str> {
    let bare = purl.split(['?', '#']).next()?;
    bare.rsplit('/').next()?.split_once('@').filter(|(name, _)| !name.is_empty()).map(|_| bare)
}
