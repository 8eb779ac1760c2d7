//! The file is not trusted.

use crate::{
    backend::replacing,
    sample,
    world::{World, id, record},
};
use tidegate_ledger::{
    config::LedgerConfig,
    damage::Damage,
    error::{LedgerError, ReadError},
};

async fn three() -> World {
    let world = World::new();
    let ledger = world.open().await;
    for name in ["a", "b", "c"] {
        ledger.record(record(name, sample::judgement())).await.unwrap();
    }
    ledger.close().await;
    world
}

async fn damage(sql: &'static str) -> Damage {
    let world = three().await;
    world.tamper(sql).await;
    match world.try_open(LedgerConfig::default()).await.unwrap_err() {
        LedgerError::Damaged { cause, .. } => cause,
        other => unreachable!("{other}"),
    }
}

#[tokio::test]
async fn a_removed_last_leaf_is_found_when_opening() {
    let sql = "DROP TRIGGER leaves_are_not_deleted; DELETE FROM leaves WHERE leaf_index = 2";
    assert_eq!(damage(sql).await, Damage::Count { head: 3, found: 2 });
}

#[tokio::test]
async fn a_removed_leaf_in_the_middle_is_found_when_opening() {
    let sql = "DROP TRIGGER leaves_are_not_deleted; DELETE FROM leaves WHERE leaf_index = 1";
    assert_eq!(damage(sql).await, Damage::Count { head: 3, found: 2 });
}

#[tokio::test]
async fn a_gap_under_an_adjusted_head_is_found_when_opening() {
    let sql = "DROP TRIGGER leaves_are_not_deleted; DROP TRIGGER head_does_not_shrink; \
               DELETE FROM leaves WHERE leaf_index = 1; UPDATE head SET size = 2";
    assert_eq!(damage(sql).await, Damage::Gap { first: 0, last: 2, found: 2 });
}

#[tokio::test]
async fn an_altered_last_leaf_is_found_when_opening() {
    let sql = "DROP TRIGGER leaves_are_not_updated; \
               UPDATE leaves SET body = replace(body, 'REMEDIATE', 'DEPLOY') WHERE leaf_index = 2";
    assert_eq!(damage(sql).await, Damage::LastLeaf { index: 2 });
}

#[tokio::test]
async fn a_truncated_ledger_with_an_adjusted_count_is_found_when_opening() {
    let sql = "DROP TRIGGER leaves_are_not_deleted; DROP TRIGGER head_does_not_shrink; \
               DELETE FROM leaves WHERE leaf_index = 2; UPDATE head SET size = 2";
    assert_eq!(damage(sql).await, Damage::LastLeaf { index: 1 });
}

#[tokio::test]
async fn a_removed_head_is_found_when_opening() {
    assert_eq!(damage("DROP TRIGGER head_is_not_deleted; DELETE FROM head").await, Damage::NoHead);
}

#[tokio::test]
async fn an_altered_leaf_or_body_is_found_when_reading() {
    for (sql, what) in [
        (
            "DROP TRIGGER leaves_are_not_updated; UPDATE leaves SET body = replace(body, 'REMEDIATE', 'DEPLOY')",
            "leaf 0",
        ),
        (
            "UPDATE blobs SET body = (SELECT body FROM blobs WHERE kind = 'manifest' LIMIT 1) WHERE kind = 'stage'",
            "body `sha256:",
        ),
        ("UPDATE private_texts SET text = text || '!'", "private text `salted:sha256:"),
        (
            "UPDATE decisions SET leaf_index = 99 WHERE id = 'b'; \
          UPDATE decisions SET leaf_index = 1 WHERE id = 'a'",
            "the projection of decision `a`",
        ),
    ] {
        let world = three().await;
        let ledger = world.open().await;
        assert!(ledger.decision(&id("a")).await.unwrap().is_some());
        world.tamper(sql).await;
        let error = ledger.decision(&id("a")).await.unwrap_err();
        assert!(matches!(error, ReadError::Altered { .. }), "{sql}: {error}");
        assert!(error.to_string().starts_with(what), "{sql}: {error}");
        ledger.close().await;
    }
}

#[tokio::test]
async fn leaves_and_head_are_append_only() {
    let world = three().await;
    for sql in [
        "UPDATE leaves SET kind = 'start'",
        "DELETE FROM leaves",
        "DELETE FROM leaves WHERE leaf_index = 2",
        &replacing("leaves"),
        "UPDATE head SET size = 2",
        "DELETE FROM head",
        &replacing("head"),
    ] {
        let error = world.try_tamper(sql).await.unwrap_err().to_string();
        assert!(error.contains("append-only") || error.contains("does not go back"), "{sql}: {error}");
    }
    world.open().await.close().await;
}
