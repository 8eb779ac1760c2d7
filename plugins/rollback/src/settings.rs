//! What a policy set may ask of this plugin, as it is written.

use serde::Deserialize;

/// The settings' JSON Schema.
pub const SCHEMA: &str = include_str!("../settings.schema.json");

/// Which conditions undo a deployment. [`crate::plan::Plan`] is made of it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// How often signals are sampled, at least; without it `30s`.
    pub step: Option<String>,
    /// The conditions.
    pub triggers: Vec<TriggerSettings>,
}

/// One condition: over a signal by `consecutive`, `for` or `k_of_n`, or over alerts.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TriggerSettings {
    /// Unique.
    pub name: String,
    /// What is sampled.
    pub signal: Option<String>,
    /// Of the signal's values, e.g. `ms`.
    pub unit: Option<String>,
    /// A sample above this violates the condition.
    pub gt: Option<f64>,
    /// A sample below this violates the condition.
    pub lt: Option<f64>,
    /// `value` (so it is without), `increase` or `rate`.
    pub reads: Option<String>,
    /// Fires when more than so many samples in a row violate it.
    pub consecutive: Option<CountSettings>,
    /// Fires when it is violated for longer than this without a break.
    #[serde(rename = "for")]
    pub lasting: Option<SpanSettings>,
    /// Fires when more than so many of the last samples violate it.
    pub k_of_n: Option<ShareSettings>,
    /// Fires at once with an active alert like this.
    pub alert: Option<AlertSettings>,
    /// `hold` (so it is without), `fail` or `reset`.
    pub missing: Option<String>,
    /// The longest stretch without a sample; without it twice the step.
    pub max_gap: Option<String>,
    /// For longer than this nothing may violate it before it stops firing; without it, it does as soon as it is not violated.
    pub clear_after: Option<String>,
    /// `roll_back` (so it is without), `hold` or `warn`.
    pub then: Option<String>,
    /// How bad it is when it fires.
    pub severity: Option<String>,
}

/// More than so many.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CountSettings {
    /// So many do not fire yet.
    pub gt: u32,
}

/// Longer than this.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SpanSettings {
    /// Exactly so long does not fire yet, e.g. `5m`.
    pub gt: String,
}

/// More than so many of so many.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShareSettings {
    /// So many do not fire yet.
    pub gt: u32,
    /// Of this many, the last ones.
    pub of: u32,
}

/// An alert: whatever is named has to be equal.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AlertSettings {
    /// Its name.
    pub name: Option<String>,
    /// In the alerting system's words.
    pub severity: Option<String>,
    /// E.g. `security`.
    pub category: Option<String>,
}
