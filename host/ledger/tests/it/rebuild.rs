//! Tables that follow from leaves: compared with them row by row, and made anew from them.

#[path = "rebuild/changes.rs"]
mod changes;

use self::changes::TAMPERING;
use crate::{
    backend::EVERY_TABLE,
    sample, trees,
    world::{World, id, record, sender},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};
use tidegate_core::{
    break_glass::OverrideState,
    digest::Digest,
    judgement::Judgement,
    name::{ServiceName, WaiverId},
    obligation::{ObligationKind, ObligationRule},
    observation::Advice,
};
use tidegate_ledger::{
    act::{Act, ActRecord},
    agreement::Agreement,
    archive::Archival,
    body::{Body, BodyKind},
    config::LedgerConfig,
    confirmation::Confirmation,
    event::{DeploymentEvent, NewEvent},
    evidence::Received,
    hold::{Held, NewHold},
    incident::{Happening, NewIncident},
    ledger::{Ledger, redact::Redacting},
    maintenance::{Item, MaintenanceStep, NewMaintenance, Phase, Step},
    obligation::{Fulfilment, NewMend, id_of},
    permit::{NewPermit, PermitKey, Revocation},
    reading::NewReading,
    rebuild::{self, Compared, SHOWN_MAX},
    record::DecisionRecord,
    removal::Target,
    rollback::{Fate, NewRollback, Ordered},
    statement::NewStatement,
    token::NewToken,
    verification::Verifies,
    watch::{NewWatch, WatchCancel, WatchCause, WatchChange, WatchState},
    watch_alert::{AlertState, WatchAlert},
};

const WORDS: &[u8] = b"the rollback plan is ready, says alice";

fn forced(state: OverrideState) -> Judgement {
    let mut judgement = sample::judgement();
    let forced = judgement.decision.forced.as_mut().unwrap();
    forced.state = state;
    let rule = |kind| ObligationRule {
        kind,
        owner: "dora@shop.example".into(),
        within: Duration::from_hours(24),
        grace: Duration::from_hours(1),
    };
    forced.obligations = vec![rule(ObligationKind::Review), rule(ObligationKind::Tests)];
    judgement
}

async fn act(ledger: &Ledger, act: Act, bodies: Vec<Body>) {
    let host_version = "0.1.0".parse().unwrap();
    ledger.act(ActRecord { act, at: sample::now(), host_version, bodies, notices: Vec::new() }).await.unwrap();
}

