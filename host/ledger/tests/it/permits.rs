//! Permits: decided where nobody else writes, so that two at once are one too many.

use crate::{
    sample,
    world::{World, id, record},
};
use std::sync::Arc;
use tidegate_core::{
    decision::{Outcome, Permission},
    digest::Digest,
};
use tidegate_ledger::{
    act::{Act, ActRecord},
    agreement::Agreement,
    confirmation::Confirmation,
    error::RecordError,
    event::{DeploymentEvent, NewEvent},
    faster::Faster,
    ledger::Ledger,
    permit::{NewPermit, PermitKey, Revocation},
};
use tokio::task::JoinSet;

fn act(act: Act) -> ActRecord {
    let host_version = tidegate_core::name::Version::parse("0.1.0").unwrap();
    ActRecord { act, at: sample::now(), host_version, bodies: Vec::new(), notices: Vec::new() }
}

fn permit(name: &str, single_use: bool) -> NewPermit {
    NewPermit {
        id: Arc::from(name),
        decision: id("one"),
        to: Arc::from("ci"),
        valid_until: sample::at("2026-03-31T18:00:00Z"),
        single_use,
        forced: false,
        key: None,
    }
}

async fn decided(ledger: &Ledger, name: &str, permission: Permission) {
    let outcome = if permission == Permission::Refused { Outcome::Hold } else { Outcome::Deploy };
    ledger.record(record(name, sample::judged(outcome, permission))).await.unwrap();
}

