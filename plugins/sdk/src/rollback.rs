//! A judgement after the deployment: the trait to implement.

use crate::{
    deployment::{Deployment, Label, Timestamp},
    describe::{Description, Problem},
    finding::Severity,
    gate::Failure,
    trigger::Trigger,
};
use serde::de::DeserializeOwned;

/// A plugin that judges what signals say of a deployment. [`crate::export_rollback`] makes a component of it.
pub trait Rollback {
    /// What a policy set may pass; unknown keys should be refused (`#[serde(deny_unknown_fields)]`).
    type Settings: DeserializeOwned;

    /// What the plugin says of itself; called when it is loaded.
    fn describe() -> Description;

    /// Everything that is wrong with settings that could be read. Nothing else is asked unless there is nothing.
    fn problems(_settings: &Self::Settings) -> Vec<Problem> {
        Vec::new()
    }

    /// How far back the window has to reach, in nanoseconds.
    fn lookback(settings: &Self::Settings) -> Result<u64, Failure>;

    /// The judgement: a pure function of the observation.
    fn evaluate(observation: &Observation<Self::Settings>) -> Result<Report, Failure>;
}

/// One look at a signal.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sample {
    /// When it was due.
    pub at: Timestamp,
    /// What was seen; none: it was due and did not come.
    pub value: Option<f64>,
}

/// One signal over time.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// Its name in the settings.
    pub signal: String,
    /// E.g. `ms`; may be empty.
    pub unit: String,
    /// What the metrics server attached.
    pub labels: Vec<Label>,
    /// In order of time, as far as the host can tell.
    pub samples: Vec<Sample>,
    /// The gap the host was asked to keep between samples, nanoseconds.
    pub step: u64,
    /// Why the series may be partial.
    pub defect: Option<String>,
}

/// An alert of the alerting system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alert {
    /// Its name.
    pub name: String,
    /// In the alerting system's words.
    pub severity: String,
    /// E.g. `security`.
    pub category: String,
    /// Whether it is active at the moment of observation.
    pub firing: bool,
    /// Since when.
    pub since: Timestamp,
    /// What the alerting system attached.
    pub labels: Vec<Label>,
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

/// A plugin's answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// What to do.
    pub advice: Advice,
    /// How bad it looks.
    pub severity: Severity,
    /// Every trigger as judged now; handed back as `previous` the next time.
    pub triggers: Vec<Trigger>,
    /// In one sentence.
    pub summary: String,
}

/// One question: the whole window up to now.
#[derive(Debug, Clone)]
pub struct Observation<Settings> {
    /// What was deployed.
    pub deployment: Deployment,
    /// When.
    pub deployed_at: Timestamp,
    /// The moment of this look: the only "now" there is.
    pub observed_at: Timestamp,
    /// The settings.
    pub settings: Settings,
    /// Every signal that the settings name.
    pub series: Vec<Series>,
    /// Alerts that concern the deployment.
    pub alerts: Vec<Alert>,
    /// The triggers as this plugin last judged them.
    pub previous: Vec<Trigger>,
}
