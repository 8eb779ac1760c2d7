//! Watches in JSON: what is asked for, and how they stand.

use super::observations::SeriesBody;
use serde::{Deserialize, Serialize};

/// A deployment is to be watched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WatchRequestBody {
    /// The decision that the deployment went by.
    pub decision: String,
}

/// A watch is to end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WatchCancelBody {
    /// Why, in at least 10 characters.
    pub reason: String,
}

/// A watch as it stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WatchBody {
    /// Its name.
    pub id: String,
    /// The decision that the deployment went by.
    pub decision: String,
    /// Where.
    pub environment: String,
    /// What: every service of the deployment.
    pub services: Vec<String>,
    /// `running`, `healthy`, `rolled_back`, `inconclusive`, `cancelled` or `expired`.
    pub state: String,
    /// What began it: `by_hand`, `event` or `forced`.
    pub cause: String,
    /// Who did.
    pub started_by: String,
    /// When; RFC 3339.
    pub started_at: String,
    /// When it was deployed, as far as is known; RFC 3339.
    pub deployed_at: String,
    /// When it ends by itself where everything is clear; RFC 3339.
    pub ends_at: String,
    /// How often signals are sampled, in milliseconds.
    pub step_ms: u64,
    /// What the plugin advised when it last changed: `proceed`, `hold` or `roll_back`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub advice: Option<String>,
    /// The plugin's own sentence, where one watch is asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    /// Every trigger as it was when it last changed, where one watch is asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub triggers: Vec<TriggerBody>,
    /// Why it stands so, where no plugin says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// Who ended it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cancelled_by: Option<String>,
    /// In their words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cancel_reason: Option<String>,
    /// How often it changed.
    pub changes: u32,
    /// When it last did; RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changed_at: Option<String>,
    /// Looks that changed nothing, up to the last change.
    pub looks: u64,
    /// The last look, where one watch is asked for: the newest where it runs at the gate that is asked, or else the one by which it last changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen: Option<SeenBody>,
    /// The incident that it opened, where one watch is asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub incident: Option<String>,
    /// Of the body that says what it does.
    pub plan: String,
    /// Of the body that the plugin was asked with when it last changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<String>,
    /// Of the body that it answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<String>,
    /// Where the record of its beginning lies in the ledger.
    pub leaf_index: u64,
}

/// A trigger as it was judged.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TriggerBody {
    /// Its name.
    pub name: String,
    /// The signal that it compares; left out: alerts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signal: Option<String>,
    /// `ok`, `pending`, `firing` or `inconclusive`.
    pub state: String,
    /// Since when; RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
    /// The last value seen, as text: JSON has no word for what is no number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub observed: Option<String>,
    /// What it is compared with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub threshold: Option<String>,
    /// Samples looked at.
    pub samples: u32,
    /// In one sentence.
    pub message: String,
}

/// What a watch saw, and what its plugin said of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SeenBody {
    /// When; RFC 3339.
    pub at: String,
    /// `proceed`, `hold` or `roll_back`; left out: no answer of the plugin counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub advice: Option<String>,
    /// Why none counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// Every trigger.
    #[serde(default)]
    pub triggers: Vec<TriggerBody>,
    /// Every signal, as far back as the plugin looks.
    #[serde(default)]
    pub signals: Vec<SeriesBody>,
}

/// Watches, the newest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WatchesBody {
    /// Those that one may read, of a page.
    pub watches: Vec<WatchBody>,
    /// What `before` asks for the next page with; left out: there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<u64>,
}
