//! What is still needed stays where it is, whatever is moved to archives.

use crate::{
    archives::{fits, moved},
    checkpoints::open,
    sample,
    tree::grow,
    world::{World, id, record, sender},
};
use std::{path::Path, time::Duration};
use tidegate_core::{
    decision::{Outcome, Permission},
    digest::Digest,
    judgement::Judgement,
    obligation::{ObligationKind, ObligationRule},
};
use tidegate_ledger::{
    act::{Act, ActRecord},
    config::LedgerConfig,
    event::{DeploymentEvent, NewEvent},
    evidence::{Received, Sender},
    idempotency::Idempotency,
    ledger::Ledger,
    permit::NewPermit,
    record::DecisionRecord,
    snapshot::Reader,
};

async fn act(ledger: &Ledger, act: Act) {
    let host_version = "0.1.0".parse().unwrap();
    let record = ActRecord { act, at: sample::now(), host_version, bodies: Vec::new(), notices: Vec::new() };
    ledger.act(record).await.unwrap();
}

async fn event(ledger: &Ledger, decision: &str, event: DeploymentEvent) {
    let (decision, deployment) = (id(decision), "release-77".into());
    act(
        ledger,
        Act::Deployment(NewEvent { decision, deployment, event, said_at: None, by: "ci".into(), permitted: true }),
    )
    .await;
}

fn by_the_rules() -> Judgement {
    let mut judgement = sample::judged(Outcome::Deploy, Permission::ByTheRules);
    judgement.decision.forced = None;
    judgement.decision.waivers.clear();
    judgement.emergency = None;
    judgement
}

fn owing() -> Judgement {
    let mut judgement = sample::judgement();
    let rule = ObligationRule {
        kind: ObligationKind::Review,
        owner: "dora".into(),
        within: Duration::from_secs(60),
        grace: Duration::from_secs(60),
    };
    judgement.decision.forced.as_mut().unwrap().obligations = vec![rule];
    judgement
}

