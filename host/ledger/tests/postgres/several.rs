//! Several gates on one database: one tree, one order, whoever writes.

use crate::{
    cluster::Cluster,
    sample,
    tree::grow,
    versions::{beside_an_older_gate, nothing_is_missing},
    world::{World, id, record, sender},
};
use std::{collections::BTreeSet, time::Duration};
use tidegate_core::{
    decision::{Outcome, Permission},
    digest::Digest,
};
use tidegate_ledger::{
    checkpoint::{CheckpointConfig, KeyPlace},
    config::LedgerConfig,
    error::{LedgerError, RecordError},
    idempotency::Idempotency,
    ledger::Ledger,
    place::{Place, PostgresUrl},
    rebuild::{self, Compared},
    signing_key::KeyError,
};
use tokio::task::JoinSet;

const ORIGIN: &str = "gate.example";

fn signing(world: &World) -> LedgerConfig {
    let (origin, key) = (Some(ORIGIN.parse().unwrap()), world.key(Some(ORIGIN)));
    let checkpoints = CheckpointConfig { origin, key, sidecar: None };
    LedgerConfig { checkpoints: Some(checkpoints), ..LedgerConfig::default() }
}

async fn three(world: &World) -> Vec<Ledger> {
    let (one, two, three) =
        tokio::join!(world.try_open(signing(world)), world.try_open(signing(world)), world.try_open(signing(world)));
    vec![one.unwrap(), two.unwrap(), three.unwrap()]
}

