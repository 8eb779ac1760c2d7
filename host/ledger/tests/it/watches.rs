//! Watches: begun once, changed by whoever is first, and shared out among gates.

use crate::{
    sample,
    world::{World, id},
};
use std::{sync::Arc, time::Duration};
use tidegate_core::{digest::Digest, observation::Advice};
use tidegate_ledger::{
    act::{Act, ActRecord},
    body::{Body, BodyKind},
    error::RecordError,
    faster::Faster,
    ledger::Ledger,
    watch::{
        LastChange, NewWatch, WHY_BYTES_MAX, Watch, WatchCancel, WatchCause, WatchChange, WatchState, WatchesAsked,
    },
};

pub(crate) fn begun(name: &str, decision: &str, step: Duration) -> NewWatch {
    NewWatch {
        id: name.into(),
        decision: id(decision),
        environment: "production".parse().unwrap(),
        cause: WatchCause::ByHand,
        by: "grace@shop.example".into(),
        plan: Digest::of(b"plan"),
        deployed_at: sample::at("2026-03-31T14:00:00Z"),
        ends_at: sample::at("2026-03-31T18:00:00Z"),
        step,
    }
}

fn changed(name: &str, number: u32, state: WatchState) -> WatchChange {
    WatchChange {
        id: name.into(),
        number,
        state,
        advice: Some(Advice::Proceed),
        window: Some(Digest::of(b"window")),
        answer: Some(Digest::of(b"answer")),
        looks: 3,
        why: None,
        cancelled: None,
    }
}

pub(crate) async fn recorded(ledger: &Ledger, act: Act, bodies: &[&str]) -> Result<u64, RecordError> {
    let body = |text: &&str| Body { kind: BodyKind::Watch, bytes: text.as_bytes().into() };
    let record = ActRecord {
        act,
        at: sample::now(),
        host_version: "0.1.0".parse().unwrap(),
        bodies: bodies.iter().map(body).collect(),
        notices: Vec::new(),
    };
    ledger.act(record).await.map(|recorded| recorded.leaf_index)
}

async fn start(ledger: &Ledger, watch: NewWatch) -> Result<u64, RecordError> {
    recorded(ledger, Act::WatchStarted(watch), &["plan"]).await
}

async fn change(ledger: &Ledger, change: WatchChange) -> Result<u64, RecordError> {
    recorded(ledger, Act::WatchChanged(change), &["window", "answer"]).await
}

const STEP: Duration = Duration::from_secs(30);

#[tokio::test]
async fn a_watch_is_read_back_as_it_stands() {
    let world = World::new();
    let ledger = world.open().await;
    let leaf_index = start(&ledger, begun("w1", "a", STEP)).await.unwrap();
    let mut expected = Watch {
        begun: begun("w1", "a", STEP),
        leaf_index,
        started_at: sample::now(),
        state: WatchState::Running,
        last: None,
        looks: 0,
    };
    assert_eq!(ledger.watch("w1").await.unwrap().as_ref(), Some(&expected));
    let person = WatchCancel { by: "ada@shop.example".into(), reason: "it was\nreplaced".into() };
    let ends = [
        changed("w1", 1, WatchState::Running),
        WatchChange { cancelled: Some(person), why: Some("words".into()), ..changed("w1", 2, WatchState::Cancelled) },
    ];
    for one in ends {
        let leaf_index = change(&ledger, one.clone()).await.unwrap();
        expected.looks += one.looks;
        expected.state = one.state;
        expected.last = Some(LastChange { change: one, at: sample::now(), leaf_index });
        assert_eq!(ledger.watch("w1").await.unwrap().as_ref(), Some(&expected));
    }
    assert_eq!(ledger.watch("w2").await.unwrap(), None);
    assert_eq!(ledger.bodies().await.unwrap().missing, []);
    assert_eq!(ledger.body(&Digest::of(b"window")).await.unwrap().as_deref(), Some(&b"window"[..]));
    ledger.close().await;
}

#[tokio::test]
async fn of_one_decision_one_watch_runs_and_of_one_change_the_first_counts() {
    let world = World::new();
    let ledger = world.open().await;
    start(&ledger, begun("w1", "a", STEP)).await.unwrap();
    start(&ledger, begun("w2", "b", STEP)).await.unwrap();
    let late = |done: Result<u64, RecordError>| match done {
        Err(RecordError::Faster(faster)) => Some(faster),
        _ => None,
    };
    assert_eq!(late(start(&ledger, begun("w3", "a", STEP)).await), Some(Faster::Watched));
    let running = || changed("w1", 1, WatchState::Running);
    for wrong in [WatchChange { number: 2, ..running() }, WatchChange { id: "w9".into(), ..running() }] {
        assert_eq!(late(change(&ledger, wrong).await), Some(Faster::WatchChanged));
    }
    change(&ledger, running()).await.unwrap();
    assert_eq!(late(change(&ledger, running()).await), Some(Faster::WatchChanged), "another gate was first");
    change(&ledger, changed("w1", 2, WatchState::Healthy)).await.unwrap();
    assert_eq!(late(change(&ledger, changed("w1", 3, WatchState::Running)).await), Some(Faster::WatchChanged));
    start(&ledger, begun("w4", "a", STEP)).await.unwrap();
    let leaves = ledger.counts().leaves;
    let long = WatchChange { why: Some("y".repeat(WHY_BYTES_MAX + 1).into()), ..changed("w4", 1, WatchState::Running) };
    assert!(matches!(change(&ledger, long).await, Err(RecordError::Leaf(_))));
    assert_eq!(ledger.counts().leaves, leaves, "what came too late left no leaf");
    ledger.close().await;
}

#[tokio::test]
async fn watches_are_found_by_decision_and_state_the_newest_first() {
    let world = World::new();
    let ledger = world.open().await;
    for (name, decision) in [("w1", "a"), ("w2", "b"), ("w3", "c")] {
        start(&ledger, begun(name, decision, STEP)).await.unwrap();
    }
    change(&ledger, changed("w2", 1, WatchState::Healthy)).await.unwrap();
    let all = WatchesAsked { limit: 10, ..WatchesAsked::default() };
    let third = ledger.watch("w3").await.unwrap().unwrap().leaf_index;
    for (asked, expected) in [
        (all.clone(), &["w3", "w2", "w1"][..]),
        (WatchesAsked { limit: 2, ..all.clone() }, &["w3", "w2"]),
        (WatchesAsked { before: Some(third), ..all.clone() }, &["w2", "w1"]),
        (WatchesAsked { decision: Some(id("b")), ..all.clone() }, &["w2"]),
        (WatchesAsked { state: Some(WatchState::Running), ..all.clone() }, &["w3", "w1"]),
        (WatchesAsked { decision: Some(id("b")), state: Some(WatchState::Running), ..all }, &[]),
    ] {
        let found = ledger.watches(&asked).await.unwrap();
        let names: Vec<&str> = found.iter().map(|watch| &*watch.begun.id).collect();
        assert_eq!(names, expected, "{asked:?}");
    }
    let mine = ledger.take_watches("a gate").await.unwrap().ids;
    assert_eq!(mine, ["w1", "w3"].map(Arc::<str>::from), "what ended is nobody's");
    ledger.close().await;
}
