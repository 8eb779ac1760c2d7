//! What nothing needs any more goes, and nothing else: a run compared with the plainest reading of the rules.

use crate::{
    redactions::{all_is_well, submitted, version},
    sample,
    trees::{bytes, pair, part, span, text, with_tree},
    world::{World, id, record, sender},
};
use std::{collections::BTreeSet, sync::Arc, time::Duration};
use tidegate_core::{
    decision::{Outcome, Permission},
    digest::Digest,
    judgement::Judgement,
    time::Timestamp,
};
use tidegate_ledger::{
    act::{Act, ActRecord},
    event::{DeploymentEvent, NewEvent},
    evidence::Received,
    hold::{Held, HoldLift, NewHold},
    idempotency::Idempotency,
    ledger::{Ledger, retain::Retaining},
    permit::NewPermit,
    record::DecisionRecord,
    removal::Why,
    retention::{Class, Keeping, Retention},
};

const DAY: Duration = Duration::from_hours(24);

fn days(count: u32) -> Duration {
    DAY * count
}

/// So many days after the first.
fn on(day: u32) -> Timestamp {
    sample::at("2026-01-01T00:00:00Z").plus(days(day))
}

fn retaining(at: Timestamp) -> Retaining {
    Retaining { by: "gate".into(), at, host_version: version(), pause: Duration::ZERO }
}

fn retention(bodies: Option<u32>, passing: Option<u32>, traces: Option<u32>, texts: Option<u32>) -> Retention {
    let [bodies, passing_evidence, traces, texts] = [bodies, passing, traces, texts].map(|kept| kept.map(days));
    Retention { every_set: Keeping { bodies, passing_evidence, traces, texts }, ..Retention::default() }
}

/// A decision of a day, made of these documents.
fn decided(name: &str, day: u32, passes: bool, documents: &[Vec<u8>]) -> DecisionRecord {
    let mut judgement: Judgement = if passes {
        sample::judged(Outcome::Deploy, Permission::ByTheRules)
    } else {
        sample::judged(Outcome::Remediate, Permission::Refused)
    };
    let at = on(day);
    judgement.evaluated_at = at;
    judgement.decision.evaluated_at = at;
    judgement.decision.valid_until = None;
    judgement.decision.forced = None;
    judgement.emergency = None;
    judgement.baseline = Vec::new();
    judgement.evidence = documents.iter().map(|one| submitted("unit_tests@api", Digest::of(one), on(0))).collect();
    judgement.evidence.sort_by_key(|one| one.digest);
    judgement.decision.stages[0].evaluations[0].summary = format!("said of {name}").into();
    let said = span(7, 1, None, name, vec![pair("decision", text(name))]);
    let mut record = with_tree(record(name, judgement), &bytes(vec![part(Vec::new(), "gate", vec![said])]));
    record.circumstances.recorded_at = at;
    record.circumstances.received_at = at;
    let received = |bytes: &Vec<u8>| Received {
        digest: Digest::of(bytes),
        bytes: bytes.as_slice().into(),
        received_at: at,
        masking: None,
    };
    record.evidence = documents.iter().map(received).collect();
    record
}

async fn has(ledger: &Ledger, digest: Digest) -> bool {
    ledger.body(&digest).await.unwrap().is_some()
}

fn document(number: u64) -> Vec<u8> {
    format!("document {number}").into_bytes()
}

/// A decision as the test drew it.
struct Drawn {
    name: String,
    day: u32,
    passes: bool,
    documents: BTreeSet<u64>,
    service_is_held: bool,
}

