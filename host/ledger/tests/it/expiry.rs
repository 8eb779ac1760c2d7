//! What one scope may keep, and what becomes of uploads that no decision names.

use crate::{
    sample,
    world::{World, record, sender},
};
use std::{collections::BTreeMap, sync::Arc};
use tidegate_core::{digest::Digest, judgement::Judgement, time::Timestamp};
use tidegate_ledger::{
    body::{Body, BodyKind},
    config::LedgerConfig,
    error::RecordError,
    evidence::{Expired, Masking, Quota, Received, Sender, Usage},
    ledger::Ledger,
};

pub(crate) const EARLY: &str = "2026-03-31T14:00:00Z";
const LATE: &str = "2026-04-01T14:00:00Z";

pub(crate) fn received(bytes: &[u8], at: &str) -> Received {
    Received { digest: Digest::of(bytes), bytes: bytes.into(), received_at: sample::at(at), masking: None }
}

fn in_billing() -> Sender {
    Sender { scope: "billing".into(), name: "ci".into() }
}

/// A judgement of exactly these documents.
fn judged(documents: &[&[u8]]) -> Judgement {
    let judgement = sample::judgement();
    let like = judgement.evidence[0].clone();
    let of = |bytes: &&[u8]| tidegate_core::judgement::Submitted { digest: Digest::of(bytes), ..like.clone() };
    Judgement { evidence: documents.iter().map(of).collect(), ..judgement }
}

pub(crate) async fn expire(ledger: &Ledger) -> Expired {
    ledger.expire(sample::at("2026-04-01T00:00:00Z"), 100).await.unwrap()
}

pub(crate) async fn holds(ledger: &Ledger, scope: &str, bytes: &[u8]) -> bool {
    ledger.evidence(scope, &Digest::of(bytes)).await.unwrap().is_some()
}

#[tokio::test]
async fn an_upload_that_no_decision_names_expires_and_one_that_is_named_stays() {
    let world = World::new();
    let ledger = world.open().await;
    ledger.put_evidence(sender(), vec![received(b"named", EARLY), received(b"left", EARLY)]).await.unwrap();
    ledger.put_evidence(sender(), vec![received(b"late", LATE)]).await.unwrap();
    let mut decided = record("one", judged(&[b"named"]));
    decided.held = vec![Digest::of(b"named")];
    ledger.record(decided).await.unwrap();
    assert_eq!(expire(&ledger).await, Expired { documents: 1, bodies: 1 });
    assert!(holds(&ledger, "shop", b"named").await && holds(&ledger, "shop", b"late").await);
    assert!(!holds(&ledger, "shop", b"left").await);
    assert_eq!(ledger.body(&Digest::of(b"left")).await.unwrap(), None);
    assert_eq!(expire(&ledger).await, Expired::default());
    ledger.close().await;
}

#[tokio::test]
async fn the_same_document_of_two_scopes_expires_in_each_by_itself() {
    let world = World::new();
    let ledger = world.open().await;
    ledger.put_evidence(sender(), vec![received(b"both", EARLY)]).await.unwrap();
    ledger.put_evidence(in_billing(), vec![received(b"both", LATE)]).await.unwrap();
    assert_eq!(expire(&ledger).await, Expired { documents: 1, bodies: 0 });
    assert!(!holds(&ledger, "shop", b"both").await);
    assert!(holds(&ledger, "billing", b"both").await);
    ledger.close().await;
}

#[tokio::test]
async fn a_decision_whose_document_expired_meanwhile_is_not_recorded_without_it() {
    let world = World::new();
    let ledger = world.open().await;
    ledger.put_evidence(sender(), vec![received(b"named", EARLY)]).await.unwrap();
    expire(&ledger).await;
    let mut decided = record("one", judged(&[b"named"]));
    decided.held = vec![Digest::of(b"named")];
    let error = ledger.record(decided.clone()).await.unwrap_err();
    assert!(matches!(error, RecordError::Expired { digest } if digest == Digest::of(b"named")), "{error}");
    assert_eq!(ledger.counts().leaves, 0);
    // With the document it is recorded, and then it stays.
    (decided.held, decided.evidence) = (Vec::new(), vec![received(b"named", EARLY)]);
    ledger.record(decided).await.unwrap();
    assert_eq!(expire(&ledger).await, Expired::default());
    assert!(holds(&ledger, "shop", b"named").await);
    ledger.close().await;
}

