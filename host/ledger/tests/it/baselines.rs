//! Which decision a service is compared with.

use crate::{
    sample,
    world::{World, id, record},
};
use std::sync::Arc;
use tidegate_core::{
    decision::{Outcome, Permission, WaiverUse},
    deployment::{Cause, Deployment, DeploymentRequest},
    judgement::Judgement,
    name::{EnvironmentName, ServiceName, WaiverId},
    waiver::WaiverState,
};
use tidegate_ledger::{
    act::{Act, ActRecord},
    event::{
        DeploymentEvent::{self, Failed, RolledBack, Started, Succeeded},
        NewEvent,
    },
    ledger::{Ledger, baselines::LastGood},
    permit::Revocation,
};

/// One decision about `api` in production, and what became of it.
struct Deployed {
    name: &'static str,
    judgement: Judgement,
    events: &'static [DeploymentEvent],
    permitted: bool,
    revoked: bool,
}

fn deployed(name: &'static str, events: &'static [DeploymentEvent]) -> Deployed {
    Deployed { name, judgement: judged(|_| {}), events, permitted: true, revoked: false }
}

/// A decision by the rules of which nobody waived anything.
fn judged(change: impl FnOnce(&mut DeploymentRequest)) -> Judgement {
    let mut judgement = sample::judged(Outcome::Deploy, Permission::ByTheRules);
    judgement.decision.waivers.clear();
    let mut request = DeploymentRequest {
        id: Arc::from(judgement.deployment.id()),
        environment: judgement.deployment.environment().clone(),
        services: judgement.deployment.services().to_vec(),
        revision: None,
        cause: Cause::Push,
        actor: Arc::from("ci"),
        person: None,
        requested_at: sample::now(),
        labels: Vec::new(),
    };
    change(&mut request);
    judgement.deployment = Arc::new(Deployment::new(request).unwrap());
    judgement
}

fn waiving(findings: usize) -> WaiverUse {
    WaiverUse {
        waiver: WaiverId::parse("W-1").unwrap(),
        state: WaiverState::Active,
        expires: sample::at("2026-04-30T00:00:00Z"),
        findings,
    }
}

async fn act(ledger: &Ledger, act: Act) {
    let host_version = tidegate_core::name::Version::parse("0.1.0").unwrap();
    let record = ActRecord { act, at: sample::now(), host_version, bodies: Vec::new(), notices: Vec::new() };
    ledger.act(record).await.unwrap();
}

async fn play(ledger: &Ledger, history: Vec<Deployed>) {
    for one in history {
        let deployment: Arc<str> = Arc::from(one.judgement.deployment.id());
        ledger.record(record(one.name, one.judgement)).await.unwrap();
        for event in one.events {
            let (decision, by) = (id(one.name), Arc::from("ci"));
            let (event, permitted) = (*event, one.permitted);
            let event = NewEvent { decision, deployment: deployment.clone(), event, said_at: None, by, permitted };
            act(ledger, Act::Deployment(event)).await;
        }
        if one.revoked {
            let reason = Arc::from("it was a mistake");
            act(ledger, Act::Revoked(Revocation { decision: id(one.name), by: Arc::from("ada"), reason })).await;
        }
    }
}

async fn last_good(ledger: &Ledger, environment: &str, service: &str) -> Option<String> {
    let (environment, service) = (EnvironmentName::parse(environment).unwrap(), ServiceName::parse(service).unwrap());
    let read = ledger.last_good(&environment, &service, |_| false).await.unwrap();
    let known = ledger.last_good(&environment, &service, |_| true).await.unwrap();
    match read {
        LastGood::Decided(stored) => {
            let decision = stored.circumstances.decision;
            // The newest one that succeeded is taken at its word, whatever waivers did in it.
            assert!(matches!(known, LastGood::Known(_)), "{known:?}");
            Some(decision.to_string())
        }
        // Nobody knows one: it shows as another answer than the tests expect.
        LastGood::Known(decision) => Some(format!("{decision} is known")),
        LastGood::None => None,
        LastGood::AllWaived { looked_at, .. } => Some(format!("all of {looked_at} waived")),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_the_last_that_succeeded_by_the_rules() {
    let good = || deployed("good", &[Started, Succeeded]);
    let with = |change: fn(&mut Deployed)| {
        let mut one = deployed("later", &[Started, Succeeded]);
        change(&mut one);
        one
    };
    let cases: Vec<(&str, Deployed, Option<&str>)> = vec![
        ("it succeeded", with(|_| {}), Some("later")),
        ("it only began", with(|one| one.events = &[Started]), Some("good")),
        ("it failed", with(|one| one.events = &[Started, Failed]), Some("good")),
        ("it failed after it had succeeded", with(|one| one.events = &[Succeeded, Failed]), Some("good")),
        ("it was rolled back", with(|one| one.events = &[Succeeded, RolledBack]), Some("good")),
        (
            "it was rolled back and deployed again",
            with(|one| one.events = &[Succeeded, RolledBack, Succeeded]),
            Some("later"),
        ),
        ("nobody permitted it", with(|one| one.permitted = false), Some("good")),
        ("it was revoked", with(|one| one.revoked = true), Some("good")),
        ("it was forced", with(|one| one.judgement.decision.permission = Permission::Forced), Some("good")),
        ("it was advice", with(|one| one.judgement.decision.permission = Permission::Advisory), Some("good")),
        ("a waiver tolerated something", with(|one| one.judgement.decision.waivers = vec![waiving(1)]), Some("good")),
        ("a waiver had nothing to do", with(|one| one.judgement.decision.waivers = vec![waiving(0)]), Some("later")),
        (
            "it was a rollback",
            with(|one| one.judgement = judged(|request| request.cause = Cause::Rollback)),
            Some("good"),
        ),
        (
            "it was elsewhere",
            with(|one| one.judgement = judged(|request| request.environment = "staging".parse().unwrap())),
            Some("good"),
        ),
        (
            "it was of another service",
            with(|one| one.judgement = judged(|request| request.services[0].name = "web".parse().unwrap())),
            Some("good"),
        ),
    ];
    for (what, later, expected) in cases {
        let world = World::new();
        let ledger = world.open().await;
        assert_eq!(last_good(&ledger, "production", "api").await, None);
        play(&ledger, vec![good(), later]).await;
        assert_eq!(last_good(&ledger, "production", "api").await.as_deref(), expected, "{what}");
        ledger.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_looked_for_behind_many_that_were_waived() {
    let world = World::new();
    let ledger = world.open().await;
    let names: Vec<&'static str> = (0..45).map(|number| &*format!("waived-{number}").leak()).collect();
    let waived = names.into_iter().map(|name| {
        let mut one = deployed(name, &[Succeeded]);
        one.judgement.decision.waivers = vec![waiving(2)];
        one
    });
    play(&ledger, [deployed("good", &[Succeeded])].into_iter().chain(waived).collect()).await;
    assert_eq!(last_good(&ledger, "production", "api").await.as_deref(), Some("good"));
    ledger.close().await;
}