#[tokio::test]
async fn a_run_leaves_what_the_plainest_reading_of_the_rules_leaves() {
    for seed in 1..=12 {
        let mut state: u64 = seed;
        let mut below = |n: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % n
        };
        let drawn: Vec<Drawn> = (0..12)
            .map(|number| Drawn {
                name: format!("d{number:02}"),
                day: number * 3,
                passes: below(2) == 0,
                documents: (0..below(4)).map(|_| below(8)).collect(),
                service_is_held: below(6) == 0,
            })
            .collect();
        let kept = |n: u64| if n < 5 { Some(u32::try_from(n * 9 + 1).unwrap()) } else { None };
        let (bodies, passing, traces) = (kept(below(7)), kept(below(7)), kept(below(7)));
        let world = World::new();
        let ledger = world.open().await;
        for one in &drawn {
            let documents: Vec<_> = one.documents.iter().copied().map(document).collect();
            ledger.record(decided(&one.name, one.day, one.passes, &documents)).await.unwrap();
            if one.service_is_held {
                let held = Held { decision: Some(id(&one.name)), ..Held::default() };
                let (name, reason) = (one.name.as_str().into(), "a lawsuit".into());
                let hold = NewHold { name, held, by: "ada@example.org".into(), reason, ticket: None };
                ledger.place_hold(hold, on(one.day), version()).await.unwrap();
            }
        }
        let now = on(40);
        let rules = retention(bodies, passing, traces, None);
        let shorter = [passing, bodies].into_iter().flatten().min();
        let stays = |one: &Drawn, kept: Option<u32>| {
            one.service_is_held || 40 - one.day < 1 || kept.is_none_or(|kept| 40 - one.day < kept)
        };
        let would = ledger.retainable(&rules, now).await.unwrap();
        let done = ledger.retain(&rules, &retaining(now)).await.unwrap();
        assert_eq!(done.went, would.went, "seed {seed}");
        for number in 0..8 {
            let named = || drawn.iter().filter(move |one| one.documents.contains(&number));
            let needed = named().any(|one| stays(one, if one.passes { shorter } else { bodies }));
            assert_eq!(has(&ledger, Digest::of(&document(number))).await, needed, "seed {seed}: document {number}");
        }
        ledger.keep_up().await.unwrap();
        let mut raw = world.raw().await;
        for one in &drawn {
            let tree: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM traces WHERE decision = $1")
                .bind(one.name.clone())
                .fetch_one(&mut raw)
                .await
                .unwrap();
            assert_eq!(tree == 1, stays(one, traces.or(bodies)), "seed {seed}: the tree of {}", one.name);
            let whole = ledger.decision(&id(&one.name)).await.is_ok();
            assert_eq!(whole, stays(one, bodies), "seed {seed}: what was said of {}", one.name);
        }
        // A second run has nothing to do.
        assert_eq!(ledger.retain(&rules, &retaining(now)).await.unwrap().leaves, [0_u64; 0]);
        ledger.close().await;
        all_is_well(&world).await;
    }
}

#[tokio::test]
async fn each_leaf_of_a_run_says_what_went_and_who_ran_it() {
    let world = World::new();
    let ledger = world.open().await;
    ledger.record(decided("a", 0, true, &[document(1)])).await.unwrap();
    ledger.record(decided("b", 5, false, &[document(2)])).await.unwrap();
    ledger.record(decided("c", 39, false, &[document(3)])).await.unwrap();
    let done = ledger.retain(&retention(Some(30), Some(10), None, None), &retaining(on(40))).await.unwrap();
    let of = |class| done.went.iter().find(|went| went.class == class).map(|went| (went.count, went.until));
    assert_eq!(of(Class::PassingEvidence), Some((1, on(0))));
    assert_eq!(of(Class::Evidence), Some((1, on(5))));
    assert_eq!(of(Class::Traces), Some((2, on(5))));
    let leaf = ledger.leaf(done.leaves[0]).await.unwrap().unwrap();
    for said in
        ["\"kind\":\"retained\"", "\"class\":\"passing_evidence\"", "\"until\":\"2026-01-06T00:00:00.000000000Z\""]
    {
        assert!(leaf.text.contains(said), "{}", leaf.text);
    }
    let removed = ledger.removed(&Digest::of(&document(2)).to_string()).await.unwrap().unwrap();
    assert_eq!((removed.leaf_index, removed.why), (done.leaves[0], Why::Retained));
    let gone = ledger.decision(&id("b")).await.unwrap_err().to_string();
    assert!(gone.contains(&format!("the retention run of leaf {} deleted it", done.leaves[0])), "{gone}");
    assert!(has(&ledger, Digest::of(&document(3))).await);
    ledger.close().await;
    all_is_well(&world).await;
}

