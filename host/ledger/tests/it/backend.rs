//! The database of these tests: a SQLite file.

use std::path::{Path, PathBuf};
use tidegate_ledger::place::Place;

/// What a session says that wants past whatever looks after what refers to what.
pub(crate) const PAST: &str = "PRAGMA foreign_keys = 0";
/// Keeps everybody from writing, until `ROLLBACK`.
pub(crate) const HOLD: &[&str] = &["BEGIN IMMEDIATE"];

/// A database of one test.
pub(crate) struct Backend {
    path: PathBuf,
}

impl Backend {
    pub(crate) fn new(folder: &Path) -> Self {
        Self { path: folder.join("ledger.db") }
    }

    pub(crate) fn place(&self) -> Place {
        Place::from(&self.path)
    }

    pub(crate) fn url(&self) -> String {
        format!("sqlite:{}", self.path.display())
    }
}
