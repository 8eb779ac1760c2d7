//! Made-up decisions: the same for the same seed, and as good a record as any.

use crate::world::World;
use std::time::Duration;
use tidegate_core::time::Timestamp;
use tidegate_ledger::{
    config::LedgerConfig,
    generate::{self, GenerateError, Plan},
    rebuild::Compared,
    trace_search::{Search, Sight, Window},
    traceql::parse,
};

fn plan(seed: u64) -> Plan {
    let first = Timestamp::parse("2026-01-01T00:00:00Z").unwrap();
    Plan { decisions: 300, seed, first, every: Duration::from_secs(30) }
}

/// Every table that follows from leaves, but for what is salted.
async fn made(seed: u64) -> Vec<String> {
    let world = World::new();
    generate::fill(world.place(), &LedgerConfig::default(), &plan(seed)).await.unwrap();
    let mut raw = world.raw().await;
    let mut rows: Vec<String> = Vec::new();
    for columns in [
        "leaf_index || ' ' || trace_id || ' ' || decision || ' ' || start_ns || ' ' || duration_ns FROM traces",
        "span_no || ' ' || span_id || ' ' || name || ' ' || start_ns || ' ' || duration_ns FROM spans",
        "key_id || ' ' || span_no || ' ' || value_id FROM span_attributes",
        "id || ' ' || outcome || ' ' || environment || ' ' || recorded_at FROM decisions",
    ] {
        let query = format!("SELECT {columns} ORDER BY 1");
        let some: Vec<String> = sqlx::query_scalar(sqlx::AssertSqlSafe(query)).fetch_all(&mut raw).await.unwrap();
        rows.extend(some);
    }
    rows
}

#[tokio::test]
async fn the_same_seed_makes_the_same_record_and_another_one_another() {
    let first = made(7).await;
    assert!(first.len() > 300 * 9, "{}", first.len());
    assert_eq!(first, made(7).await);
    assert_ne!(first, made(8).await);
}

#[tokio::test]
async fn what_was_made_is_a_whole_record_in_which_spans_are_found() {
    let world = World::new();
    generate::fill(world.place(), &LedgerConfig::default(), &plan(7)).await.unwrap();
    let ledger = world.open().await;
    assert_eq!(ledger.projections().await.unwrap(), Compared::default());
    let query = parse("{ span.tidegate.stage.result = \"fail\" }").unwrap();
    let search = Search { query: &query, window: Window::ALL, sight: Sight::All, traces_max: 20, spans_max: 3 };
    assert_eq!(ledger.find_traces(search).await.unwrap().traces.len(), 20);
    ledger.close().await;
    let again = generate::fill(world.place(), &LedgerConfig::default(), &plan(7)).await;
    assert!(matches!(again, Err(GenerateError::NotEmpty { leaves: 300 })), "{again:?}");
}

/// Spans, events and attributes are called as the gate calls them: a query over made-up decisions is one over real ones.
#[tokio::test]
async fn whatever_is_made_up_has_a_name_that_the_gate_gives() {
    let names = include_str!("../../../server/src/telemetry/names.rs");
    let world = World::new();
    generate::fill(world.place(), &LedgerConfig::default(), &plan(1)).await.unwrap();
    let mut raw = world.raw().await;
    let made: Vec<(String,)> = sqlx::query_as(
        "SELECT DISTINCT name FROM spans UNION SELECT name FROM attribute_keys WHERE scope IN ('span', 'event', 'resource') \
         UNION SELECT DISTINCT v.text FROM span_attributes a JOIN attribute_keys k ON k.id = a.key_id \
         JOIN attribute_values v ON v.id = a.value_id WHERE k.name = 'event:name'",
    )
    .fetch_all(&mut raw)
    .await
    .unwrap();
    assert!(made.len() > 30, "{made:?}");
    let unknown: Vec<_> = made.iter().filter(|(name,)| !names.contains(&format!("= \"{name}\";"))).collect();
    assert!(unknown.is_empty(), "{unknown:?}");
}
