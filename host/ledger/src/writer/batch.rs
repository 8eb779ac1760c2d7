//! One transaction for everything that arrived; one savepoint for each, so that one record's failure is its own.

use super::job::{ActWork, DecisionWork, Documents, Done, Work};
use crate::{
    act::Act,
    error::{ReadError, RecordError},
    evidence::{Quota, Sender},
    idempotency::{Idempotency, Retry},
    leaf::{self, Leaf},
    notary::Notary,
    projections,
    proof::TreeHead,
    record::Recorded,
    shape::numbers::moment_text,
    store::{
        Connection, acts, blobs, checkpoints, cosignatures, dialect,
        documents::{self, Noted},
        expiry, forced,
        head::{self, Head},
        keys, leaves, notices, obligations, permits, span_index, spans, statements, texts, tokens,
        tree::grow,
        unsigned,
    },
};
use sqlx::Connection as _;
use std::sync::Arc;
use tidegate_core::{digest::Digest, time::Timestamp};

/// What a commit holds.
pub(crate) struct Committed {
    pub(crate) results: Vec<Result<Done, RecordError>>,
    /// Where the ledger ends with it.
    pub(crate) head: Head,
    /// The tree with it, when leaves were appended.
    pub(crate) tree: Option<TreeHead>,
    /// The checkpoint of it, when somebody signs.
    pub(crate) checkpoint: Option<String>,
}

/// Does all of it and commits. An error means that nothing of it was done.
pub(crate) async fn run(
    connection: &mut Connection,
    works: Vec<Work>,
    notary: Option<&Notary>,
    known: Option<Head>,
) -> Result<Committed, RecordError> {
    let mut transaction = dialect::begin(connection).await?;
    let before = head::with_moment(&mut transaction, known).await?;
    let mut head = before;
    let mut results = Vec::with_capacity(works.len());
    for work in works {
        let mut savepoint = transaction.begin().await?;
        match one(&mut savepoint, work, head).await {
            Ok((done, after)) => {
                savepoint.commit().await?;
                head = after;
                results.push(Ok(done));
            }
            Err(error) => {
                // Some failures end the whole transaction: then the savepoint is gone, and so is all the rest.
                if savepoint.rollback().await.is_err() {
                    return Err(error);
                }
                results.push(Err(error));
            }
        }
    }
    let tree = close(&mut transaction, (before, head), &results).await?;
    let mut checkpoint = None;
    if let (Some(tree), Some(notary)) = (&tree, notary) {
        checkpoints::put(&mut transaction, tree.size, checkpoint.insert(notary.sign(tree))).await?;
    }
    transaction.commit().await?;
    Ok(Committed { results, head, tree, checkpoint })
}

/// Head and tree of what was appended.
async fn close(
    connection: &mut Connection,
    (before, after): (Head, Head),
    results: &[Result<Done, RecordError>],
) -> Result<Option<TreeHead>, RecordError> {
    let appended: Vec<Digest> = results.iter().flatten().filter_map(Done::appended).collect();
    if appended.is_empty() {
        return head::advance(connection, before, after, None).await.map(|()| None);
    }
    let mut frontier = head::frontier(connection).await?;
    grow::append(connection, &mut frontier, appended).await?;
    head::advance(connection, before, after, Some(&frontier)).await?;
    Ok(Some(TreeHead { size: frontier.size(), root: frontier.root() }))
}

async fn one(connection: &mut Connection, work: Work, head: Head) -> Result<(Done, Head), RecordError> {
    match work {
        Work::Decision(work) => decision(connection, *work, head).await,
        Work::Act(work) => act(connection, *work, head).await,
        Work::Documents(work) => Ok((received(connection, work).await?, head)),
        Work::Expire { before, max } => Ok((Done::Expired(expiry::expire(connection, before, max).await?), head)),
        Work::TokensUsed(used) => {
            tokens::used(connection, &used).await?;
            Ok((Done::Noted, head))
        }
        Work::NoticeTried { id, tried } => {
            notices::tried(connection, &id, &tried).await?;
            Ok((Done::Noted, head))
        }
        Work::NoticesRouted { contacts, now } => {
            notices::routed(connection, &contacts, now).await?;
            Ok((Done::Noted, head))
        }
        Work::SpansSent(sent) => {
            spans::sent(connection, &sent).await?;
            Ok((Done::Noted, head))
        }
        Work::Cosigned(cosigned) => {
            cosignatures::put(connection, &cosigned).await?;
            Ok((Done::Noted, head))
        }
        Work::Probe => Ok((Done::Probed, head)),
    }
}

