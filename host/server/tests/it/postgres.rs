//! A record on PostgreSQL, as gates that share it are told of it.

#[expect(dead_code, reason = "not all of it is needed here")]
#[path = "../../../ledger/tests/postgres/cluster.rs"]
pub(crate) mod cluster;
mod commands;

use cluster::{Cluster, Database};
use std::{fs::OpenOptions, io::Write as _, os::unix::fs::OpenOptionsExt as _, path::PathBuf};
use tempfile::TempDir;
use tidegate::config::Config;
use tidegate_ledger::{place::Place, signing_key};

/// A database, and the two files that every gate of it needs.
pub(crate) struct Shared {
    database: Database,
    folder: TempDir,
}

impl Shared {
    pub(crate) fn new(cluster: &Cluster) -> Self {
        let (database, folder) = (cluster.database(), TempDir::new().unwrap());
        signing_key::create(&folder.path().join("log.key"), None).unwrap();
        let mut file = OpenOptions::new();
        let mut file = file.write(true).create_new(true).mode(0o600).open(folder.path().join("url")).unwrap();
        writeln!(file, "{}", database.url()).unwrap();
        Self { database, folder }
    }

    /// Runs statements past everybody.
    pub(crate) fn run(&self, sql: &str) {
        self.database.run(sql);
    }

    pub(crate) fn url_file(&self) -> PathBuf {
        self.folder.path().join("url")
    }

    pub(crate) fn key_file(&self) -> PathBuf {
        self.folder.path().join("log.key")
    }

    pub(crate) fn place(&self) -> Place {
        Place::from_url_file(&self.url_file()).unwrap()
    }

    /// As a process is told of it.
    pub(crate) fn variables(&self) -> Vec<(&'static str, PathBuf)> {
        vec![("TIDEGATE_LEDGER_URL_FILE", self.url_file()), ("TIDEGATE_CHECKPOINTS_KEY", self.key_file())]
    }

    /// As a gate of this process is told of it.
    pub(crate) fn configure(&self, config: &mut Config) {
        config.ledger.url_file = Some(self.url_file());
        config.checkpoints.key = Some(self.key_file());
    }
}
