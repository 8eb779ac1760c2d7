//! Rows of the tables that came later, of leaves that were there before them: those of a former build, and those that a gate of an older build
//! records beside this one. It does not know the tables, so whoever does goes on where their rows end.

use super::again;
use crate::{
    error::{ReadError, RecordError},
    projections::{self, Rows},
    store::{Connection, dialect, head, leaves, reached},
};
use std::ops::Range;

/// Leaves whose rows are made in one transaction, at most: whoever wants to write waits for it.
const LEAVES_MAX: u64 = 256;

/// Makes all that are missing of the generations that this build knows.
pub(crate) async fn open(connection: &mut Connection, body_bytes_max: usize) -> Result<(), RecordError> {
    reached::know(connection, projections::generation()).await?;
    keep_up(connection, body_bytes_max).await
}

/// Makes what is missing, some at a time and each time durably.
pub(crate) async fn keep_up(connection: &mut Connection, body_bytes_max: usize) -> Result<(), RecordError> {
    while let Some(behind) = furthest(connection).await? {
        let mut transaction = dialect::begin(connection).await?;
        let size = head::read(&mut transaction).await?.size;
        rest(&mut transaction, size.min(behind + LEAVES_MAX), body_bytes_max).await?;
        transaction.commit().await?;
    }
    Ok(())
}

/// The first leaf that lacks rows; none: no leaf does.
pub(crate) async fn furthest(connection: &mut Connection) -> Result<Option<u64>, RecordError> {
    let size = head::read(connection).await?.size;
    let behind = reached::behind(connection, projections::generation(), size).await?;
    Ok(behind.into_iter().map(|(_, next)| next).min())
}

/// Makes what is missing of the leaves before `until`, of each generation that lacks some.
pub(crate) async fn rest(connection: &mut Connection, until: u64, body_bytes_max: usize) -> Result<(), RecordError> {
    for (generation, next) in reached::behind(connection, projections::generation(), until).await? {
        fill(connection, generation, next..until, body_bytes_max).await?;
        reached::filled(connection, generation, until).await?;
    }
    Ok(())
}

async fn fill(
    connection: &mut Connection,
    generation: u32,
    Range { start: mut next, end }: Range<u64>,
    body_bytes_max: usize,
) -> Result<(), RecordError> {
    while next < end {
        let page = leaves::range(connection, next..end.min(next + leaves::PAGE.unsigned_abs())).await?;
        let Some(last) = page.last().map(|leaf| leaf.index) else {
            return Err(ReadError::Altered { what: format!("leaf {next}") }.into());
        };
        let (rows, mut decisions) = (Rows::Of(generation), Vec::new());
        for leaf in &page {
            // Builds that did not count what they fill left these rows with their leaf.
            if !reached::has_rows(connection, projections::by_leaf(generation), leaf.index).await? {
                again(connection, None, leaf, body_bytes_max, (rows, &mut decisions)).await?;
            }
        }
        projections::findable(connection, &decisions, rows).await?;
        next = last + 1;
    }
    Ok(())
}
