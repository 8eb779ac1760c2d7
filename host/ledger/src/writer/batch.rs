//! One transaction for everything that arrived; a savepoint for each record, or for those that are recorded together, so that one record's failure
//! is its own.

use super::{
    decisions,
    job::{ActWork, DecisionWork, Documents, Done, Work},
};
use crate::{
    act::Act,
    error::RecordError,
    evidence::{Quota, Sender},
    leaf::{self, Leaf},
    notary::Notary,
    projections,
    proof::TreeHead,
    rebuild::later,
    record::Recorded,
    shape::numbers::moment_text,
    store::{
        Connection, acts, archiving, blobs, checkpoints, cosignatures, dialect,
        documents::{self, Noted},
        expiry,
        head::{self, Head},
        leaves, notices, permits, removals, rollbacks, room, spans, statements,
        texts::{self, Known},
        tokens,
        tree::grow,
        unsigned,
    },
};
use sqlx::Connection as _;
use std::{collections::VecDeque, sync::Arc};
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
    mut works: Vec<Work>,
    notary: Option<&Notary>,
    known: Option<Head>,
    body_bytes_max: usize,
) -> Result<Committed, RecordError> {
    let mut transaction = dialect::begin(connection).await?;
    let before = head::with_moment(&mut transaction, known).await?;
    // Most of them are of people whom the record has: asked for once, not for each record.
    let mut texts = texts::of(&mut transaction, works.iter_mut().flat_map(Work::privates)).await?;
    let mut head = before;
    let mut results = Vec::with_capacity(works.len());
    let (mut works, mut alone) = (VecDeque::from(works), VecDeque::new());
    while !(works.is_empty() && alone.is_empty()) {
        let mut group = if alone.is_empty() { decisions::together(&mut works, &texts) } else { Vec::new() };
        if group.len() > 1
            && let Some((recorded, after)) = all(&mut transaction, &mut group, head, &texts).await?
        {
            head = after;
            results.extend(recorded.into_iter().map(|recorded| Ok(Done::Recorded(recorded))));
            continue;
        }
        alone.extend(group.into_iter().map(|work| Work::Decision(Box::new(work))));
        let Some(work) = alone.pop_front().or_else(|| works.pop_front()) else { break };
        let is_act = matches!(work, Work::Act(_));
        if matches!(&work, Work::Act(work) if work.act.takes_away()) {
            // What decisions before it left, or counts it anew.
            later::rest(&mut transaction, head.size, body_bytes_max).await?;
        }
        let mut savepoint = transaction.begin().await?;
        match one(&mut savepoint, work, head, &texts).await {
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
        if is_act {
            // It may have taken away what somebody is called: nobody else is salted with what is not there.
            texts.clear();
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

/// Records decisions together. None: nothing of them is done, and each is to be recorded alone.
async fn all(
    connection: &mut Connection,
    group: &mut [DecisionWork],
    head: Head,
    texts: &Known,
) -> Result<Option<(Vec<Recorded>, Head)>, RecordError> {
    let mut savepoint = connection.begin().await?;
    match decisions::all(&mut savepoint, group, head, texts).await {
        Ok(Some(done)) => {
            savepoint.commit().await?;
            Ok(Some(done))
        }
        Ok(None) => savepoint.rollback().await.map(|()| None).map_err(RecordError::from),
        // Which of them it is about shows when each is recorded alone.
        Err(error) => savepoint.rollback().await.map(|()| None).map_err(|_| error),
    }
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

/// What one record did, and where the ledger ends with it.
async fn one(connection: &mut Connection, work: Work, head: Head, texts: &Known) -> Result<(Done, Head), RecordError> {
    match work {
        Work::Decision(mut work) => decisions::one(connection, &mut work, head, texts).await,
        Work::Act(work) => act(connection, *work, head, texts).await,
        work => Ok((beside(connection, work).await?, head)),
    }
}

/// What appends no leaf.
async fn beside(connection: &mut Connection, work: Work) -> Result<Done, RecordError> {
    match work {
        Work::Decision(_) | Work::Act(_) | Work::KeepUp { .. } => Ok(Done::Noted),
        Work::Documents(work) => received(connection, work).await,
        Work::Expire { before, max } => Ok(Done::Expired(expiry::expire(connection, before, max).await?)),
        Work::TokensUsed(used) => {
            tokens::used(connection, &used).await?;
            Ok(Done::Noted)
        }
        Work::NoticeTried { id, tried } => {
            notices::tried(connection, &id, &tried).await?;
            Ok(Done::Noted)
        }
        Work::NoticesRouted { contacts, now } => {
            notices::routed(connection, &contacts, now).await?;
            Ok(Done::Noted)
        }
        Work::SpansSent(sent) => {
            spans::sent(connection, &sent).await?;
            Ok(Done::Noted)
        }
        Work::Cosigned(cosigned) => {
            cosignatures::put(connection, &cosigned).await?;
            Ok(Done::Noted)
        }
        Work::Probe => {
            room::take(connection).await?;
            Ok(Done::Probed)
        }
    }
}

async fn act(
    connection: &mut Connection,
    work: ActWork,
    head: Head,
    texts: &Known,
) -> Result<(Done, Head), RecordError> {
    let ActWork { mut leaf, act, at, bodies, notices, quota, body_bytes_max } = work;
    // Not before the leaf in front of it: time in the ledger never goes back, whatever the machine's clock does.
    let at = head.at.max(at);
    *leaf.at_mut() = at;
    blobs::put(connection, &bodies.iter().collect::<Vec<_>>(), &moment_text(at)).await?;
    removals::still(connection, &act, head.size, body_bytes_max).await?;
    let (new, recorded, after) = sealed(connection, &mut leaf, Head { at, ..head }, texts).await?;
    leaves::append(connection, &[new]).await?;
    match &act {
        Act::Permitted(permit) => permits::still(connection, permit).await?,
        Act::RolledBack(rollback) => rollbacks::still(connection, rollback).await?,
        Act::Stated(statement) => {
            let noted = statements::receive(connection, statement, at).await?;
            within(connection, &statement.sender, quota, &[noted]).await?;
        }
        _ => (),
    }
    acts::put(connection, recorded.leaf_index, leaf.kind(), &leaf::value(&leaf)?).await?;
    if let Act::Archived(archival) = &act {
        archiving::begin(connection, archival).await?;
    }
    projections::act(connection, recorded.leaf_index, &act, at).await?;
    if let Act::Archived(archival) = &act {
        archiving::end(connection, archival).await?;
    }
    notices::write(connection, &notices, recorded.leaf_index).await?;
    // Last: what the act itself names may be what goes.
    match &act {
        Act::Redacted(redaction) => {
            removals::carry_out(connection, redaction.list, &redaction.notices).await?;
        }
        Act::Retained(run) => removals::carry_out(connection, run.list, &[]).await?,
        _ => (),
    }
    Ok((Done::Recorded(recorded), after))
}

/// A leaf as it is to be appended, which says that it was recorded at `head.at`; and where the ledger ends with it.
pub(super) async fn sealed(
    connection: &mut Connection,
    leaf: &mut impl Leaf,
    head: Head,
    texts: &Known,
) -> Result<(leaves::New, Recorded, Head), RecordError> {
    texts::salt(connection, leaf.privates(), texts).await?;
    let bytes = leaf::bytes(leaf)?;
    let hash = leaf::hash(&bytes);
    let body = String::from_utf8(bytes).map_err(|cause| RecordError::Encode(Arc::new(cause)))?;
    let new = leaves::New { index: head.size, kind: leaf.kind(), hash, body };
    let recorded = Recorded { leaf_index: head.size, leaf_hash: hash, replayed: None };
    Ok((new, recorded, Head { size: head.size + 1, hash: Some(hash), ..head }))
}

async fn received(connection: &mut Connection, work: Documents) -> Result<Done, RecordError> {
    let Documents { bodies, received, sender, quota } = work;
    let digests: Vec<_> = received.iter().map(|noted| noted.digest).collect();
    let now = received.iter().map(|noted| noted.at).max().unwrap_or(Timestamp::from_nanos(0));
    blobs::put(connection, &bodies.iter().collect::<Vec<_>>(), &moment_text(now)).await?;
    documents::note(connection, &received.iter().map(|noted| (&sender, noted)).collect::<Vec<_>>()).await?;
    within(connection, &sender, quota, &received).await?;
    Ok(Done::Received(documents::first(connection, &sender.scope, &digests).await?))
}

/// Whether what its scope keeps now, with these, is within its quota. What was there before is no reason to refuse what adds nothing.
pub(super) async fn within(
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