/// One of everything that leads to a row.
async fn everything() -> World {
    let world = World::new();
    let ledger = world.open().await;
    let until = sample::at("2026-03-31T18:00:00Z");
    act(&ledger, Act::Start { configuration: Digest::of(b"configuration") }, Vec::new()).await;
    let mend = NewMend {
        waiver: WaiverId::parse("W-7").unwrap(),
        service: ServiceName::parse("api").unwrap(),
        owner: "dora@shop.example".into(),
        due: until,
    };
    let awaiting = forced(OverrideState::AwaitingConfirmation { expires: until });
    let first = DecisionRecord { mends: vec![mend], ..record("a", awaiting) };
    ledger.record(trees::with_tree(first, &trees::everything(7))).await.unwrap();
    ledger.record(record("b", forced(OverrideState::Granted { expires: until }))).await.unwrap();
    let person: Arc<str> = "grace@shop.example".into();
    let acts = [
        Act::Confirmed(Confirmation { decision: id("a"), person: person.clone(), expires: until }),
        Act::Fulfilled(Fulfilment {
            obligation: id_of("a", ObligationKind::Review).into(),
            person: person.clone(),
            with: "looked at".into(),
        }),
        Act::WaiverAgreed(Agreement {
            waiver: Digest::of(b"waiver"),
            id: WaiverId::parse("W-7").unwrap(),
            person: person.clone(),
        }),
        Act::Permitted(NewPermit {
            id: "p1".into(),
            decision: id("b"),
            to: "ci".into(),
            valid_until: until,
            single_use: true,
            forced: true,
            key: Some(PermitKey { key: "k1".into(), request: Digest::of(b"request") }),
        }),
        Act::Deployment(NewEvent {
            decision: id("b"),
            deployment: "release-77".into(),
            event: DeploymentEvent::Started,
            said_at: Some(until),
            by: "ci".into(),
            permitted: true,
        }),
        Act::Revoked(Revocation { decision: id("a"), by: person.clone(), reason: "no longer".into() }),
        Act::TokenCreated {
            token: NewToken { id: "t1".into(), secret: Digest::of(b"secret"), holder: "{}".into(), expires: until },
            actor: person.clone(),
        },
        Act::TokenRevoked { id: "t1".into(), actor: person.clone() },
        Act::Read(NewReading {
            by: person.clone(),
            route: "/v1/decisions".into(),
            question: "actor=ada".into(),
            rows: 2,
            more: false,
        }),
    ];
    for one in acts {
        act(&ledger, one, Vec::new()).await;
    }
    let stated = NewStatement {
        document: Digest::of(WORDS),
        bytes: WORDS.len() as u64,
        sender: sender(),
        item: "rollback_plan_ready".into(),
        person,
    };
    let body = Body { kind: BodyKind::Evidence, bytes: WORDS.into() };
    // Twice: the first leaf stands.
    act(&ledger, Act::Stated(stated.clone()), vec![body.clone()]).await;
    act(&ledger, Act::Stated(stated), vec![body]).await;
    let unwanted = Received { digest: Digest::of(b"x"), bytes: (*b"x").into(), received_at: until, masking: None };
    ledger.put_evidence(sender(), vec![unwanted]).await.unwrap();
    let redacting = Redacting {
        by: ["ada@example.org".into(), "grace@shop.example".into()],
        reason: "a secret".into(),
        ticket: None,
        at: sample::now(),
        host_version: "0.1.0".parse().unwrap(),
    };
    ledger.redact(Target::Body(Digest::of(b"x")), redacting).await.unwrap();
    let held = Held { environment: Some("production".parse().unwrap()), ..Held::default() };
    let by = "grace@shop.example".into();
    let hold = NewHold { name: "case-7".into(), held, by, reason: "a lawsuit".into(), ticket: None };
    act(&ledger, Act::HoldPlaced(hold), Vec::new()).await;
    watched(&ledger).await;
    act(&ledger, Act::RolledBack(rolled_back()), Vec::new()).await;
    attended(&ledger).await;
    maintained(&ledger).await;
    moved(&ledger).await;
    let verifies = Some(Verifies { decision: id("b"), event: Some(6) });
    let mut look = record("look", sample::judgement());
    look.circumstances.verifies = verifies;
    ledger.record(look).await.unwrap();
    ledger.tokens_used(BTreeMap::from([("t1".into(), sample::now())])).await.unwrap();
    ledger.close().await;
    world
}

/// A watch that somebody ended.
async fn watched(ledger: &Ledger) {
    let body = |text: &str| Body { kind: BodyKind::Watch, bytes: text.as_bytes().into() };
    let begun = NewWatch {
        id: "w1".into(),
        decision: id("b"),
        environment: "production".parse().unwrap(),
        cause: WatchCause::Event,
        by: "ci".into(),
        plan: Digest::of(b"plan"),
        deployed_at: sample::now(),
        ends_at: sample::at("2026-03-31T18:00:00Z"),
        step: Duration::from_secs(30),
    };
    act(ledger, Act::WatchStarted(begun), vec![body("plan")]).await;
    let alert = WatchAlert {
        watch: "w1".into(),
        key: Digest::of(b"breach"),
        state: AlertState::Firing,
        since: sample::now(),
        fingerprint: "8e3d9ecbe0a4b6f0".into(),
        labels: r#"{"alertname":"Breach"}"#.into(),
        left_out: 0,
        by: "alertmanager".into(),
    };
    act(ledger, Act::WatchAlerted(alert), Vec::new()).await;
    let changed = WatchChange {
        id: "w1".into(),
        number: 1,
        state: WatchState::Cancelled,
        advice: Some(Advice::Hold),
        window: Some(Digest::of(b"window")),
        answer: Some(Digest::of(b"answer")),
        looks: 7,
        why: Some("somebody ended it".into()),
        cancelled: Some(WatchCancel { by: "grace@shop.example".into(), reason: "it was replaced".into() }),
    };
    act(ledger, Act::WatchChanged(changed), vec![body("window"), body("answer")]).await;
}