async fn give(ledger: &Ledger, permit: NewPermit) -> Result<u64, RecordError> {
    ledger.act(act(Act::Permitted(permit))).await.map(|recorded| recorded.leaf_index)
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_at_once_one_gets_the_only_permit() {
    let world = World::new();
    let ledger = world.open().await;
    decided(&ledger, "one", Permission::ByTheRules).await;
    let mut asking = JoinSet::new();
    for number in 0..20 {
        let ledger = ledger.clone();
        asking.spawn(async move { give(&ledger, permit(&format!("p{number}"), true)).await });
    }
    let answers = asking.join_all().await;
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
    let late = |answer: &&Result<u64, RecordError>| matches!(answer, Err(RecordError::Faster(Faster::Used)));
    assert_eq!(answers.iter().filter(late).count(), 19);
    assert_eq!(ledger.counts().leaves, 2, "what was not given left no leaf");
    ledger.close().await;
    let reopened = world.open().await;
    let standing = reopened.standing(&id("one"), false).await.unwrap();
    assert_eq!((standing.permits.len(), &*standing.permits[0].to, standing.permits[0].leaf_index), (1, "ci", 1));
    assert!(give(&reopened, permit("again", true)).await.is_err(), "a restart is no new beginning");
    reopened.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revocation_and_a_later_decision_come_before_whoever_is_slower() {
    let world = World::new();
    let ledger = world.open().await;
    decided(&ledger, "one", Permission::ByTheRules).await;
    give(&ledger, permit("first", false)).await.unwrap();
    give(&ledger, permit("second", false)).await.unwrap();
    decided(&ledger, "two", Permission::Refused).await;
    assert_eq!(ledger.standing(&id("one"), false).await.unwrap().superseded_by, Some(id("two")));
    assert_eq!(ledger.standing(&id("one"), true).await.unwrap().superseded_by, None, "a refusal stops no forced one");
    assert_eq!(ledger.standing(&id("two"), false).await.unwrap().superseded_by, None, "nothing earlier does");
    assert!(matches!(give(&ledger, permit("late", false)).await, Err(RecordError::Faster(Faster::Superseded))));
    let forced = NewPermit { forced: true, ..permit("forced", true) };
    assert!(matches!(give(&ledger, forced.clone()).await, Err(RecordError::Faster(Faster::Used))));

    let revocation =
        Revocation { decision: id("two"), by: Arc::from("olga"), reason: Arc::from("it was the wrong tag") };
    ledger.act(act(Act::Revoked(revocation.clone()))).await.unwrap();
    let again = ledger.act(act(Act::Revoked(revocation))).await;
    assert!(matches!(again, Err(RecordError::Faster(Faster::Revoked))));
    let of_two = NewPermit { decision: id("two"), ..permit("three", false) };
    assert!(matches!(give(&ledger, of_two).await, Err(RecordError::Faster(Faster::Revoked))));
    let revoked = ledger.standing(&id("two"), false).await.unwrap().revoked.unwrap();
    let leaf = ledger.leaf(revoked.leaf_index).await.unwrap().unwrap();
    assert!(!leaf.text.contains("olga") && !leaf.text.contains("wrong tag"), "{}", leaf.text);
    ledger.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_leads_to_the_permit_it_was_given_for_and_to_no_second_one() {
    let world = World::new();
    let ledger = world.open().await;
    decided(&ledger, "one", Permission::ByTheRules).await;
    let key = Some(PermitKey { key: Arc::from("k"), request: Digest::of(b"request") });
    let keyed = |name: &str| NewPermit { key: key.clone(), ..permit(name, false) };
    give(&ledger, keyed("first")).await.unwrap();
    assert!(give(&ledger, keyed("second")).await.is_err());
    let found = ledger.permit_of("ci", "k").await.unwrap().unwrap();
    assert_eq!((&*found.id, found.key), ("first", key));
    assert_eq!(ledger.permit_of("cd", "k").await.unwrap(), None);
    ledger.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_became_of_a_deployment_is_kept_in_the_order_in_which_it_was_said() {
    let world = World::new();
    let ledger = world.open().await;
    decided(&ledger, "one", Permission::ByTheRules).await;
    let deployment: Arc<str> = Arc::from(sample::deployment().id());
    let said = |event, permitted| NewEvent {
        decision: id("one"),
        deployment: deployment.clone(),
        event,
        said_at: Some(sample::at("2026-03-31T10:00:00Z")),
        by: Arc::from("ci"),
        permitted,
    };
    let events = [said(DeploymentEvent::Started, true), said(DeploymentEvent::Failed, false)];
    for event in &events {
        ledger.act(act(Act::Deployment(event.clone()))).await.unwrap();
    }
    let recorded = ledger.deployment_events(&id("one")).await.unwrap();
    assert_eq!(recorded.iter().map(|recorded| recorded.event.clone()).collect::<Vec<_>>(), events);
    assert_eq!(ledger.decisions_about(&deployment).await.unwrap(), [id("one")]);
    assert!(ledger.decisions_about("another").await.unwrap().is_empty());
    ledger.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_confirm_or_agree_at_once_one_does() {
    let world = World::new();
    let ledger = world.open().await;
    decided(&ledger, "one", Permission::Refused).await;
    let confirmed = Act::Confirmed(Confirmation {
        decision: id("one"),
        person: Arc::from("bob"),
        expires: sample::at("2026-03-31T18:00:00Z"),
    });
    let agreed = Act::WaiverAgreed(Agreement {
        waiver: Digest::of(b"waiver"),
        id: tidegate_core::name::WaiverId::parse("W-1").unwrap(),
        person: Arc::from("bob"),
    });
    for (what, late) in [(confirmed, Faster::Confirmed), (agreed, Faster::Agreed)] {
        let leaves = ledger.counts().leaves;
        let mut asking = JoinSet::new();
        for _ in 0..10 {
            let (ledger, what) = (ledger.clone(), what.clone());
            asking.spawn(async move { ledger.act(act(what)).await });
        }
        let answers = asking.join_all().await;
        let too_late = answers.iter().filter(|one| matches!(one, Err(RecordError::Faster(why)) if *why == late));
        assert_eq!((too_late.count(), ledger.counts().leaves), (9, leaves + 1));
    }
    assert_eq!(ledger.waiver_agreements().await.unwrap().len(), 1);
    ledger.close().await;
}
