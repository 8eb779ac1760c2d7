//! Decisions of one commit: many in the statements that one takes, where nothing is special about them.

use super::{
    batch::{sealed, within},
    job::{DecisionWork, Done, Work},
};
use crate::{
    error::{ReadError, RecordError},
    idempotency::{Idempotency, Retry},
    leaf::Leaf as _,
    projections,
    record::Recorded,
    shape::numbers::moment_text,
    store::{
        Connection, blobs, documents, forced,
        head::Head,
        keys, leaves, notices, obligations,
        texts::{self, Known},
    },
};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use tidegate_core::digest::Digest;

/// Takes the next works, as long as they are decisions that can be recorded together: that force nothing, of people whom the record has, so that
/// nothing of them is changed by an attempt that is taken back.
pub(super) fn together(works: &mut VecDeque<Work>, texts: &Known) -> Vec<DecisionWork> {
    let (mut taken, mut asked) = (Vec::new(), BTreeSet::new());
    while let Some(Work::Decision(work)) = works.front_mut() {
        let is_plain = work.left.forced.is_none() && work.left.owed.is_none() && work.mends.all.is_empty();
        let is_first = work.idempotency.as_ref().is_none_or(|asks| asked.insert(asks.key.clone()));
        if !is_plain || !is_first || !texts::are_known(&work.leaf.privates(), texts) {
            break;
        }
        if let Some(Work::Decision(work)) = works.pop_front() {
            taken.push(*work);
        }
    }
    taken
}

/// Records decisions that came [`together`]. None: a key of theirs was used before, so each is to be looked at alone.
pub(super) async fn all(
    connection: &mut Connection,
    works: &mut [DecisionWork],
    head: Head,
    texts: &Known,
) -> Result<Option<(Vec<Recorded>, Head)>, RecordError> {
    let asked: Vec<&str> = works.iter().filter_map(|work| work.idempotency.as_ref()).map(|asks| &*asks.key).collect();
    if keys::any(connection, &asked).await? {
        return Ok(None);
    }
    record(connection, works, head, texts).await.map(Some)
}

/// Records one decision, or says what its key led to before.
pub(super) async fn one(
    connection: &mut Connection,
    work: &mut DecisionWork,
    head: Head,
    texts: &Known,
) -> Result<(Done, Head), RecordError> {
    if let Some(idempotency) = &work.idempotency
        && let Some(recorded) = replay(connection, idempotency).await?
    {
        return Ok((Done::Recorded(recorded), head));
    }
    let (mut recorded, after) = record(connection, std::slice::from_mut(work), head, texts).await?;
    let recorded = recorded.pop().ok_or(RecordError::Closed)?;
    Ok((Done::Recorded(recorded), after))
}

async fn record(
    connection: &mut Connection,
    works: &mut [DecisionWork],
    head: Head,
    texts: &Known,
) -> Result<(Vec<Recorded>, Head), RecordError> {
    are_there(connection, works).await?;
    let last = works.iter().map(|work| work.leaf.circumstances.recorded_at).max().unwrap_or(head.at);
    let bodies: Vec<_> = works.iter().flat_map(|work| &work.bodies).collect();
    blobs::put(connection, &bodies, &moment_text(last)).await?;
    received(connection, works).await?;
    let (recorded, after) = append(connection, works, head, texts).await?;
    let (mut leaves, mut asked) = (Vec::with_capacity(works.len()), Vec::new());
    for (work, Recorded { leaf_index, .. }) in works.iter().zip(&recorded) {
        leaves.push((*leaf_index, &work.leaf));
        asked.extend(work.idempotency.as_ref().map(|asks| (asks, &work.leaf, *leaf_index)));
    }
    projections::decisions(connection, &leaves).await?;
    for (work, (index, _)) in works.iter().zip(&leaves) {
        left(connection, work, *index).await?;
    }
    keys::point(connection, &asked).await?;
    Ok((recorded, after))
}

