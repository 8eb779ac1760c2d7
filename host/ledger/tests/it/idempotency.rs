//! A retry is not a second deployment.

use crate::{
    sample,
    world::{World, id, record},
};
use tidegate_core::{
    decision::{Outcome, Permission},
    digest::Digest,
};
use tidegate_ledger::{
    error::RecordError,
    idempotency::{Earlier, Idempotency, Retry},
    ledger::Ledger,
    record::{DecisionRecord, Recorded},
};
use tokio::task::JoinSet;

fn keyed(name: &str, request: &[u8], outcome: Outcome, permission: Permission) -> DecisionRecord {
    DecisionRecord {
        idempotency: Some(Idempotency {
            principal: "ci".into(),
            endpoint: "POST /v1/decisions".into(),
            key: "key".into(),
            request: Digest::of(request),
        }),
        ..record(name, sample::judged(outcome, permission))
    }
}

async fn earlier(ledger: &Ledger) -> Option<Earlier> {
    ledger.idempotent("ci", "POST /v1/decisions", "key").await.unwrap()
}

#[tokio::test]
async fn a_known_key_says_what_it_was_used_for() {
    let world = World::new();
    let ledger = world.open().await;
    assert_eq!(earlier(&ledger).await, None);
    ledger.record(keyed("one", b"r", Outcome::Remediate, Permission::Refused)).await.unwrap();
    let found = earlier(&ledger).await.unwrap();
    assert_eq!(
        found,
        Earlier {
            request: Digest::of(b"r"),
            decision: id("one"),
            outcome: Outcome::Remediate,
            permission: Permission::Refused,
        }
    );
    assert_eq!(found.retry(Digest::of(b"r")), Retry::Replay);
    assert_eq!(found.retry(Digest::of(b"s")), Retry::Conflict);
    for (principal, endpoint, key) in [
        ("cd", "POST /v1/decisions", "key"),
        ("ci", "POST /v2/decisions", "key"),
        ("ci", "POST /v1/decisions", "other"),
    ] {
        assert_eq!(ledger.idempotent(principal, endpoint, key).await.unwrap(), None);
    }
    let stored = ledger.decision(&id("one")).await.unwrap().unwrap();
    assert_eq!(stored.idempotency_key, Some(Digest::of(b"key")));
    ledger.close().await;
}

#[tokio::test]
async fn a_retry_gets_the_recorded_decision_and_records_nothing() {
    let world = World::new();
    let ledger = world.open().await;
    let first = ledger.record(keyed("one", b"r", Outcome::Deploy, Permission::ByTheRules)).await.unwrap();
    let again = ledger.record(keyed("two", b"r", Outcome::Deploy, Permission::ByTheRules)).await.unwrap();
    assert_eq!(again, Recorded { replayed: Some(id("one")), ..first });
    assert!(ledger.decision(&id("two")).await.unwrap().is_none());
    assert_eq!(ledger.counts().leaves, 1);
    let verified = ledger.verify().await.unwrap();
    assert_eq!((verified.head.size, verified.findings), (1, Vec::new()));
    ledger.close().await;
}

#[tokio::test]
async fn another_request_under_the_key_is_a_conflict() {
    let world = World::new();
    let ledger = world.open().await;
    // A hold too: judged anew is the same request only.
    ledger.record(keyed("one", b"r", Outcome::Hold, Permission::Refused)).await.unwrap();
    let error = ledger.record(keyed("two", b"s", Outcome::Hold, Permission::Refused)).await.unwrap_err();
    assert!(matches!(&error, RecordError::Conflict { decision } if *decision == id("one")), "{error}");
    assert!(ledger.decision(&id("two")).await.unwrap().is_none());
    ledger.close().await;
}

#[tokio::test]
async fn a_refusing_hold_is_judged_anew_and_its_leaf_stays() {
    let world = World::new();
    let ledger = world.open().await;
    ledger.record(keyed("held", b"r", Outcome::Hold, Permission::Refused)).await.unwrap();
    assert_eq!(earlier(&ledger).await.unwrap().retry(Digest::of(b"r")), Retry::JudgeAnew);
    let anew = ledger.record(keyed("free", b"r", Outcome::Deploy, Permission::ByTheRules)).await.unwrap();
    assert_eq!((anew.leaf_index, anew.replayed), (1, None));
    assert_eq!(earlier(&ledger).await.unwrap().decision, id("free"));
    assert!(ledger.decision(&id("held")).await.unwrap().is_some());
    ledger.close().await;
}

#[tokio::test]
async fn a_hold_that_was_allowed_stands() {
    for permission in [Permission::Forced, Permission::Advisory] {
        let world = World::new();
        let ledger = world.open().await;
        ledger.record(keyed("one", b"r", Outcome::Hold, permission)).await.unwrap();
        let again = ledger.record(keyed("two", b"r", Outcome::Hold, permission)).await.unwrap();
        assert_eq!(again.replayed, Some(id("one")), "{permission:?}");
        ledger.close().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_a_hundred_at_once_exactly_one_is_recorded() {
    let world = World::new();
    let ledger = world.open().await;
    let mut racing = JoinSet::new();
    for n in 0..100 {
        let ledger = ledger.clone();
        racing.spawn(async move {
            let decided = keyed(&format!("d{n}"), b"r", Outcome::Deploy, Permission::ByTheRules);
            (n, ledger.record(decided).await.unwrap())
        });
    }
    let all = racing.join_all().await;
    let winners: Vec<_> = all.iter().filter(|(_, recorded)| recorded.replayed.is_none()).collect();
    assert_eq!(winners.len(), 1);
    let winner = id(&format!("d{}", winners[0].0));
    for (_, recorded) in all.iter().filter(|(_, recorded)| recorded.replayed.is_some()) {
        assert_eq!(recorded.replayed.as_ref(), Some(&winner));
        assert_eq!(recorded.leaf_hash, winners[0].1.leaf_hash);
    }
    assert_eq!(ledger.counts().leaves, 1);
    ledger.close().await;
}

#[tokio::test]
async fn a_long_key_is_refused_with_both_numbers() {
    let world = World::new();
    let ledger = world.open().await;
    let mut decided = keyed("one", b"r", Outcome::Deploy, Permission::ByTheRules);
    decided.idempotency.as_mut().unwrap().key = "k".repeat(256).into();
    let error = ledger.record(decided).await.unwrap_err();
    assert_eq!(error.to_string(), "idempotency key: 256 bytes used, 255 allowed");
    ledger.close().await;
}
