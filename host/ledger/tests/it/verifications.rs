//! Looks at deployments after they went out: to which they lead, once after each event, and what they are compared with.

use crate::{
    sample,
    world::{World, id, record},
};
use std::{sync::Arc, time::Duration};
use tidegate_core::{
    decision::{Outcome, Permission},
    deployment::{Cause, Deployment, DeploymentRequest},
    name::{EnvironmentName, ServiceName},
    time::Timestamp,
};
use tidegate_ledger::{
    act::{Act, ActRecord},
    error::RecordError,
    event::{
        DeploymentEvent::{self, Failed, RolledBack, Started, Succeeded},
        NewEvent,
    },
    faster::Faster,
    ledger::{Ledger, baselines::LastGood},
    record::DecisionRecord,
    verification::Verifies,
};

/// A decision of before, in an environment.
fn decided(name: &str, environment: &str, outcome: Outcome) -> DecisionRecord {
    let permission = if outcome == Outcome::Deploy { Permission::ByTheRules } else { Permission::Refused };
    let mut judgement = sample::judged(outcome, permission);
    judgement.decision.waivers.clear();
    let mut services = judgement.deployment.services().to_vec();
    services.retain(|service| service.name.as_str() == "api");
    let request = DeploymentRequest {
        id: Arc::from(name),
        environment: environment.parse().unwrap(),
        services,
        revision: None,
        cause: Cause::Push,
        actor: Arc::from("ci"),
        person: None,
        requested_at: sample::now(),
        labels: Vec::new(),
    };
    judgement.deployment = Arc::new(Deployment::new(request).unwrap());
    record(name, judgement)
}

async fn deploy(ledger: &Ledger, name: &str, events: &[DeploymentEvent]) -> Vec<u64> {
    ledger.record(decided(name, "production", Outcome::Deploy)).await.unwrap();
    let mut leaves = Vec::new();
    for event in events {
        let (decision, deployment, by) = (id(name), name.into(), "ci".into());
        let event = NewEvent { decision, deployment, event: *event, said_at: None, by, permitted: true };
        let act = Act::Deployment(event);
        let host_version = "0.1.0".parse().unwrap();
        let record = ActRecord { act, at: sample::now(), host_version, bodies: Vec::new(), notices: Vec::new() };
        leaves.push(ledger.act(record).await.unwrap().leaf_index);
    }
    leaves
}

async fn look(
    ledger: &Ledger,
    name: &str,
    verifies: (&str, Option<u64>),
    outcome: Outcome,
) -> Result<u64, RecordError> {
    let mut record = decided(name, "verification", outcome);
    record.circumstances.verifies = Some(Verifies { decision: id(verifies.0), event: verifies.1 });
    Ok(ledger.record(record).await?.leaf_index)
}

fn before() -> Timestamp {
    Timestamp::from_nanos(sample::now().nanos() - 1)
}

async fn unlooked(ledger: &Ledger, since: Timestamp) -> Vec<u64> {
    ledger.unlooked(since).await.unwrap().iter().map(|event| event.leaf_index).collect()
}

#[tokio::test]
async fn a_look_leads_to_what_it_looks_at_and_is_read_back() {
    let world = World::new();
    let ledger = world.open().await;
    let events = deploy(&ledger, "a", &[Started, Succeeded]).await;
    look(&ledger, "first", ("a", None), Outcome::Hold).await.unwrap();
    look(&ledger, "second", ("a", Some(events[1])), Outcome::Deploy).await.unwrap();
    let looks = ledger.verifications(&id("a")).await.unwrap();
    let seen: Vec<_> = looks.iter().map(|look| (look.decision.as_str(), look.passed, look.verifies.event)).collect();
    assert_eq!(seen, [("second", true, Some(events[1])), ("first", false, None)]);
    let stored = ledger.decision(&id("second")).await.unwrap().unwrap();
    assert_eq!(stored.circumstances.verifies, Some(Verifies { decision: id("a"), event: Some(events[1]) }));
    assert_eq!(ledger.decision(&id("a")).await.unwrap().unwrap().circumstances.verifies, None);
    assert!(ledger.verifications(&id("first")).await.unwrap().is_empty());
}

#[tokio::test]
async fn after_one_event_one_look_is_recorded_and_of_two_at_once_one_is_too_late() {
    let world = World::new();
    let ledger = world.open().await;
    let event = deploy(&ledger, "a", &[Succeeded]).await.pop();
    let looks = tokio::join!(
        look(&ledger, "one", ("a", event), Outcome::Deploy),
        look(&ledger, "two", ("a", event), Outcome::Deploy),
    );
    let late = [looks.0, looks.1].into_iter().filter_map(Result::err).collect::<Vec<_>>();
    assert!(matches!(late.as_slice(), [RecordError::Faster(Faster::Verified)]), "{late:?}");
    assert_eq!(ledger.verifications(&id("a")).await.unwrap().len(), 1);
    // Whoever asks is not limited.
    for name in ["three", "four"] {
        look(&ledger, name, ("a", None), Outcome::Deploy).await.unwrap();
    }
}

#[tokio::test]
async fn what_happened_lately_and_nobody_looked_at_is_known_after_a_restart() {
    let world = World::new();
    let ledger = world.open().await;
    let first = deploy(&ledger, "a", &[Started, Succeeded, Failed, RolledBack]).await;
    let second = deploy(&ledger, "b", &[Succeeded]).await;
    look(&ledger, "look", ("a", Some(first[1])), Outcome::Hold).await.unwrap();
    look(&ledger, "asked", ("b", None), Outcome::Deploy).await.unwrap();
    ledger.close().await;
    let ledger = world.open().await;
    assert_eq!(unlooked(&ledger, before()).await, [first[3], second[0]]);
    assert_eq!(unlooked(&ledger, sample::now().plus(Duration::from_secs(3600))).await, [0_u64; 0]);
}

#[tokio::test]
async fn a_look_is_compared_with_the_one_that_passed_of_the_deployment_before() {
    let world = World::new();
    let ledger = world.open().await;
    let (production, api): (EnvironmentName, ServiceName) = ("production".parse().unwrap(), "api".parse().unwrap());
    let last =
        async |verified: &str| match ledger.last_verified(&production, &api, &id(verified), |_| false).await.unwrap() {
            LastGood::Decided(stored) => Some(stored.circumstances.decision.as_str().to_owned()),
            _ => None,
        };
    for (name, events) in
        [("a", &[Succeeded][..]), ("b", &[Succeeded]), ("c", &[Succeeded, RolledBack]), ("d", &[Succeeded])]
    {
        deploy(&ledger, name, events).await;
    }
    for (name, verified, outcome) in [
        ("a1", "a", Outcome::Deploy),
        ("b1", "b", Outcome::Deploy),
        ("b2", "b", Outcome::Deploy),
        ("b3", "b", Outcome::Remediate),
        ("c1", "c", Outcome::Deploy),
        ("d1", "d", Outcome::Deploy),
    ] {
        look(&ledger, name, (verified, None), outcome).await.unwrap();
    }
    // Neither with itself, nor with what was rolled back, nor with what did not pass.
    assert_eq!(last("d").await.as_deref(), Some("b2"));
    assert_eq!(last("x").await.as_deref(), Some("d1"));
}
