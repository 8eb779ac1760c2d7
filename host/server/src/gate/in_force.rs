//! What is in force: swapped whole, taken once by each request.

use crate::gate::ruling::Bench;
use std::sync::{Arc, PoisonError, RwLock};
use tidegate_core::time::Timestamp;

/// Where the bundle in force was read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// The configured files.
    Files,
    /// The ledger: the files had mistakes when the gate started.
    LastGood,
    /// A bundle that people signed.
    Bundle,
}

impl Origin {
    /// In the status and in metrics.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Files => "files",
            Self::LastGood => "last-good",
            Self::Bundle => "bundle",
        }
    }
}

/// The policies in force with everything that decides by them.
#[derive(Debug)]
pub struct InForce {
    /// Decides.
    pub bench: Bench,
    /// When the bundle was activated.
    pub since: Timestamp,
    /// Where it was read from.
    pub origin: Origin,
}

/// The one place that says what is in force.
#[derive(Debug)]
pub(super) struct Swap(RwLock<Arc<InForce>>);

impl Swap {
    pub(super) fn new(first: InForce) -> Self {
        Self(RwLock::new(Arc::new(first)))
    }

    /// What is in force now. Whoever holds it decides by it to the end, whatever is swapped meanwhile.
    pub(super) fn get(&self) -> Arc<InForce> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn set(&self, next: InForce) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(next);
    }
}
