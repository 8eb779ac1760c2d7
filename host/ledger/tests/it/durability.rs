//! Law 4: what was acknowledged is there, whatever happens next.

use crate::{
    backend::Backend,
    sample,
    world::{World, id, record},
};
use std::{
    io::{BufRead as _, BufReader, Write as _},
    path::Path,
    process::{Command, Stdio},
};
use tidegate_ledger::{
    checkpoint::{CheckpointConfig, KeyPlace},
    config::LedgerConfig,
    error::RecordError,
    ledger::Ledger,
};

const VICTIM: &str = "TIDEGATE_LEDGER_TEST_VICTIM";

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

/// With a checkpoint file, which must never be ahead of the database, wherever the process was killed.
fn signing(path: &Path, key: KeyPlace) -> LedgerConfig {
    let sidecar = Some(path.with_extension("checkpoint"));
    let checkpoints = CheckpointConfig { origin: None, key, sidecar };
    LedgerConfig { checkpoints: Some(checkpoints), ..LedgerConfig::default() }
}

#[test]
fn an_acknowledged_record_is_there_after_everything_was_dropped() {
    let world = World::new();
    runtime().block_on(async {
        let ledger = world.open().await;
        for n in 0..10 {
            ledger.record(record(&format!("d{n}"), sample::judgement())).await.unwrap();
        }
        // Not closed: the runtime goes away, and the writer with it.
    });
    runtime().block_on(async {
        let ledger = world.open().await;
        for n in 0..10 {
            assert_eq!(ledger.decision(&id(&format!("d{n}"))).await.unwrap().unwrap().leaf_index, n);
        }
        ledger.close().await;
    });
}

#[test]
fn an_acknowledged_record_survives_kill_nine() {
    let world = World::new();
    let mut acknowledged = Vec::new();
    for round in 0..5_usize {
        let mut victim = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "durability::records_until_it_is_killed", "--ignored", "--nocapture"])
            .env(VICTIM, world.path())
            .env("LEDGER_TEST_URL", world.url())
            .env("TIDEGATE_LEDGER_TEST_ROUND", round.to_string())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(victim.stdout.take().unwrap()).lines();
        let ids = lines.map_while(Result::ok).filter_map(|line| Some(line.split_once("acknowledged ")?.1.to_owned()));
        acknowledged.extend(ids.take(20 + 17 * round));
        victim.kill().unwrap();
        victim.wait().unwrap();
        runtime().block_on(async {
            let ledger = world.try_open(signing(&world.path(), world.key(None))).await.unwrap();
            for name in &acknowledged {
                assert!(ledger.decision(&id(name)).await.unwrap().is_some(), "{name} is lost");
            }
            assert_eq!(ledger.verify().await.unwrap().findings, []);
            ledger.close().await;
        });
    }
    assert_eq!(acknowledged.len(), 20 + 37 + 54 + 71 + 88);
}

#[test]
#[ignore = "a process that `an_acknowledged_record_survives_kill_nine` starts and kills"]
fn records_until_it_is_killed() {
    let path = std::env::var_os(VICTIM).expect("this is started by another test");
    let round = std::env::var("TIDEGATE_LEDGER_TEST_ROUND").unwrap();
    runtime().block_on(async {
        let backend = Backend::of(&std::env::var("LEDGER_TEST_URL").unwrap(), Path::new(&path));
        let config = signing(Path::new(&path), backend.key(Path::new(&path), None));
        let ledger = Ledger::open(backend.place(), config).await.unwrap();
        let mut clients = tokio::task::JoinSet::new();
        for client in 0..8 {
            let (ledger, round) = (ledger.clone(), round.clone());
            clients.spawn(async move {
                for n in 0.. {
                    let name = format!("r{round}-c{client}-{n}");
                    ledger.record(record(&name, sample::judgement())).await.unwrap();
                    // Whole lines only: what was not printed was not acknowledged.
                    std::io::stdout().write_all(format!("acknowledged {name}\n").as_bytes()).unwrap();
                }
            });
        }
        while clients.join_next().await.is_some() {}
    });
}

#[tokio::test]
async fn a_client_that_hangs_up_does_not_lose_its_record() {
    let world = World::new();
    let ledger = world.open().await;
    let mut waiting = Box::pin(ledger.record(record("one", sample::judgement())));
    let polled = std::future::poll_fn(|context| std::task::Poll::Ready(waiting.as_mut().poll(context)));
    assert!(polled.await.is_pending());
    drop(waiting);
    ledger.close().await;
    let ledger = world.open().await;
    assert!(ledger.decision(&id("one")).await.unwrap().is_some());
    ledger.close().await;
}

#[tokio::test]
async fn closing_commits_what_was_admitted_and_refuses_the_rest() {
    let world = World::new();
    let ledger = world.open().await;
    let mut waiting: Vec<_> =
        (0..50).map(|n| Box::pin(ledger.record(record(&format!("d{n}"), sample::judgement())))).collect();
    for one in &mut waiting {
        let polled = std::future::poll_fn(|context| std::task::Poll::Ready(one.as_mut().poll(context)));
        assert!(polled.await.is_pending());
    }
    let (recorded, ()) = tokio::join!(
        async {
            let mut recorded = 0;
            for one in waiting {
                recorded += u32::from(one.await.is_ok());
            }
            recorded
        },
        ledger.close()
    );
    assert_eq!(recorded, 50);
    let late = ledger.record(record("late", sample::judgement())).await.unwrap_err();
    assert!(matches!(late, RecordError::Closed), "{late}");
    assert!(matches!(ledger.ready().await, Err(RecordError::Closed)));
}

#[tokio::test]
async fn leaves_go_on_where_they_ended() {
    let world = World::new();
    for n in 0..3 {
        let ledger = world.open().await;
        let recorded = ledger.record(record(&format!("d{n}"), sample::judgement())).await.unwrap();
        assert_eq!(recorded.leaf_index, n);
        ledger.close().await;
    }
}