/// Decisions of a closed range, and why each is still needed.
async fn needed(ledger: &Ledger) {
    ledger.record(record("plain", by_the_rules())).await.unwrap();
    ledger.record(record("deployed-before", by_the_rules())).await.unwrap();
    event(ledger, "deployed-before", DeploymentEvent::Succeeded).await;
    ledger.record(record("deployed", by_the_rules())).await.unwrap();
    event(ledger, "deployed", DeploymentEvent::Succeeded).await;
    ledger.record(record("owes", owing())).await.unwrap();
    ledger.record(record("permitted", by_the_rules())).await.unwrap();
    let permit = NewPermit {
        id: "p1".into(),
        decision: id("permitted"),
        to: "ci".into(),
        valid_until: sample::at("2030-01-01T00:00:00Z"),
        single_use: false,
        forced: false,
        key: None,
    };
    // Its decision must be the last one that there is.
    act(ledger, Act::Permitted(permit)).await;
    ledger.record(record("spoken-of-later", by_the_rules())).await.unwrap();
    let key = Idempotency {
        principal: "ci".into(),
        endpoint: "/v1/decisions".into(),
        key: "k".into(),
        request: Digest::of(b"request"),
    };
    ledger
        .record(DecisionRecord { idempotency: Some(key), ..record("asked-with-a-key", by_the_rules()) })
        .await
        .unwrap();
    grow(ledger, 0, 300).await;
    event(ledger, "spoken-of-later", DeploymentEvent::Started).await;
    ledger.record(record("last", by_the_rules())).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_still_needed_stays() {
    let world = World::new();
    let ledger = open(&world).await;
    needed(&ledger).await;
    ledger.close().await;
    let (archived, _) = moved(&world, "2026-05-01T00:00:00Z").await.unwrap();
    assert_eq!(archived.through.size, 256);
    fits(&world).await;
    let ledger = open(&world).await;
    for (name, stays) in [
        ("plain", false),
        ("deployed-before", false),
        ("deployed", true),
        ("owes", true),
        ("permitted", true),
        ("spoken-of-later", true),
        ("asked-with-a-key", false),
        ("d3", false),
        ("last", true),
    ] {
        assert_eq!(ledger.decision(&id(name)).await.unwrap().is_some(), stays, "{name}");
        assert_eq!(ledger.elsewhere(&id(name)).await.unwrap().is_none(), stays, "{name}");
    }
    // A key still leads to the decision that it led to, wherever that lies: nothing is decided twice.
    let earlier = ledger.idempotent("ci", "/v1/decisions", "k").await.unwrap().unwrap();
    assert_eq!(earlier.decision, id("asked-with-a-key"));
    let again = Idempotency {
        principal: "ci".into(),
        endpoint: "/v1/decisions".into(),
        key: "k".into(),
        request: Digest::of(b"request"),
    };
    let replayed = ledger.record(DecisionRecord { idempotency: Some(again), ..record("other", by_the_rules()) }).await;
    assert_eq!(replayed.unwrap().replayed, Some(id("asked-with-a-key")));
    let judged = ledger.decision(&id("deployed")).await.unwrap().unwrap();
    assert_eq!(judged.judgement.decision, by_the_rules().decision);
    ledger.close().await;
}

fn document(bytes: &[u8]) -> Received {
    Received { digest: Digest::of(bytes), bytes: bytes.into(), received_at: sample::now(), masking: None }
}

/// A decision that was made from this document.
fn made_from(name: &str, bytes: &[u8]) -> DecisionRecord {
    let mut judgement = by_the_rules();
    judgement.evidence[0].digest = Digest::of(bytes);
    DecisionRecord { evidence: vec![document(bytes)], ..record(name, judgement) }
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_go_with_the_last_leaf_that_names_them_and_documents_that_wait_stay() {
    let world = World::new();
    let ledger = open(&world).await;
    for (name, bytes) in [("one", "of one"), ("two", "of two"), ("three", "of three")] {
        ledger.record(made_from(name, bytes.as_bytes())).await.unwrap();
    }
    grow(&ledger, 0, 300).await;
    ledger.record(made_from("later", b"of two")).await.unwrap();
    let waiting = Sender { scope: "another".into(), ..sender() };
    ledger.put_evidence(waiting, vec![document(b"of three")]).await.unwrap();
    let usage = ledger.usage("shop").await.unwrap().documents;
    ledger.close().await;
    let (_, path) = moved(&world, "2026-05-01T00:00:00Z").await.unwrap();
    fits(&world).await;
    let ledger = open(&world).await;
    for (bytes, stays) in [("of one", false), ("of two", true), ("of three", true)] {
        let digest = Digest::of(bytes.as_bytes());
        assert_eq!(ledger.body(&digest).await.unwrap().is_some(), stays, "{bytes}");
        assert_eq!(ledger.evidence("shop", &digest).await.unwrap().is_some(), stays, "{bytes}");
    }
    // What does not lie here takes no room of anybody's quota.
    assert_eq!(ledger.usage("shop").await.unwrap().documents, usage - 1);
    // Whoever hands it in again is believed.
    ledger.record(made_from("again", b"of one")).await.unwrap();
    ledger.close().await;
    assert_eq!(bodies_in(&path, &["of one", "of two", "of three"]).await, [true, true, true]);
}

async fn bodies_in(archive: &Path, texts: &[&str]) -> Vec<bool> {
    let reader = Reader::open(archive.join("ledger.sqlite").as_path(), &LedgerConfig::default()).unwrap();
    let mut view = reader.snapshot().await.unwrap();
    let mut found = Vec::new();
    for text in texts {
        found.push(!view.bodies(&[Digest::of(text.as_bytes())]).await.unwrap().is_empty());
    }
    drop(view);
    reader.close().await;
    found
}