async fn decision(connection: &mut Connection, work: DecisionWork, head: Head) -> Result<(Done, Head), RecordError> {
    let DecisionWork {
        mut leaf,
        bodies,
        received,
        documents,
        held,
        sender,
        quota,
        idempotency,
        mut left,
        mends,
        notices,
    } = work;
    if let Some(idempotency) = &idempotency
        && let Some(recorded) = replay(connection, idempotency).await?
    {
        return Ok((Done::Recorded(recorded), head));
    }
    let there = documents::first(connection, &sender.scope, &held).await?;
    if let Some(missing) = held.iter().find(|digest| !there.contains_key(digest)) {
        return Err(RecordError::Expired { digest: *missing });
    }
    blobs::put(connection, bodies, &moment_text(leaf.circumstances.recorded_at)).await?;
    documents::note(connection, &sender, &received).await?;
    documents::name(connection, &sender.scope, &documents).await?;
    within(connection, &sender, quota, &received).await?;
    let at = head.at.max(leaf.circumstances.recorded_at);
    leaf.circumstances.recorded_at = at;
    let (recorded, after) = append(connection, &mut leaf, head, at).await?;
    if let (None, Some(digest)) = (&left.tree, leaf.circumstances.spans) {
        // Recorded before, with another decision.
        left.tree = span_index::tree_of(connection, digest).await?;
    }
    projections::decision(connection, recorded.leaf_index, &leaf, &left).await?;
    if let Some(new) = &left.forced {
        forced::still(connection, leaf.circumstances.decision.as_str(), new).await?;
    }
    obligations::mend(connection, leaf.circumstances.decision.as_str(), &mends).await?;
    notices::write(connection, &notices, recorded.leaf_index).await?;
    if let Some(idempotency) = &idempotency {
        keys::point(connection, idempotency, &leaf, recorded.leaf_index).await?;
    }
    Ok((Done::Recorded(recorded), after))
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

async fn act(connection: &mut Connection, work: ActWork, head: Head) -> Result<(Done, Head), RecordError> {
    let ActWork { mut leaf, act, at, bodies, notices, quota } = work;
    let at = head.at.max(at);
    *leaf.at_mut() = at;
    blobs::put(connection, bodies, &moment_text(at)).await?;
    let (recorded, after) = append(connection, &mut leaf, head, at).await?;
    match &act {
        Act::Permitted(permit) => permits::still(connection, permit).await?,
        Act::Stated(statement) => {
            let noted = statements::receive(connection, statement, at).await?;
            within(connection, &statement.sender, quota, &[noted]).await?;
        }
        _ => (),
    }
    acts::put(connection, recorded.leaf_index, leaf.kind(), &leaf::value(&leaf)?).await?;
    projections::act(connection, recorded.leaf_index, &act, at).await?;
    notices::write(connection, &notices, recorded.leaf_index).await?;
    Ok((Done::Recorded(recorded), after))
}

/// Appends a leaf that says it was recorded at that moment, which is not before that of the leaf before it: time in the ledger never goes back,
/// whatever the machine's clock does.
async fn append(
    connection: &mut Connection,
    leaf: &mut impl Leaf,
    head: Head,
    at: Timestamp,
) -> Result<(Recorded, Head), RecordError> {
    texts::salt(connection, leaf.privates()).await?;
    let bytes = leaf::bytes(leaf)?;
    let hash = leaf::hash(&bytes);
    let text = String::from_utf8(bytes).map_err(|cause| RecordError::Encode(Arc::new(cause)))?;
    leaves::append(connection, head.size, leaf.kind(), hash, text).await?;
    let recorded = Recorded { leaf_index: head.size, leaf_hash: hash, replayed: None };
    Ok((recorded, Head { size: head.size + 1, hash: Some(hash), at }))
}

async fn received(connection: &mut Connection, work: Documents) -> Result<Done, RecordError> {
    let Documents { bodies, received, sender, quota } = work;
    let digests: Vec<_> = received.iter().map(|noted| noted.digest).collect();
    let now = received.iter().map(|noted| noted.at).max().unwrap_or(Timestamp::from_nanos(0));
    blobs::put(connection, bodies, &moment_text(now)).await?;
    documents::note(connection, &sender, &received).await?;
    within(connection, &sender, quota, &received).await?;
    Ok(Done::Received(documents::first(connection, &sender.scope, &digests).await?))
}

/// Whether what its scope keeps now, with these, is within its quota. What was there before is no reason to refuse what adds nothing.
async fn within(
    connection: &mut Connection,
    sender: &Sender,
    quota: Quota,
    received: &[Noted],
) -> Result<(), RecordError> {
    if received.is_empty() {
        return Ok(());
    }
    let usage = documents::usage(connection, &sender.scope).await?;
    let (count, bytes) = (received.len() as u64, received.iter().map(|noted| unsigned(noted.bytes)).sum());
    let counted = [
        ("documents that no decision names", usage.waiting_documents, quota.waiting_documents, count),
        ("bytes of documents that no decision names", usage.waiting_bytes, quota.waiting_bytes, bytes),
        ("documents", usage.documents, quota.documents, count),
        ("bytes of documents", usage.bytes, quota.bytes, bytes),
    ];
    let over = || counted.into_iter().filter(|(_, used, allowed, _)| used > allowed);
    // What can never fit is said before what does not fit now.
    match over().find(|(_, _, allowed, least)| least > allowed).or_else(|| over().next()) {
        Some((what, used, allowed, least)) => Err(RecordError::Quota { what, used, allowed, least }),
        None => Ok(()),
    }
}
