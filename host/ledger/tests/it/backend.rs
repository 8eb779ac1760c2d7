//! The database of these tests: a SQLite file.

use std::path::{Path, PathBuf};
use tidegate_ledger::{checkpoint::KeyPlace, place::Place};

/// What a session says that wants past whatever looks after what refers to what.
pub(crate) const PAST: &str = "PRAGMA foreign_keys = 0";
/// Keeps everybody from writing, until `ROLLBACK`.
pub(crate) const HOLD: &[&str] = &["BEGIN IMMEDIATE"];

/// The tables that there are.
pub(crate) const EVERY_TABLE: &str =
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name <> '_sqlx_migrations'";
/// From now on a leaf that holds that word is refused.
pub(crate) const REFUSES_POISON: &str = "CREATE TRIGGER poison BEFORE INSERT ON leaves WHEN NEW.body LIKE '%poison%' \
    BEGIN SELECT RAISE(ABORT, 'poisoned'); END";
/// From now on a leaf that holds that word ends the transaction.
pub(crate) const ENDS_AT_POISON: &str = "CREATE TRIGGER poison BEFORE INSERT ON leaves WHEN NEW.body LIKE '%poison%' \
    BEGIN SELECT RAISE(ROLLBACK, 'poisoned'); END";
/// What is said then.
pub(crate) const ENDED: &str = "poisoned";
/// What is said of a database that somebody else writes to.
pub(crate) const LOCKED: &str = "locked";

/// Statements as this database has them.
pub(crate) fn said(sql: &str) -> String {
    sql.to_owned()
}

/// Another way around the triggers than to update and to delete.
pub(crate) fn replacing(table: &str) -> String {
    format!("INSERT OR REPLACE INTO {table} SELECT * FROM {table}")
}

/// A database of one test.
pub(crate) struct Backend {
    path: PathBuf,
}

impl Backend {
    pub(crate) fn new(folder: &Path) -> Self {
        Self { path: folder.join("ledger.db") }
    }

    /// The one that another process made.
    pub(crate) fn of(_url: &str, path: &Path) -> Self {
        Self { path: path.to_owned() }
    }

    /// What it is signed with.
    pub(crate) fn key(&self, _path: &Path, _origin: Option<&str>) -> KeyPlace {
        KeyPlace::BesideLedger
    }

    pub(crate) fn place(&self) -> Place {
        Place::from(&self.path)
    }

    pub(crate) fn url(&self) -> String {
        format!("sqlite:{}", self.path.display())
    }
}
