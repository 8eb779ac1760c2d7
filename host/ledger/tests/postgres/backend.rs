//! The database of these tests: one on a PostgreSQL of our own.

use crate::cluster::{Cluster, Database};
use std::path::Path;
use tidegate_ledger::place::{Place, PostgresUrl};

/// What a session says that wants past whatever looks after what refers to what.
pub(crate) const PAST: &str = "SET session_replication_role = replica";
/// Keeps everybody from writing, until `ROLLBACK`.
pub(crate) const HOLD: &[&str] = &["BEGIN", "SELECT pg_advisory_xact_lock(32766977217356148)"];

/// A database of one test.
pub(crate) struct Backend {
    database: Database,
}

impl Backend {
    pub(crate) fn new(_: &Path) -> Self {
        // Every test of this program needs one: without, there is nothing to be run, which was said.
        let Some(cluster) = Cluster::shared() else { std::process::exit(0) };
        Self { database: cluster.database() }
    }

    pub(crate) fn place(&self) -> Place {
        Place::Postgres(PostgresUrl::parse(self.database.url()).unwrap())
    }

    pub(crate) fn url(&self) -> String {
        self.database.url().to_owned()
    }
}
