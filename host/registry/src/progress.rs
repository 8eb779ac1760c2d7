//! How far a transfer is.

use std::{fmt, sync::Arc, time::Duration};

/// What is under way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Progress<'a> {
    /// So many bytes of a component have arrived.
    Pulled {
        /// So far.
        done: u64,
        /// In all.
        total: u64,
    },
    /// So many bytes of a component were sent.
    Pushed {
        /// So far.
        done: u64,
        /// In all.
        total: u64,
    },
    /// Something failed that may pass, and is tried again after a while.
    Again {
        /// What failed.
        why: &'a str,
        /// After how long.
        wait: Duration,
    },
}

/// Told how far a transfer is.
#[derive(Clone)]
pub struct Told(Arc<dyn Fn(&Progress<'_>) + Send + Sync>);

impl Told {
    /// By this.
    pub fn by(tell: impl Fn(&Progress<'_>) + Send + Sync + 'static) -> Self {
        Self(Arc::new(tell))
    }

    pub(crate) fn tell(&self, progress: &Progress<'_>) {
        (self.0)(progress);
    }
}

/// Nobody.
impl Default for Told {
    fn default() -> Self {
        Self::by(|_| {})
    }
}

impl fmt::Debug for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Told")
    }
}
