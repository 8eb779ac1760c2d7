//! An auditor's own SQL: what `VIEWS.md` promises, and what no statement comes round.

use crate::{
    sample,
    world::{World, record},
};
use std::{collections::BTreeMap, time::Duration};
use tidegate_ledger::{
    place::Place,
    sql::{SqlError, SqlLimits, SqlRows, ask},
};

async fn world() -> World {
    let world = World::new();
    let ledger = world.open().await;
    for id in ["a", "b"] {
        ledger.record(record(id, sample::judgement())).await.unwrap();
    }
    ledger.close().await;
    world
}

async fn asked(world: &World, statement: &str) -> Result<SqlRows, SqlError> {
    ask(world.place(), statement, SqlLimits::default()).await
}

/// The columns of each view, as the page lists them.
fn promised() -> BTreeMap<&'static str, Vec<(&'static str, &'static str)>> {
    let page = include_str!("../../VIEWS.md");
    let sections = page.split("\n## ").skip(1);
    let column = |line: &'static str| {
        let (name, rest) = line.strip_prefix("| `")?.split_once("` | ")?;
        Some((name, rest.split_once(" | ")?.0))
    };
    sections.map(|text| (text.lines().next().unwrap(), text.lines().filter_map(column).collect())).collect()
}

const UNITS: [&str; 11] =
    ["id", "number", "moment", "text", "name", "word", "truth", "digest", "ratio", "count", "person"];

#[tokio::test]
async fn every_view_and_every_column_is_on_the_page_with_its_unit() {
    let world = world().await;
    let catalogue = match world.place() {
        Place::File(_) => "SELECT name FROM sqlite_master WHERE type = 'view' ORDER BY name",
        Place::Postgres(_) => {
            "SELECT table_name FROM information_schema.views WHERE table_schema = current_schema() ORDER BY table_name"
        }
    };
    let there = asked(&world, catalogue).await.unwrap();
    let there: Vec<&str> = there.rows.iter().map(|row| row[0].as_str().unwrap()).collect();
    let promised = promised();
    assert_eq!(there, promised.keys().copied().collect::<Vec<_>>());
    for (view, columns) in promised {
        // A row of nothing, where there is none, has its columns all the same.
        let row =
            format!("SELECT v.* FROM (SELECT 1 AS one) AS o LEFT JOIN (SELECT * FROM {view}) AS v ON 1 = 1 LIMIT 1");
        let row = asked(&world, &row).await.unwrap();
        assert_eq!(row.columns, columns.iter().map(|(name, _)| *name).collect::<Vec<_>>(), "{view}");
        for (name, unit) in columns {
            assert!(UNITS.contains(&unit) || unit == "nanoseconds", "{view}.{name}: {unit}");
        }
    }
}

#[tokio::test]
async fn examples_on_the_page_are_answered() {
    let world = world().await;
    let page = include_str!("../../VIEWS.md");
    let code: Vec<&str> = page.lines().filter_map(|line| line.strip_prefix("    ")).collect();
    let code = code.join("\n");
    let examples: Vec<&str> = code.split_inclusive(';').filter(|text| text.contains("SELECT")).collect();
    assert_eq!(examples.len(), 3);
    for example in examples {
        let found = asked(&world, example).await.unwrap_or_else(|error| unreachable!("{example}: {error}"));
        assert_eq!(found.rows.is_empty(), example.contains("audit_obligations"), "{example}: {found:?}");
    }
}

#[tokio::test]
async fn names_are_shown_and_values_keep_their_types() {
    let world = world().await;
    let found = asked(
        &world,
        "SELECT decision, allowed, actor, share, NULL AS absent, 1.5 AS half FROM audit_decisions ORDER BY leaf_index",
    )
    .await
    .unwrap();
    assert_eq!(found.columns, ["decision", "allowed", "actor", "share", "absent", "half"]);
    let row = serde_json::json!(["a", 1, sample::ACTOR, "39/40", null, 1.5]);
    assert_eq!(serde_json::Value::from(found.rows[0].clone()), row);
    world.tamper(&format!("DELETE FROM private_texts WHERE text = '{}'", sample::ACTOR)).await;
    let found = asked(&world, "SELECT actor FROM audit_decisions").await.unwrap();
    assert!(found.rows[0][0].as_str().unwrap().starts_with("salted:sha256:"), "{found:?}");
}

/// Statements that want more than to read, and ones that would never end.
#[tokio::test]
async fn no_statement_writes_or_goes_on_for_ever() {
    let world = world().await;
    let other = world.path().with_file_name("other.db");
    let attach = format!("ATTACH '{}' AS other", other.display());
    let several = format!("SELECT 1; {attach}");
    for statement in [
        "DELETE FROM decisions",
        "INSERT INTO acts VALUES (9, 'x', 'x', 'x', 'x')",
        "WITH gone AS (SELECT 1) DELETE FROM decisions",
        "WITH gone AS (SELECT 1) INSERT INTO acts SELECT 9, 'x', 'x', 'x', 'x'",
        "CREATE TABLE mine (a INTEGER)",
        "CREATE TEMP TABLE mine AS SELECT 1",
        "DROP VIEW audit_decisions",
        "PRAGMA writable_schema = 1",
        "PRAGMA query_only = 0",
        "VACUUM INTO '/dev/null'",
        "BEGIN EXCLUSIVE",
        attach.as_str(),
        several.as_str(),
        "SELECT 1; DELETE FROM decisions",
        "SELECT load_extension('/dev/null')",
        "SELECT * INTO mine FROM decisions",
        "",
    ] {
        let error = asked(&world, statement).await.unwrap_err();
        assert!(matches!(error, SqlError::Refused(_) | SqlError::Database(_)), "{statement}: {error}");
    }
    assert!(!other.exists());
    let ledger = world.open().await;
    assert_eq!(ledger.projections().await.unwrap().differences, []);
    ledger.close().await;
    let endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT ";
    let limits = SqlLimits { time_max: Duration::from_millis(200), ..SqlLimits::default() };
    let counted = ask(world.place(), &format!("{endless} COUNT(*) FROM n"), limits).await.unwrap_err();
    assert!(counted.to_string().contains("200 ms") || counted.to_string().contains("timeout"), "{counted}");
}

#[tokio::test]
async fn rows_and_bytes_are_limited() {
    let world = world().await;
    let endless =
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000) SELECT i, 'xxxxxxxx' FROM n";
    let rows = SqlLimits { rows_max: 7, ..SqlLimits::default() };
    let found = ask(world.place(), endless, rows).await.unwrap();
    assert_eq!((found.rows.len(), found.more), (7, true));
    let bytes = SqlLimits { bytes_max: 100, ..SqlLimits::default() };
    let found = ask(world.place(), endless, bytes).await.unwrap();
    assert_eq!((found.rows.len(), found.more), (6, true));
    assert!(!asked(&world, endless).await.unwrap().more);
}
