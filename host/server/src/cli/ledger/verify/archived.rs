//! Archives: those that a record speaks of, and one that somebody has alone.

use super::Unverified;
use crate::cli::ledger::{archives::lines, offline};
use std::{fmt::Write as _, path::Path};
use tidegate_ledger::{
    archive::{
        check::{self, Expected, Held},
        finding::Finding,
    },
    ledger::Ledger,
    note::Verifier,
};

/// What became of archives.
#[derive(Debug)]
pub(super) enum Archives {
    /// They are named, and nobody looked for them.
    Named(String),
    /// They were looked for and read.
    Read(Held),
    /// One, alone.
    Alone(Vec<Finding>),
}

/// Those that a record speaks of, looked for in a folder where one is named.
pub(super) async fn beside(
    ledger: &Ledger,
    folder: Option<&Path>,
    key: Option<&Verifier>,
) -> Result<Archives, Unverified> {
    match folder {
        Some(folder) => Ok(Archives::Read(ledger.verify_archives(folder, key).await?)),
        None => Ok(Archives::Named(lines(&ledger.archives().await?))),
    }
}

/// An archive, held against its own manifest and checkpoint.
pub(super) async fn alone(folder: &Path, key: Option<Verifier>) -> Result<Archives, Unverified> {
    let found = check::folder(folder, &offline::config(), Expected::signed_by(key)).await?;
    Ok(Archives::Alone(found))
}

impl Archives {
    /// Whether nothing was found.
    pub(super) fn fits(&self) -> bool {
        match self {
            Self::Named(_) => true,
            Self::Read(held) => held.findings.is_empty(),
            Self::Alone(found) => found.is_empty(),
        }
    }

    /// A line for each archive, and one for each finding.
    pub(super) fn report(&self) -> String {
        let (mut text, findings) = match self {
            Self::Named(lines) => return lines.clone(),
            Self::Read(held) => {
                let archives: Vec<_> = held.archives.iter().map(|(archive, _)| archive.clone()).collect();
                (lines(&archives), &held.findings)
            }
            Self::Alone(found) => (String::new(), found),
        };
        for finding in findings {
            let _ = writeln!(text, "found: {}", finding.to_string().replace('\n', "; "));
        }
        let state = if findings.is_empty() { "as they were written" } else { "not as they were written" };
        let _ = writeln!(text, "archives: {state}");
        text
    }
}
