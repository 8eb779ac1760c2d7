//! A record of made-up decisions, the same for the same plan: to see what a ledger weighs and how fast it answers when it has grown.
//!
//! The decisions go the way of all others (leaf, bodies, tables, tree), many in one commit. Nothing of them is signed: the gate that opens the
//! ledger signs what it finds.

mod decision;
mod tree;

use crate::{
    config::LedgerConfig,
    error::{LedgerError, RecordError},
    place::Place,
    rebuild::later,
    record::DecisionRecord,
    store::{
        dialect, head, intact,
        lock::WriterLock,
        open::{self, Writing},
    },
    writer::{batch, prepare},
};
use sqlx::Connection as _;
use std::time::Duration;
use tidegate_core::time::Timestamp;

/// Decisions of one commit.
const BATCH: u64 = 256;

/// Which decisions.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    /// How many.
    pub decisions: u64,
    /// Other decisions for another number.
    pub seed: u64,
    /// When the first one was asked for.
    pub first: Timestamp,
    /// How long after each the next one was.
    pub every: Duration,
}

/// Why there is no such ledger. What is there of it is a whole ledger of fewer decisions.
#[derive(Debug, thiserror::Error)]
pub enum GenerateError {
    /// It cannot be opened.
    #[error(transparent)]
    Open(#[from] LedgerError),
    /// There is something in it.
    #[error("the ledger has {leaves} leaves already: made-up decisions are no part of a record")]
    NotEmpty {
        /// How many.
        leaves: u64,
    },
    /// A decision was not recorded.
    #[error(transparent)]
    Write(#[from] RecordError),
}

impl From<sqlx::Error> for GenerateError {
    fn from(error: sqlx::Error) -> Self {
        Self::Write(error.into())
    }
}

impl Plan {
    /// The n-th decision, from 0.
    #[must_use]
    pub fn record(&self, number: u64) -> DecisionRecord {
        decision::record(self, number)
    }
}

/// Fills a new ledger with them.
pub async fn fill(place: impl Into<Place>, config: &LedgerConfig, plan: &Plan) -> Result<(), GenerateError> {
    let place = place.into();
    let _lock = WriterLock::of(&place)?;
    let mut connection = Writing::new(&place, config).create().await?;
    intact::compare(&mut connection).await?;
    let leaves = head::read(&mut connection).await?.size;
    if leaves > 0 {
        return Err(GenerateError::NotEmpty { leaves });
    }
    open::undo_in_memory(&mut connection).await?;
    let (mut next, mut head) = (0, None);
    while next < plan.decisions {
        let numbers = next..plan.decisions.min(next + BATCH);
        next = numbers.end;
        let works = numbers.map(|number| prepare::decision(plan.record(number), config.quota, config.body_bytes_max));
        let committed =
            batch::run(&mut connection, works.collect::<Result<_, _>>()?, None, head, config.body_bytes_max).await?;
        head = Some(committed.head);
        committed.results.into_iter().collect::<Result<Vec<_>, _>>()?;
    }
    later::open(&mut connection, config.body_bytes_max).await?;
    dialect::together(&mut connection).await?;
    Ok(connection.close().await?)
}

/// Numbers that look like chance and follow from a seed: splitmix64.
#[derive(Debug)]
struct Chance(u64);

impl Chance {
    fn of(plan: &Plan, number: u64) -> Self {
        Self(plan.seed.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(number.wrapping_mul(0xbf58_476d_1ce4_e5b9)))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    /// Below this, which is not 0.
    fn below(&mut self, end: u64) -> u64 {
        self.next() % end.max(1)
    }

    /// In so many of a hundred cases.
    fn percent(&mut self, share: u64) -> bool {
        self.below(100) < share
    }
}
