//! Maintenances: each step once and in its order, who sees which, and what is compared with afterwards.

use crate::{
    sample,
    world::{World, id, record},
};
use std::{sync::Arc, time::Duration};
use tidegate_core::{
    decision::{Outcome, Permission},
    name::{EnvironmentName, ServiceName},
    time::Timestamp,
};
use tidegate_ledger::{
    act::{Act, ActRecord},
    error::RecordError,
    event::{DeploymentEvent, NewEvent},
    faster::Faster,
    ledger::{Ledger, baselines::LastGood},
    maintenance::{
        Emergency, Item, MAINTENANCES_MAX, Maintenance, MaintenanceState, MaintenanceStep, MaintenancesAsked,
        NewMaintenance, Phase, Step,
    },
};

fn production() -> EnvironmentName {
    "production".parse().unwrap()
}

fn service(name: &str) -> ServiceName {
    ServiceName::parse(name).unwrap()
}

fn later(hours: u64) -> Timestamp {
    sample::now().plus(Duration::from_secs(hours * 3_600))
}

fn new(name: &str) -> NewMaintenance {
    let item = |phase, id: &str| Item { phase, id: id.into(), title: format!("\"{id}\" \u{1f6a7}").into() };
    NewMaintenance {
        id: name.into(),
        environment: production(),
        policy_set: "maintenance".parse().unwrap(),
        asked_in: "production-maintenance".parse().unwrap(),
        verified_in: "production-verification".parse().unwrap(),
        scope: "shop".into(),
        services: vec![service("api"), service("web")],
        from: later(1),
        until: later(5),
        by: "ada@shop.example".into(),
        reason: "new machines".into(),
        items: vec![item(Phase::Pre, "backups_made"), item(Phase::Post, "all_told")],
        anew: true,
        emergency: None,
    }
}

async fn act(ledger: &Ledger, act: Act) -> Result<u64, RecordError> {
    let host_version = "0.1.0".parse().unwrap();
    let record = ActRecord { act, at: sample::now(), host_version, bodies: Vec::new(), notices: Vec::new() };
    Ok(ledger.act(record).await?.leaf_index)
}

async fn plan(ledger: &Ledger, new: NewMaintenance) -> u64 {
    act(ledger, Act::MaintenancePlanned(new)).await.unwrap()
}

async fn take(ledger: &Ledger, name: &str, number: u32, step: Step) -> Result<u64, RecordError> {
    let step = MaintenanceStep { id: name.into(), number, by: "bob@shop.example".into(), step };
    act(ledger, Act::MaintenanceChanged(step)).await
}

fn open() -> Step {
    Step::Opened { decision: id("opens") }
}

fn close() -> Step {
    Step::Closed { verification: id("verifies"), stated: vec![3, 1 << 60] }
}

fn cancel() -> Step {
    Step::Cancelled { reason: "they came late".into() }
}

async fn stands(ledger: &Ledger, name: &str) -> Maintenance {
    ledger.maintenance(name).await.unwrap().unwrap().0
}

