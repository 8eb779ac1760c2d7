//! What candidates said beside a decision: recorded with it, apart from it.

use crate::{
    sample,
    world::{World, id, record},
};
use tidegate_core::{
    decision::{DecidedBy, Outcome},
    digest::Digest,
    policy::Enforcement,
    shadow::{Opinion, Shadow},
};
use tidegate_ledger::{config::LedgerConfig, record::DecisionRecord};

fn shadows() -> Vec<Shadow> {
    let judged_by = |name: &str| DecidedBy {
        id: name.parse().unwrap(),
        version: "2.0.0".parse().unwrap(),
        digest: Digest::of(name.as_bytes()),
        enforcement: Enforcement::Enforce,
    };
    let decision = sample::judgement().decision;
    let opinion = Opinion::Judged {
        outcome: Outcome::Hold,
        score: decision.score,
        blocking: decision.blocking,
        differs: vec!["unit_tests".parse().unwrap()],
        stages: decision.stages,
    };
    let not_judged = Opinion::NotJudged { why: "its part of the decision's time ran out".to_owned() };
    vec![
        Shadow { judged_by: judged_by("next"), opinion },
        Shadow { judged_by: judged_by("later"), opinion: not_judged },
    ]
}

fn with(shadows: Vec<Shadow>) -> DecisionRecord {
    let mut record = record("one", sample::judgement());
    record.circumstances.shadows = shadows;
    record
}

#[tokio::test]
async fn they_come_back_with_the_decision_that_they_stand_beside() {
    let world = World::new();
    let ledger = world.open().await;
    ledger.record(with(shadows())).await.unwrap();
    let stored = ledger.decision(&id("one")).await.unwrap().unwrap();
    assert_eq!(stored.circumstances.shadows, shadows());
    assert_eq!(stored.judgement.decision, sample::judgement().decision);
    ledger.close().await;
}

#[tokio::test]
async fn no_reader_can_take_them_for_a_decision() {
    let world = World::new();
    let ledger = world.open().await;
    ledger.record(with(shadows())).await.unwrap();
    assert_eq!(ledger.counts().leaves, 1, "they are no leaf of their own");
    let mut raw = world.raw().await;
    let rows: Vec<(String, String)> =
        sqlx::query_as("SELECT outcome, policy_set FROM decisions").fetch_all(&mut raw).await.unwrap();
    assert_eq!(rows, [("REMEDIATE".to_owned(), "runbook".to_owned())]);
    let leaf: serde_json::Value = serde_json::from_str(&ledger.leaf(0).await.unwrap().unwrap().text).unwrap();
    let digest: Digest = leaf["circumstances"]["shadow"].as_str().unwrap().parse().unwrap();
    assert!(!leaf["judgement"].to_string().contains("next"), "no part of the judgement");
    let kinds: Vec<(String,)> = sqlx::query_as("SELECT kind FROM blobs WHERE digest = $1")
        .bind(digest.to_string())
        .fetch_all(&mut raw)
        .await
        .unwrap();
    assert_eq!(kinds, [("shadow".to_owned(),)]);
    ledger.close().await;
}

#[tokio::test]
async fn a_decision_outlives_what_candidates_said() {
    let world = World::new();
    let ledger = world.open().await;
    ledger.record(with(shadows())).await.unwrap();
    world.tamper("DELETE FROM blobs WHERE kind = 'shadow'").await;
    let stored = ledger.decision(&id("one")).await.unwrap().unwrap();
    assert_eq!(stored.circumstances.shadows, []);
    ledger.close().await;
}

#[tokio::test]
async fn stages_of_candidates_that_are_too_large_never_keep_a_decision_from_its_record() {
    let world = World::new();
    // Each body of the decision fits; those of all its stages in one body do not.
    let largest = 3_000;
    let ledger = world.try_open(LedgerConfig { body_bytes_max: largest, ..LedgerConfig::default() }).await.unwrap();
    let mut many = shadows();
    if let Opinion::Judged { stages, .. } = &mut many[0].opinion {
        *stages = std::iter::repeat_n(stages.clone(), 20).flatten().collect();
    }
    ledger.record(with(many)).await.unwrap();
    let stored = ledger.decision(&id("one")).await.unwrap().unwrap();
    let kept = &stored.circumstances.shadows[0].opinion;
    assert!(matches!(kept, Opinion::Judged { outcome: Outcome::Hold, stages, .. } if stages.is_empty()), "{kept:?}");
    ledger.close().await;
}
