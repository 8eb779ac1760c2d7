//! Rollbacks: one of a cause and service, by what the record still is, and to what a service can go back.

use crate::{
    sample,
    world::{World, id, record},
};
use std::{sync::Arc, time::Duration};
use tidegate_core::{
    decision::{Outcome, Permission},
    deployment::{Cause, Deployment, DeploymentRequest},
    name::{EnvironmentName, ServiceName, Version},
    time::Timestamp,
};
use tidegate_ledger::{
    act::{Act, ActRecord},
    error::RecordError,
    event::{
        DeploymentEvent::{self, RolledBack, Started, Succeeded},
        NewEvent,
    },
    faster::Faster,
    ledger::Ledger,
    notice::{NewNotice, NoticeCounts, NoticeKind, NoticeState, Tried},
    permit::REASON_BYTES_MAX,
    record::DecisionRecord,
    rollback::{Fate, NewRollback, Newest, Ordered, RollbacksAsked, Withheld},
};

fn production() -> EnvironmentName {
    "production".parse().unwrap()
}

fn version(text: &str) -> Version {
    Version::parse(text).unwrap()
}

fn later(seconds: u64) -> Timestamp {
    sample::now().plus(Duration::from_secs(seconds))
}

/// A decision about `api` in production.
fn decided(name: &str, to: &str) -> DecisionRecord {
    let mut judgement = sample::judged(Outcome::Deploy, Permission::ByTheRules);
    let mut services = judgement.deployment.services().to_vec();
    services.retain(|service| service.name.as_str() == "api");
    services[0].version = version(to);
    let request = DeploymentRequest {
        id: Arc::from(name),
        environment: production(),
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

async fn deploy(ledger: &Ledger, name: &str, to: &str, events: &[DeploymentEvent]) {
    ledger.record(decided(name, to)).await.unwrap();
    for event in events {
        let event = NewEvent {
            decision: id(name),
            deployment: name.into(),
            event: *event,
            said_at: None,
            by: "ci".into(),
            permitted: true,
        };
        act(ledger, Act::Deployment(event), sample::now(), Vec::new()).await.unwrap();
    }
}

async fn act(ledger: &Ledger, act: Act, at: Timestamp, notices: Vec<NewNotice>) -> Result<u64, RecordError> {
    let host_version = version("0.1.0");
    let record = ActRecord { act, at, host_version, bodies: Vec::new(), notices };
    Ok(ledger.act(record).await?.leaf_index)
}

fn ordered(name: &str, cause: &str, service: &str) -> NewRollback {
    NewRollback {
        id: name.into(),
        cause: cause.into(),
        watch: Some("w-1".into()),
        by: None,
        reason: None,
        reasons: vec!["error_rate: 10.1 % > 10 % for more than 5 min".into(), "\"quoted\" \u{1f6a8}".into()],
        decision: id("two"),
        environment: production(),
        service: ServiceName::parse(service).unwrap(),
        from: version("1.1.0"),
        fate: Fate::Ordered(Ordered {
            to: version("1.0.0"),
            to_decision: Some(id("one")),
            order: "runner".into(),
            notice: format!("n-{name}").into(),
        }),
        still: None,
    }
}

fn by_a_person(name: &str) -> NewRollback {
    NewRollback {
        watch: None,
        by: Some("ada@shop.example".into()),
        reason: Some("customers cannot pay".into()),
        reasons: Vec::new(),
        ..ordered(name, name, "api")
    }
}

fn withheld(name: &str, cause: &str) -> NewRollback {
    let detail = "one was ordered at 14:30".into();
    NewRollback { fate: Fate::Withheld { why: Withheld::CoolDown, detail }, ..ordered(name, cause, "api") }
}

fn notice(name: &str) -> NewNotice {
    NewNotice {
        id: format!("n-{name}").into(),
        kind: NoticeKind::RollbackOrdered,
        decision: id("two"),
        contact: "runner".into(),
        address: "".into(),
        body: "{}".into(),
        at: sample::now(),
    }
}

async fn put(ledger: &Ledger, new: NewRollback) -> Result<u64, RecordError> {
    let notices = new.ordered().map(|_| notice(&new.id)).into_iter().collect();
    act(ledger, Act::RolledBack(new), sample::now(), notices).await
}

#[tokio::test(flavor = "multi_thread")]
async fn of_one_cause_there_is_one_rollback_of_a_service_with_its_notice() {
    let world = World::new();
    let ledger = world.open().await;
    deploy(&ledger, "two", "1.1.0", &[Started]).await;
    let first = put(&ledger, ordered("a", "watch/w-1", "api")).await.unwrap();
    // Also at the same moment, by many.
    let mut again = tokio::task::JoinSet::new();
    for number in 0..8 {
        let ledger = ledger.clone();
        again.spawn(async move { put(&ledger, ordered(&format!("b{number}"), "watch/w-1", "api")).await });
    }
    for answer in again.join_all().await {
        assert!(matches!(answer, Err(RecordError::Faster(Faster::RolledBack))), "{answer:?}");
    }
    // Nor is it withheld once it is ordered, though another service is one of its own.
    let answer = put(&ledger, withheld("c", "watch/w-1")).await;
    assert!(matches!(answer, Err(RecordError::Faster(Faster::RolledBack))), "{answer:?}");
    put(&ledger, ordered("d", "watch/w-1", "web")).await.unwrap();
    put(&ledger, withheld("e", "watch/w-2")).await.unwrap();
    put(&ledger, by_a_person("f")).await.unwrap();
    ledger.close().await;

    let ledger = world.open().await;
    let of_cause = ledger.rollbacks_of("watch/w-1").await.unwrap();
    let ids: Vec<&str> = of_cause.iter().map(|rollback| &*rollback.new.id).collect();
    assert_eq!((ids, of_cause[0].leaf_index), (vec!["a", "d"], first));
    // Each as it was recorded.
    for new in [ordered("a", "watch/w-1", "api"), withheld("e", "watch/w-2"), by_a_person("f")] {
        assert_eq!(ledger.rollback(&new.id).await.unwrap().map(|found| found.new), Some(new));
    }
    assert_eq!(ledger.rollback("b0").await.unwrap(), None);
    let notices = ledger.notices_of(&id("two")).await.unwrap();
    let ids: Vec<&str> = notices.iter().map(|notice| &*notice.id).collect();
    assert_eq!(ids, ["n-a", "n-d", "n-f"]);
    let (due, _) = ledger.notices_due(sample::now(), 9).await.unwrap();
    assert!(due.iter().all(|notice| notice.kind == NoticeKind::RollbackOrdered), "{due:?}");
}

/// What a courier of the build before does to what it finds in its outbox and has no contact for, and to what it has one for.
const OLDER_COURIER: &str = "UPDATE notices SET state = 'undeliverable' WHERE state = 'pending'; \
    UPDATE notices SET state = 'delivered', body = NULL WHERE state = 'undeliverable' AND contact = 'runner'";

#[tokio::test(flavor = "multi_thread")]
async fn a_gate_of_the_build_before_neither_sends_an_order_nor_gives_it_up() {
    let world = World::new();
    let ledger = world.open().await;
    deploy(&ledger, "two", "1.1.0", &[Started]).await;
    put(&ledger, ordered("a", "a", "api")).await.unwrap();
    let people = NewNotice { kind: NoticeKind::BreakGlassForced, contact: "security".into(), ..notice("people") };
    act(&ledger, Act::RolledBack(withheld("b", "b")), sample::now(), vec![people]).await.unwrap();
    world.tamper(OLDER_COURIER).await;
    let due = async |at| {
        let (due, next) = ledger.notices_due(at, 9).await.unwrap();
        (due.iter().map(|notice| notice.id.to_string()).collect::<Vec<_>>(), next)
    };
    assert_eq!(due(sample::now()).await, (vec!["n-a".to_owned()], None));
    let counts = NoticeCounts { pending: 1, undeliverable: 1, ..NoticeCounts::default() };
    assert_eq!(ledger.notice_counts().await.unwrap(), counts);

    // It stands as notices do: due again, then taken, and its words are gone.
    let tried = |tried| ledger.notice_tried("n-a".into(), tried);
    tried(Tried::Again { next: later(30), error: "status 503".to_owned() }).await.unwrap();
    assert_eq!(due(sample::now()).await, (vec![], Some(later(30))));
    assert_eq!(ledger.notices_troubled(9).await.unwrap().len(), 2);
    ledger.close().await;
    let ledger = world.open().await;
    assert_eq!(ledger.notices_due(later(30), 9).await.unwrap().0[0].attempts, 1);
    ledger.notice_tried("n-a".into(), Tried::Delivered(later(31))).await.unwrap();
    let found = ledger.notices_of(&id("two")).await.unwrap();
    let order = found.iter().find(|notice| notice.kind == NoticeKind::RollbackOrdered).unwrap();
    assert_eq!((order.state, order.delivered_at), (NoticeState::Delivered, Some(later(31))));
    let rows = world.rows("orders").await;
    assert!(rows.len() == 1 && !rows[0].contains("{}"), "{rows:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_judged_by_another_record_is_not_ordered() {
    let world = World::new();
    let ledger = world.open().await;
    deploy(&ledger, "two", "1.1.0", &[Started]).await;
    let since = later(0);
    let (before, newest) = ledger.rollbacks_ordered(&production(), since).await.unwrap();
    assert_eq!((before.len(), newest), (0, Newest(None)));
    let by = |name: &str, still| NewRollback { still: Some(still), ..ordered(name, name, "api") };
    // What was withheld ordered nothing.
    put(&ledger, withheld("z", "z")).await.unwrap();
    let first = put(&ledger, by("a", newest)).await.unwrap();
    let late = put(&ledger, by("b", newest)).await;
    assert!(matches!(late, Err(RecordError::Faster(Faster::RolledBack))), "{late:?}");
    put(&ledger, by("b", Newest(Some(first)))).await.unwrap();
    act(&ledger, Act::RolledBack(ordered("c", "c", "api")), later(7_200), Vec::new()).await.unwrap();

    // "After" is strict, and the newest comes first.
    for (after, expected) in [(since, vec!["c", "b", "a"]), (later(7_199), vec!["c"]), (later(7_200), vec![])] {
        let (found, _) = ledger.rollbacks_ordered(&production(), after).await.unwrap();
        let ids: Vec<&str> = found.iter().map(|rollback| &*rollback.new.id).collect();
        assert_eq!(ids, expected, "{after}");
    }
    let elsewhere = ledger.rollbacks_ordered(&"staging".parse().unwrap(), since).await.unwrap();
    assert_eq!(elsewhere, (Vec::new(), Newest(None)));
}

#[tokio::test(flavor = "multi_thread")]
async fn they_are_found_by_place_service_and_decision() {
    let world = World::new();
    let ledger = world.open().await;
    deploy(&ledger, "two", "1.1.0", &[Started]).await;
    deploy(&ledger, "three", "1.2.0", &[Started]).await;
    put(&ledger, ordered("a", "a", "api")).await.unwrap();
    put(&ledger, ordered("b", "b", "web")).await.unwrap();
    let third = put(&ledger, NewRollback { decision: id("three"), ..ordered("c", "c", "api") }).await.unwrap();
    put(&ledger, NewRollback { environment: "staging".parse().unwrap(), ..ordered("d", "d", "api") }).await.unwrap();
    let all = || RollbacksAsked { max: 9, ..RollbacksAsked::default() };
    let api = || Some("api".parse().unwrap());
    for (asked, expected) in [
        (all(), vec!["d", "c", "b", "a"]),
        (RollbacksAsked { max: 2, ..all() }, vec!["d", "c"]),
        (RollbacksAsked { before: Some(third), ..all() }, vec!["b", "a"]),
        (RollbacksAsked { environment: Some(production()), ..all() }, vec!["c", "b", "a"]),
        (RollbacksAsked { environment: Some(production()), service: api(), ..all() }, vec!["c", "a"]),
        (RollbacksAsked { decision: Some(id("two")), service: api(), ..all() }, vec!["d", "a"]),
    ] {
        let found = ledger.rollbacks(&asked).await.unwrap();
        let ids: Vec<&str> = found.iter().map(|rollback| &*rollback.new.id).collect();
        assert_eq!(ids, expected, "{asked:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_goes_back_to_what_succeeded_last_ran_another_version_and_was_not_undone() {
    let world = World::new();
    let ledger = world.open().await;
    let previous = async |from: &str, undone: &str, not: &'static [&'static str]| {
        let (undone, from) = (id(undone), version(from));
        let may = |decision: tidegate_ledger::id::DecisionId| async move { Ok(!not.contains(&decision.as_str())) };
        let found = ledger.previous(&production(), &"api".parse().unwrap(), (&undone, &from), may).await.unwrap();
        found.map(|found| (found.decision.to_string(), found.version.to_string()))
    };
    let to = |decision: &str, version: &str| Some((decision.to_owned(), version.to_owned()));
    assert_eq!(previous("1.0.0", "one", &[]).await, None);
    deploy(&ledger, "one", "1.0.0", &[Started, Succeeded]).await;
    // Nothing goes back to itself.
    assert_eq!(previous("1.0.0", "one", &[]).await, None);
    deploy(&ledger, "two", "1.1.0", &[Started, Succeeded]).await;
    deploy(&ledger, "same", "1.2.0", &[Succeeded]).await;
    deploy(&ledger, "three", "1.2.0", &[Started, Succeeded]).await;
    assert_eq!(previous("1.2.0", "three", &[]).await, to("two", "1.1.0"));
    // One whose watch did not end well is passed over.
    assert_eq!(previous("1.2.0", "three", &["two"]).await, to("one", "1.0.0"));
    assert_eq!(previous("1.2.0", "three", &["two", "one"]).await, None);
    // So is one that was ordered back, though nobody said that it was rolled back; what was withheld changes nothing.
    put(&ledger, withheld("w", "w")).await.unwrap();
    assert_eq!(previous("1.2.0", "three", &[]).await, to("two", "1.1.0"));
    put(&ledger, ordered("o", "o", "web")).await.unwrap();
    assert_eq!(previous("1.2.0", "three", &[]).await, to("two", "1.1.0"));
    put(&ledger, ordered("p", "p", "api")).await.unwrap();
    assert_eq!(previous("1.2.0", "three", &[]).await, to("one", "1.0.0"));
    deploy(&ledger, "four", "1.3.0", &[Succeeded, RolledBack]).await;
    assert_eq!(previous("1.4.0", "five", &[]).await, to("three", "1.2.0"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_runs_is_what_began_last_and_was_not_rolled_back() {
    let world = World::new();
    let ledger = world.open().await;
    let (api, web): (ServiceName, ServiceName) = ("api".parse().unwrap(), "web".parse().unwrap());
    let runs = async |service: Option<&ServiceName>| {
        ledger.deployed(&production(), service).await.unwrap().map(|id| id.to_string())
    };
    let over = async |name: &str| ledger.taken_over(&id(name), &api).await.unwrap().map(|id| id.to_string());
    deploy(&ledger, "one", "1.0.0", &[Started, Succeeded]).await;
    // Decided, and not begun.
    deploy(&ledger, "idle", "1.0.1", &[]).await;
    assert_eq!((runs(Some(&api)).await, runs(Some(&web)).await), (Some("one".to_owned()), None));
    assert_eq!((over("one").await, over("idle").await), (None, None));
    deploy(&ledger, "two", "1.1.0", &[Started]).await;
    assert_eq!(
        (over("one").await, over("idle").await, over("two").await),
        (Some("two".into()), Some("two".into()), None)
    );
    // Also one that failed changed something.
    deploy(&ledger, "three", "1.2.0", &[DeploymentEvent::Failed]).await;
    assert_eq!((runs(None).await, over("two").await), (Some("three".to_owned()), Some("three".into())));
    // What is rolled back does not run, and what began again does.
    deploy(&ledger, "four", "1.3.0", &[Started, Succeeded, RolledBack]).await;
    assert_eq!((runs(None).await, over("three").await), (Some("three".to_owned()), None));
    let event = NewEvent {
        decision: id("two"),
        deployment: "two".into(),
        event: Started,
        said_at: None,
        by: "ci".into(),
        permitted: true,
    };
    act(&ledger, Act::Deployment(event), sample::now(), Vec::new()).await.unwrap();
    assert_eq!((runs(Some(&api)).await, over("two").await), (Some("two".to_owned()), None));
    assert_eq!(over("three").await.as_deref(), Some("two"));
    assert_eq!(ledger.deployed(&"staging".parse().unwrap(), None).await.unwrap(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rollback_that_says_too_much_is_refused() {
    let world = World::new();
    let ledger = world.open().await;
    deploy(&ledger, "two", "1.1.0", &[Started]).await;
    let long: Arc<str> = "x".repeat(REASON_BYTES_MAX + 1).into();
    let cases = [
        (
            NewRollback { reasons: vec!["x".into(); 17], ..ordered("a", "a", "api") },
            "reasons of a rollback: 17 used, 16 allowed",
        ),
        (
            NewRollback { reasons: vec![long.clone()], ..ordered("a", "a", "api") },
            "bytes of a reason: 2049 used, 2048 allowed",
        ),
        (NewRollback { reason: Some(long), ..ordered("a", "a", "api") }, "bytes of a reason: 2049 used, 2048 allowed"),
        (ordered("a", &"x".repeat(129), "api"), "bytes of a rollback's cause: 129 used, 128 allowed"),
    ];
    for (new, expected) in cases {
        let refused = put(&ledger, new).await.unwrap_err().to_string();
        assert!(refused.contains(expected), "{refused}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_said_of_a_rollback_is_forgotten_with_them() {
    let world = World::new();
    let ledger = world.open().await;
    deploy(&ledger, "two", "1.1.0", &[Started]).await;
    put(&ledger, by_a_person("a")).await.unwrap();
    let leaf = ledger.leaf(ledger.counts().leaves - 1).await.unwrap().unwrap();
    for said in ["ada@shop.example", "customers cannot pay"] {
        assert!(!leaf.text.contains(said), "{}", leaf.text);
    }
    assert!(leaf.text.contains("\"kind\":\"rollback_ordered\""), "{}", leaf.text);
    ledger.close().await;
    world.tamper("DELETE FROM private_texts WHERE text = 'customers cannot pay'").await;
    tidegate_ledger::rebuild::rebuild(world.place(), &tidegate_ledger::config::LedgerConfig::default()).await.unwrap();
    let ledger = world.open().await;
    let found = ledger.rollback("a").await.unwrap().unwrap().new;
    assert!(found.reason.unwrap().starts_with("salted:sha256:"));
    assert_eq!(found.by.as_deref(), Some("ada@shop.example"));
}
