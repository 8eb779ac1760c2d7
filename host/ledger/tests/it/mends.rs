//! What waivers leave to be mended: one open obligation for each waiver, environment and service, whichever decision comes by.

use crate::{
    sample,
    world::{World, id, record},
};
use std::{sync::Arc, time::Duration};
use tidegate_core::{
    decision::{Outcome, Permission},
    deployment::{Deployment, DeploymentRequest, Service},
    name::{EnvironmentName, ServiceName, WaiverId},
    obligation::ObligationKind,
    time::Timestamp,
};
use tidegate_ledger::{
    act::{Act, ActRecord},
    confirmation::Confirmation,
    ledger::Ledger,
    obligation::{Fulfilment, LISTED_MAX, NewMend},
    record::DecisionRecord,
};

fn later(seconds: u64) -> Timestamp {
    sample::now().plus(Duration::from_secs(seconds))
}

fn mend(waiver: &str, service: &str, due: Timestamp) -> NewMend {
    NewMend {
        waiver: WaiverId::parse(waiver).unwrap(),
        service: ServiceName::parse(service).unwrap(),
        owner: Arc::from("dora@shop.example"),
        due,
    }
}

/// The sample's deployment, and another service beside its `api`.
fn with_another(name: &str) -> Deployment {
    let sample = sample::deployment();
    let api = sample.services()[0].clone();
    Deployment::new(DeploymentRequest {
        id: Arc::from("release-78"),
        environment: sample.environment().clone(),
        services: vec![Service { name: ServiceName::parse(name).unwrap(), ..api.clone() }, api],
        revision: None,
        cause: sample.cause(),
        actor: Arc::from("ci"),
        person: None,
        requested_at: sample.requested_at(),
        labels: Vec::new(),
    })
    .unwrap()
}

fn decided(name: &str, permission: Permission, mends: Vec<NewMend>) -> DecisionRecord {
    let outcome = if permission == Permission::ByTheRules { Outcome::Deploy } else { Outcome::Remediate };
    DecisionRecord { mends, ..record(name, sample::judged(outcome, permission)) }
}

async fn act(ledger: &Ledger, act: Act) {
    let host_version = "0.1.0".parse().unwrap();
    let record = ActRecord { act, at: later(1), host_version, bodies: Vec::new(), notices: Vec::new() };
    ledger.act(record).await.unwrap();
}

/// What is open, by its waiver and decision, and when it is due.
async fn open(ledger: &Ledger) -> Vec<(String, String, Timestamp)> {
    let all = ledger.obligations(|_| true).await.unwrap();
    let mends = all.iter().filter(|one| one.kind == ObligationKind::Mend && one.fulfilled.is_none());
    let mut shown: Vec<_> =
        mends.map(|one| (one.waiver.as_ref().unwrap().to_string(), one.decision.to_string(), one.due)).collect();
    shown.sort();
    shown
}

fn one(waiver: &str, decision: &str, due: Timestamp) -> (String, String, Timestamp) {
    (waiver.to_owned(), decision.to_owned(), due)
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_a_waiver_lets_through_again_is_left_once_until_somebody_mends_it() {
    let world = World::new();
    let ledger = world.open().await;
    let service = "api";
    let allowed = |name: &str, mends: Vec<NewMend>| decided(name, Permission::ByTheRules, mends);
    ledger.record(allowed("one", vec![mend("W-1", service, later(60))])).await.unwrap();
    // The waiver was renewed, and another one came.
    let both = vec![mend("W-1", service, later(90)), mend("W-2", service, later(30))];
    ledger.record(allowed("two", both)).await.unwrap();
    assert_eq!(open(&ledger).await, [one("W-1", "one", later(90)), one("W-2", "two", later(30))]);
    let listed = ledger.obligations(|_| true).await.unwrap();
    let first = listed.iter().find(|one| one.decision == id("one")).unwrap();
    assert_eq!(&*first.id, format!("one-mend-W-1~{service}"));
    assert_eq!((first.services.len(), first.holds_from, &*first.owner), (1, None, "dora@shop.example"));

    let done = Fulfilment { obligation: first.id.clone(), person: Arc::from("dora"), with: Arc::from("three") };
    act(&ledger, Act::Fulfilled(done)).await;
    assert_eq!(open(&ledger).await, [one("W-2", "two", later(30))]);
    // It was said to be mended, and the waiver is needed again.
    ledger.record(allowed("four", vec![mend("W-1", service, later(90))])).await.unwrap();
    assert_eq!(open(&ledger).await, [one("W-1", "four", later(90)), one("W-2", "two", later(30))]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_awaits_its_confirmation_leaves_nothing_before_it() {
    let world = World::new();
    let ledger = world.open().await;
    let service = "api";
    let left = || vec![mend("W-1", service, later(60))];
    ledger.record(decided("one", Permission::Refused, left())).await.unwrap();
    ledger.record(decided("two", Permission::Refused, left())).await.unwrap();
    assert_eq!(open(&ledger).await, []);
    for name in ["two", "one"] {
        let confirmation = Confirmation { decision: id(name), person: Arc::from("bob"), expires: later(60) };
        act(&ledger, Act::Confirmed(confirmation)).await;
        assert_eq!(open(&ledger).await, [one("W-1", "two", later(60))], "once, by whichever was confirmed first");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_overdue_for_its_service_alone_and_holds_nothing() {
    let world = World::new();
    let ledger = world.open().await;
    let (service, other) = ("api", "web");
    let mut record = decided("one", Permission::ByTheRules, vec![mend("W-1", service, later(60))]);
    record.judgement.deployment = Arc::new(with_another(other));
    ledger.record(record).await.unwrap();
    let environment = sample::judgement().deployment.environment().clone();
    let overdue = |environment: EnvironmentName, service: &str, at: Timestamp| {
        let (ledger, service) = (ledger.clone(), ServiceName::parse(service).unwrap());
        async move { ledger.overdue(&environment, &[service], at).await.unwrap() }
    };
    let late = overdue(environment.clone(), service, later(9_000_000)).await;
    assert_eq!((late.len(), late[0].holds_from, late[0].kind), (1, None, ObligationKind::Mend));
    assert_eq!(overdue(environment.clone(), service, later(59)).await, []);
    assert_eq!(overdue(environment, other, later(9_000_000)).await, []);
    let elsewhere = EnvironmentName::parse("elsewhere").unwrap();
    assert_eq!(overdue(elsewhere, service, later(9_000_000)).await, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_others_owe_takes_no_place_in_what_somebody_may_see() {
    let world = World::new();
    let ledger = world.open().await;
    let others = (0..LISTED_MAX + 7).map(|number| mend(&format!("W-{number}"), "api", later(30))).collect();
    ledger.record(decided("one", Permission::ByTheRules, others)).await.unwrap();
    let last = vec![mend("W-last", "api", later(60))];
    ledger.record(decided("two", Permission::ByTheRules, last)).await.unwrap();
    let seen = ledger.obligations(|one| one.decision == id("two")).await.unwrap();
    assert_eq!(seen.iter().filter(|one| one.kind == ObligationKind::Mend).count(), 1);
    assert_eq!(ledger.obligations(|_| true).await.unwrap().len(), LISTED_MAX);
    assert_eq!(ledger.obligations(|_| false).await.unwrap(), []);
}
