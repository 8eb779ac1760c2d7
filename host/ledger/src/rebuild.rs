//! Derived tables made anew from the leaves, to be compared with those that there are or put in their place.

mod archived;
mod differences;
pub(crate) mod later;

pub use self::differences::{Difference, SHOWN_MAX};

use self::differences::pairs;
use crate::{
    act::Act,
    body::BodyKind,
    cited::{self, Cited},
    config::LedgerConfig,
    error::{LedgerError, ReadError, RecordError},
    leaf::{self, Kind, Leaf as _, act::ActLeaf, decision::DecisionLeaf},
    place::Place,
    private::Private,
    projections::{self, Findable, Left, Rows, TABLES},
    shape::In,
    store::{
        Connection, Pool, acts,
        beside::{self, Beside},
        blobs, dialect, head, intact, leaves,
        lock::WriterLock,
        open::Writing,
        projection::rules,
        reached, removals, span_index, statements, texts,
    },
    stored::Leaf,
};
use sqlx::Connection as _;
use std::{collections::BTreeMap, sync::Arc};
use tidegate_core::stage_result::StageResult;

/// Leaves that lead to no row and are named, at most.
pub const UNPLACED_MAX: usize = 20;

/// The tables whose rows follow from leaves.
#[must_use]
pub fn tables() -> Vec<&'static str> {
    TABLES.iter().map(|derived| derived.table).collect()
}

/// What a comparison of derived tables with the leaves found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Compared {
    /// Of each table at most [`SHOWN_MAX`] of either side.
    pub differences: Vec<Difference>,
    /// Leaves that lead to no row, since what no leaf has is missing; at most [`UNPLACED_MAX`].
    pub unplaced: Vec<u64>,
}

/// What became of one table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// Which.
    pub table: &'static str,
    /// Rows that were not what the leaves say.
    pub removed: u64,
    /// Rows that were made anew.
    pub written: u64,
}

/// What was made anew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rebuilt {
    /// Leaves that were read.
    pub leaves: u64,
    /// Each table.
    pub tables: Vec<Table>,
    /// As in [`Compared`].
    pub unplaced: Vec<u64>,
}