/// An incident that somebody acknowledged.
async fn attended(ledger: &Ledger) {
    let plan = Body { kind: BodyKind::Incident, bytes: b"what is done".as_slice().into() };
    let opened = crate::incidents::opened("i1", "b");
    act(ledger, Act::IncidentOpened(NewIncident { plan: Digest::of(&plan.bytes), ..opened }), vec![plan]).await;
    act(ledger, Act::IncidentChanged(crate::incidents::changed("i1", 1, Happening::Acknowledged)), Vec::new()).await;
}

/// A maintenance that somebody gave up.
async fn maintained(ledger: &Ledger) {
    let item = Item { phase: Phase::During, id: "banner_shown".into(), title: "The banner is \"shown\"".into() };
    let planned = NewMaintenance {
        id: "m1".into(),
        environment: "production".parse().unwrap(),
        policy_set: "maintenance".parse().unwrap(),
        asked_in: "production-maintenance".parse().unwrap(),
        verified_in: "production-verification".parse().unwrap(),
        scope: "default".into(),
        services: vec![ServiceName::parse("api").unwrap()],
        from: sample::now(),
        until: sample::at("2026-03-31T18:00:00Z"),
        by: "ada@shop.example".into(),
        reason: "new machines".into(),
        items: vec![item],
        anew: true,
        emergency: None,
    };
    act(ledger, Act::MaintenancePlanned(planned), Vec::new()).await;
    let step = Step::Cancelled { reason: "they came late".into() };
    let step = MaintenanceStep { id: "m1".into(), number: 1, by: "grace@shop.example".into(), step };
    act(ledger, Act::MaintenanceChanged(step), Vec::new()).await;
}

pub(crate) fn rolled_back() -> NewRollback {
    let (to, to_decision) = ("1.0.0".parse().unwrap(), Some(id("a")));
    NewRollback {
        id: "r1".into(),
        cause: "request/7".into(),
        watch: None,
        by: Some("grace@shop.example".into()),
        reason: Some("customers cannot pay".into()),
        reasons: Vec::new(),
        decision: id("b"),
        environment: "production".parse().unwrap(),
        service: ServiceName::parse("api").unwrap(),
        from: "1.1.0".parse().unwrap(),
        fate: Fate::Ordered(Ordered { to, to_decision, order: "runner".into(), notice: "n1".into() }),
        still: None,
    }
}

/// One more decision, of which the ledger says that it lies in an archive.
async fn moved(ledger: &Ledger) {
    let kept = serde_json::json!([1, 2]);
    let old = ledger.record(record("old", sample::judgement())).await.unwrap().leaf_index;
    let through = ledger.tree_head().await.unwrap();
    let manifest = serde_json::json!({
        "version": 1, "origin": null, "first": 0, "size": through.size, "root": through.root.to_string(),
        "consistency": [], "decisions": 1, "kept": kept, "files": [],
    });
    let manifest: Arc<[u8]> = serde_json::to_vec(&manifest).unwrap().into();
    let archival = Archival {
        first: 0,
        through,
        manifest: Digest::of(&manifest),
        decisions: 1,
        kept: [1, 2].into(),
        bodies: [].into(),
        seen: old + 1,
        body_bytes_max: 1 << 20,
        by: "alice".into(),
    };
    act(ledger, Act::Archived(archival), vec![Body { kind: BodyKind::Archive, bytes: manifest }]).await;
}

async fn compared(world: &World) -> Compared {
    let ledger = world.open().await;
    let found = ledger.projections().await.unwrap();
    ledger.close().await;
    found
}

