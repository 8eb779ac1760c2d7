//! The same judgement gives the same bytes, whoever else is judged at the same time.

use crate::world::{plugins, root};
use std::{collections::BTreeSet, sync::Arc, time::Duration};
use tidegate::{
    config::Config,
    demo::example::Example,
    gate::{
        agreements::Agreements,
        baselines::Compared,
        deployment::Asked,
        intake::{Body, Fetched},
        plugins::Active,
        record,
        ruling::{Asking, Bench, Ruled},
        spans::{
            Told, encoded,
            identity::{Linked, Trace},
            moments::Moments,
        },
        submission::Source,
    },
    identity::principal::Principal,
};
use tidegate_core::time::Timestamp;
use tidegate_engine::engine::Engine;
use tidegate_ledger::ledger::Ledger;

fn bench() -> Bench {
    plugins();
    let config = Config::default();
    let engine = Engine::new(&config.engine_config(None)).unwrap();
    let active = Active::load(&engine, &[root().join("policies")]).unwrap();
    Bench::new(engine, active, Agreements::default(), &config.gate_settings())
}

/// One question about an example; its documents in the order given, or the other way round.
fn asking(example: &Example, reversed: bool) -> Asking {
    let mut fetched: Vec<Fetched> = example
        .submission
        .evidence
        .iter()
        .map(|upload| match &upload.source {
            Source::Bytes(bytes) => Fetched {
                upload: upload.clone(),
                body: Body::Bytes(Arc::from(bytes.as_ref()), None),
                masking: None,
                stated_in: None,
            },
            Source::Digest(digest) => panic!("an example cites {digest}"),
        })
        .collect();
    if reversed {
        fetched.reverse();
    }
    let asked = Asked {
        principal: Arc::new(Principal::anonymous()),
        at: Timestamp::parse("2026-11-23T12:00:00Z").unwrap(),
        fallback_id: "dep-1".to_owned(),
    };
    let (deployment, skip) = (example.submission.deployment.clone(), example.submission.skip.clone());
    Asking {
        deployment,
        skip,
        emergency: None,
        overdue: Vec::new(),
        forced_before: Vec::new(),
        compared: Compared::default(),
        fetched,
        asked,
    }
}

/// The judgement of each ruling as its leaf holds it.
async fn leaves(ruled: &[Ruled]) -> BTreeSet<String> {
    let folder = tempfile::tempdir().unwrap();
    let ledger = Ledger::open(&folder.path().join("ledger.sqlite"), Config::default().ledger_config()).await.unwrap();
    let mut judgements = BTreeSet::new();
    for (index, ruled) in ruled.iter().enumerate() {
        let sender = Principal::anonymous().sender();
        let mut record =
            record::decision_record(&Trace::new(&format!("d{index}"), None), Vec::new(), ruled, sender, None).unwrap();
        (record.evidence, record.held) = record::documents(&ledger, "default", ruled).await.unwrap();
        let recorded = ledger.record(record).await.unwrap();
        let leaf = ledger.leaf(recorded.leaf_index).await.unwrap().unwrap();
        let (_, judgement) = leaf.text.split_once("\"judgement\":").unwrap();
        judgements.insert(judgement.to_owned());
    }
    ledger.close().await;
    judgements
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_judgement_gives_the_same_bytes_on_any_number_of_threads() {
    let bench = tokio::task::spawn_blocking(bench).await.unwrap();
    for name in ["02-unit-tests-failing", "04-eleven-services"] {
        let example = Example::read(&root().join("examples").join(name)).unwrap();
        let mut ruled = vec![bench.rule(asking(&example, false)).unwrap(), bench.rule(asking(&example, true)).unwrap()];
        let together = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8)
                .map(|index| {
                    let (bench, example) = (&bench, &example);
                    scope.spawn(move || bench.rule(asking(example, index % 2 == 0)).unwrap())
                })
                .collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect::<Vec<_>>()
        });
        ruled.extend(together);
        assert_eq!(ruled.len(), 10);
        assert_eq!(leaves(&ruled).await.len(), 1, "{name}: one judgement, one text");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_decision_with_the_same_times_is_the_same_tree() {
    let bench = tokio::task::spawn_blocking(bench).await.unwrap();
    let example = Example::read(&root().join("examples/04-eleven-services")).unwrap();
    let ruled = bench.rule(asking(&example, false)).unwrap();
    let began = ruled.moments.began;
    let moments = |seconds| Moments {
        received_at: Timestamp::parse("2026-11-23T12:00:00Z").unwrap(),
        received: began,
        deciding: began,
        built: ruled.moments.decided + Duration::from_secs(seconds),
    };
    let (trace, other) = (Trace::new("d1", None), Trace::new("d2", None));
    let linked = [Linked { kind: "retried", decision: "d0".to_owned(), trace: trace.id }];
    let tree = |seconds, trace, linked| encoded(Told { trace, ruled: &ruled, moments: moments(seconds), linked });
    assert_eq!(tree(1, &trace, &[]), tree(1, &trace, &[]));
    assert_ne!(tree(1, &trace, &[]), tree(2, &trace, &[]), "other times are another tree");
    assert_ne!(tree(1, &trace, &[]), tree(1, &other, &[]));
    assert_ne!(tree(1, &trace, &[]), tree(1, &trace, &linked));
}
