//! What a policy set may ask of this plugin, as it is written.

use serde::Deserialize;

/// The settings' JSON Schema.
pub const SCHEMA: &str = include_str!("../settings.schema.json");

/// Which metrics are compared, and how surely. [`crate::plan::Plan`] is made of it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Over how long; without it `30m`.
    pub window: Option<String>,
    /// How sure the interval is: 90, 95 (so it is without), 98 or 99 percent.
    pub confidence_percent: Option<u32>,
    /// So many samples of each side are needed; without it 50.
    pub min_samples: Option<u32>,
    /// So many of a hundred samples may be missing; without it 10.
    pub max_missing_percent: Option<u32>,
    /// More than so many metrics that are not critical undo the deployment; without it, none do.
    pub not_critical: Option<CountSettings>,
    /// What is compared.
    pub metrics: Vec<MetricSettings>,
}

/// One metric of both.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MetricSettings {
    /// Unique.
    pub name: String,
    /// The signal that is the canary's.
    pub canary: String,
    /// The signal that is the baseline's.
    pub baseline: String,
    /// Of the signals' values, e.g. `ms`.
    pub unit: Option<String>,
    /// `higher`, `lower` or `either`.
    pub worse: String,
    /// So large a shift is allowed, in the signals' unit.
    pub shift: Option<BoundSettings>,
    /// So large a shift is allowed, of a hundred of the baseline's median.
    pub shift_percent: Option<BoundSettings>,
    /// Above one half: in so large a share of pairs the canary's sample may be the worse one.
    pub effect: Option<BoundSettings>,
    /// Whether this metric by itself undoes the deployment.
    #[serde(default)]
    pub critical: bool,
}

/// More than so many.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CountSettings {
    /// So many are tolerated.
    pub gt: u32,
}

/// More than this.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BoundSettings {
    /// Exactly so much is allowed.
    pub gt: f64,
}
