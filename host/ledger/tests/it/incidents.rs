//! Incidents: opened once for a cause, changed by whoever is first, handed on once for each level, and forgotten where somebody is.

use crate::{
    sample,
    world::{World, id, record},
};
use std::{sync::Arc, time::Duration};
use tidegate_core::{digest::Digest, incident::Priority, time::Timestamp};
use tidegate_ledger::{
    act::{Act, ActRecord},
    body::{Body, BodyKind},
    error::RecordError,
    faster::Faster,
    incident::{
        DONE_MAX, Entry, Happening, Incident, IncidentChange, IncidentState, IncidentsAsked, NewIncident, Said, What,
    },
    ledger::{Ledger, redact::Redacting},
    notice::{NewNotice, NoticeKind, NoticeState},
    permit::REASON_BYTES_MAX,
    removal::Target,
};

const GRACE: &str = "grace@shop.example";

pub(crate) fn opened(name: &str, decision: &str) -> NewIncident {
    NewIncident {
        id: name.into(),
        cause: format!("watch/of-{name}").into(),
        decision: id(decision),
        environment: "production".parse().unwrap(),
        services: vec!["api".parse().unwrap(), "web".parse().unwrap()],
        watch: Some(format!("of-{name}").into()),
        by: None,
        detected_at: sample::at("2026-03-31T14:00:00Z"),
        priority: Priority::P1,
        rule: "rollback".into(),
        plan: Digest::of(b"plan"),
        levels: 3,
        acknowledge_by: later(3_600),
        update_by: later(1_800),
        said: vec![said(What::Title, "customers cannot pay"), said(What::Impact, "all of them")],
    }
}

pub(crate) fn changed(name: &str, number: u32, happening: Happening) -> IncidentChange {
    IncidentChange {
        id: name.into(),
        number,
        happening,
        by: Some(GRACE.into()),
        level: 0,
        acknowledge_by: None,
        update_by: Some(later(7_200)),
        downtime: None,
        done: vec![1, 2],
        said: vec![said(What::Status, "somebody looks at it"), said(What::Ticket, "OPS-7")],
    }
}

fn said(what: What, text: &str) -> Said {
    Said { what, text: text.into() }
}

fn later(seconds: u64) -> Timestamp {
    sample::now().plus(Duration::from_secs(seconds))
}

fn handed_on(name: &str, number: u32, level: u32, until: u64) -> IncidentChange {
    let acknowledge_by = Some(later(until));
    let none =
        IncidentChange { by: None, done: Vec::new(), said: Vec::new(), ..changed(name, number, Happening::Escalated) };
    IncidentChange { level, acknowledge_by, ..none }
}

async fn recorded(ledger: &Ledger, act: Act, notices: Vec<NewNotice>) -> Result<u64, RecordError> {
    let record = ActRecord {
        act,
        at: sample::now(),
        host_version: "0.1.0".parse().unwrap(),
        bodies: vec![Body { kind: BodyKind::Incident, bytes: b"plan".as_slice().into() }],
        notices,
    };
    ledger.act(record).await.map(|recorded| recorded.leaf_index)
}

async fn open(ledger: &Ledger, new: NewIncident) -> Result<u64, RecordError> {
    recorded(ledger, Act::IncidentOpened(new), Vec::new()).await
}

async fn change(ledger: &Ledger, change: IncidentChange) -> Result<u64, RecordError> {
    recorded(ledger, Act::IncidentChanged(change), Vec::new()).await
}

async fn overdue(ledger: &Ledger, at: Timestamp) -> Vec<Arc<str>> {
    ledger.incidents_overdue(at).await.unwrap().into_iter().map(|incident| incident.opened.id).collect()
}

