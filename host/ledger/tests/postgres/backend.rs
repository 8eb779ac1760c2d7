//! The database of these tests: one on a PostgreSQL of our own.

use crate::cluster::{Cluster, Database};
use std::path::Path;
use tidegate_ledger::{
    checkpoint::KeyPlace,
    place::{Place, PostgresUrl},
    signing_key,
};

/// What a session says that wants past whatever looks after what refers to what.
pub(crate) const PAST: &str = "SET session_replication_role = replica";
/// Keeps everybody from writing, until `ROLLBACK`.
pub(crate) const HOLD: &[&str] = &["BEGIN", "SELECT pg_advisory_xact_lock(32766977217356148)"];
/// The tables that there are.
pub(crate) const EVERY_TABLE: &str = "SELECT CAST(tablename AS TEXT) FROM pg_tables \
    WHERE schemaname = 'public' AND tablename <> '_sqlx_migrations'";
/// From now on a leaf that holds that word is refused.
pub(crate) const REFUSES_POISON: &str = "CREATE FUNCTION poison() RETURNS trigger AS \
    $$ BEGIN RAISE EXCEPTION 'poisoned'; END $$ LANGUAGE plpgsql; CREATE TRIGGER poison BEFORE INSERT ON leaves \
    FOR EACH ROW WHEN (NEW.body LIKE '%poison%') EXECUTE FUNCTION poison()";
/// From now on a leaf that holds that word ends the session.
pub(crate) const ENDS_AT_POISON: &str = "CREATE FUNCTION poison() RETURNS trigger AS \
    $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NEW; END $$ LANGUAGE plpgsql; \
    CREATE TRIGGER poison BEFORE INSERT ON leaves \
    FOR EACH ROW WHEN (NEW.body LIKE '%poison%') EXECUTE FUNCTION poison()";
/// What is said then.
pub(crate) const ENDED: &str = "terminating connection";
/// What is said of a database that somebody else writes to.
pub(crate) const LOCKED: &str = "lock timeout";

/// The tables with triggers.
const GUARDED: [&str; 5] = ["leaves", "head", "tree_hashes", "checkpoint", "span_export"];

/// Statements of SQLite's, as this database has them.
pub(crate) fn said(sql: &str) -> String {
    let mut sql = sql.replace("char(10)", "chr(10)");
    for table in GUARDED {
        sql = each_word_after("DROP TRIGGER ", &sql, |name| {
            let theirs = name.strip_prefix(table).is_some_and(|rest| rest.starts_with('_'));
            if theirs { format!("DROP TRIGGER {name} ON {table}") } else { format!("DROP TRIGGER {name}") }
        });
    }
    sql = each_word_after("|| zeroblob(", &sql, |count| format!("|| repeat('0', {count}"));
    sql = each_word_after("zeroblob(", &sql, |count| format!("decode(repeat('00', {count}), 'hex'"));
    each_word_after("= x'", &sql, |hex| format!(r"= '\x{hex}"))
}

/// Another way around the triggers than to update and to delete.
pub(crate) fn replacing(table: &str) -> String {
    format!("TRUNCATE {table} CASCADE")
}

/// Every `before` and the word after it, exchanged for something else.
fn each_word_after(before: &str, sql: &str, instead: impl Fn(&str) -> String) -> String {
    let mut parts = sql.split(before);
    let mut all = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(part.len());
        all.push_str(&instead(&part[..end]));
        all.push_str(&part[end..]);
    }
    all
}

/// A database of one test.
pub(crate) struct Backend {
    url: String,
    _database: Option<Database>,
}

impl Backend {
    pub(crate) fn new(_: &Path) -> Self {
        // Every test of this program needs one: without, there is nothing to be run, which was said.
        let Some(cluster) = Cluster::shared() else { std::process::exit(0) };
        let database = cluster.database();
        Self { url: database.url().to_owned(), _database: Some(database) }
    }

    /// The one that another process made.
    pub(crate) fn of(url: &str, _path: &Path) -> Self {
        Self { url: url.to_owned(), _database: None }
    }

    /// What it is signed with: made before the ledger is, as everywhere but beside a file.
    pub(crate) fn key(&self, path: &Path, origin: Option<&str>) -> KeyPlace {
        let file = signing_key::beside(path);
        if !file.exists() {
            signing_key::create(&file, origin.map(|origin| origin.parse().unwrap()).as_ref()).unwrap();
        }
        KeyPlace::File(file)
    }

    pub(crate) fn place(&self) -> Place {
        Place::Postgres(PostgresUrl::parse(&self.url).unwrap())
    }

    pub(crate) fn url(&self) -> String {
        self.url.clone()
    }
}