#[tokio::test]
async fn what_the_record_names_otherwise_does_not_expire_with_an_upload_of_the_same_bytes() {
    let world = World::new();
    let ledger = world.open().await;
    ledger.put_evidence(sender(), vec![received(b"set", EARLY)]).await.unwrap();
    let mut decided = record("one", sample::judgement());
    decided.bodies = vec![Body { kind: BodyKind::PolicySet, bytes: Arc::from(&b"set"[..]) }];
    ledger.record(decided).await.unwrap();
    assert_eq!(expire(&ledger).await, Expired { documents: 1, bodies: 0 });
    assert_eq!(&*ledger.body(&Digest::of(b"set")).await.unwrap().unwrap(), b"set");
    ledger.close().await;
}

#[tokio::test]
async fn expiry_goes_by_portions() {
    let world = World::new();
    let ledger = world.open().await;
    let documents = (0u8..10).map(|number| received(&[number], EARLY)).collect();
    ledger.put_evidence(sender(), documents).await.unwrap();
    let before: Timestamp = sample::at(LATE);
    let mut portions = Vec::new();
    while let Expired { documents: 1.., bodies } = ledger.expire(before, 4).await.unwrap() {
        portions.push(bodies);
    }
    assert_eq!(portions, [4, 4, 2]);
    ledger.close().await;
}

#[tokio::test]
async fn a_masked_document_is_known_by_what_was_submitted_and_expires_whole() {
    let world = World::new();
    let ledger = world.open().await;
    let masking = Masking { submitted: Digest::of(b"open"), found: BTreeMap::from([("jwt".into(), 2)]) };
    let masked = Received { masking: Some(masking.clone()), ..received(b"****", EARLY) };
    for _ in 0..2 {
        ledger.put_evidence(sender(), vec![masked.clone()]).await.unwrap();
    }
    let known = ledger.known("shop", &masking.submitted).await.unwrap().unwrap();
    assert_eq!((known.digest, known.masking.as_ref()), (Digest::of(b"****"), Some(&masking)));
    assert_eq!(&*ledger.kept(&known).await.unwrap(), b"****");
    assert_eq!(ledger.known("billing", &masking.submitted).await.unwrap(), None);
    assert_eq!(ledger.body(&masking.submitted).await.unwrap(), None);
    // What is kept goes only after what is cited.
    assert_eq!(expire(&ledger).await, Expired { documents: 1, bodies: 0 });
    assert_eq!(ledger.known("shop", &masking.submitted).await.unwrap(), None);
    assert_eq!(expire(&ledger).await, Expired { documents: 1, bodies: 1 });
    assert_eq!(ledger.usage("shop").await.unwrap().documents, 0);
    ledger.close().await;
}

#[tokio::test]
async fn a_scope_keeps_so_much_and_says_both_numbers() {
    let world = World::new();
    let quota = Quota { waiting_documents: 2, waiting_bytes: 100, documents: 4, bytes: 1000 };
    let ledger = world.try_open(LedgerConfig { quota, ..LedgerConfig::default() }).await.unwrap();
    let put = async |sender: Sender, bytes: &[u8]| {
        ledger.put_evidence(sender, vec![received(bytes, EARLY)]).await.map(drop).map_err(|error| error.to_string())
    };
    put(sender(), b"one").await.unwrap();
    let bytes = put(sender(), &[0; 98]).await.unwrap_err();
    assert_eq!(bytes, "bytes of documents that no decision names: 101 used, 100 allowed");
    put(sender(), b"two").await.unwrap();
    let third = put(sender(), b"three").await.unwrap_err();
    assert_eq!(third, "documents that no decision names: 3 used, 2 allowed");
    // Again is not more, and another scope has its own.
    put(sender(), b"two").await.unwrap();
    put(in_billing(), b"three").await.unwrap();
    assert!(!holds(&ledger, "shop", b"three").await);
    // What a decision names does not wait any more.
    let mut decided = record("one", judged(&[b"one", b"two"]));
    decided.held = vec![Digest::of(b"one"), Digest::of(b"two")];
    ledger.record(decided).await.unwrap();
    let expected = Usage { waiting_documents: 0, waiting_bytes: 0, documents: 2, bytes: 6 };
    assert_eq!(ledger.usage("shop").await.unwrap(), expected);
    put(sender(), b"three").await.unwrap();
    put(sender(), b"four").await.unwrap();
    let mut more = record("two", judged(&[b"five"]));
    more.evidence = vec![received(b"five", EARLY)];
    let error = ledger.record(more).await.unwrap_err();
    assert_eq!(error.to_string(), "documents: 5 used, 4 allowed");
    assert_eq!(ledger.counts().leaves, 1);
    // What expires makes room, also in the other scope.
    assert_eq!(expire(&ledger).await.documents, 3);
    put(sender(), b"six").await.unwrap();
    ledger.close().await;
}