#[tokio::test(flavor = "multi_thread")]
async fn gates_that_are_opened_at_once_and_write_at_once_make_one_tree() {
    let world = World::new();
    let ledgers = three(&world).await;
    let mut sent = JoinSet::new();
    for n in 0..120 {
        let ledger = ledgers[n % 3].clone();
        sent.spawn(async move { ledger.record(record(&format!("d{n}"), sample::judgement())).await.unwrap() });
    }
    let recorded = sent.join_all().await;
    let indexes: BTreeSet<u64> = recorded.iter().map(|recorded| recorded.leaf_index).collect();
    assert_eq!(indexes, (0..120).collect());
    for ledger in &ledgers {
        let verified = ledger.verify().await.unwrap();
        assert_eq!((verified.head.size, verified.checkpoints, verified.findings), (120, vec![120], Vec::new()));
        assert!(ledger.decision(&id("d7")).await.unwrap().is_some());
    }
    assert_eq!(ledgers[0].projections().await.unwrap(), Compared::default());
    for ledger in ledgers {
        ledger.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_is_used_at_several_gates_at_once_leads_to_one_decision() {
    let world = World::new();
    let ledgers = three(&world).await;
    let mut sent = JoinSet::new();
    for n in 0..30 {
        let ledger = ledgers[n % 3].clone();
        let mut record = record(&format!("d{n}"), sample::judged(Outcome::Deploy, Permission::ByTheRules));
        record.idempotency = Some(Idempotency {
            principal: "ci".into(),
            endpoint: "/v1/decisions".into(),
            key: "one".into(),
            request: Digest::of(b"request"),
        });
        sent.spawn(async move { ledger.record(record).await.unwrap() });
    }
    let recorded = sent.join_all().await;
    let first = recorded.iter().filter(|recorded| recorded.replayed.is_none()).count();
    assert_eq!(first, 1);
    assert_eq!(recorded.iter().map(|recorded| recorded.leaf_hash).collect::<BTreeSet<_>>().len(), 1);
    assert_eq!(ledgers[1].tree_head().await.unwrap().size, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn tables_are_made_anew_and_compared_while_gates_write() {
    let world = World::new();
    let ledgers = three(&world).await;
    grow(&ledgers[0], 0, 5).await;
    world.tamper("UPDATE decisions SET outcome = 'DEPLOY'").await;
    assert_eq!(ledgers[1].projections().await.unwrap().differences.len(), 5);
    let config = signing(&world);
    let (rebuilt, (), compared) =
        tokio::join!(rebuild::rebuild(world.place(), &config), grow(&ledgers[1], 5, 40), ledgers[2].projections());
    let decisions = rebuilt.unwrap().tables.into_iter().find(|table| table.table == "decisions").unwrap();
    assert_eq!((decisions.removed, decisions.written), (5, 5));
    compared.unwrap();
    assert_eq!(ledgers[0].projections().await.unwrap(), Compared::default());
    assert_eq!(ledgers[0].verify().await.unwrap().findings, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn gates_that_are_opened_at_once_make_once_what_an_older_one_left_out() {
    let world = World::new();
    let older = beside_an_older_gate(&world).await;
    let opened = tokio::join!(
        world.try_open(signing(&world)),
        world.try_open(signing(&world)),
        older.record(record("d6", sample::judgement()))
    );
    let (one, two) = (opened.0.unwrap(), opened.1.unwrap());
    opened.2.unwrap();
    let (a, b) =
        tokio::join!(one.record(record("d7", sample::judgement())), two.record(record("d8", sample::judgement())));
    assert_eq!(BTreeSet::from([a.unwrap().leaf_index, b.unwrap().leaf_index]), BTreeSet::from([7, 8]));
    nothing_is_missing(&one, 8).await;
    for ledger in [one, two, older] {
        ledger.close().await;
    }
}

#[tokio::test]
async fn no_key_is_made_up() {
    let world = World::new();
    let checkpoints = CheckpointConfig { origin: None, key: KeyPlace::BesideLedger, sidecar: None };
    let config = LedgerConfig { checkpoints: Some(checkpoints), ..LedgerConfig::default() };
    let error = world.try_open(config).await.unwrap_err();
    assert!(matches!(error, LedgerError::Key(KeyError::None)), "{error}");
    assert!(error.to_string().contains("hint: make one"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_is_away_is_said_so_and_written_to_again_when_it_is_back() {
    let Some(cluster) = Cluster::start() else { return };
    let database = cluster.database();
    let place = Place::Postgres(PostgresUrl::parse(database.url()).unwrap());
    let config = LedgerConfig { busy_timeout: Duration::from_secs(2), ..LedgerConfig::default() };
    let ledger = Ledger::open(place, config).await.unwrap();
    ledger.record(record("one", sample::judgement())).await.unwrap();
    cluster.away();
    for name in ["two", "three"] {
        let error = ledger.record(record(name, sample::judgement())).await.unwrap_err();
        assert!(matches!(error, RecordError::Write(_)), "{error}");
    }
    ledger.ready().await.unwrap_err();
    ledger.decision(&id("one")).await.unwrap_err();
    cluster.back();
    ledger.ready().await.unwrap();
    assert_eq!(ledger.record(record("four", sample::judgement())).await.unwrap().leaf_index, 1);
    assert!(ledger.decision(&id("one")).await.unwrap().is_some());
    assert_eq!(ledger.verify().await.unwrap().findings, []);
    ledger.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_says_nothing_any_more_counts_as_away() {
    let Some(cluster) = Cluster::start() else { return };
    let database = cluster.database();
    let place = Place::Postgres(PostgresUrl::parse(database.url()).unwrap());
    let brief = Duration::from_millis(500);
    let config = LedgerConfig { busy_timeout: brief, answer_timeout: brief, ..LedgerConfig::default() };
    let ledger = Ledger::open(&place, config.clone()).await.unwrap();
    cluster.sleeps();
    for name in ["one", "two"] {
        let error = ledger.record(record(name, sample::judgement())).await.unwrap_err();
        assert!(error.to_string().contains("did not answer"), "{error}");
    }
    let error = Ledger::open(&place, config).await.unwrap_err();
    assert!(error.to_string().contains("did not answer"), "{error}");
    cluster.wakes();
    let ready = async {
        // What was cut off may hold its lock a moment longer.
        while ledger.ready().await.is_err() {}
    };
    ready.await;
    ledger.record(record("three", sample::judgement())).await.unwrap();
    assert_eq!(ledger.verify().await.unwrap().findings, []);
    ledger.close().await;
}

#[tokio::test]
async fn a_database_that_went_away_is_not_made_anew() {
    let Some(cluster) = Cluster::shared() else { return };
    let database = cluster.database();
    let place = Place::Postgres(PostgresUrl::parse(&format!("{}_other", database.url())).unwrap());
    let error = Ledger::open(place, LedgerConfig::default()).await.unwrap_err();
    assert!(error.to_string().contains("does not exist"), "{error}");
    assert!(error.to_string().contains("ledger `postgres://gate@"), "{error}");
}

#[tokio::test]
async fn a_lax_server_is_told_to_wait_for_its_disk() {
    let Some(cluster) = Cluster::shared() else { return };
    let database = cluster.database();
    database.run(
        "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET synchronous_commit = off', current_database()); END $$",
    );
    let place = Place::Postgres(PostgresUrl::parse(database.url()).unwrap());
    let ledger = Ledger::open(place, LedgerConfig::default()).await.unwrap();
    database.run(
        "CREATE FUNCTION shows() RETURNS trigger AS $$ BEGIN RAISE EXCEPTION 'waits: %', \
         current_setting('synchronous_commit'); END $$ LANGUAGE plpgsql; \
         CREATE TRIGGER shows BEFORE INSERT ON leaves FOR EACH ROW EXECUTE FUNCTION shows()",
    );
    let error = ledger.record(record("one", sample::judgement())).await.unwrap_err();
    assert!(error.to_string().contains("waits: on"), "{error}");
    ledger.ready().await.unwrap();
}

#[tokio::test]
async fn a_name_with_a_character_that_postgresql_does_not_keep_comes_back() {
    let world = World::new();
    let ledger = world.open().await;
    let mut nul = record("one", sample::judgement());
    nul.sender = tidegate_ledger::evidence::Sender { name: "a\0\u{1a}b".into(), ..sender() };
    nul.idempotency = Some(Idempotency {
        principal: "p\0".into(),
        endpoint: "e".into(),
        key: "\u{1a}0".into(),
        request: Digest::of(b"request"),
    });
    ledger.record(nul).await.unwrap();
    assert!(ledger.idempotent("p\0", "e", "\u{1a}0").await.unwrap().is_some());
    assert!(ledger.idempotent("p\0", "e", "\0").await.unwrap().is_none());
    assert_eq!(ledger.projections().await.unwrap(), Compared::default());
}
