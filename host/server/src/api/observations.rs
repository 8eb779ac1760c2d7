//! Observations in JSON: what was seen of a deployment, and what the plugin of its policy set says of it.

use super::watches::TriggerBody;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What was seen, by whoever looked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ObservationBody {
    /// The decision that the deployment went by.
    pub decision: String,
    /// When it was deployed; RFC 3339.
    pub deployed_at: String,
    /// The moment of this look; RFC 3339.
    pub observed_at: String,
    /// Signals over time.
    #[serde(default)]
    pub series: Vec<SeriesBody>,
    /// The alerts that there are; left out: nobody asked for any, so what fires by one is inconclusive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alerts: Option<Vec<AlertBody>>,
    /// The triggers that the look before this one was answered with.
    #[serde(default)]
    pub previous: Vec<TriggerBody>,
}

/// One signal over time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeriesBody {
    /// What triggers call it.
    pub signal: String,
    /// Of its values, e.g. `ms`.
    #[serde(default)]
    pub unit: String,
    /// The time between two samples, in milliseconds.
    pub step_ms: u64,
    /// In order of time.
    pub samples: Vec<SampleBody>,
    /// Why the series may be partial.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub defect: Option<String>,
}

/// One look at a signal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SampleBody {
    /// When it was due; RFC 3339.
    pub at: String,
    /// What was seen; left out or null: it did not come.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<f64>,
}

/// An alert.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AlertBody {
    /// Its name.
    pub name: String,
    /// In the alerting system's words.
    #[serde(default)]
    pub severity: String,
    /// E.g. `security`.
    #[serde(default)]
    pub category: String,
    /// Whether it is active at the moment of the look.
    pub firing: bool,
    /// Since when; RFC 3339.
    pub since: String,
    /// What the alerting system attached.
    #[serde(default)]
    pub labels: BTreeMap<String, String>,
}

/// What to do with the deployment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AdviceBody {
    /// `proceed`, `hold` or `roll_back`.
    pub advice: String,
    /// How bad it looks: `info`, `low`, `medium`, `high` or `critical`.
    pub severity: String,
    /// The plugin's own sentence.
    pub summary: String,
    /// Every trigger as it was judged: `previous` of the next look.
    pub triggers: Vec<TriggerBody>,
    /// The set whose triggers they are.
    pub policy_set: String,
    /// The digest of the bundle that was in force.
    pub bundle: String,
    /// The digest of the plugin.
    pub component: String,
    /// How far back the plugin looks, in milliseconds.
    pub lookback_ms: u64,
}
