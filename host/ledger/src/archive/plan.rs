//! What can be moved, and what of it stays because it is still needed.

use super::{CLOSED_AFTER, error::ArchiveError, named::Named};
use crate::{
    compared_with,
    error::ReadError,
    leaf::{self, Kind, decision::DecisionLeaf},
    proof::TreeHead,
    snapshot::Snapshot,
    store::{
        Connection, Pool, archives,
        archiving::{self, still_needed},
        dialect, head, leaves,
        tree::Tiles,
    },
    stored::Leaf,
    tree::TILE_WIDTH,
};
use std::{collections::BTreeSet, ops::Range, time::Duration};
use tidegate_core::{digest::Digest, time::Timestamp};

/// What is to be moved.
#[derive(Debug)]
pub(super) struct Plan {
    /// The first leaf that no archive was of before.
    pub(super) first: u64,
    /// The leaves that the archive is of, and their root.
    pub(super) through: TreeHead,
    /// Leaves of decisions that stay.
    pub(super) kept: Vec<u64>,
    /// Decisions that are moved.
    pub(super) decisions: u64,
    /// Bodies that no leaf names which stays.
    pub(super) bodies: Vec<Digest>,
    /// Leaves that were looked at.
    pub(super) seen: u64,
}

/// Plans it, as the ledger is at this moment.
pub(super) async fn of(
    reads: &Pool,
    (until, now): (Timestamp, Timestamp),
    body_bytes_max: usize,
) -> Result<Plan, ArchiveError> {
    if until > earlier(now, CLOSED_AFTER) {
        return Err(ArchiveError::TooYoung { until });
    }
    let mut view = Snapshot::of(dialect::snapshot_of(reads).await?, body_bytes_max);
    let seen = head::tree(view.connection()).await?.size;
    let first = archives::all(view.connection()).await?.last().map_or(0, |last| last.through.size);
    let closed = before(view.connection(), until, seen).await?;
    let size = closed / TILE_WIDTH * TILE_WIDTH;
    let nothing = || ArchiveError::Nothing { until, closed, archived: first };
    if size <= first {
        return Err(nothing());
    }
    let root = Tiles::new(view.connection()).root(size).await.map_err(ReadError::from)?;
    let mut kept: BTreeSet<u64> = still_needed(view.connection(), size, now).await?;
    kept.extend(baselines(&mut view, size).await?);
    kept.extend(compared(&mut view, size..seen).await?);
    let all: BTreeSet<u64> = archiving::decisions(view.connection(), size).await?;
    kept.retain(|index| all.contains(index));
    let moved: BTreeSet<u64> = all.difference(&kept).copied().collect();
    if moved.is_empty() {
        return Err(nothing());
    }
    let bodies = bodies(view.connection(), &moved, seen, body_bytes_max).await?;
    let (decisions, kept) = (moved.len() as u64, kept.into_iter().collect());
    Ok(Plan { first, through: TreeHead { size, root }, kept, decisions, bodies, seen })
}

/// How many of these bodies are there, and their bytes as they are stored.
pub(super) async fn bytes(reads: &Pool, bodies: &[Digest]) -> Result<(u64, u64), ArchiveError> {
    let mut connection = reads.acquire().await?;
    Ok(archiving::weigh(&mut connection, bodies).await?)
}

fn earlier(now: Timestamp, span: Duration) -> Timestamp {
    Timestamp::from_nanos(now.nanos().saturating_sub(u64::try_from(span.as_nanos()).unwrap_or(u64::MAX)))
}

/// How many leaves are of before a moment: time in the ledger never goes back.
async fn before(connection: &mut Connection, until: Timestamp, size: u64) -> Result<u64, ArchiveError> {
    let Range { mut start, mut end } = 0..size;
    while start < end {
        let middle = start + (end - start) / 2;
        let altered = || ReadError::Altered { what: format!("leaf {middle}") };
        let leaf = leaves::at(connection, middle).await?.ok_or_else(altered)?;
        let at = leaf::moment(&leaf.text).ok_or_else(altered)?;
        if at < until {
            start = middle + 1
        } else {
            end = middle
        };
    }
    Ok(start)
}

/// What services are compared with now, and what they were when the last of these leaves was written: whoever takes a later deployment back
/// compares with that one again.
async fn baselines(view: &mut Snapshot, size: u64) -> Result<Vec<u64>, ArchiveError> {
    let mut found = Vec::new();
    for before in [size, u64::MAX] {
        for id in compared_with::now(view, size, before).await? {
            found.extend(archiving::index_of(view.connection(), &id).await?);
        }
    }
    Ok(found)
}

/// What later decisions compared with: they are judged again by the ledger itself.
async fn compared(view: &mut Snapshot, later: Range<u64>) -> Result<Vec<u64>, ArchiveError> {
    let (mut found, mut next) = (Vec::new(), later.start);
    while next < later.end {
        let page = page(view.connection(), next..later.end).await?;
        next += page.len() as u64;
        for leaf in page.iter().filter(|leaf| is_decision(leaf)) {
            let decision: DecisionLeaf = leaf::read(leaf.index, &leaf.text)?;
            for id in view.compared_with(&decision).await? {
                found.extend(archiving::index_of(view.connection(), &id).await?);
            }
        }
    }
    Ok(found)
}

/// Bodies that decisions name which are moved, and no leaf that stays.
async fn bodies(
    connection: &mut Connection,
    moved: &BTreeSet<u64>,
    seen: u64,
    body_bytes_max: usize,
) -> Result<Vec<Digest>, ArchiveError> {
    let gone = archiving::archived(connection).await?;
    let (mut of_moved, mut of_others, mut next) = (BTreeSet::new(), BTreeSet::new(), 0);
    while next < seen {
        let page = page(connection, next..seen).await?;
        next += page.len() as u64;
        let [mut these, mut others] = [Named::default(), Named::default()];
        for leaf in page.iter().filter(|leaf| !gone.contains(&leaf.index)) {
            if moved.contains(&leaf.index) {
                these.add(&leaf.text)
            } else {
                others.add(&leaf.text)
            };
        }
        of_moved.extend(archiving::with_listed(connection, these.bodies, body_bytes_max).await?);
        of_others.extend(archiving::with_listed(connection, others.bodies, body_bytes_max).await?);
    }
    let alone: Vec<Digest> = of_moved.difference(&of_others).copied().collect();
    Ok(archiving::of_kinds(connection, &alone, archiving::OF_DECISIONS).await?)
}

fn is_decision(leaf: &Leaf) -> bool {
    leaf::kind_of(leaf.index, &leaf.text).is_ok_and(|kind| kind == Kind::Decision)
}

/// The next leaves; at least one.
pub(super) async fn page(connection: &mut Connection, range: Range<u64>) -> Result<Vec<Leaf>, ReadError> {
    let start = range.start;
    let end = range.end.min(start + leaves::PAGE.unsigned_abs());
    let page = leaves::range(connection, start..end).await?;
    if page.is_empty() { Err(ReadError::Altered { what: format!("leaf {start}") }) } else { Ok(page) }
}