#[tokio::test]
async fn what_is_in_force_stays_however_old_it_is() {
    let now = on(400);
    let permit = |world_id: &str, until: u32| {
        Act::Permitted(NewPermit {
            id: "p".into(),
            decision: id(world_id),
            to: "ci".into(),
            valid_until: on(until),
            single_use: true,
            forced: false,
            key: None,
        })
    };
    for (what, day, valid_until, permitted_until, stays) in [
        ("nothing", 0, None, None, false),
        ("the decision is still good", 0, Some(401), None, true),
        ("the decision was good", 0, Some(400), None, false),
        ("a permit is still good", 0, None, Some(401), true),
        ("a permit was good", 0, None, Some(300), false),
    ] {
        let world = World::new();
        let ledger = world.open().await;
        let mut record = decided("a", day, false, &[document(1)]);
        record.judgement.decision.valid_until = valid_until.map(on);
        ledger.record(record).await.unwrap();
        if let Some(until) = permitted_until {
            let act = permit("a", until);
            let record = ActRecord { act, at: on(1), host_version: version(), bodies: Vec::new(), notices: Vec::new() };
            ledger.act(record).await.unwrap();
        }
        ledger.retain(&retention(Some(30), None, None, None), &retaining(now)).await.unwrap();
        assert_eq!(has(&ledger, Digest::of(&document(1))).await, stays, "{what}");
        ledger.close().await;
    }
}

#[tokio::test]
async fn what_the_next_deployment_is_compared_with_stays() {
    let world = World::new();
    let ledger = world.open().await;
    let rules = retention(Some(30), Some(10), None, None);
    for (name, day) in [("a", 0), ("b", 1)] {
        let mut record = decided(name, day, true, &[document(u64::from(day))]);
        record.judgement.decision.waivers.clear();
        let deployment = record.judgement.deployment.id().into();
        ledger.record(record).await.unwrap();
        let event = NewEvent {
            decision: id(name),
            deployment,
            event: DeploymentEvent::Succeeded,
            said_at: None,
            by: "ci".into(),
            permitted: true,
        };
        let act = Act::Deployment(event);
        let record = ActRecord { act, at: on(day), host_version: version(), bodies: Vec::new(), notices: Vec::new() };
        ledger.act(record).await.unwrap();
    }
    ledger.retain(&rules, &retaining(on(400))).await.unwrap();
    assert!(!has(&ledger, Digest::of(&document(0))).await, "it was deployed over");
    assert!(has(&ledger, Digest::of(&document(1))).await);
    ledger.close().await;
    all_is_well(&world).await;
}

#[tokio::test]
async fn an_idempotency_key_of_the_last_day_finds_its_whole_answer() {
    let world = World::new();
    let ledger = world.open().await;
    let key = |name: &str| Idempotency {
        principal: "ci".into(),
        endpoint: "/v1/decisions".into(),
        key: name.into(),
        request: Digest::of(b"request"),
    };
    for (name, day) in [("old", 38), ("new", 40)] {
        let mut record = decided(name, day, true, &[document(u64::from(day))]);
        record.idempotency = Some(key(name));
        ledger.record(record).await.unwrap();
    }
    // Shorter than a day is a day.
    let brief = Keeping { bodies: Some(Duration::from_secs(1)), ..Keeping::default() };
    let rules = Retention { every_set: brief, ..Retention::default() };
    ledger.retain(&rules, &retaining(on(40).plus(Duration::from_hours(23)))).await.unwrap();
    assert!(ledger.decision(&id("old")).await.is_err());
    assert!(ledger.decision(&id("new")).await.unwrap().is_some());
    ledger.close().await;
}

