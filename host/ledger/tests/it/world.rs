//! A ledger in a private directory, and a way around it.

use crate::{
    backend::{Backend, HOLD, PAST, said},
    sample,
};
use sqlx::{AnyConnection, AssertSqlSafe, Connection as _, Row as _, any::AnyRow};
use std::path::PathBuf;
use tempfile::TempDir;
use tidegate_core::judgement::Judgement;
use tidegate_ledger::{
    checkpoint::KeyPlace, config::LedgerConfig, error::LedgerError, evidence::Sender, id::DecisionId, ledger::Ledger,
    place::Place, record::DecisionRecord,
};

pub(crate) struct World {
    dir: TempDir,
    backend: Backend,
}

impl World {
    pub(crate) fn new() -> Self {
        let dir = TempDir::new().unwrap();
        let backend = Backend::new(dir.path());
        Self { dir, backend }
    }

    /// Where the ledger is.
    pub(crate) fn place(&self) -> Place {
        self.backend.place()
    }

    /// The file that the ledger is in, where it is in one, and what files beside it are named after.
    pub(crate) fn path(&self) -> PathBuf {
        self.dir.path().join("ledger.db")
    }

    pub(crate) async fn open(&self) -> Ledger {
        self.try_open(LedgerConfig::default()).await.unwrap()
    }

    pub(crate) async fn try_open(&self, config: LedgerConfig) -> Result<Ledger, LedgerError> {
        Ledger::open(self.place(), config).await
    }

    /// A connection past the ledger, as somebody with the database at hand has it: nothing looks after what refers to what.
    pub(crate) async fn raw(&self) -> AnyConnection {
        sqlx::any::install_default_drivers();
        let mut raw = AnyConnection::connect(&self.backend.url()).await.unwrap();
        sqlx::query(PAST).execute(&mut raw).await.unwrap();
        raw
    }

    /// Keeps everybody from writing.
    pub(crate) async fn hold(&self) -> Held {
        let mut raw = self.raw().await;
        for sql in HOLD {
            sqlx::query(*sql).execute(&mut raw).await.unwrap();
        }
        Held(raw)
    }

    /// Runs statements past the ledger. They are written as SQLite has them.
    pub(crate) async fn tamper(&self, sql: &str) {
        self.try_tamper(sql).await.unwrap();
    }

    pub(crate) async fn try_tamper(&self, sql: &str) -> Result<(), sqlx::Error> {
        let mut raw = self.raw().await;
        let done = sqlx::raw_sql(AssertSqlSafe(said(sql))).execute(&mut raw).await;
        raw.close().await.unwrap();
        done.map(drop)
    }

    /// Every row of a table, as text and sorted.
    pub(crate) async fn rows(&self, table: &str) -> Vec<String> {
        let mut raw = self.raw().await;
        let query = AssertSqlSafe(format!("SELECT * FROM {table}"));
        let rows = sqlx::query(query).fetch_all(&mut raw).await.unwrap();
        let mut texts: Vec<String> = rows.iter().map(text_of).collect();
        texts.sort();
        texts
    }

    /// What the ledger signs with.
    pub(crate) fn key(&self, origin: Option<&str>) -> KeyPlace {
        self.backend.key(&self.path(), origin)
    }

    /// As [`Backend::of`] takes it.
    pub(crate) fn url(&self) -> String {
        self.backend.url()
    }
}

fn text_of(row: &AnyRow) -> String {
    let value = |at: usize| {
        let number = || row.try_get::<Option<i64>, _>(at).map(|number| format!("{number:?}"));
        let float = |_| row.try_get::<Option<f64>, _>(at).map(|number| format!("{number:?}"));
        let bytes = |_| row.try_get::<Option<Vec<u8>>, _>(at).map(|bytes| format!("{bytes:?}"));
        let text = row.try_get::<Option<String>, _>(at).map(|text| format!("{text:?}"));
        text.or_else(|_| number()).or_else(float).or_else(bytes).unwrap()
    };
    (0..row.len()).map(value).collect::<Vec<_>>().join(",")
}

/// Keeps everybody from writing, until it lets go.
pub(crate) struct Held(AnyConnection);

impl Held {
    pub(crate) async fn let_go(mut self) {
        sqlx::query("ROLLBACK").execute(&mut self.0).await.unwrap();
        self.0.close().await.unwrap();
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
