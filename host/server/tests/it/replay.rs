//! Every decision is judged again from the record: while the gate serves, after it stopped, after a restart, on another number of threads.

mod command;
mod corpus;
mod impact;
mod tampered;

use crate::{
    examples::examples,
    postgres::{Shared, cluster::Cluster},
    wire::Form,
    world::{Gate, gate, plugins, root, set_with},
};
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::OnceLock,
};
use tidegate::{
    config::Config,
    demo::example::Example,
    replay::{
        again::Places,
        answer::{Answer, Replay, replay},
    },
};
use tidegate_core::time::Timestamp;
use tidegate_ledger::{id::DecisionId, place::Place, snapshot::Reader};
use tokio::runtime::Handle;

/// The file of a gate's ledger.
fn ledger(data: &Path) -> PathBuf {
    data.join("data/ledger.sqlite")
}

/// So many evaluations at a time, with plugins compiled once for all tests.
fn places(slots: u32) -> Places {
    static CACHE: OnceLock<tempfile::TempDir> = OnceLock::new();
    let cache = CACHE.get_or_init(|| tempfile::tempdir().unwrap());
    Places { slots, cache_dir: Some(cache.path().join("plugins")) }
}

async fn decisions(reader: &Reader) -> Vec<DecisionId> {
    let mut snapshot = reader.snapshot().await.unwrap();
    let always = Timestamp::from_nanos(0)..Timestamp::from_nanos(u64::MAX);
    snapshot.decisions(always, None).await.unwrap().into_iter().map(|(_, id)| id).collect()
}

/// What becomes of each decision of a record.
async fn replays(data: &Path, slots: u32) -> Vec<Replay> {
    replays_at(Place::from(ledger(data)), slots).await
}

async fn replays_at(place: Place, slots: u32) -> Vec<Replay> {
    let reader = Reader::open(place, &Config::default().ledger_config()).unwrap();
    let mut all = Vec::new();
    for id in decisions(&reader).await {
        all.push(replay(&reader, &id, &places(slots)).await.unwrap());
    }
    reader.close().await;
    all
}

async fn equal(data: &Path, slots: u32) -> usize {
    all_are_equal(&replays(data, slots).await)
}

fn all_are_equal(all: &[Replay]) -> usize {
    for one in all {
        assert!(matches!(one.answer, Answer::Equal), "{one:#?}");
    }
    all.len()
}

/// Asserts that every decision of a gate that serves replays equal; from a thread that may block. Says how many there are.
pub(crate) fn all_equal(gate: &Gate) -> usize {
    all_are_equal(&Handle::current().block_on(replays_at(Place::from(&gate.ledger), 2)))
}

/// Asserts that every decision of a stopped gate would replay equal, too, had it been recorded before leaves named all inputs.
pub(crate) async fn as_before_equal(data: &Path) {
    let before = tampered::as_before(data).await;
    assert!(equal(before.path(), 2).await > 0);
}

/// Every example, by the policies that it is judged by.
fn by_policies() -> BTreeMap<PathBuf, Vec<Example>> {
    let mut by_policies: BTreeMap<PathBuf, Vec<Example>> = BTreeMap::new();
    for folder in examples() {
        let example = Example::read(&folder).unwrap();
        by_policies.entry(example.policies(&root())).or_default().push(example);
    }
    by_policies
}

async fn send(gate: &Gate, examples: Vec<Example>) {
    let url = gate.url.parse().unwrap();
    let send = move || examples.iter().for_each(|example| drop(example.send(&url).unwrap()));
    tokio::task::spawn_blocking(send).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn every_example_replays_equal_on_the_other_database() {
    let Some(cluster) = tokio::task::spawn_blocking(Cluster::shared).await.unwrap() else { return };
    let (shared, mut count) = (Shared::new(cluster), 0);
    for (policies, examples) in by_policies() {
        count += examples.len();
        let gate = gate().policies(policies).configured(|config| shared.configure(config)).run().await;
        send(&gate, examples).await;
        gate.stop().await;
    }
    assert_eq!(all_are_equal(&replays_at(shared.place(), 2).await), count);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_example_replays_equal_whoever_serves_and_on_any_number_of_threads() {
    for (policies, examples) in by_policies() {
        let count = examples.len();
        let gate_of = || gate().policies(policies.clone());
        let serving = gate_of().run().await;
        send(&serving, examples).await;
        assert_eq!(equal(serving.data.path(), 1).await, count, "while it serves");
        let data = serving.stop().await;
        assert_eq!(equal(data.path(), 7).await, count, "after it stopped");
        let again = gate_of().over(data).run().await;
        assert_eq!(equal(again.data.path(), 2).await, count, "after a restart");
        again.stop().await;
    }
}

const PASSES: &str = "<testsuite name=\"unit\"><testcase classname=\"a\" name=\"b\"/></testsuite>";

fn ask(gate: &Gate, unit_tests: &str) -> u16 {
    let form = Form::default().field("environment", "production").field("service", "api").field("version", "1");
    form.file("unit_tests", "unit.xml", unit_tests).post(gate.address, "/v1/decisions", &[]).status
}

#[tokio::test(flavor = "multi_thread")]
async fn a_decision_of_policies_that_are_long_gone_replays_equal() {
    tokio::task::spawn_blocking(plugins).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("all.yaml");
    fs::write(&file, set_with("")).unwrap();
    let first = gate().policies(folder.path().to_owned()).run().await;
    let first = tokio::task::spawn_blocking(move || {
        assert_eq!(ask(&first, PASSES), 200);
        first
    });
    let data = first.await.unwrap().stop().await;
    fs::write(&file, set_with("").replace("min_pass_rate: 100", "min_pass_rate: 50")).unwrap();
    let second = gate().policies(folder.path().to_owned()).over(data).run().await;
    let second = tokio::task::spawn_blocking(move || {
        assert_eq!(ask(&second, PASSES), 200);
        second
    });
    let second = second.await.unwrap();
    fs::remove_file(file).unwrap();
    assert_eq!(equal(second.data.path(), 2).await, 2);
    second.stop().await;
}
