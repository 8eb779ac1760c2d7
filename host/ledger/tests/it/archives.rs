//! Archives: what is closed moves to a file that is a ledger of its own, what is still needed stays, and every proof goes on.

use crate::{
    checkpoints::{beside, open, signing},
    sample,
    tree::grow,
    world::{World, id},
};
use sqlx::AssertSqlSafe;
use std::{fs, path::PathBuf, sync::Arc, time::Duration};
use tidegate_core::time::Timestamp;
use tidegate_ledger::{
    archive::{Archived, Archiving, Step, archive, error::ArchiveError, outlook},
    config::LedgerConfig,
    error::LedgerError,
    generate::{self, Plan},
    ledger::Ledger,
    proof::TreeHead,
    rebuild::{self, Compared},
    snapshot::Reader,
    tile::Tile,
};

/// Made-up decisions, a minute apart from the first of January 2026 on.
pub(crate) const MADE: u64 = 300;

/// The decision of that number.
fn made(number: u64) -> String {
    plan().record(number).circumstances.decision.to_string()
}

fn plan() -> Plan {
    Plan { decisions: MADE, seed: 7, first: sample::at("2026-01-01T00:00:00Z"), every: Duration::from_secs(60) }
}

pub(crate) async fn filled() -> World {
    let world = World::new();
    generate::fill(world.place(), &LedgerConfig::default(), &plan()).await.unwrap();
    world
}

pub(crate) fn folder(world: &World) -> PathBuf {
    beside(world, "archives")
}

pub(crate) fn archiving(world: &World, until: &str) -> Archiving {
    Archiving {
        until: sample::at(until),
        to: folder(world),
        by: "ada".into(),
        now: sample::at("2027-06-01T00:00:00Z"),
        host_version: "0.1.0".parse().unwrap(),
    }
}

pub(crate) fn config(world: &World) -> LedgerConfig {
    LedgerConfig { checkpoints: Some(signing(world)), ..LedgerConfig::default() }
}

pub(crate) async fn moved(world: &World, until: &str) -> Result<(Archived, PathBuf), ArchiveError> {
    archive(world.place(), &config(world), &archiving(world, until), |_| ()).await
}

async fn count(world: &World, from: &str) -> i64 {
    let mut raw = world.raw().await;
    let query = AssertSqlSafe(format!("SELECT COUNT(*) FROM {from}"));
    sqlx::query_scalar(query).fetch_one(&mut raw).await.unwrap()
}