#[tokio::test]
async fn an_incident_is_read_back_as_it_stands_with_all_that_was_said() {
    let world = World::new();
    let ledger = world.open().await;
    let new = opened("i1", "a");
    let first = open(&ledger, new.clone()).await.unwrap();
    let mut expected = Incident {
        opened: NewIncident { said: vec![said(What::Title, "customers cannot pay")], ..new.clone() },
        leaf_index: first,
        opened_at: sample::now(),
        state: IncidentState::Open,
        changes: 0,
        level: 0,
        acknowledge_by: Some(new.acknowledge_by),
        update_by: Some(new.update_by),
        acknowledged: None,
        resolved: None,
        downtime: None,
    };
    assert_eq!(ledger.incident("i1").await.unwrap(), Some(expected.clone()));
    assert_eq!(ledger.incident_of("watch/of-i1").await.unwrap(), Some(expected.clone()));
    assert_eq!(ledger.incident_of_watch("of-i1").await.unwrap().as_deref(), Some("i1"));

    let acknowledged = changed("i1", 1, Happening::Acknowledged);
    let second = change(&ledger, acknowledged.clone()).await.unwrap();
    let update_by = acknowledged.update_by;
    expected = Incident {
        state: IncidentState::Acknowledged,
        changes: 1,
        acknowledge_by: None,
        update_by,
        acknowledged: Some((sample::now(), GRACE.into())),
        ..expected
    };
    let found = ledger.incident("i1").await.unwrap().unwrap();
    assert_eq!(
        (found.state, found.acknowledge_by, &found.acknowledged),
        (expected.state, None, &expected.acknowledged)
    );
    let downtime = Some(Duration::from_secs(2_700));
    let resolved = IncidentChange { downtime, update_by: None, ..changed("i1", 2, Happening::Resolved) };
    let third = change(&ledger, resolved.clone()).await.unwrap();
    let found = ledger.incident("i1").await.unwrap().unwrap();
    assert_eq!((found.state, found.changes, found.downtime), (IncidentState::Resolved, 2, downtime));
    assert_eq!(found.resolved, Some((sample::now(), GRACE.into())));
    assert_eq!(found.acknowledged, expected.acknowledged, "who saw to it stays");

    let entry = |change: &IncidentChange, leaf_index| Entry {
        number: change.number,
        happening: Some(change.happening),
        at: sample::now(),
        leaf_index,
        by: change.by.clone(),
        level: change.level,
        done: change.done.clone(),
        said: change.said.clone(),
    };
    let start = Entry {
        number: 0,
        happening: None,
        at: sample::now(),
        leaf_index: first,
        by: None,
        level: 0,
        done: Vec::new(),
        said: new.said.clone(),
    };
    let timeline = ledger.incident_timeline("i1").await.unwrap();
    assert_eq!(timeline, [start, entry(&acknowledged, second), entry(&resolved, third)]);
    ledger.close().await;
}

#[tokio::test]
async fn of_one_cause_there_is_one_incident_and_of_one_change_the_first_counts() {
    let world = World::new();
    let ledger = world.open().await;
    open(&ledger, opened("i1", "a")).await.unwrap();
    let again = NewIncident { cause: "watch/of-i1".into(), ..opened("i2", "a") };
    let error = open(&ledger, again).await.unwrap_err();
    assert!(matches!(error, RecordError::Faster(Faster::IncidentOpened)), "{error}");
    change(&ledger, handed_on("i1", 1, 1, 60)).await.unwrap();
    for late in
        [changed("i1", 1, Happening::Acknowledged), handed_on("i1", 1, 1, 60), changed("i9", 1, Happening::Updated)]
    {
        let error = change(&ledger, late).await.unwrap_err();
        assert!(matches!(error, RecordError::Faster(Faster::IncidentChanged)), "{error}");
    }
    assert_eq!(ledger.incident_timeline("i1").await.unwrap().len(), 2, "what came too late is nowhere");
    ledger.close().await;
}

#[tokio::test]
async fn what_nobody_acknowledged_in_time_is_handed_on_as_long_as_there_is_a_level() {
    let world = World::new();
    let ledger = world.open().await;
    for (name, seconds) in [("i1", 60), ("i2", 30), ("i3", 600)] {
        open(&ledger, NewIncident { acknowledge_by: later(seconds), ..opened(name, "a") }).await.unwrap();
    }
    assert_eq!(overdue(&ledger, later(29)).await, [""; 0].map(Arc::from));
    assert_eq!(overdue(&ledger, later(60)).await, ["i2", "i1"].map(Arc::from), "whoever waits longest comes first");
    change(&ledger, handed_on("i1", 1, 1, 120)).await.unwrap();
    change(&ledger, changed("i2", 1, Happening::Acknowledged)).await.unwrap();
    assert_eq!(overdue(&ledger, later(119)).await, [""; 0].map(Arc::from));
    assert_eq!(overdue(&ledger, later(120)).await, ["i1"].map(Arc::from));
    change(&ledger, handed_on("i1", 2, 2, 180)).await.unwrap();
    assert_eq!(overdue(&ledger, later(599)).await, [""; 0].map(Arc::from), "the last level was told");
    ledger.close().await;
}