/// What one leaves behind beside its own rows.
async fn left(connection: &mut Connection, work: &DecisionWork, index: u64) -> Result<(), RecordError> {
    let id = work.leaf.circumstances.decision.as_str();
    projections::left(connection, id, &work.left).await?;
    if let Some(new) = &work.left.forced {
        forced::still(connection, id, new).await?;
    }
    obligations::mend(connection, id, &work.mends).await?;
    Ok(notices::write(connection, &work.notices, index).await?)
}

/// Whether the documents that decisions were made from are still there, those that did not come with them.
async fn are_there(connection: &mut Connection, works: &[DecisionWork]) -> Result<(), RecordError> {
    for (scope, held) in by_scope(works, |work| &work.held) {
        let there = documents::first(connection, scope, &held).await?;
        if let Some(missing) = held.iter().find(|digest| !there.contains_key(digest)) {
            return Err(RecordError::Expired { digest: *missing });
        }
    }
    Ok(())
}

/// Notes documents that came with decisions, and that their leaves name them.
async fn received(connection: &mut Connection, works: &[DecisionWork]) -> Result<(), RecordError> {
    let each = works.iter().flat_map(|work| work.received.iter().map(move |noted| (&work.sender, noted)));
    documents::note(connection, &each.collect::<Vec<_>>()).await?;
    for (scope, named) in by_scope(works, |work| &work.documents) {
        documents::name(connection, scope, &named).await?;
    }
    let scopes: BTreeMap<&str, &DecisionWork> = works.iter().map(|work| (&*work.sender.scope, work)).collect();
    for (scope, work) in scopes {
        let of_scope = works.iter().filter(|work| &*work.sender.scope == scope);
        let received: Vec<_> = of_scope.flat_map(|work| &work.received).cloned().collect();
        within(connection, &work.sender, work.quota, &received).await?;
    }
    Ok(())
}

fn by_scope<'w>(
    works: &'w [DecisionWork],
    of: impl Fn(&'w DecisionWork) -> &'w [Digest],
) -> BTreeMap<&'w str, Vec<Digest>> {
    let mut scopes: BTreeMap<&str, BTreeSet<Digest>> = BTreeMap::new();
    for work in works {
        scopes.entry(&work.sender.scope).or_default().extend(of(work));
    }
    let all = scopes.into_iter().map(|(scope, digests)| (scope, digests.into_iter().collect::<Vec<_>>()));
    all.filter(|(_, digests)| !digests.is_empty()).collect()
}

/// Appends leaves that say when they were recorded, which is not before the leaf in front of them: time in the ledger never goes back,
/// whatever the machine's clock does.
async fn append(
    connection: &mut Connection,
    works: &mut [DecisionWork],
    mut head: Head,
    texts: &Known,
) -> Result<(Vec<Recorded>, Head), RecordError> {
    let (mut new, mut recorded) = (Vec::with_capacity(works.len()), Vec::with_capacity(works.len()));
    for DecisionWork { leaf, .. } in works {
        head.at = head.at.max(leaf.circumstances.recorded_at);
        leaf.circumstances.recorded_at = head.at;
        let (leaf, done, after) = sealed(connection, leaf, head, texts).await?;
        new.push(leaf);
        recorded.push(done);
        head = after;
    }
    leaves::append(connection, &new).await?;
    Ok((recorded, head))
}

/// The record that this key led to, when it still is the answer.
async fn replay(connection: &mut Connection, idempotency: &Idempotency) -> Result<Option<Recorded>, RecordError> {
    let Idempotency { principal, endpoint, key, request } = idempotency;
    let Some((earlier, leaf_index)) = keys::find(connection, principal, endpoint, key).await? else {
        return Ok(None);
    };
    match earlier.retry(*request) {
        Retry::JudgeAnew => Ok(None),
        Retry::Conflict => Err(RecordError::Conflict { decision: earlier.decision }),
        Retry::Replay => {
            let leaf = leaves::at(connection, leaf_index).await?;
            let gone = || ReadError::Altered { what: format!("leaf {leaf_index}") };
            let leaf_hash = leaf.ok_or_else(gone)?.hash;
            Ok(Some(Recorded { leaf_index, leaf_hash, replayed: Some(earlier.decision) }))
        }
    }
}
