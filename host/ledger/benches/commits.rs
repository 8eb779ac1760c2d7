//! What group commit is worth, and what readers cost it: 64 clients, each waiting for its record before it sends the next. Every record
//! has a span tree of nine spans, as a gate's have.
//!
//! Prints records a second, when they are answered for and when everything of a round is found, and ratios of the same run. Absolute numbers are those of a disk; the ratios are what is promised.

#![expect(clippy::unwrap_used, reason = "a benchmark that cannot go on should stop")]

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};
use tidegate_core::time::Timestamp;
use tidegate_ledger::{config::LedgerConfig, generate::Plan, ledger::Ledger, record::DecisionRecord};
use tokio::{runtime::Builder, task::JoinSet};

const CLIENTS: usize = 64;
const READERS: usize = 4;
/// How long a reader waits before it reads again: up to two hundred reads a second of all of them.
const PAUSE: Duration = Duration::from_millis(20);
const ROUND: Duration = Duration::from_secs(6);
/// Each kind of round, in turn, so that a disk that changes its mood changes it for all.
const ROUNDS: usize = 3;

/// More than a client records in a round. Made beforehand: what it takes to make one is no part of what it takes to keep it.
const A_CLIENT: u64 = 500;

fn record(number: u64) -> DecisionRecord {
    let first = Timestamp::parse("2026-01-01T00:00:00Z").unwrap();
    Plan { decisions: u64::MAX, seed: 7, first, every: Duration::from_millis(1) }.record(number)
}

/// What a round showed, each in a second.
struct Round {
    records: f64,
    /// The same, counted until everything recorded is found.
    found: f64,
    reads: f64,
}

/// Clients record until time is up; readers read decisions all the while.
async fn round(batch_max: usize, readers: usize, pause: Duration) -> Round {
    let made: Vec<Vec<DecisionRecord>> = (0..CLIENTS as u64)
        .map(|client| (1..=A_CLIENT).map(|number| record(client * A_CLIENT + number)).collect())
        .collect();
    let folder = tempfile::tempdir_in(std::env::var_os("BENCH_DIR").unwrap_or_else(|| ".".into())).unwrap();
    let config = LedgerConfig { batch_max, ..LedgerConfig::default() };
    let ledger = Ledger::open(&folder.path().join("ledger.sqlite"), config).await.unwrap();
    let (over, reads) = (Arc::<AtomicBool>::default(), Arc::<AtomicU64>::default());
    let first = record(0);
    let id = first.circumstances.decision.clone();
    ledger.record(first).await.unwrap();
    let mut reading = JoinSet::new();
    for _ in 0..readers {
        let (ledger, over, reads, id) = (ledger.clone(), over.clone(), reads.clone(), id.clone());
        reading.spawn(async move {
            while !over.load(Ordering::Relaxed) {
                ledger.decision(&id).await.unwrap().unwrap();
                reads.fetch_add(1, Ordering::Relaxed);
                if !pause.is_zero() {
                    tokio::time::sleep(pause).await;
                }
            }
        });
    }
    let began = Instant::now();
    let mut clients = JoinSet::new();
    for records in made {
        let ledger = ledger.clone();
        clients.spawn(async move {
            let mut done = 0_u32;
            for record in records {
                if began.elapsed() >= ROUND {
                    break;
                }
                ledger.record(record).await.unwrap();
                done += 1;
            }
            done
        });
    }
    let records: u32 = clients.join_all().await.into_iter().sum();
    let took = began.elapsed().as_secs_f64();
    ledger.keep_up().await.unwrap();
    let until_found = began.elapsed().as_secs_f64();
    over.store(true, Ordering::Relaxed);
    reading.join_all().await;
    ledger.close().await;
    #[expect(clippy::cast_precision_loss, reason = "a count of a few seconds")]
    let read = reads.load(Ordering::Relaxed) as f64;
    Round { records: f64::from(records) / took, found: f64::from(records) / until_found, reads: read / took }
}

fn main() {
    // `cargo test` runs benches too, without this word, and wants to know only that they build.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let runtime = Builder::new_multi_thread().enable_all().build().unwrap();
    let batch_max = LedgerConfig::default().batch_max;
    let kinds =
        [(1, 0, PAUSE), (batch_max, 0, PAUSE), (batch_max, READERS, PAUSE), (batch_max, READERS, Duration::ZERO)];
    let mut sums = kinds.map(|_| Round { records: 0.0, found: 0.0, reads: 0.0 });
    for _ in 0..ROUNDS {
        for ((batch_max, readers, pause), sum) in kinds.into_iter().zip(&mut sums) {
            let Round { records, found, reads } = runtime.block_on(round(batch_max, readers, pause));
            sum.records += records;
            sum.found += found;
            sum.reads += reads;
        }
    }
    let rounds = f64::from(u32::try_from(ROUNDS).unwrap());
    let [single, grouped, beside, beside_all] = sums;
    for (what, sum) in [("one record a commit", &single), ("group commit", &grouped)] {
        println!(
            "{what}: {:.0} records/s by {CLIENTS} clients, {:.1} times as many; {:.0} a second until all are found",
            sum.records / rounds,
            sum.records / single.records,
            sum.found / rounds
        );
    }
    for (what, sum) in [("reads", &beside), ("as many reads as can be", &beside_all)] {
        println!(
            "group commit beside {what}: {:.0} records/s, {:.2} of those without, {:.0} reads/s by {READERS} readers",
            sum.records / rounds,
            sum.records / grouped.records,
            sum.reads / rounds
        );
    }
}
