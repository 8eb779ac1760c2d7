//! Notices: there with their leaf or not at all, and due until somebody took them.

use crate::{
    sample,
    world::{World, id, record},
};
use std::{sync::Arc, time::Duration};
use tidegate_core::{
    decision::{Outcome, Permission},
    time::Timestamp,
};
use tidegate_ledger::{
    act::{Act, ActRecord},
    confirmation::Confirmation,
    error::RecordError,
    idempotency::Idempotency,
    ledger::Ledger,
    notice::{NOTICE_BYTES_MAX, NewNotice, NoticeCounts, NoticeKind, NoticeState, Tried},
    record::DecisionRecord,
};

fn notice(name: &str, kind: NoticeKind) -> NewNotice {
    NewNotice {
        id: Arc::from(name),
        kind,
        decision: id("one"),
        contact: Arc::from("security"),
        address: Arc::from("security@shop.example"),
        body: Arc::from("{}"),
        at: sample::now(),
    }
}

fn forced(name: &str) -> DecisionRecord {
    let notices = vec![notice(name, NoticeKind::BreakGlassForced)];
    DecisionRecord { notices, ..record("one", sample::judged(Outcome::Remediate, Permission::Forced)) }
}

async fn confirm(ledger: &Ledger, name: &str) -> Result<(), RecordError> {
    let confirmation =
        Confirmation { decision: id("one"), person: Arc::from("bob"), expires: later(Duration::from_secs(60)) };
    let record = ActRecord {
        act: Act::Confirmed(confirmation),
        at: sample::now(),
        host_version: "0.1.0".parse().unwrap(),
        bodies: Vec::new(),
        notices: vec![notice(name, NoticeKind::BreakGlassConfirmed)],
    };
    ledger.act(record).await.map(drop)
}

fn later(span: Duration) -> Timestamp {
    sample::now().plus(span)
}