#[tokio::test]
async fn incidents_are_found_by_decision_and_state_the_newest_first() {
    let world = World::new();
    let ledger = world.open().await;
    for (name, decision) in [("i1", "a"), ("i2", "b"), ("i3", "b")] {
        open(&ledger, opened(name, decision)).await.unwrap();
    }
    let second = ledger.incident("i2").await.unwrap().unwrap().leaf_index;
    change(&ledger, changed("i3", 1, Happening::Resolved)).await.unwrap();
    let all = IncidentsAsked { limit: 10, ..IncidentsAsked::default() };
    let of_b = IncidentsAsked { decision: Some(id("b")), ..all.clone() };
    let state = |state| IncidentsAsked { state: Some(state), ..all.clone() };
    for (asked, expected) in [
        (all.clone(), vec!["i3", "i2", "i1"]),
        (of_b, vec!["i3", "i2"]),
        (state(IncidentState::Resolved), vec!["i3"]),
        (state(IncidentState::Acknowledged), vec![]),
        (IncidentsAsked { before: Some(second), ..all.clone() }, vec!["i1"]),
        (IncidentsAsked { limit: 1, ..all.clone() }, vec!["i3"]),
    ] {
        let found = ledger.incidents(&asked).await.unwrap();
        let names: Vec<&str> = found.iter().map(|incident| &*incident.opened.id).collect();
        assert_eq!(names, expected, "{asked:?}");
    }
    ledger.close().await;
}

#[tokio::test]
async fn what_is_too_long_is_refused_with_both_numbers() {
    let world = World::new();
    let ledger = world.open().await;
    let long = "x".repeat(REASON_BYTES_MAX + 1);
    let error =
        open(&ledger, NewIncident { said: vec![said(What::Impact, &long)], ..opened("i1", "a") }).await.unwrap_err();
    let expected = format!("{} used, {REASON_BYTES_MAX} allowed", long.len());
    assert!(error.to_string().contains(&expected), "{error}");
    open(&ledger, opened("i1", "a")).await.unwrap();
    let many = IncidentChange { done: (1..=DONE_MAX as u32 + 1).collect(), ..changed("i1", 1, Happening::Updated) };
    let error = change(&ledger, many).await.unwrap_err();
    assert!(error.to_string().contains(&format!("{} used, {DONE_MAX} allowed", DONE_MAX + 1)), "{error}");
    ledger.close().await;
}

fn notice(kind: NoticeKind, name: &str) -> NewNotice {
    NewNotice {
        id: name.into(),
        kind,
        decision: id("a"),
        contact: "Development Team".into(),
        address: "dev@shop.example".into(),
        body: "{}".into(),
        at: sample::now(),
    }
}

#[tokio::test]
async fn what_is_told_of_an_incident_lies_where_an_older_build_does_not_read_it() {
    let world = World::new();
    let ledger = world.open().await;
    ledger.record(record("a", sample::judgement())).await.unwrap();
    let told = vec![notice(NoticeKind::IncidentOpened, "n1")];
    recorded(&ledger, Act::IncidentOpened(opened("i1", "a")), told).await.unwrap();
    let told = vec![notice(NoticeKind::IncidentUpdated, "n2")];
    recorded(&ledger, Act::IncidentChanged(changed("i1", 1, Happening::Updated)), told).await.unwrap();
    assert_eq!((world.rows("notices").await.len(), world.rows("incident_notices").await.len()), (0, 2));
    let names = |all: Vec<tidegate_ledger::notice::Notice>| all.into_iter().map(|one| one.id).collect::<Vec<_>>();
    let told = ledger.incident_notices("i1").await.unwrap();
    assert!(told.iter().all(|one| one.state == NoticeState::Pending));
    assert_eq!(names(told), ["n1", "n2"].map(Arc::from));
    let (due, _) = ledger.notices_due(sample::now(), 8).await.unwrap();
    assert_eq!(due.len(), 2, "they are sent as any other");
    ledger.close().await;
}

#[tokio::test]
async fn a_person_and_their_words_are_forgotten_in_incidents_too() {
    let world = World::new();
    let ledger = world.open().await;
    open(&ledger, NewIncident { by: Some(GRACE.into()), ..opened("i1", "a") }).await.unwrap();
    change(&ledger, changed("i1", 1, Happening::Acknowledged)).await.unwrap();
    for text in [GRACE, "all of them"] {
        let redacting = Redacting {
            by: ["ada@example.org".into(), "dora@example.org".into()],
            reason: "they asked for it".into(),
            ticket: None,
            at: sample::now(),
            host_version: "0.1.0".parse().unwrap(),
        };
        ledger.redact(Target::Person(text.into()), redacting).await.unwrap();
    }
    let incident = ledger.incident("i1").await.unwrap().unwrap();
    let timeline = ledger.incident_timeline("i1").await.unwrap();
    let shown = format!("{incident:?} {timeline:?}");
    assert!(!shown.contains(GRACE) && !shown.contains("all of them"), "{shown}");
    assert!(shown.contains("customers cannot pay"), "what nobody asked for stays");
    assert!(incident.opened.by.unwrap().starts_with("salted:"), "{shown}");
    ledger.close().await;
}
