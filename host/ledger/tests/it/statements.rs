//! What people state to the gate: recorded, kept as a document of their scope, and told from what anybody hands in.

use crate::{
    sample,
    world::{World, sender},
};
use std::sync::Arc;
use tidegate_core::digest::Digest;
use tidegate_ledger::{
    act::{Act, ActRecord},
    body::{Body, BodyKind},
    config::LedgerConfig,
    error::RecordError,
    evidence::{Expired, Quota, Received},
    ledger::Ledger,
    statement::{ITEM_BYTES_MAX, NewStatement},
};

const AT: &str = "2026-03-31T14:00:00Z";
const WORDS: &[u8] = b"the rollback plan is ready, says alice";

async fn stated_in(ledger: &Ledger, scope: &str) -> Option<u64> {
    ledger.known(scope, &Digest::of(WORDS)).await.unwrap().and_then(|known| known.stated_in)
}

fn stated(item: &str) -> ActRecord {
    let statement = NewStatement {
        document: Digest::of(WORDS),
        bytes: WORDS.len() as u64,
        sender: sender(),
        item: item.into(),
        person: Arc::from("alice@shop.example"),
    };
    ActRecord {
        act: Act::Stated(statement),
        at: sample::at(AT),
        host_version: "0.1.0".parse().unwrap(),
        bodies: vec![Body { kind: BodyKind::Evidence, bytes: WORDS.into() }],
        notices: Vec::new(),
    }
}

#[tokio::test]
async fn a_statement_stays_and_is_one_where_it_was_made_alone() {
    let world = World::new();
    let ledger = world.open().await;
    let digest = Digest::of(WORDS);
    // Whoever hands the same bytes in, here or elsewhere, states nothing.
    let received = Received { digest, bytes: WORDS.into(), received_at: sample::at(AT), masking: None };
    ledger.put_evidence(sender(), vec![received]).await.unwrap();
    assert_eq!(stated_in(&ledger, "shop").await, None);
    let first = ledger.act(stated("rollback_plan_ready")).await.unwrap().leaf_index;
    assert_eq!(stated_in(&ledger, "shop").await, Some(first));
    assert_eq!(stated_in(&ledger, "billing").await, None);
    // The same words at the same moment: the first leaf stands.
    ledger.act(stated("rollback_plan_ready")).await.unwrap();
    assert_eq!(stated_in(&ledger, "shop").await, Some(first));
    let late = sample::at("2027-04-01T00:00:00Z");
    assert_eq!(ledger.expire(late, 100).await.unwrap(), Expired::default(), "a leaf names it");
    assert_eq!(&*ledger.evidence("shop", &digest).await.unwrap().unwrap().bytes, WORDS);
    let usage = ledger.usage("shop").await.unwrap();
    assert_eq!((usage.documents, usage.waiting_documents), (1, 0));
    let leaf = ledger.leaf(first).await.unwrap().unwrap().text;
    assert!(leaf.contains(&digest.to_string()) && leaf.contains("\"kind\":\"stated\""), "{leaf}");
    assert!(!leaf.contains("alice"), "people are not in leaves: {leaf}");
    ledger.close().await;
}

#[tokio::test]
async fn a_statement_that_does_not_fit_is_not_recorded() {
    let world = World::new();
    let quota = Quota { documents: 0, ..Quota::default() };
    let ledger = world.try_open(LedgerConfig { quota, ..LedgerConfig::default() }).await.unwrap();
    let error = ledger.act(stated("rollback_plan_ready")).await.unwrap_err();
    assert!(matches!(error, RecordError::Quota { what: "documents", used: 1, allowed: 0, .. }), "{error}");
    let long = ledger.act(stated(&"a".repeat(ITEM_BYTES_MAX + 1))).await.unwrap_err();
    assert!(long.to_string().contains("129 used, 128 allowed"), "{long}");
    assert_eq!(ledger.counts().leaves, 0);
    assert_eq!(stated_in(&ledger, "shop").await, None);
    assert_eq!(ledger.body(&Digest::of(WORDS)).await.unwrap(), None);
    ledger.close().await;
}