#[tokio::test]
async fn sets_keep_their_own_times() {
    let world = World::new();
    let ledger = world.open().await;
    let mut other = decided("b", 0, false, &[document(2)]);
    other.judgement.decision.decided_by.id = "long".parse().unwrap();
    ledger.record(decided("a", 0, false, &[document(1)])).await.unwrap();
    ledger.record(other).await.unwrap();
    let mut rules = retention(Some(10), None, None, None);
    rules.sets.insert(Arc::from("long"), Keeping::default());
    ledger.retain(&rules, &retaining(on(40))).await.unwrap();
    assert!(!has(&ledger, Digest::of(&document(1))).await);
    assert!(has(&ledger, Digest::of(&document(2))).await);
    ledger.close().await;
    all_is_well(&world).await;
}

#[tokio::test]
async fn texts_go_with_the_last_decision_that_names_them() {
    let world = World::new();
    let ledger = world.open().await;
    let text = |record: &mut DecisionRecord, value: &str| {
        let deployment = sample::deployment();
        let mut request = tidegate_core::deployment::DeploymentRequest {
            id: "r".into(),
            environment: "production".parse().unwrap(),
            services: deployment.services().to_vec(),
            revision: None,
            cause: deployment.cause(),
            actor: "ci".into(),
            person: None,
            requested_at: deployment.requested_at(),
            labels: deployment.labels().to_vec(),
        };
        request.labels[0].value = value.into();
        record.judgement.deployment = Arc::new(tidegate_core::deployment::Deployment::new(request).unwrap());
    };
    for (name, day, value) in [("a", 0, "told by Ada"), ("b", 39, "told by Grace")] {
        let mut record = decided(name, day, true, &[]);
        text(&mut record, value);
        ledger.record(record).await.unwrap();
    }
    ledger.retain(&retention(None, None, None, Some(30)), &retaining(on(40))).await.unwrap();
    let texts = world.rows("private_texts").await.join("\n");
    assert!(!texts.contains("Ada") && texts.contains("Grace") && texts.contains("\"ci\""), "{texts}");
    ledger.close().await;
    all_is_well(&world).await;
}

#[tokio::test]
async fn a_lifted_hold_keeps_nothing_and_a_waiting_upload_stays() {
    let world = World::new();
    let ledger = world.open().await;
    ledger.record(decided("a", 0, false, &[document(1), document(2)])).await.unwrap();
    // Handed in again, elsewhere, for a decision that is still to come.
    let again =
        Received { digest: Digest::of(&document(2)), bytes: document(2).into(), received_at: on(39), masking: None };
    let elsewhere = tidegate_ledger::evidence::Sender { scope: "billing".into(), ..sender() };
    ledger.put_evidence(elsewhere, vec![again]).await.unwrap();
    let held = Held { service: Some("api".parse().unwrap()), ..Held::default() };
    let (by, reason) = ("ada@example.org".into(), "a lawsuit".into());
    ledger.place_hold(NewHold { name: "h".into(), held, by, reason, ticket: None }, on(1), version()).await.unwrap();
    let rules = retention(Some(10), None, None, None);
    assert_eq!(ledger.retain(&rules, &retaining(on(40))).await.unwrap().leaves, [0_u64; 0]);
    let lift = HoldLift { name: "h".into(), by: "grace@example.org".into(), reason: "settled".into() };
    ledger.lift_hold(lift, on(40), version()).await.unwrap();
    ledger.retain(&rules, &retaining(on(40))).await.unwrap();
    assert!(!has(&ledger, Digest::of(&document(1))).await);
    assert!(has(&ledger, Digest::of(&document(2))).await);
    ledger.close().await;
    all_is_well(&world).await;
}