/// Why tables were not made anew. They are as they were.
#[derive(Debug, thiserror::Error)]
pub enum RebuildError {
    /// The ledger cannot be opened.
    #[error(transparent)]
    Open(#[from] LedgerError),
    /// A leaf cannot be read.
    #[error("the tables cannot be made from the leaves: {0}")]
    Read(#[from] ReadError),
    /// The database refuses the rows.
    #[error("the tables cannot be made anew: {0}")]
    Write(#[from] RecordError),
}

impl From<sqlx::Error> for RebuildError {
    fn from(error: sqlx::Error) -> Self {
        Self::Write(error.into())
    }
}

impl From<RebuildError> for RecordError {
    fn from(error: RebuildError) -> Self {
        match error {
            RebuildError::Read(cause) => cause.into(),
            RebuildError::Write(cause) => cause,
            RebuildError::Open(cause) => Self::Encode(Arc::new(cause)),
        }
    }
}

/// Makes all derived tables anew, in one transaction: of a file that nobody has open, or of a database on PostgreSQL, where gates wait meanwhile.
pub async fn rebuild(place: impl Into<Place>, config: &LedgerConfig) -> Result<Rebuilt, RebuildError> {
    let place = place.into();
    let _lock = WriterLock::of(&place)?;
    let mut connection = Writing::new(&place, config).create().await?;
    intact::compare(&mut connection).await?;
    dialect::together(&mut connection).await?;
    let mut transaction = dialect::begin(&mut connection).await?;
    let all: Vec<(u32, u64)> = (1..=projections::generation()).map(|generation| (generation, u64::MAX)).collect();
    let Replayed { beside, leaves, unplaced } = replay(&mut transaction, &all, config.body_bytes_max).await?;
    let tables = beside::swap(&mut transaction, &beside).await?;
    reached::know(&mut transaction, projections::generation()).await?;
    for generation in 1..=projections::generation() {
        reached::filled(&mut transaction, generation, leaves).await?;
    }
    transaction.commit().await?;
    connection.close().await?;
    let table = |(table, removed, written)| Table { table, removed, written };
    Ok(Rebuilt { leaves, tables: tables.into_iter().map(table).collect(), unplaced })
}

/// Compares all derived tables with the leaves, at one moment. Rows that are still to be made are not missed.
pub(crate) async fn compare(reads: &Pool, body_bytes_max: usize) -> Result<Compared, RebuildError> {
    // Taken out of the pool for good: its tables beside would hide the others from whoever had it next.
    let mut connection = reads.acquire().await?.detach();
    let mut transaction = dialect::snapshot_with_tables(&mut connection).await?;
    let made = reached::limits(&mut transaction, projections::generation()).await?;
    let Replayed { beside, unplaced, .. } = replay(&mut transaction, &made, body_bytes_max).await?;
    let mut differences = Vec::new();
    for derived in TABLES {
        let sides = beside::compare(&mut transaction, &beside, derived, SHOWN_MAX).await?;
        differences.extend(pairs(derived.table, derived.key.len(), &sides));
    }
    transaction.rollback().await?;
    connection.close().await?;
    Ok(Compared { differences, unplaced })
}

/// Tables beside that say what the leaves say.
struct Replayed {
    beside: Beside,
    leaves: u64,
    unplaced: Vec<u64>,
}

/// Fills the tables beside from every leaf, a page of them in memory at a time; those that came with a generation from the leaves before its limit.
async fn replay(
    connection: &mut Connection,
    limits: &[(u32, u64)],
    body_bytes_max: usize,
) -> Result<Replayed, RebuildError> {
    let beside = beside::make(connection).await?;
    let size = head::read(connection).await?.size;
    let (mut next, mut without, mut unplaced) = (0, Vec::new(), Vec::new());
    while next < size {
        let page = leaves::range(connection, next..size.min(next + leaves::PAGE.unsigned_abs())).await?;
        let Some(last) = page.last().map(|leaf| leaf.index) else {
            return Err(ReadError::Altered { what: format!("leaf {next}") }.into());
        };
        let mut decisions = Vec::new();
        for leaf in &page {
            let kind = leaf::kind_of(leaf.index, &leaf.text)?;
            if kind == Kind::LedgerArchived {
                // What it takes away has to be there.
                found_by(connection, &std::mem::take(&mut decisions), limits).await?;
                archived::again(connection, leaf, body_bytes_max).await?;
            }
            let placed =
                again(connection, Some(&beside), (kind, leaf), body_bytes_max, (Rows::All, &mut decisions)).await?;
            if !placed {
                without.push(leaf.index);
            }
        }
        found_by(connection, &decisions, limits).await?;
        next = last + 1;
    }
    for index in without {
        if unplaced.len() < UNPLACED_MAX && !archived::lacks(connection, index).await? {
            unplaced.push(index);
        }
    }
    beside::keep(connection, &beside).await?;
    Ok(Replayed { beside, leaves: size, unplaced })
}

/// What decisions are found by, each generation's of the leaves before its limit.
async fn found_by(
    connection: &mut Connection,
    decisions: &[Findable],
    limits: &[(u32, u64)],
) -> Result<(), RebuildError> {
    for (generation, limit) in limits {
        let made = decisions.partition_point(|one| one.index < *limit);
        if let Some(made) = decisions.get(..made) {
            projections::findable(connection, made, Rows::Of(&[*generation])).await?;
        }
    }
    Ok(())
}

/// The rows of one leaf, but for those that decisions are found by, written to the tables beside where there are some; whether it leads to
/// those that it should.
async fn again(
    connection: &mut Connection,
    beside: Option<&Beside>,
    (kind, leaf): (Kind, &Leaf),
    body_bytes_max: usize,
    (rows, decisions): (Rows<'_>, &mut Vec<Findable>),
) -> Result<bool, RebuildError> {
    let index = leaf.index;
    if kind == Kind::Decision {
        let mut decision: DecisionLeaf = leaf::read(index, &leaf.text)?;
        if rows == Rows::All {
            referred_to(connection, index, &mut decision).await?;
        }
        let cited = match rows.are_of("rule_findings") {
            true => cited_again(connection, beside, index, &decision, body_bytes_max).await?,
            false => Vec::new(),
        };
        let tree = match decision.circumstances.spans {
            Some(digest) if rows.are_of("traces") || rows.are_of("trace_profiles") => {
                span_index::tree_of(connection, digest).await?
            }
            _ => None,
        };
        decisions.push(Findable { index, leaf: decision, cited, tree });
        return Ok(true);
    }
    if rows.are_of("acts") {
        acts::put(connection, index, kind, &leaf::read(index, &leaf.text)?).await?;
    }
    if kind == Kind::LedgerArchived {
        return Ok(true);
    }
    let (Rows::All, Some(mut act)) = (rows, ActLeaf::read(kind, leaf)?) else { return Ok(true) };
    texts::reveal(connection, act.privates()).await?;
    if let Some(list) = act.list() {
        return Ok(removals::note(connection, index, list).await?);
    }
    let scope = match (beside, act.document()) {
        (Some(beside), Some(document)) => statements::scope_in_main(connection, beside, index, document).await?,
        _ => None,
    };
    let Some((act, at)) = act.said(scope.as_deref()) else { return Ok(false) };
    match projections::act(connection, index, &act, at).await {
        // What it fulfils was left by a waiver, and its row is gone.
        Err(RecordError::Fulfilled) if matches!(act, Act::Fulfilled(_)) => Ok(false),
        done => Ok(done.map(|()| true)?),
    }
}

/// The rows of a decision's leaf that other records refer to.
async fn referred_to(connection: &mut Connection, index: u64, decision: &mut DecisionLeaf) -> Result<(), RebuildError> {
    let salted: Vec<Private> = decision.privates().iter().map(|private| (**private).clone()).collect();
    texts::reveal(connection, decision.privates()).await?;
    let left = Left::of(&decision.judgement);
    decision.privates().into_iter().zip(salted).for_each(|(private, salted)| *private = salted);
    projections::decisions(connection, &[(index, decision)]).await?;
    Ok(projections::left(connection, decision.circumstances.decision.as_str(), &left).await?)
}

/// The rules that a decision's findings cite, as the bodies of its stages say; of one that was deleted, as the rows say that there are, where
/// these are made beside them.
async fn cited_again(
    connection: &mut Connection,
    beside: Option<&Beside>,
    index: u64,
    leaf: &DecisionLeaf,
    body_bytes_max: usize,
) -> Result<Vec<Cited>, RebuildError> {
    let parts = &leaf.judgement.decision.stages;
    let digests: Vec<_> = parts.iter().map(|part| part.body).collect();
    let mut bodies = BTreeMap::new();
    for row in blobs::get(connection, &digests).await? {
        let (digest, bytes) = row.unpack(body_bytes_max)?;
        let unreadable = |cause: serde_json::Error| {
            let what = format!("{} `{digest}`", BodyKind::Stage.word());
            ReadError::Unreadable { what, cause: cause.into() }
        };
        let In::<StageResult>(stage) = serde_json::from_slice(&bytes).map_err(unreadable)?;
        bodies.insert(digest, stage);
    }
    let mut cited = Vec::new();
    for part in parts {
        cited.extend(match (bodies.get(&part.body), beside) {
            (Some(stage), _) => cited::of(stage),
            (None, None) => Vec::new(),
            (None, Some(beside)) => rules::in_main(connection, beside, index, part.stage.as_str()).await?,
        });
    }
    Ok(cited)
}
