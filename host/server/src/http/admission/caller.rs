//! One caller at the gate.

use super::HERE;
use crate::identity::principal::Principal;
use std::{collections::VecDeque, sync::Arc, time::Instant};
use tokio::sync::oneshot;

/// A name within its scope.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key(Arc<str>, Arc<str>);

impl Key {
    pub(super) fn of(principal: &Principal) -> Self {
        Self(principal.scope.clone(), principal.name.clone())
    }
}

/// What one caller has here.
#[derive(Debug)]
pub(super) struct Caller {
    /// Requests that wait, arrive or are worked on.
    pub(super) present: usize,
    pub(super) in_flight: usize,
    /// Those whose turn has to come, in their order.
    pub(super) waiting: VecDeque<oneshot::Sender<()>>,
    seen: Instant,
    /// When the second began in which these requests were counted.
    second: Instant,
    counted: u32,
}

impl Caller {
    pub(super) fn new(now: Instant) -> Self {
        Self { present: 0, in_flight: 0, waiting: VecDeque::new(), seen: now, second: now, counted: 0 }
    }

    pub(super) fn see(&mut self, now: Instant) {
        self.seen = now;
    }

    /// Whether it has to be reckoned with.
    pub(super) fn is_here(&self, now: Instant) -> bool {
        self.present > 0 || now.saturating_duration_since(self.seen) < HERE
    }

    /// Counts one more; with too many in one second, how many these are.
    pub(super) fn take(&mut self, allowed: u32, now: Instant) -> Result<(), u32> {
        if now.saturating_duration_since(self.second).as_secs() > 0 {
            (self.second, self.counted) = (now, 0);
        }
        self.counted = self.counted.saturating_add(1);
        if self.counted > allowed { Err(self.counted) } else { Ok(()) }
    }
}
