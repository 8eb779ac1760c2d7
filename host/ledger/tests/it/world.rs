//! A ledger in a private directory, and a way around it.

use crate::sample;
use sqlx::{ConnectOptions as _, SqliteConnection, sqlite::SqliteConnectOptions};
use std::path::PathBuf;
use tempfile::TempDir;
use tidegate_core::judgement::Judgement;
use tidegate_ledger::{
    config::LedgerConfig, error::LedgerError, evidence::Sender, id::DecisionId, ledger::Ledger, record::DecisionRecord,
};

pub(crate) struct World {
    dir: TempDir,
}

impl World {
    pub(crate) fn new() -> Self {
        Self { dir: TempDir::new().unwrap() }
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.dir.path().join("ledger.db")
    }

    pub(crate) async fn open(&self) -> Ledger {
        self.try_open(LedgerConfig::default()).await.unwrap()
    }

    pub(crate) async fn try_open(&self, config: LedgerConfig) -> Result<Ledger, LedgerError> {
        Ledger::open(&self.path(), config).await
    }

    /// A connection past the ledger, as somebody with the file at hand has it: nothing looks after what refers to what.
    pub(crate) async fn raw(&self) -> SqliteConnection {
        SqliteConnectOptions::new().filename(self.path()).foreign_keys(false).connect().await.unwrap()
    }

    /// Runs statements past the ledger.
    pub(crate) async fn tamper(&self, sql: &'static str) {
        let mut raw = self.raw().await;
        sqlx::raw_sql(sql).execute(&mut raw).await.unwrap();
        sqlx::Connection::close(raw).await.unwrap();
    }
}

/// A record of this judgement under this id.
/// Who hands documents in.
pub(crate) fn sender() -> Sender {
    Sender { scope: "shop".into(), name: "ci".into() }
}

pub(crate) fn record(id: &str, judgement: Judgement) -> DecisionRecord {
    DecisionRecord {
        sender: sender(),
        judgement,
        circumstances: sample::circumstances(id),
        idempotency: None,
        evidence: Vec::new(),
        held: Vec::new(),
        bodies: Vec::new(),
        mends: Vec::new(),
        notices: Vec::new(),
    }
}

pub(crate) fn id(text: &str) -> DecisionId {
    DecisionId::parse(text).unwrap()
}
