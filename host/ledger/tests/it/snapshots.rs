//! The record read at one moment, and judgements held against it.

use crate::{
    arbitrary::{self, Dice},
    sample,
    world::{World, id, record},
};
use proptest::{
    collection::vec,
    prelude::any,
    test_runner::{Config, TestRunner},
};
use std::cell::Cell;
use tidegate_core::{decision::Outcome, digest::Digest, time::Timestamp};
use tidegate_ledger::{
    act::{Act, ActRecord},
    config::LedgerConfig,
    ledger::Ledger,
    snapshot::{Reader, Snapshot},
};

fn reader(world: &World) -> Reader {
    Reader::open(world.place(), &LedgerConfig::default()).unwrap()
}

async fn activate(ledger: &Ledger, bundle: &str, sources: &str) -> u64 {
    let act = Act::BundleActivated {
        old: None,
        new: Digest::of(bundle.as_bytes()),
        actor: sample::ACTOR.into(),
        reviewed_by: Vec::new(),
        sources: Digest::of(sources.as_bytes()),
    };
    let host_version = "0.1.0".parse().unwrap();
    let record = ActRecord { act, at: sample::now(), host_version, bodies: Vec::new(), notices: Vec::new() };
    ledger.act(record).await.unwrap().leaf_index
}

async fn ids(snapshot: &mut Snapshot, after: Option<u64>) -> Vec<String> {
    let always = Timestamp::from_nanos(0)..Timestamp::from_nanos(u64::MAX);
    snapshot.decisions(always, after).await.unwrap().into_iter().map(|(_, id)| id.to_string()).collect()
}

#[test]
fn any_recorded_judgement_is_equal_to_itself_and_to_no_other() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let world = World::new();
    let ledger = runtime.block_on(world.open());
    let number = Cell::new(0);
    let mut runner = TestRunner::new(Config { cases: 64, failure_persistence: None, ..Config::default() });
    let compared = runner.run(&(vec(any::<u8>(), 0..3000),), |(bytes,)| {
        number.set(number.get() + 1);
        let name = format!("d{}", number.get());
        let judged = arbitrary::judgement(&mut Dice(bytes.iter()));
        runtime.block_on(async {
            ledger.record(record(&name, judged.clone())).await.unwrap();
            let reader = reader(&world);
            let recorded = reader.snapshot().await.unwrap().replayable(&id(&name)).await.unwrap().unwrap();
            assert!(recorded.compare(&judged).unwrap().is_empty());
            assert_eq!(format!("{:?}", recorded.inputs.deployment), format!("{:?}", judged.deployment));
            assert_eq!(recorded.came.stages, judged.decision.stages);
            let mut other = judged;
            other.semantics = other.semantics.wrapping_add(1);
            let differences = recorded.compare(&other).unwrap();
            assert_eq!(differences.listed.iter().map(|one| &*one.path).collect::<Vec<_>>(), ["semantics"]);
            reader.close().await;
        });
        Ok(())
    });
    compared.unwrap();
    runtime.block_on(ledger.close());
}

#[tokio::test]
async fn what_differs_is_named_down_to_what_bodies_hold() {
    let world = World::new();
    let ledger = world.open().await;
    ledger.record(record("a", sample::judgement())).await.unwrap();
    let reader = reader(&world);
    let recorded = reader.snapshot().await.unwrap().replayable(&id("a")).await.unwrap().unwrap();
    let mut other = sample::judgement();
    other.decision.outcome = Outcome::Hold;
    other.decision.stages[0].evaluations[0].findings[0].finding.message.push('!');
    other.evidence[0].label = "unit_tests@web".to_owned();
    let paths: Vec<String> = recorded.compare(&other).unwrap().listed.into_iter().map(|one| one.path).collect();
    assert_eq!(
        paths,
        [
            "decision.outcome",
            "decision.stages[unit_tests].body",
            "decision.stages[unit_tests].holds.evaluations[api].findings[0].finding.message",
            "evidence.holds[unit_tests@api]",
            "evidence.holds[unit_tests@web]",
            "evidence.manifest",
        ]
    );
    reader.close().await;
    ledger.close().await;
}

#[tokio::test]
async fn a_snapshot_sees_one_moment_whatever_is_recorded_meanwhile() {
    let world = World::new();
    let ledger = world.open().await;
    ledger.record(record("a", sample::judgement())).await.unwrap();
    let reader = reader(&world);
    let mut before = reader.snapshot().await.unwrap();
    assert_eq!(ids(&mut before, None).await, ["a"]);
    ledger.record(record("b", sample::judgement())).await.unwrap();
    assert_eq!(ids(&mut before, None).await, ["a"]);
    assert!(before.replayable(&id("b")).await.unwrap().is_none());
    let mut after = reader.snapshot().await.unwrap();
    assert_eq!(
        (ids(&mut after, None).await, ids(&mut after, Some(0)).await),
        (vec!["a".into(), "b".into()], vec!["b".to_owned()])
    );
    let exactly = sample::judgement().evaluated_at;
    assert!(after.decisions(Timestamp::from_nanos(0)..exactly, None).await.unwrap().is_empty());
    let next = Timestamp::from_nanos(exactly.nanos() + 1);
    assert_eq!(after.decisions(exactly..next, None).await.unwrap().len(), 2);
    drop((before, after));
    reader.close().await;
    ledger.close().await;
}

#[tokio::test]
async fn the_last_activation_of_a_bundle_before_a_leaf_counts() {
    let world = World::new();
    let ledger = world.open().await;
    let first = activate(&ledger, "one", "files of one").await;
    let second = activate(&ledger, "one", "the same files moved").await;
    let other = activate(&ledger, "two", "files of two").await;
    let third = activate(&ledger, "one", "later").await;
    let reader = reader(&world);
    let mut snapshot = reader.snapshot().await.unwrap();
    let one = Digest::of(b"one");
    for (before, sources) in [
        (first, None),
        (second, Some("files of one")),
        (other, Some("the same files moved")),
        (third, Some("the same files moved")),
        (third + 1, Some("later")),
    ] {
        let found = snapshot.activation(one, before).await.unwrap().map(|activated| activated.sources.unwrap());
        assert_eq!(found, sources.map(|sources| Digest::of(sources.as_bytes())), "before {before}");
    }
    assert!(snapshot.activation(Digest::of(b"three"), u64::MAX).await.unwrap().is_none());
    drop(snapshot);
    reader.close().await;
    ledger.close().await;
}
