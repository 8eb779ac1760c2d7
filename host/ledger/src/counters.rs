//! What the writer did, for metrics.

use std::sync::atomic::{AtomicU64, Ordering};

/// What the writer did since it was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    /// Commits that held at least one job.
    pub commits: u64,
    /// Leaves appended.
    pub leaves: u64,
    /// Jobs of the largest commit.
    pub largest_batch: u64,
    /// Checkpoints that could not be written to the file outside of the database; the next one is tried again.
    pub checkpoints_unpublished: u64,
    /// Jobs that are waiting for the writer now.
    pub waiting: u64,
}

#[derive(Debug, Default)]
pub(crate) struct Counters {
    commits: AtomicU64,
    leaves: AtomicU64,
    largest_batch: AtomicU64,
    unpublished: AtomicU64,
}

impl Counters {
    pub(crate) fn committed(&self, jobs: usize, leaves: u64) {
        self.commits.fetch_add(1, Ordering::Relaxed);
        self.leaves.fetch_add(leaves, Ordering::Relaxed);
        self.largest_batch.fetch_max(u64::try_from(jobs).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    pub(crate) fn unpublished(&self) {
        self.unpublished.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn counts(&self, waiting: usize) -> Counts {
        Counts {
            commits: self.commits.load(Ordering::Relaxed),
            leaves: self.leaves.load(Ordering::Relaxed),
            largest_batch: self.largest_batch.load(Ordering::Relaxed),
            checkpoints_unpublished: self.unpublished.load(Ordering::Relaxed),
            waiting: u64::try_from(waiting).unwrap_or(u64::MAX),
        }
    }
}
