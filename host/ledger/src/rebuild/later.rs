//! Rows of the tables that came later, made from leaves that are there already: those that were recorded a moment ago, those of a former
//! build, and those that a gate of an older build records beside this one.
//!
//! No record waits for them. The writer makes them when nobody waits for it, and before somebody looks for what they lead to; what a gate left
//! undone when it ended, the next one makes when it opens the ledger.

use super::again;
use crate::{
    error::{ReadError, RecordError},
    leaf,
    projections::{self, Findable, Rows},
    store::{Connection, archiving, dialect, head, leaves, reached},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

/// Leaves whose rows are made in one transaction when a ledger is opened, at most.
const OPENING_MAX: u64 = 256;

/// Makes all that are missing of the generations that this build knows.
pub(crate) async fn open(connection: &mut Connection, body_bytes_max: usize) -> Result<(), RecordError> {
    reached::know(connection, projections::generation()).await?;
    while portion(connection, OPENING_MAX, body_bytes_max).await?.is_some() {}
    Ok(())
}

/// Makes what is missing of the next leaves, so many at most, durably. Where their rows end afterwards; none: nothing was missing.
pub(crate) async fn portion(
    connection: &mut Connection,
    leaves_max: u64,
    body_bytes_max: usize,
) -> Result<Option<u64>, RecordError> {
    let Some(first) = furthest(connection).await? else { return Ok(None) };
    let mut transaction = dialect::begin(connection).await?;
    let until = head::read(&mut transaction).await?.size.min(first + leaves_max);
    rest(&mut transaction, until, body_bytes_max).await?;
    transaction.commit().await?;
    Ok(Some(until))
}

/// The first leaf that lacks rows; none: no leaf does.
pub(crate) async fn furthest(connection: &mut Connection) -> Result<Option<u64>, RecordError> {
    let (size, next) = reached::furthest(connection, projections::generation()).await?;
    Ok(Some(next).filter(|next| *next < size))
}

/// Makes what is missing of the leaves before `until`, of each generation that lacks some.
pub(crate) async fn rest(connection: &mut Connection, until: u64, body_bytes_max: usize) -> Result<(), RecordError> {
    let mut together: BTreeMap<u64, Vec<u32>> = BTreeMap::new();
    for (generation, next) in reached::behind(connection, projections::generation(), until).await? {
        together.entry(next).or_default().push(generation);
    }
    for (next, generations) in together {
        fill(connection, &generations, next..until, body_bytes_max).await?;
        for generation in generations {
            reached::filled(connection, generation, until).await?;
        }
    }
    Ok(())
}

async fn fill(
    connection: &mut Connection,
    generations: &[u32],
    Range { start: mut next, end }: Range<u64>,
    body_bytes_max: usize,
) -> Result<(), RecordError> {
    while next < end {
        let page = leaves::range(connection, next..end.min(next + leaves::PAGE.unsigned_abs())).await?;
        let Some(last) = page.last().map(|leaf| leaf.index) else {
            return Err(ReadError::Altered { what: format!("leaf {next}") }.into());
        };
        // Of a decision that was moved to an archive there are no rows, whenever its tables came.
        let moved = archiving::archived_within(connection, next..last + 1).await?;
        let there = there(connection, generations, next..last + 1).await?;
        let mut decisions = Vec::new();
        for leaf in page.iter().filter(|leaf| !moved.contains(&leaf.index)) {
            let lacking: Vec<u32> = there
                .iter()
                .filter(|(_, there)| !there.contains(&leaf.index))
                .map(|(generation, _)| *generation)
                .collect();
            if !lacking.is_empty() {
                let kind = leaf::kind_of(leaf.index, &leaf.text)?;
                again(connection, None, (kind, leaf), body_bytes_max, (Rows::Of(&lacking), &mut decisions)).await?;
            }
        }
        for (generation, there) in &there {
            let lacks = |one: &Findable| !there.contains(&one.index);
            for run in
                decisions.chunk_by(|one, next| lacks(one) == lacks(next)).filter(|run| run.first().is_some_and(lacks))
            {
                projections::findable(connection, run, Rows::Of(&[*generation])).await?;
            }
        }
        next = last + 1;
    }
    Ok(())
}

/// The leaves of a range that have their rows of each generation already: acts have them from the beginning, and builds that did not count
/// what they fill left them with their leaves.
async fn there(
    connection: &mut Connection,
    generations: &[u32],
    range: Range<u64>,
) -> Result<Vec<(u32, BTreeSet<u64>)>, RecordError> {
    let mut all = Vec::with_capacity(generations.len());
    for generation in generations {
        let tables = projections::by_leaf(*generation);
        all.push((*generation, reached::there(connection, tables, range.clone()).await?));
    }
    Ok(all)
}