async fn due(ledger: &Ledger, now: Timestamp) -> Vec<String> {
    let (due, _) = ledger.notices_due(now, 10).await.unwrap();
    due.iter().map(|notice| notice.id.to_string()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notice_is_there_with_its_leaf_and_not_without_it() {
    let world = World::new();
    let ledger = world.open().await;
    let key = Idempotency {
        principal: "ci".into(),
        endpoint: "decide".into(),
        key: "k".into(),
        request: tidegate_core::digest::Digest::of(b"r"),
    };
    let keyed = |name: &str| DecisionRecord { idempotency: Some(key.clone()), ..forced(name) };
    ledger.record(keyed("n-1")).await.unwrap();
    // A retry is no second deployment, and the first confirmation stands.
    assert!(ledger.record(keyed("n-2")).await.unwrap().replayed.is_some());
    confirm(&ledger, "n-3").await.unwrap();
    assert!(confirm(&ledger, "n-4").await.is_err());
    let found = ledger.notices_of(&id("one")).await.unwrap();
    let shown: Vec<_> = found.iter().map(|one| (&*one.id, one.kind.word(), one.state)).collect();
    assert_eq!(
        shown,
        [("n-1", "break_glass_forced", NoticeState::Pending), ("n-3", "break_glass_confirmed", NoticeState::Pending)]
    );
    // What cannot be written takes its leaf with it.
    let leaves = ledger.counts().leaves;
    let twice = DecisionRecord { circumstances: sample::circumstances("two"), ..forced("n-1") };
    assert!(ledger.record(twice).await.is_err());
    let mut large = forced("n-5");
    large.notices[0].body = Arc::from("x".repeat(NOTICE_BYTES_MAX + 1));
    let refused = ledger.record(large).await.unwrap_err().to_string();
    assert!(refused.contains("131073 bytes used, 131072 allowed"), "{refused}");
    assert_eq!(ledger.counts().leaves, leaves);
    assert!(ledger.decision(&id("two")).await.unwrap().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notice_is_due_until_it_was_taken_given_up_or_has_no_way_also_after_a_restart() {
    let world = World::new();
    let ledger = world.open().await;
    ledger.record(forced("n-1")).await.unwrap();
    ledger.close().await;
    let ledger = world.open().await;
    assert_eq!(due(&ledger, sample::now()).await, ["n-1"]);
    let tried = |tried| ledger.notice_tried(Arc::from("n-1"), tried);

    let next = later(Duration::from_secs(30));
    tried(Tried::Again { next, error: "status 503".to_owned() }).await.unwrap();
    let (now, after) = ledger.notices_due(sample::now(), 10).await.unwrap();
    assert_eq!((now.len(), after), (0, Some(next)));
    assert_eq!(due(&ledger, next).await, ["n-1"]);
    let troubled = ledger.notices_troubled(10).await.unwrap();
    assert_eq!((troubled[0].attempts, troubled[0].last_error.as_deref()), (1, Some("status 503")));

    tried(Tried::NoRoute).await.unwrap();
    assert_eq!(due(&ledger, next).await, Vec::<String>::new());
    let undeliverable = NoticeCounts { undeliverable: 1, ..NoticeCounts::default() };
    assert_eq!(ledger.notice_counts().await.unwrap(), undeliverable);
    ledger.notices_routed(vec![Arc::from("somebody else")], next).await.unwrap();
    assert_eq!(due(&ledger, next).await, Vec::<String>::new());
    ledger.notices_routed(vec![Arc::from("security")], next).await.unwrap();
    assert_eq!(due(&ledger, next).await, ["n-1"]);

    tried(Tried::Delivered(next)).await.unwrap();
    // Whatever is said of it later: it was taken.
    tried(Tried::GaveUp { error: "late".to_owned() }).await.unwrap();
    let found = ledger.notices_of(&id("one")).await.unwrap();
    assert_eq!((found[0].state, found[0].delivered_at, found[0].attempts), (NoticeState::Delivered, Some(next), 2));
    assert_eq!(due(&ledger, later(Duration::from_secs(9_000))).await, Vec::<String>::new());
    assert!(ledger.notices_troubled(10).await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_of_a_decision_is_there_with_its_leaf_and_once() {
    let world = World::new();
    let ledger = world.open().await;
    let key = Idempotency {
        principal: "ci".into(),
        endpoint: "decide".into(),
        key: "k".into(),
        request: tidegate_core::digest::Digest::of(b"r"),
    };
    for kind in [NoticeKind::Remediate, NoticeKind::Hold, NoticeKind::Forced] {
        assert!(kind.is_order() && NoticeKind::parse(kind.word()) == Some(kind));
    }
    let ordered = |name: &str| DecisionRecord {
        idempotency: Some(key.clone()),
        notices: vec![notice(name, NoticeKind::Remediate)],
        ..record("one", sample::judged(Outcome::Remediate, Permission::Refused))
    };
    ledger.record(ordered("o-1")).await.unwrap();
    assert!(ledger.record(ordered("o-2")).await.unwrap().replayed.is_some());
    let (due, _) = ledger.notices_due(sample::now(), 10).await.unwrap();
    let due: Vec<_> = due.iter().map(|one| (&*one.id, one.kind)).collect();
    assert_eq!(due, [("o-1", NoticeKind::Remediate)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crowd_of_notices_to_one_contact_hides_no_other() {
    let world = World::new();
    let ledger = world.open().await;
    let mut record = forced("n-0");
    record.notices.extend((1..12).map(|number| notice(&format!("n-{number}"), NoticeKind::BreakGlassForced)));
    let at = later(Duration::from_secs(1));
    record.notices.push(NewNotice { contact: Arc::from("ops"), at, ..notice("ops-1", NoticeKind::BreakGlassForced) });
    ledger.record(record).await.unwrap();
    let (due, _) = ledger.notices_due(later(Duration::from_secs(2)), 3).await.unwrap();
    let contacts: Vec<&str> = due.iter().map(|notice| &*notice.contact).collect();
    assert_eq!(contacts, ["security", "security", "security", "ops"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_sends_them_wakes_when_one_is_durable_and_misses_none() {
    let world = World::new();
    let ledger = world.open().await;
    let (waiting, other) = (ledger.clone(), ledger.clone());
    let woken = tokio::spawn(async move { waiting.notice_written().await });
    ledger.record(record("two", sample::judgement())).await.unwrap();
    ledger.record(forced("n-1")).await.unwrap();
    woken.await.unwrap();
    assert_eq!(due(&ledger, sample::now()).await, ["n-1"]);
    // Written while nobody waited: the next one who does is told at once.
    confirm(&ledger, "n-2").await.unwrap();
    other.notice_written().await;
}