/// Everything fits: leaves, rows, and the archives beside them.
pub(crate) async fn fits(world: &World) {
    let ledger = open(world).await;
    assert_eq!(ledger.verify().await.unwrap().findings, []);
    assert_eq!(ledger.projections().await.unwrap(), Compared::default());
    if folder(world).exists() {
        assert_eq!(ledger.verify_archives(&folder(world), ledger.verifier()).await.unwrap().findings, []);
    }
    ledger.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_closed_moves_to_a_file_and_every_proof_goes_on() {
    let world = filled().await;
    let (bodies, spans) = (count(&world, "blobs").await, count(&world, "spans").await);
    let before = open(&world).await;
    let (receipt, head) = (before.receipt(3).await.unwrap(), before.tree_head().await.unwrap());
    before.close().await;
    let (archived, path) = moved(&world, "2026-03-01T00:00:00Z").await.unwrap();
    assert_eq!((archived.first, archived.through.size, archived.leaf_index), (0, 256, MADE));
    fits(&world).await;

    assert!(count(&world, "blobs").await < bodies && count(&world, "spans").await < spans);
    let there = count(&world, "decisions").await.unsigned_abs();
    assert_eq!(there + archived.decisions, MADE);
    assert_eq!(count(&world, "archived_decisions").await.unsigned_abs(), archived.decisions);

    let ledger = open(&world).await;
    assert!(ledger.decision(&id(&made(3))).await.unwrap().is_none());
    let elsewhere = ledger.elsewhere(&id(&made(3))).await.unwrap().unwrap();
    assert_eq!((elsewhere.archived.leaf_index, &elsewhere.archived.archive), (3, &archived));
    assert_eq!(ledger.elsewhere(&id(&made(MADE - 1))).await.unwrap(), None);
    assert!(ledger.decision(&id(&made(MADE - 1))).await.unwrap().is_some());
    // The leaf is there, and with it the entry bundle, the receipt, and what an older receipt and an older head prove.
    assert_eq!(ledger.holds(&receipt, ledger.verifier().unwrap()).await.unwrap().index, 3);
    assert_eq!(ledger.holds(&ledger.receipt(3).await.unwrap(), ledger.verifier().unwrap()).await.unwrap().index, 3);
    let bundle: Tile = "entries/000".parse().unwrap();
    assert!(ledger.tile(&bundle).await.unwrap().unwrap().windows(made(3).len()).any(|some| some == made(3).as_bytes()));
    assert!(!ledger.consistency(head.size, head.size + 1).await.unwrap().is_empty());
    grow(&ledger, 0, 3).await;
    ledger.close().await;

    // The archive is a ledger that is only read.
    let reader = Reader::open(path.join("ledger.sqlite").as_path(), &LedgerConfig::default()).unwrap();
    let mut view = reader.snapshot().await.unwrap();
    let replayable = view.replayable(&id(&made(3))).await.unwrap().unwrap();
    assert_eq!((replayable.leaf.index, replayable.came.score.is_some()), (3, true));
    drop(view);
    reader.close().await;
    let opened = Ledger::open(path.join("ledger.sqlite").as_path(), LedgerConfig::default()).await;
    assert!(matches!(opened, Err(LedgerError::Archive { .. })), "{opened:?}");
    fits(&world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_next_archive_begins_where_the_last_one_ended_and_a_rebuild_changes_nothing() {
    let world = filled().await;
    moved(&world, "2026-03-01T00:00:00Z").await.unwrap();
    let ledger = open(&world).await;
    // The archive's own leaf is of 2027, and time in the ledger does not go back.
    grow(&ledger, 0, 230).await;
    ledger.close().await;
    let nothing = moved(&world, "2026-03-01T00:00:00Z").await;
    assert!(matches!(nothing, Err(ArchiveError::Nothing { archived: 256, closed: MADE, .. })), "{nothing:?}");
    let later = Archiving { now: sample::at("2028-01-01T00:00:00Z"), ..archiving(&world, "2027-07-01T00:00:00Z") };
    let (archived, path) = archive(world.place(), &config(&world), &later, |_| ()).await.unwrap();
    assert_eq!((archived.first, archived.through.size), (256, 512));
    fits(&world).await;
    // What the first one kept is in the second.
    let reader = Reader::open(path.join("ledger.sqlite").as_path(), &LedgerConfig::default()).unwrap();
    let mut view = reader.snapshot().await.unwrap();
    assert!(view.replayable(&id(&made(3))).await.unwrap().is_none());
    assert!(view.replayable(&id(&made(MADE - 1))).await.unwrap().is_some());
    drop(view);
    reader.close().await;
    let rebuilt = rebuild::rebuild(world.place(), &LedgerConfig::default()).await.unwrap();
    assert!(rebuilt.tables.iter().all(|table| (table.removed, table.written) == (0, 0)), "{rebuilt:?}");
    assert_eq!(rebuilt.unplaced, Vec::<u64>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_would_be_moved_is_told_and_nothing_changes() {
    let world = filled().await;
    open(&world).await.close().await;
    let tables = ["decisions", "blobs", "leaves", "archives"];
    let mut before = Vec::new();
    for table in tables {
        before.push(world.rows(table).await);
    }
    let Archiving { until, now, .. } = archiving(&world, "2026-03-01T00:00:00Z");
    let told = outlook(world.place(), &LedgerConfig::default(), until, now).await.unwrap();
    for (table, before) in tables.into_iter().zip(before) {
        assert_eq!(world.rows(table).await, before, "{table}");
    }
    let bodies = count(&world, "blobs").await;
    let (archived, _) = moved(&world, "2026-03-01T00:00:00Z").await.unwrap();
    assert_eq!((told.first, told.size, told.decisions), (0, 256, archived.decisions));
    assert_eq!(told.kept + told.decisions, 256);
    // The manifest came with it.
    assert_eq!(count(&world, "blobs").await, bodies - i64::try_from(told.bodies).unwrap() + 1);
    assert!(told.body_bytes > 0);
}

#[tokio::test]
async fn what_is_young_and_what_fills_no_tile_stays() {
    let world = World::new();
    let ledger = open(&world).await;
    grow(&ledger, 0, 3).await;
    ledger.close().await;
    let soon = Archiving { now: sample::at("2026-04-02T00:00:00Z"), ..archiving(&world, "2026-04-01T00:00:00Z") };
    let young = archive(world.place(), &config(&world), &soon, |_| ()).await;
    assert!(matches!(young, Err(ArchiveError::TooYoung { .. })));
    let few = moved(&world, "2026-05-01T00:00:00Z").await;
    assert!(matches!(few, Err(ArchiveError::Nothing { closed: 3, archived: 0, .. })), "{few:?}");
    assert!(!folder(&world).exists());
}

/// Whoever is told of this step is gone at that moment, with all that it holds and with whoever wrote for it.
fn killed_at(world: &World, step: Step) {
    let (place, config, archiving) = (world.place(), config(world), archiving(world, "2026-03-01T00:00:00Z"));
    let killed = std::thread::spawn(move || {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let killing = |at: Step| assert!(at != step, "killed at {at:?}");
        runtime.block_on(archive(place, &config, &archiving, killing)).map(drop)
    });
    assert!(killed.join().is_err(), "{step:?}");
}

#[test]
fn whoever_is_killed_at_a_step_leaves_the_old_state_or_the_new_one_and_can_begin_again() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    for step in [Step::Written, Step::Verified, Step::Named, Step::Recorded] {
        let world = runtime.block_on(filled());
        killed_at(&world, step);
        runtime.block_on(async {
            let is_moved = step == Step::Recorded;
            let ledger = open(&world).await;
            assert_eq!(ledger.archives().await.unwrap().len(), usize::from(is_moved), "{step:?}");
            assert_eq!(ledger.decision(&id(&made(3))).await.unwrap().is_none(), is_moved, "{step:?}");
            assert_eq!(ledger.projections().await.unwrap(), Compared::default(), "{step:?}");
            ledger.close().await;
            let again = moved(&world, "2026-03-01T00:00:00Z").await;
            assert_eq!(matches!(again, Err(ArchiveError::Nothing { .. })), is_moved, "{step:?}: {again:?}");
            assert_eq!(again.is_ok(), !is_moved, "{step:?}: {again:?}");
            fits(&world).await;
            let names = fs::read_dir(folder(&world)).unwrap().map(|entry| entry.unwrap().file_name());
            assert_eq!(names.collect::<Vec<_>>(), ["000000000000-000000000256"], "{step:?}");
        });
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_acts_on_a_decision_while_it_is_moved_is_not_overruled() {
    let world = filled().await;
    let (place, config, archiving) = (world.place(), config(&world), archiving(&world, "2026-03-01T00:00:00Z"));
    let (first, last) = (Arc::<str>::from(made(3)), Arc::<str>::from(made(4)));
    let raw = world.url();
    let spoken = archive(place, &config, &archiving, move |step| {
        if step == Step::Named {
            let (first, last, raw) = (first.clone(), last.clone(), raw.clone());
            // As another gate would have written it meanwhile.
            let thread = std::thread::spawn(move || {
                let runtime = tokio::runtime::Runtime::new().unwrap();
                runtime.block_on(spoken_of(&raw, &first, &last));
            });
            thread.join().unwrap();
        }
    });
    let refused = spoken.await.unwrap_err();
    assert!(refused.to_string().contains("plan it again"), "{refused}");
    assert_eq!(count(&world, "archives").await, 0);
    assert_eq!(count(&world, "decisions").await.unsigned_abs(), MADE);
}

/// Rows of an event of a later leaf, past the ledger.
async fn spoken_of(url: &str, decision: &str, other: &str) {
    use sqlx::Connection as _;
    sqlx::any::install_default_drivers();
    let mut raw = sqlx::AnyConnection::connect(url).await.unwrap();
    for (leaf, decision) in [(MADE - 1, decision), (MADE - 2, other)] {
        sqlx::query(
            "INSERT INTO deployment_events (leaf_index, decision, deployment, event, permitted, at, said_at, said_by) \
             VALUES ($1, $2, 'd', 'started', 1, '2026-03-01T00:00:00.000000000Z', NULL, 'ci')",
        )
        .bind(i64::try_from(leaf).unwrap())
        .bind(decision.to_owned())
        .execute(&mut raw)
        .await
        .unwrap();
    }
    raw.close().await.unwrap();
}

#[tokio::test]
async fn time_and_head_of_an_archive_are_those_of_the_ledger_then() {
    let world = filled().await;
    let (archived, _) = moved(&world, "2026-03-01T00:00:00Z").await.unwrap();
    let ledger = open(&world).await;
    let TreeHead { size, root } = archived.through;
    assert_eq!(ledger.root(size).await.unwrap(), root);
    assert_eq!((archived.at, &*archived.by), (Timestamp::parse("2027-06-01T00:00:00Z").unwrap(), "ada"));
    ledger.close().await;
}