/// Every row of these tables, as text.
async fn rows(world: &World, tables: &[&'static str]) -> Vec<String> {
    let mut all = Vec::new();
    for table in tables {
        let found = world.rows(table).await;
        assert!(!found.is_empty(), "{table} has a row to be compared");
        all.extend(found.iter().map(|row| format!("{table}: {row}")));
    }
    all
}

#[tokio::test]
async fn what_the_writer_wrote_is_what_the_leaves_say() {
    let world = everything().await;
    assert_eq!(compared(&world).await, Compared::default());
    rows(&world, &rebuild::tables()).await;
}

#[tokio::test]
async fn every_derived_table_is_tampered_with() {
    let tampered: BTreeSet<&str> = TAMPERING.iter().map(|(table, ..)| *table).collect();
    assert_eq!(tampered, rebuild::tables().into_iter().collect());
}

#[tokio::test]
async fn a_row_that_was_changed_removed_or_added_is_found_and_made_anew() {
    for (table, changed, removed, added) in TAMPERING {
        let all = [(changed, true, true), (removed, false, true), (added, true, false)];
        for (sql, stored, said) in all.into_iter().filter(|(sql, ..)| !sql.is_empty()) {
            let world = everything().await;
            let before = rows(&world, &rebuild::tables()).await;
            world.tamper(sql).await;
            let found = compared(&world).await.differences;
            let here = found.iter().find(|difference| difference.table == *table);
            let here = here.unwrap_or_else(|| unreachable!("{sql}: {found:?}"));
            assert_eq!((here.stored.is_some(), here.said.is_some()), (stored, said), "{sql}: {here}");
            rebuild::rebuild(world.place(), &LedgerConfig::default()).await.unwrap();
            assert_eq!(compared(&world).await, Compared::default(), "{sql}");
            let after = rows(&world, &rebuild::tables()).await;
            // What no leaf has goes with its row.
            if !(*table == "permits" || *table == "tokens") || stored {
                assert_eq!(after, before, "{sql}");
            }
        }
    }
}

#[tokio::test]
async fn a_rebuild_of_what_is_right_writes_nothing() {
    let world = everything().await;
    let rebuilt = rebuild::rebuild(world.place(), &LedgerConfig::default()).await.unwrap();
    assert!(rebuilt.tables.iter().all(|table| (table.removed, table.written) == (0, 0)), "{rebuilt:?}");
    assert_eq!((rebuilt.leaves, rebuilt.unplaced), (27, Vec::new()));
}

#[tokio::test]
async fn of_a_forgotten_name_the_rows_hold_what_the_leaf_holds() {
    let world = everything().await;
    world.tamper("DELETE FROM private_texts WHERE text = 'grace@shop.example'").await;
    let differences = compared(&world).await.differences;
    let of = |table| differences.iter().find(|difference| difference.table == table).unwrap().said.clone().unwrap();
    assert!(of("confirmations").starts_with("confirmed_by=salted:sha256:"), "{differences:?}");
    rebuild::rebuild(world.place(), &LedgerConfig::default()).await.unwrap();
    assert!(!rows(&world, &rebuild::tables()).await.iter().any(|row| row.contains("grace@")));
}

#[tokio::test]
async fn of_many_rows_that_differ_some_are_shown_and_none_is_made_up() {
    let world = World::new();
    let ledger = world.open().await;
    for number in 0..60 {
        ledger.record(record(&format!("d{number:02}"), sample::judgement())).await.unwrap();
    }
    ledger.close().await;
    world.tamper("DELETE FROM decisions WHERE id < 'd30'; UPDATE decisions SET cause = 'x'").await;
    let found = compared(&world).await.differences;
    assert_eq!(found.len() as u64, SHOWN_MAX);
    assert!(
        found.iter().all(|difference| difference.stored.is_none() == (difference.key.as_str() < "d30")),
        "{found:?}"
    );
}

/// What the page says of each table, by the page's own words.
#[tokio::test]
async fn every_table_is_classified_on_the_page() {
    let page = include_str!("../../TABLES.md");
    let lines = page.lines().filter_map(|line| line.strip_prefix("| `"));
    let said: BTreeMap<&str, &str> = lines
        .filter_map(|line| line.split_once("` | "))
        .filter_map(|(table, rest)| Some((table, rest.split_once(" | ")?.0)))
        .collect();
    let world = World::new();
    world.open().await.close().await;
    let mut raw = world.raw().await;
    let there: Vec<String> = sqlx::query_scalar(EVERY_TABLE).fetch_all(&mut raw).await.unwrap();
    let there: BTreeSet<&str> = there.iter().map(String::as_str).collect();
    assert_eq!(there, said.keys().copied().collect());
    let derived: BTreeSet<&str> =
        said.iter().filter(|(_, class)| **class == "derived").map(|(table, _)| *table).collect();
    assert_eq!(derived, rebuild::tables().into_iter().collect());
    let classes: BTreeSet<&str> = said.values().copied().collect();
    assert_eq!(classes, BTreeSet::from(["record", "derived", "state"]));
}