#[tokio::test(flavor = "multi_thread")]
async fn each_step_is_taken_once_and_only_from_the_state_before_it() {
    let world = World::new();
    let ledger = world.open().await;
    plan(&ledger, new("m")).await;
    let late = |done: Result<u64, RecordError>| matches!(done, Err(RecordError::Faster(Faster::MaintenanceChanged)));
    for (number, step) in [(1, open()), (1, close()), (2, Step::Approved)] {
        assert!(late(take(&ledger, "m", number, step.clone()).await), "{step:?}");
    }
    assert!(late(take(&ledger, "no-such", 1, Step::Approved).await));
    let mut approving = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let ledger = ledger.clone();
        approving.spawn(async move { take(&ledger, "m", 1, Step::Approved).await });
    }
    let approved = approving.join_all().await;
    assert_eq!(approved.iter().filter(|done| done.is_ok()).count(), 1, "{approved:?}");
    for (number, step) in [(2, close()), (2, Step::Approved)] {
        assert!(late(take(&ledger, "m", number, step.clone()).await), "{step:?}");
    }
    let opened = take(&ledger, "m", 2, open()).await.unwrap();
    for step in [cancel(), open(), Step::Approved] {
        assert!(late(take(&ledger, "m", 3, step.clone()).await), "{step:?}");
    }
    take(&ledger, "m", 3, close()).await.unwrap();
    for step in [cancel(), open(), close(), Step::Approved] {
        assert!(late(take(&ledger, "m", 4, step.clone()).await), "{step:?}");
    }
    let (known, taken) = ledger.maintenance("m").await.unwrap().unwrap();
    assert_eq!((&known.new, known.state, known.steps), (&new("m"), MaintenanceState::Closed, 3));
    assert_eq!(known.opened_in, Some(opened));
    let steps: Vec<Step> = taken.into_iter().map(|taken| taken.step.step).collect();
    assert_eq!(steps, [Step::Approved, open(), close()]);
    ledger.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_open_when_a_leaf_was_written_is_known_ever_after() {
    let world = World::new();
    let ledger = world.open().await;
    let emergency = Emergency { because: "production_down".into(), decision: id("forces"), due: later(24) };
    let urgent = plan(&ledger, NewMaintenance { emergency: Some(emergency), ..new("urgent") }).await;
    plan(&ledger, new("planned")).await;
    take(&ledger, "planned", 1, Step::Approved).await.unwrap();
    take(&ledger, "planned", 2, open()).await.unwrap();
    let between = plan(&ledger, new("another")).await;
    let closed = take(&ledger, "urgent", 1, close()).await.unwrap();
    let there = async |leaf: u64| -> Vec<Arc<str>> {
        let open = ledger.maintenances_open_at(&production(), leaf).await.unwrap();
        open.into_iter().map(|one| one.new.id).collect()
    };
    assert!(there(urgent).await.is_empty());
    assert_eq!(there(urgent + 1).await, ["urgent".into()]);
    assert_eq!(there(between).await, ["urgent".into(), "planned".into()]);
    assert_eq!(there(closed + 1).await, ["planned".into()]);
    assert!(ledger.maintenances_open_at(&"staging".parse().unwrap(), closed).await.unwrap().is_empty());
    assert_eq!(ledger.maintenances_open(later(4)).await.unwrap(), (1, 0));
    assert_eq!(ledger.maintenances_open(later(5)).await.unwrap(), (1, 1));
    let known = stands(&ledger, "urgent").await;
    assert_eq!(known.new.emergency.map(|emergency| emergency.decision), Some(id("forces")));
    ledger.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_window_that_is_over_makes_expired_of_what_is_not() {
    let world = World::new();
    let ledger = world.open().await;
    for name in ["planned", "open", "cancelled"] {
        plan(&ledger, new(name)).await;
    }
    take(&ledger, "open", 1, Step::Approved).await.unwrap();
    take(&ledger, "open", 2, open()).await.unwrap();
    take(&ledger, "cancelled", 1, cancel()).await.unwrap();
    for (state, now, wanted) in [
        (MaintenanceState::Planned, later(4), vec!["planned"]),
        (MaintenanceState::Open, later(4), vec!["open"]),
        (MaintenanceState::Expired, later(4), vec![]),
        (MaintenanceState::Planned, later(5), vec![]),
        (MaintenanceState::Expired, later(5), vec!["open", "planned"]),
        (MaintenanceState::Cancelled, later(5), vec!["cancelled"]),
    ] {
        let asked =
            MaintenancesAsked { state: Some((state, now)), limit: MAINTENANCES_MAX, ..MaintenancesAsked::default() };
        let found = ledger.maintenances(&asked).await.unwrap();
        assert!(found.iter().all(|one| one.stands(now) == state), "{state:?} {found:?}");
        let names: Vec<&str> = found.iter().map(|one| &*one.new.id).collect();
        assert_eq!(names, wanted, "{state:?} {now}");
    }
    assert!(
        stands(&ledger, "open").await.is_overdue(later(5)) && !stands(&ledger, "planned").await.is_overdue(later(5))
    );
    let first = MaintenancesAsked { limit: 2, ..MaintenancesAsked::default() };
    let page = ledger.maintenances(&first).await.unwrap();
    let second = MaintenancesAsked { before: page.last().map(|last| last.leaf_index), ..first };
    assert_eq!((page.len(), ledger.maintenances(&second).await.unwrap().len()), (2, 1));
    ledger.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_succeeded_before_a_close_that_says_so_is_compared_with_no_more() {
    let world = World::new();
    let ledger = world.open().await;
    let mut judgement = sample::judged(Outcome::Deploy, Permission::ByTheRules);
    judgement.decision.waivers.clear();
    let there = judgement.deployment.environment().clone();
    let here = judgement.deployment.services()[0].name.clone();
    ledger.record(record("one", judgement)).await.unwrap();
    let succeeded = || NewEvent {
        decision: id("one"),
        deployment: "one".into(),
        event: DeploymentEvent::Succeeded,
        said_at: None,
        by: "ci".into(),
        permitted: true,
    };
    act(&ledger, Act::Deployment(succeeded())).await.unwrap();
    let compared = async |ledger: &Ledger| {
        matches!(ledger.last_good(&there, &here, |_| false).await.unwrap(), LastGood::Decided(_))
    };
    let closed = async |name: &str, services: &[&ServiceName], anew: bool| {
        let services = services.iter().map(|name| (*name).clone()).collect();
        plan(&ledger, NewMaintenance { environment: there.clone(), services, anew, ..new(name) }).await;
        take(&ledger, name, 1, Step::Approved).await.unwrap();
        take(&ledger, name, 2, open()).await.unwrap();
        assert!(compared(&ledger).await, "while it is open");
        take(&ledger, name, 3, close()).await.unwrap();
    };
    closed("kept", &[&here], false).await;
    assert!(compared(&ledger).await);
    closed("of-another", &[&service("another")], true).await;
    assert!(compared(&ledger).await);
    closed("anew", &[&service("another"), &here], true).await;
    assert!(!compared(&ledger).await);
    // What succeeds from now on is.
    act(&ledger, Act::Deployment(succeeded())).await.unwrap();
    assert!(compared(&ledger).await);
    ledger.close().await;
}
