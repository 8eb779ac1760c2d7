//! Decisions read back: leaf, private texts and bodies, each verified, put together again.

use crate::{
    error::ReadError,
    id::DecisionId,
    leaf::{
        self, Leaf as _,
        decision::DecisionLeaf,
        decode::{self, Found},
    },
    store::{
        Pool,
        blobs::{self, Row},
        dialect, leaves, removals, texts,
    },
    stored::{Leaf, StoredDecision},
};
use std::collections::BTreeMap;

/// The decision of this id.
pub(crate) async fn read(
    pool: &Pool,
    id: &DecisionId,
    body_bytes_max: usize,
) -> Result<Option<StoredDecision>, ReadError> {
    // One snapshot: a redaction in between is seen whole or not at all.
    let mut snapshot = dialect::snapshot_of(pool).await?;
    let Some(stored) = leaves::of_decision(&mut snapshot, id.as_str()).await? else {
        return Ok(None);
    };
    let mut leaf: DecisionLeaf = leaf::read(stored.index, &stored.text)?;
    if leaf.circumstances.decision != *id {
        return Err(ReadError::Altered { what: format!("the projection of decision `{id}`") });
    }
    texts::reveal(&mut snapshot, leaf.privates()).await?;
    let mut bodies = decode::bodies_of(&leaf.judgement);
    bodies.extend(leaf.circumstances.shadow);
    let rows = blobs::get(&mut snapshot, &bodies).await?;
    snapshot.rollback().await?;
    let assembled = tokio::task::spawn_blocking(move || assemble(leaf, &stored, rows, body_bytes_max));
    let stopped = |cause| ReadError::Unreadable { what: format!("decision `{id}`"), cause: Box::new(cause) };
    match assembled.await.map_err(stopped)? {
        Ok(decision) => Ok(Some(decision)),
        Err(error) => Err(removals::explained(&mut *pool.acquire().await?, error).await),
    }
}

fn assemble(
    leaf: DecisionLeaf,
    stored: &Leaf,
    rows: Vec<Row>,
    body_bytes_max: usize,
) -> Result<StoredDecision, ReadError> {
    let bodies: Result<BTreeMap<_, _>, _> = rows.into_iter().map(|row| row.unpack(body_bytes_max)).collect();
    let found = Found(bodies?);
    let judgement = decode::judgement(leaf.judgement, &found)?;
    let (circumstances, idempotency_key) = decode::circumstances(leaf.circumstances, &found)?;
    Ok(StoredDecision {
        judgement,
        recorded_at: circumstances.recorded_at,
        circumstances,
        idempotency_key,
        leaf_index: stored.index,
        leaf_hash: stored.hash,
    })
}
