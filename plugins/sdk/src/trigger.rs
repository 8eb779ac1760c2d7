//! Conditions over samples or alerts, as last judged: what `rollback` plugins say, and what raises an incident.

use crate::deployment::Timestamp;

/// How far a condition has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TriggerState {
    /// Not violated.
    Ok,
    /// Violated, but not for long or often enough.
    Pending,
    /// Violated for long or often enough.
    Firing,
    /// The samples allow no conclusion. Never counts as `Ok`.
    Inconclusive,
}

/// A condition, as last judged.
#[derive(Debug, Clone, PartialEq)]
pub struct Trigger {
    /// Its name in the settings.
    pub name: String,
    /// How far it has come.
    pub state: TriggerState,
    /// Since when it is in that state.
    pub since: Option<Timestamp>,
    /// The last value seen.
    pub observed: Option<f64>,
    /// The value it is compared with.
    pub threshold: Option<f64>,
    /// Samples looked at.
    pub samples: u32,
    /// In one sentence.
    pub message: String,
}
