//! Alerts in JSON: what an Alertmanager hands in (its webhook, version 4), and what became of it.

use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, sync::Arc};

/// A message of an Alertmanager. It has further fields, which say nothing of what happened.
#[derive(Debug, Clone, Deserialize)]
pub struct AlertsBody {
    /// Of the form: `4`.
    pub version: String,
    /// What tells groups of alerts apart.
    #[serde(rename = "groupKey")]
    pub group_key: String,
    /// Alerts of the group that are not in this message.
    #[serde(rename = "truncatedAlerts", default)]
    pub truncated: u64,
    /// What the group's alerts have in common, by which they were grouped.
    #[serde(rename = "groupLabels", default)]
    pub group_labels: BTreeMap<Arc<str>, Arc<str>>,
    /// The alerts.
    pub alerts: Vec<HandedAlertBody>,
}

/// One alert of it.
#[derive(Debug, Clone, Deserialize)]
pub struct HandedAlertBody {
    /// `firing` or `resolved`.
    pub status: String,
    /// What it is.
    pub labels: BTreeMap<Arc<str>, Arc<str>>,
    /// When it began; RFC 3339.
    #[serde(rename = "startsAt")]
    pub starts_at: String,
    /// When it ended; in the year 1: it did not.
    #[serde(rename = "endsAt", default)]
    pub ends_at: String,
    /// What the Alertmanager calls it.
    pub fingerprint: Arc<str>,
}

/// What became of a message.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertsAnswerBody {
    /// News of alerts about watches, each of which was recorded.
    pub taken: u64,
    /// What watches knew: a message that comes again.
    pub unchanged: u64,
    /// Alerts that began before a watch, or have not begun yet: they never fire.
    pub untimely: u64,
    /// Alerts that concern no watch that runs and takes any.
    pub elsewhere: u64,
    /// Alerts about what the sender's grants do not reach.
    pub refused: u64,
    /// The watches that were told.
    pub watches: Vec<String>,
}
