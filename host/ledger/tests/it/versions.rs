//! Builds of which one is newer, on one record: a migration that only adds keeps nobody out, and what the older one does not know is made by the newer.
//!
//! This build plays both: the older one beside tables of a migration that it does not know, and the newer one where the rows of its newest
//! tables are missing, as one that does not know them leaves it.

use crate::{
    backend::ENDS_AT_POISON,
    sample,
    search::search,
    trees::{everything, traced},
    world::{World, record},
};
use std::time::Duration;
use tidegate_ledger::{
    act::{Act, ActRecord},
    config::LedgerConfig,
    error::LedgerError,
    ledger::Ledger,
    rebuild::{self, Compared},
    schema::OtherTables,
    search::{Search, Term, Window},
};

/// A migration of a newer build, which adds a derived table.
const EXPANDED: &str = "CREATE TABLE later_rows (leaf_index BIGINT PRIMARY KEY REFERENCES leaves (leaf_index)); \
    INSERT INTO derived_reached (generation, next_leaf) VALUES (9, 0); \
    INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
    VALUES (9001, 'later', TRUE, zeroblob(4), 0)";
/// What one says that changes what older builds use.
const CONTRACTED: &str = "UPDATE schema_compatible SET since = 9001";
/// What a build leaves out of leaves from 3 on that does not know the tables that came later, all within one hour.
const LEFT_OUT: &str = "DELETE FROM decision_facts WHERE leaf_index >= 3; DELETE FROM decision_terms WHERE leaf_index >= 3; \
    DELETE FROM stage_results WHERE leaf_index >= 3; DELETE FROM rule_findings WHERE leaf_index >= 3; \
    DELETE FROM acts WHERE leaf_index >= 3; DELETE FROM span_attributes WHERE span_no >= 3 * 65536; \
    DELETE FROM spans WHERE leaf_index >= 3; DELETE FROM traces WHERE leaf_index >= 3; \
    DELETE FROM trace_profiles WHERE leaf_index >= 3; UPDATE profile_hours SET trees = 3; UPDATE decision_hours SET last_leaf = 2, decisions = 3; \
    UPDATE derived_reached SET next_leaf = 3";

async fn decide(ledger: &Ledger, names: &[&str]) {
    for name in names {
        ledger.record(traced(name, &everything(7))).await.unwrap();
    }
}

/// An act after those decisions.
async fn act(ledger: &Ledger) {
    let act = Act::ClockJumped { expected: sample::now(), found: sample::now().plus(Duration::from_secs(60)) };
    let host_version = "0.1.0".parse().unwrap();
    let at = sample::now();
    ledger.act(ActRecord { act, at, host_version, bodies: Vec::new(), notices: Vec::new() }).await.unwrap();
}

/// Leaves 0 to 2 as this build records them, 3 to 5 as one does that does not know the newest tables. The ledger is open.
pub(crate) async fn beside_an_older_gate(world: &World) -> Ledger {
    let ledger = world.open().await;
    decide(&ledger, &["d0", "d1", "d2", "d3"]).await;
    act(&ledger).await;
    decide(&ledger, &["d5"]).await;
    ledger.keep_up().await.unwrap();
    world.tamper(LEFT_OUT).await;
    assert_eq!(world.rows("acts").await, [""; 0]);
    ledger
}

/// Everything is there and counted, for whoever looks and whoever verifies.
pub(crate) async fn nothing_is_missing(ledger: &Ledger, decisions: usize) {
    assert_eq!(ledger.projections().await.unwrap(), Compared::default());
    assert_eq!(ledger.verify().await.unwrap().findings, []);
    let api = Search { terms: vec![(Term::Service, "api".into())], limit: 100, ..search() };
    assert_eq!(ledger.search(&api).await.unwrap().decisions.len(), decisions);
    let asked = Search { window: Window { from: Some(sample::now()), to: None }, limit: 100, ..search() };
    assert_eq!(ledger.search(&asked).await.unwrap().decisions.len(), decisions);
}

async fn reached(world: &World) -> Vec<String> {
    world.rows("derived_reached").await
}

