//! Documents and other bodies.

use crate::{
    sample,
    world::{World, record, sender},
};
use std::{collections::BTreeMap, sync::Arc};
use tidegate_core::digest::Digest;
use tidegate_ledger::{
    body::{Body, BodyKind},
    config::LedgerConfig,
    error::{ReadError, RecordError},
    evidence::{Document, Received, Sender},
};

fn received(bytes: &[u8], at: &str) -> Received {
    Received { digest: Digest::of(bytes), bytes: bytes.into(), received_at: sample::at(at), masking: None }
}

#[tokio::test]
async fn the_first_time_a_document_is_received_stands() {
    let world = World::new();
    let ledger = world.open().await;
    let (first, later) = ("2026-03-31T14:00:00Z", "2026-03-31T15:00:00Z");
    let digest = Digest::of(b"junit");
    for at in [first, later] {
        let noted = ledger.put_evidence(sender(), vec![received(b"junit", at)]).await.unwrap();
        assert_eq!(noted, BTreeMap::from([(digest, sample::at(first))]));
    }
    let document = ledger.evidence("shop", &digest).await.unwrap();
    assert_eq!(document, Some(Document { bytes: Arc::from(&b"junit"[..]), received_at: sample::at(first) }));
    assert_eq!(ledger.evidence("shop", &Digest::of(b"other")).await.unwrap(), None);
    // What one scope holds does not exist in another, which receives it anew.
    assert_eq!(ledger.evidence("billing", &digest).await.unwrap(), None);
    let billing = Sender { scope: "billing".into(), name: "ci".into() };
    ledger.put_evidence(billing, vec![received(b"junit", later)]).await.unwrap();
    let in_billing = ledger.first_received("billing", &[digest]).await.unwrap();
    assert_eq!(in_billing, BTreeMap::from([(digest, sample::at(later))]));
    ledger.close().await;
}

#[tokio::test]
async fn documents_of_a_decision_are_durable_with_it() {
    let world = World::new();
    let ledger = world.open().await;
    let mut decided = record("one", sample::judgement());
    decided.evidence = vec![received(b"a", "2026-03-31T14:00:00Z"), received(b"b", "2026-03-31T14:00:01Z")];
    decided.bodies = vec![Body { kind: BodyKind::PolicySet, bytes: Arc::from(&b"set"[..]) }];
    ledger.record(decided).await.unwrap();
    let digests = [Digest::of(b"a"), Digest::of(b"b"), Digest::of(b"c")];
    let first = ledger.first_received("shop", &digests).await.unwrap();
    assert_eq!(first.keys().count(), 2);
    assert_eq!(&*ledger.body(&Digest::of(b"set")).await.unwrap().unwrap(), b"set");
    // A body that was never handed in as evidence is none, whoever asks for its digest.
    assert_eq!(ledger.evidence("shop", &Digest::of(b"set")).await.unwrap(), None);
    assert_eq!(ledger.counts().commits, 1);
    ledger.close().await;
}

#[tokio::test]
async fn the_same_bytes_are_kept_once() {
    let world = World::new();
    let ledger = world.open().await;
    let documents = vec![received(b"x", "2026-03-31T14:00:00Z"); 3];
    ledger.put_evidence(sender(), documents.clone()).await.unwrap();
    for name in ["one", "two"] {
        let mut decided = record(name, sample::judgement());
        decided.evidence.clone_from(&documents);
        ledger.record(decided).await.unwrap();
    }
    let mut raw = world.raw().await;
    let kinds: Vec<(String, i64)> = sqlx::query_as("SELECT kind, count(*) FROM blobs GROUP BY kind ORDER BY kind")
        .fetch_all(&mut raw)
        .await
        .unwrap();
    let expected = [("decision", 1), ("evidence", 1), ("manifest", 2), ("stage", 3)];
    assert_eq!(kinds, expected.map(|(kind, count)| (kind.to_owned(), count)));
    ledger.close().await;
}

#[tokio::test]
async fn a_document_that_is_not_what_it_is_said_to_be_is_refused() {
    let world = World::new();
    let ledger = world.open().await;
    let mut lie = received(b"x", "2026-03-31T14:00:00Z");
    lie.digest = Digest::of(b"y");
    let error = ledger.put_evidence(sender(), vec![lie]).await.unwrap_err();
    assert!(matches!(error, RecordError::OtherDigest { .. }), "{error}");
    assert_eq!(ledger.evidence("shop", &Digest::of(b"x")).await.unwrap(), None);
    ledger.close().await;
}

#[tokio::test]
async fn limits_say_both_numbers() {
    let world = World::new();
    let config = LedgerConfig { body_bytes_max: 4000, queue_bytes_max: 8192, ..LedgerConfig::default() };
    let ledger = world.try_open(config).await.unwrap();
    let at = "2026-03-31T14:00:00Z";
    let body = ledger.put_evidence(sender(), vec![received(&[0; 4001], at)]).await.unwrap_err();
    assert_eq!(body.to_string(), "evidence: 4001 bytes used, 4000 allowed");
    let all = ledger.put_evidence(sender(), vec![received(&[0; 4000], at); 3]).await.unwrap_err();
    assert_eq!(all.to_string(), "bodies of one record: 12000 bytes used, 8192 allowed");
    let mut wordy = sample::judgement();
    wordy.decision.stages[0].evaluations[0].summary = "x".repeat(5000).into();
    let stage = ledger.record(record("wordy", wordy)).await.unwrap_err();
    assert!(matches!(stage, RecordError::TooLarge { what: "stage", allowed: 4000, .. }), "{stage}");
    ledger.close().await;
}

#[tokio::test]
async fn a_deleted_document_is_gone_not_unknown() {
    let world = World::new();
    let ledger = world.open().await;
    ledger.put_evidence(sender(), vec![received(b"x", "2026-03-31T14:00:00Z")]).await.unwrap();
    world.tamper("DELETE FROM blobs").await;
    let error = ledger.evidence("shop", &Digest::of(b"x")).await.unwrap_err();
    assert!(matches!(error, ReadError::Gone { kind: BodyKind::Evidence, .. }), "{error}");
    ledger.close().await;
}
