//! What a `rollback` plugin is asked after a deployment and what it answers, in core's words.

mod belief;

pub use self::belief::believed;

use crate::{
    deployment::{Deployment, Label},
    finding::Severity,
    time::Timestamp,
};
use std::{sync::Arc, time::Duration};

/// How far a condition has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TriggerState {
    /// Not violated.
    Ok,
    /// Violated, but not for long or often enough.
    Pending,
    /// Violated for long or often enough.
    Firing,
    /// The samples allow no conclusion. Never counts as [`Self::Ok`].
    Inconclusive,
}

impl TriggerState {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Ok, Self::Pending, Self::Firing, Self::Inconclusive];

    /// The word used in JSON, SQL and text.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Pending => "pending",
            Self::Firing => "firing",
            Self::Inconclusive => "inconclusive",
        }
    }
}

/// A condition over samples or alerts, as last judged.
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

/// One look at a signal.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sample {
    /// When it was due.
    pub at: Timestamp,
    /// What was seen; `None` is a sample that was due and did not come.
    pub value: Option<f64>,
}

/// One signal over time.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// Its name in the settings.
    pub signal: Arc<str>,
    /// E.g. `ms`; may be empty.
    pub unit: Arc<str>,
    /// What the metrics server attached.
    pub labels: Vec<Label>,
    /// In order of time.
    pub samples: Vec<Sample>,
    /// The gap that was to be kept between samples.
    pub step: Duration,
    /// Why the series may be partial: a warning of the metrics server, a failed query.
    pub defect: Option<Arc<str>>,
}

/// An alert of the alerting system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alert {
    /// Its name.
    pub name: Arc<str>,
    /// In the alerting system's words.
    pub severity: Arc<str>,
    /// E.g. `security`.
    pub category: Arc<str>,
    /// Whether it is active at the moment of observation.
    pub firing: bool,
    /// Since when.
    pub since: Timestamp,
    /// What the alerting system attached.
    pub labels: Vec<Label>,
}

/// One question: the whole window up to now.
#[derive(Debug, Clone)]
pub struct Observation {
    /// What was deployed.
    pub deployment: Arc<Deployment>,
    /// When.
    pub deployed_at: Timestamp,
    /// The moment of this look.
    pub observed_at: Timestamp,
    /// JSON.
    pub settings: Arc<str>,
    /// Every signal that the settings name.
    pub series: Vec<Series>,
    /// Alerts that concern the deployment.
    pub alerts: Vec<Alert>,
    /// The triggers as the plugin last judged them.
    pub previous: Vec<Trigger>,
}

/// What to do with the deployment. The worst comes last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Advice {
    /// Nothing stands against it.
    Proceed,
    /// Wait and look again.
    Hold,
    /// Undo it.
    RollBack,
}

impl Advice {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Proceed, Self::Hold, Self::RollBack];

    /// The word used in JSON, SQL and text.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Proceed => "proceed",
            Self::Hold => "hold",
            Self::RollBack => "roll_back",
        }
    }
}

/// A plugin's answer as it came over the boundary: lengths are within the limits, the rest is not yet believed ([`believed`]).
#[derive(Debug, Clone, PartialEq)]
pub struct RollbackReport {
    /// What to do.
    pub advice: Advice,
    /// How bad it looks.
    pub severity: Severity,
    /// Every trigger as judged now; handed back as [`Observation::previous`] the next time.
    pub triggers: Vec<Trigger>,
    /// In one sentence.
    pub summary: String,
}
