//! The rows that span trees are searched by: written with the leaf, for leaves of before when the ledger is opened.

use crate::{
    trees::{bytes, everything, pair, part, span, text, traced},
    world::World,
};
use std::collections::BTreeSet;
use tidegate_ledger::rebuild::Compared;

const TABLES: [&str; 5] = ["traces", "spans", "attribute_keys", "attribute_values", "span_attributes"];

async fn counts(world: &World) -> Vec<i64> {
    let mut raw = world.raw().await;
    let mut counts = Vec::new();
    for table in TABLES {
        let count = format!("SELECT COUNT(*) FROM {table}");
        counts.push(sqlx::query_scalar(sqlx::AssertSqlSafe(count)).fetch_one(&mut raw).await.unwrap());
    }
    counts
}

/// Scope, name, place of the span and value of every use.
async fn uses(world: &World) -> BTreeSet<(String, String, i64, String)> {
    let mut raw = world.raw().await;
    let rows: Vec<(String, String, i64, String)> = sqlx::query_as(
        "SELECT k.scope, k.name, a.span_no % 65536, v.text FROM span_attributes a \
         JOIN attribute_keys k ON k.id = a.key_id JOIN attribute_values v ON v.id = a.value_id",
    )
    .fetch_all(&mut raw)
    .await
    .unwrap();
    rows.into_iter().collect()
}

#[tokio::test]
async fn every_attribute_of_a_tree_is_a_row_of_whoever_carries_it() {
    let world = World::new();
    let ledger = world.open().await;
    ledger.record(traced("a", &everything(7))).await.unwrap();
    ledger.close().await;
    let uses = uses(&world).await;
    let wanted = [
        ("span", "flag", 0, "true"),
        ("span", "flag", 1, "true"),
        ("span", "ratio", 0, "0.5"),
        ("span", "services", 0, "api"),
        ("span", "services", 0, "web"),
        ("span", "number", 1, "1"),
        ("span", "number", 2, "1.0"),
        ("event", "rule", 0, "pass-rate"),
        ("event", "line", 0, "7"),
        ("link", "kind", 0, "retried"),
        ("resource", "service.name", 0, "tidegate"),
        ("resource", "service.name", 2, "other"),
        ("intrinsic", "name", 0, "request"),
        ("intrinsic", "name", 1, "decision"),
        ("intrinsic", "name", 2, "elsewhere"),
        ("intrinsic", "rootName", 0, "request"),
        ("intrinsic", "rootServiceName", 0, "tidegate"),
        ("intrinsic", "statusMessage", 0, "broken"),
        ("intrinsic", "event:name", 0, "found"),
        ("intrinsic", "link:traceID", 0, "09090909090909090909090909090909"),
        ("intrinsic", "link:spanID", 0, "0808080808080808"),
        ("intrinsic", "instrumentation:name", 0, "gate"),
        ("intrinsic", "instrumentation:name", 2, "library"),
    ];
    let wanted: BTreeSet<_> = wanted
        .into_iter()
        .map(|(scope, name, place, value)| (scope.to_owned(), name.to_owned(), place, value.to_owned()))
        .collect();
    assert_eq!(uses, wanted);
}

#[tokio::test]
async fn a_tree_begins_with_its_first_span_and_ends_with_its_last() {
    let world = World::new();
    let ledger = world.open().await;
    // The root stands last, and its parent is somebody else's span.
    let spans = vec![span(7, 9, Some(3), "inner", vec![]), span(7, 3, Some(200), "outer", vec![])];
    ledger.record(traced("a", &bytes(vec![part(vec![pair("service.name", text("x"))], "", spans)]))).await.unwrap();
    ledger.close().await;
    let mut raw = world.raw().await;
    let row: (String, String, String, i64, i64, i64) =
        sqlx::query_as("SELECT trace_id, root_service, root_name, start_ns, duration_ns, spans FROM traces")
            .fetch_one(&mut raw)
            .await
            .unwrap();
    assert_eq!(row, ("07".repeat(16), "x".to_owned(), "outer".to_owned(), 1_000_000_003, 106, 2));
}

#[tokio::test]
async fn trees_that_an_older_program_recorded_are_indexed_when_the_ledger_is_opened() {
    let world = World::new();
    let ledger = world.open().await;
    for number in 0..70 {
        ledger.record(traced(&format!("d{number}"), &everything(number))).await.unwrap();
    }
    ledger.close().await;
    let before = (counts(&world).await, uses(&world).await);
    assert!(before.0.iter().all(|count| *count > 0), "{before:?}");
    world
        .tamper(
            "DELETE FROM traces; DELETE FROM spans; DELETE FROM attribute_keys; DELETE FROM attribute_values; \
             DELETE FROM span_attributes; DELETE FROM trace_reaches; \
             UPDATE derived_generation SET generation = 1",
        )
        .await;
    let ledger = world.open().await;
    assert_eq!((counts(&world).await, uses(&world).await), before);
    assert_eq!(ledger.projections().await.unwrap(), Compared::default());
    ledger.close().await;
}

#[tokio::test]
async fn a_tree_that_was_recorded_before_is_indexed_for_each_decision() {
    let world = World::new();
    let ledger = world.open().await;
    ledger.record(traced("a", &everything(7))).await.unwrap();
    let mut again = traced("b", &everything(7));
    again.bodies.clear();
    ledger.record(again).await.unwrap();
    assert_eq!(ledger.projections().await.unwrap(), Compared::default());
    ledger.close().await;
    assert_eq!(counts(&world).await[..2], [2, 6]);
}

#[tokio::test]
async fn what_is_no_tree_has_no_rows_and_is_recorded_all_the_same() {
    let world = World::new();
    let ledger = world.open().await;
    for (name, tree) in [("a", &b"no tree"[..]), ("b", b""), ("c", &bytes(vec![]))] {
        ledger.record(traced(name, tree)).await.unwrap();
    }
    assert_eq!(ledger.projections().await.unwrap(), Compared::default());
    ledger.close().await;
    assert_eq!(counts(&world).await, [0; 5]);
    world.open().await.close().await;
}

/// What a deleted tree said is found by the comparison, and nothing of it is left by a rebuild.
#[tokio::test]
async fn a_tree_that_is_gone_leaves_no_rows_and_changes_nobody_elses() {
    let world = World::new();
    let ledger = world.open().await;
    let own = |name: &str| bytes(vec![part(vec![], "", vec![span(7, 1, None, name, vec![pair("of", text(name))])])]);
    ledger.record(traced("a", &own("first"))).await.unwrap();
    ledger.record(traced("b", &own("second"))).await.unwrap();
    ledger.close().await;
    let first = tidegate_core::digest::Digest::of(&own("first")).to_string();
    let mut raw = world.raw().await;
    sqlx::query("DELETE FROM blobs WHERE digest = $1").bind(first).execute(&mut raw).await.unwrap();
    let before = uses(&world).await;
    tidegate_ledger::rebuild::rebuild(world.place(), &tidegate_ledger::config::LedgerConfig::default()).await.unwrap();
    let after = uses(&world).await;
    assert!(after.iter().all(|(.., value)| value != "first"), "{after:?}");
    let others: BTreeSet<_> = before.into_iter().filter(|(.., value)| value == "second").collect();
    assert!(others.iter().all(|row| after.contains(row)), "{after:?}");
}
