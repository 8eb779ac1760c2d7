//! What is recorded and cannot be found yet: when its rows are made, and who waits for them.
//!
//! A record is durable, answered for and read by its name before its rows are: nobody who deploys waits for what somebody may look for later.
//! Whoever looks for something waits for the rows of everything that was recorded before.

use super::job::{Done, Job, Work};
use crate::error::RecordError;
use std::time::Duration;
use tokio::sync::oneshot;

/// Leaves whose rows are made in one transaction, at most: records wait for it.
pub(crate) const PORTION: u64 = 64;
/// Portions that are made before a ledger is closed, at most: whoever closes it waits for them.
pub(crate) const LAST_PORTIONS: usize = 16;
/// How long nothing arrives before rows are made unasked.
const QUIET: Duration = Duration::from_millis(20);
/// Leaves without rows, at most: from then on records wait for the rows of others. Some twenty seconds' work.
const BEHIND_MAX: u64 = 16_384;

type Waiter = oneshot::Sender<Result<Done, RecordError>>;

/// What is recorded and not found yet.
#[derive(Debug, Default)]
pub(crate) struct Behind {
    /// Leaves that there are, as far as this writer knows.
    size: u64,
    /// The first of them that lacks rows.
    next: u64,
    /// Whether rows could not be made: they are tried again with the next record, or when somebody waits.
    failed: bool,
    /// Who waits until the leaves before that one have theirs.
    waiting: Vec<(u64, Waiter)>,
}

impl Behind {
    /// There are so many leaves.
    pub(crate) fn recorded(&mut self, size: u64) {
        (self.size, self.failed) = (size, false);
    }

    /// Those that only wait are done when there is nothing to wait for any more; the others are left.
    pub(crate) fn take_waiting(&mut self, jobs: Vec<Job>) -> Vec<Job> {
        let mut left = Vec::with_capacity(jobs.len());
        for job in jobs {
            match job.work {
                Work::KeepUp { until } => self.waiting.push((until, job.waiter)),
                _ => left.push(job),
            }
        }
        left
    }

    /// Whether a leaf lacks rows.
    pub(crate) fn is_behind(&self) -> bool {
        self.next < self.size && !self.failed
    }

    /// Whether rows are to be made now, whatever else there is to do.
    pub(crate) fn is_due(&self) -> bool {
        !self.waiting.is_empty() || (self.size.saturating_sub(self.next) >= BEHIND_MAX && !self.failed)
    }

    /// Comes back when rows are to be made; never when there are none to be made.
    pub(crate) async fn quiet(&self) {
        match (self.is_due(), self.is_behind()) {
            (true, _) => (),
            (false, true) => tokio::time::sleep(QUIET).await,
            (false, false) => std::future::pending().await,
        }
    }

    /// Where rows end now; none: no leaf lacks any.
    pub(crate) fn caught_up(&mut self, made: Result<Option<u64>, RecordError>) {
        let (found, error) = match made {
            Ok(Some(next)) => {
                (self.size, self.next) = (self.size.max(next), next);
                (next, None)
            }
            Ok(None) => {
                self.next = self.size;
                (u64::MAX, None)
            }
            Err(error) => {
                self.failed = true;
                (u64::MAX, Some(error))
            }
        };
        for (until, waiter) in std::mem::take(&mut self.waiting) {
            match &error {
                _ if until > found => self.waiting.push((until, waiter)),
                // Whoever does not wait any more needs no answer.
                None => drop(waiter.send(Ok(Done::Noted))),
                Some(error) => drop(waiter.send(Err(error.clone()))),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{BEHIND_MAX, Behind, Done, RecordError};
    use tokio::sync::oneshot::{self, Receiver, error::TryRecvError};

    type Answer = Receiver<Result<Done, RecordError>>;

    fn waits(behind: &mut Behind, until: u64) -> Answer {
        let (waiter, answer) = oneshot::channel();
        behind.waiting.push((until, waiter));
        answer
    }

    #[test]
    fn whoever_waits_is_answered_once_the_leaves_before_that_one_are_found() {
        let mut behind = Behind::default();
        behind.recorded(100);
        let (mut some, mut all) = (waits(&mut behind, 64), waits(&mut behind, 100));
        behind.caught_up(Ok(Some(64)));
        assert!(matches!(some.try_recv(), Ok(Ok(Done::Noted))));
        assert_eq!(all.try_recv().unwrap_err(), TryRecvError::Empty);
        assert!(behind.is_due() && behind.is_behind());
        behind.caught_up(Ok(None));
        assert!(matches!(all.try_recv(), Ok(Ok(Done::Noted))));
        assert!(!behind.is_due() && !behind.is_behind());
    }

    #[test]
    fn rows_that_cannot_be_made_are_an_error_for_whoever_waits_and_are_tried_again_with_the_next_record() {
        let mut behind = Behind::default();
        behind.recorded(BEHIND_MAX);
        let mut answer = waits(&mut behind, 1);
        behind.caught_up(Err(RecordError::Closed));
        assert!(matches!(answer.try_recv(), Ok(Err(RecordError::Closed))));
        assert!(!behind.is_due() && !behind.is_behind());
        behind.recorded(BEHIND_MAX + 1);
        assert!(behind.is_due() && behind.is_behind());
    }

    #[test]
    fn records_wait_for_the_rows_of_others_from_so_many_leaves_on() {
        for (size, next, expected) in
            [(BEHIND_MAX - 1, 0, false), (BEHIND_MAX, 0, true), (BEHIND_MAX, 1, false), (0, 0, false)]
        {
            let behind = Behind { size, next, ..Behind::default() };
            assert_eq!(behind.is_due(), expected, "{next} of {size}");
        }
    }
}
