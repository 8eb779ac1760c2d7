//! The outbox of span trees: in the order of the leaves, and a cursor that only goes on.

use crate::{
    sample,
    world::{World, record},
};
use std::sync::Arc;
use tidegate_core::{
    decision::{Outcome, Permission},
    digest::Digest,
};
use tidegate_ledger::{
    body::{Body, BodyKind},
    ledger::Ledger,
    record::DecisionRecord,
    spans::{SpanBatch, SpansSent},
};

/// A decision with a tree of these bytes.
fn traced(id: &str, tree: &[u8]) -> DecisionRecord {
    let mut record = record(id, sample::judged(Outcome::Deploy, Permission::ByTheRules));
    record.circumstances.spans = Some(Digest::of(tree));
    record.bodies.push(Body { kind: BodyKind::Spans, bytes: Arc::from(tree) });
    record
}

async fn due(ledger: &Ledger, trees: u32, bytes: usize) -> (SpanBatch, Vec<String>) {
    let batch = ledger.spans_due(trees, bytes).await.unwrap();
    let names = batch.trees.iter().map(|tree| tree.decision.to_string()).collect();
    (batch, names)
}

fn sent(batch: &SpanBatch) -> SpansSent {
    SpansSent {
        from: batch.from,
        next: batch.trees.last().unwrap().leaf_index + 1,
        at: sample::now(),
        exported: batch.trees.len() as u64,
        rejected: 0,
        refused: Vec::new(),
        gone: 0,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn trees_are_due_in_the_order_of_their_leaves_so_many_and_so_many_bytes() {
    let world = World::new();
    let ledger = world.open().await;
    ledger.record(traced("a", &[1; 100])).await.unwrap();
    ledger.record(record("without", sample::judged(Outcome::Deploy, Permission::ByTheRules))).await.unwrap();
    ledger.record(traced("b", &[2; 100])).await.unwrap();
    ledger.record(traced("c", &[3; 100])).await.unwrap();
    assert_eq!(due(&ledger, 10, 1_000).await.1, ["a", "b", "c"]);
    assert_eq!(due(&ledger, 2, 1_000).await.1, ["a", "b"]);
    assert_eq!(due(&ledger, 10, 250).await.1, ["a", "b"]);
    assert_eq!(due(&ledger, 10, 1).await.1, ["a"], "one in any case");
    assert_eq!(due(&ledger, 1, 1_000).await.0.trees[0].bytes.as_deref(), Some(&[1; 100][..]));
    ledger.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_cursor_goes_on_survives_a_restart_and_is_moved_by_one_alone() {
    let world = World::new();
    let ledger = world.open().await;
    for name in ["a", "b", "c"] {
        ledger.record(traced(name, name.as_bytes())).await.unwrap();
    }
    let (first, _) = due(&ledger, 1, 1_000).await;
    ledger.spans_sent(sent(&first)).await.unwrap();
    let (second, names) = due(&ledger, 1, 1_000).await;
    assert_eq!(names, ["b"]);
    // Somebody who sent the same batch comes late.
    ledger.spans_sent(sent(&first)).await.unwrap();
    assert_eq!(ledger.span_counts().await.unwrap().exported, 1);
    let refused = vec![(second.trees[0].leaf_index, "status 400".to_owned())];
    ledger.spans_sent(SpansSent { exported: 0, refused, ..sent(&second) }).await.unwrap();
    ledger.close().await;
    let ledger = world.open().await;
    let counts = ledger.span_counts().await.unwrap();
    assert_eq!((counts.pending, counts.exported, counts.refused), (1, 1, 1));
    assert_eq!(counts.oldest, Some(sample::circumstances("c").recorded_at));
    assert_eq!(ledger.spans_refused(10).await.unwrap(), [(second.trees[0].leaf_index, "status 400".to_owned())]);
    assert_eq!(due(&ledger, 10, 1_000).await.1, ["c"]);
    ledger.close().await;
    let mut raw = world.raw().await;
    let back = sqlx::query("UPDATE span_export SET next_leaf = 0").execute(&mut raw).await.unwrap_err();
    assert!(back.to_string().contains("does not go back"), "{back}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tree_whose_body_was_deleted_is_due_without_it() {
    let world = World::new();
    let ledger = world.open().await;
    ledger.record(traced("a", b"tree")).await.unwrap();
    world.tamper("DELETE FROM blobs WHERE kind = 'spans'").await;
    assert_eq!(due(&ledger, 10, 1_000).await.0.trees[0].bytes, None);
    ledger.close().await;
}