#[tokio::test]
async fn a_build_serves_tables_to_which_a_newer_one_only_added() {
    let world = World::new();
    let ledger = world.open().await;
    decide(&ledger, &["d0"]).await;
    world.tamper(EXPANDED).await;
    decide(&ledger, &["d1"]).await;
    ledger.close().await;
    for name in ["d2", "d3"] {
        let ledger = world.open().await;
        decide(&ledger, &[name]).await;
        ledger.close().await;
    }
    rebuild::rebuild(world.place(), &LedgerConfig::default()).await.unwrap();
    let ledger = world.open().await;
    nothing_is_missing(&ledger, 4).await;
    ledger.close().await;
    let reached = reached(&world).await;
    assert!(reached.contains(&"Some(9),Some(0)".to_owned()), "that table is for others to fill: {reached:?}");
    assert!(reached.contains(&"Some(1),Some(4)".to_owned()), "{reached:?}");
}

#[tokio::test]
async fn a_build_is_refused_by_tables_that_were_changed_under_it() {
    let world = World::new();
    world.open().await.close().await;
    world.tamper(EXPANDED).await;
    world.tamper(CONTRACTED).await;
    let opened = world.try_open(LedgerConfig::default()).await.unwrap_err();
    let rebuilt = rebuild::rebuild(world.place(), &LedgerConfig::default()).await.unwrap_err();
    let LedgerError::OtherTables { cause: OtherTables::Newer { newest, .. }, .. } = opened else { panic!("{opened}") };
    assert!(newest < 9001);
    for error in [opened.to_string(), rebuilt.to_string()] {
        assert!(error.contains("migration 9001") && error.contains(&format!("knows is {newest};")), "{error}");
    }
}

#[tokio::test]
async fn a_gate_that_comes_back_to_tables_that_were_changed_writes_nothing() {
    let world = World::new();
    let ledger = world.open().await;
    decide(&ledger, &["d0"]).await;
    // Or its rows, which are made a moment later, would be what it comes back for.
    ledger.keep_up().await.unwrap();
    world.tamper(ENDS_AT_POISON).await;
    ledger.record(record("poison", sample::judgement())).await.unwrap_err();
    world.tamper(EXPANDED).await;
    world.tamper(CONTRACTED).await;
    let error = ledger.record(record("d1", sample::judgement())).await.unwrap_err().to_string();
    assert!(error.contains("migration 9001"), "{error}");
    assert!(ledger.ready().await.is_err());
    world.tamper("UPDATE schema_compatible SET since = 21").await;
    decide(&ledger, &["d1"]).await;
    nothing_is_missing(&ledger, 2).await;
}

#[tokio::test]
async fn builds_of_two_lines_do_not_serve_one_another() {
    // There is no migration 4. The other lacks one of this build's, and has one that this build does not know.
    for line in [
        "UPDATE _sqlx_migrations SET version = 4 WHERE version = 9001",
        "DELETE FROM _sqlx_migrations WHERE version = 18",
    ] {
        let world = World::new();
        world.open().await.close().await;
        world.tamper(EXPANDED).await;
        world.tamper(line).await;
        let error = world.try_open(LedgerConfig::default()).await.unwrap_err();
        let of_another_line =
            |cause: &OtherTables| matches!(cause, OtherTables::OfAnotherLine { migration: 4 | 18, .. });
        assert!(matches!(&error, LedgerError::OtherTables { cause, .. } if of_another_line(cause)), "{line}: {error}");
    }
}

#[tokio::test]
async fn what_an_older_build_left_out_is_made_when_a_newer_one_opens_the_ledger() {
    let world = World::new();
    beside_an_older_gate(&world).await.close().await;
    let ledger = world.open().await;
    nothing_is_missing(&ledger, 5).await;
    ledger.close().await;
}

#[tokio::test]
async fn what_an_older_gate_leaves_out_is_made_before_the_next_leaf() {
    let world = World::new();
    let ledger = beside_an_older_gate(&world).await;
    decide(&ledger, &["d6"]).await;
    nothing_is_missing(&ledger, 6).await;
    ledger.close().await;
}

#[tokio::test]
async fn what_an_older_gate_leaves_out_is_made_by_one_that_only_looks() {
    let world = World::new();
    let ledger = beside_an_older_gate(&world).await;
    ledger.keep_up().await.unwrap();
    nothing_is_missing(&ledger, 5).await;
    ledger.close().await;
}

#[tokio::test]
async fn rows_of_a_build_that_did_not_count_them_are_not_made_twice() {
    let world = World::new();
    let ledger = world.open().await;
    decide(&ledger, &["d0", "d1"]).await;
    act(&ledger).await;
    world.tamper("UPDATE derived_reached SET next_leaf = 0").await;
    decide(&ledger, &["d2"]).await;
    nothing_is_missing(&ledger, 3).await;
    assert_eq!(reached(&world).await[0], "Some(1),Some(4)");
    ledger.close().await;
}
