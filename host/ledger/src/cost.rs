//! What the record weighs, by kind, and what it will.

use crate::{
    config::LedgerConfig,
    error::ReadError,
    place::Place,
    store::{dialect, open, sizes},
};
use std::time::Duration;
use tidegate_core::time::Timestamp;

/// Days that are looked back, at most.
pub const DAYS_MAX: u64 = 30;
/// Days of a year.
const YEAR_DAYS: u64 = 365;

/// What things of one kind weigh.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Size {
    /// The kind, in the words of leaves and bodies.
    pub kind: String,
    /// How many.
    pub count: u64,
    /// Bytes as they are stored.
    pub bytes: u64,
    /// Bytes before compression.
    pub plain_bytes: u64,
}

/// What was added of late.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recent {
    /// Whole days that were looked at: since the first decision, at least one and at most [`DAYS_MAX`].
    pub days: u64,
    /// Decisions.
    pub decisions: u64,
    /// Bytes of their leaves and of bodies.
    pub bytes: u64,
}

/// What the record weighs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cost {
    /// By kind.
    pub leaves: Vec<Size>,
    /// By kind.
    pub bodies: Vec<Size>,
    /// The whole database.
    pub database_bytes: u64,
    /// Decisions.
    pub decisions: u64,
    /// What was added of late.
    pub recent: Recent,
}

/// Weighs a record, as it is at one moment. It is only read, so a gate may serve meanwhile.
pub async fn of(place: impl Into<Place>, config: &LedgerConfig, now: Timestamp) -> Result<Cost, ReadError> {
    let reads = open::reading(&place.into(), config)?;
    let mut connection = reads.acquire().await?;
    let mut view = dialect::snapshot(&mut connection).await?;
    let since = Timestamp::from_nanos(now.nanos().saturating_sub(nanos(days(DAYS_MAX))));
    let first = sizes::first_decision(&mut view).await?;
    let age = first.map_or(Duration::ZERO, |first| now.since(first)).as_secs().div_ceil(days(1).as_secs());
    let (decisions, bytes) = sizes::since(&mut view, since).await?;
    let cost = Cost {
        leaves: sizes::leaves(&mut view).await?,
        bodies: sizes::bodies(&mut view).await?,
        database_bytes: dialect::size(&mut view).await?,
        decisions: sizes::decisions(&mut view).await?,
        recent: Recent { days: age.clamp(1, DAYS_MAX), decisions, bytes },
    };
    view.rollback().await?;
    drop(connection);
    reads.close().await;
    Ok(cost)
}

impl Cost {
    /// Bytes of leaves and bodies.
    #[must_use]
    pub fn content_bytes(&self) -> u64 {
        self.leaves.iter().chain(&self.bodies).map(|size| size.bytes).sum()
    }

    /// What the database holds besides: the tree, what is looked up, indexes, and free pages.
    #[must_use]
    pub fn other_bytes(&self) -> u64 {
        self.database_bytes.saturating_sub(self.content_bytes())
    }

    /// Of the whole database, for each decision; none before the first one.
    #[must_use]
    pub fn decision_bytes(&self) -> Option<u64> {
        self.database_bytes.checked_div(self.decisions)
    }

    /// Bytes a day, as of late. What the database holds besides grows as leaves and bodies do.
    #[must_use]
    pub fn day_bytes(&self) -> u64 {
        let of_content = u128::from(self.recent.bytes) * u128::from(self.database_bytes);
        let all = of_content.checked_div(u128::from(self.content_bytes())).unwrap_or_default();
        u64::try_from(all / u128::from(self.recent.days.max(1))).unwrap_or(u64::MAX)
    }

    /// Bytes of the database in a year, when nothing is deleted and it grows as of late.
    #[must_use]
    pub fn year_bytes(&self) -> u64 {
        self.database_bytes.saturating_add(self.day_bytes().saturating_mul(YEAR_DAYS))
    }
}

fn days(days: u64) -> Duration {
    Duration::from_hours(24 * days)
}

fn nanos(span: Duration) -> u64 {
    u64::try_from(span.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::{Cost, Recent, Size};

    fn size(bytes: u64) -> Size {
        Size { kind: "stage".to_owned(), count: 1, bytes, plain_bytes: bytes }
    }

    #[test]
    fn what_lies_beside_leaves_and_bodies_grows_with_them() {
        let cost = Cost {
            leaves: vec![size(300)],
            bodies: vec![size(700)],
            database_bytes: 2_000,
            decisions: 10,
            recent: Recent { days: 5, decisions: 2, bytes: 100 },
        };
        assert_eq!((cost.content_bytes(), cost.other_bytes(), cost.decision_bytes()), (1_000, 1_000, Some(200)));
        assert_eq!((cost.day_bytes(), cost.year_bytes()), (40, 2_000 + 365 * 40));
    }

    #[test]
    fn an_empty_record_costs_nothing_a_day() {
        let recent = Recent { days: 1, decisions: 0, bytes: 0 };
        let cost = Cost { leaves: Vec::new(), bodies: Vec::new(), database_bytes: 4_096, decisions: 0, recent };
        assert_eq!((cost.decision_bytes(), cost.day_bytes(), cost.year_bytes()), (None, 0, 4_096));
    }
}
