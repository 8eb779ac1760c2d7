//! Incidents in JSON: what is asked for, and how they stand.

use super::notice::NoticeBody;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Somebody opens an incident.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IncidentRequestBody {
    /// The decision by which the deployment went that it followed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision: Option<String>,
    /// Instead: where it happened. It followed the deployment that began there last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub environment: Option<String>,
    /// One of the services alone is affected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
    /// What it is, in one sentence.
    pub title: String,
    /// When it was noticed; RFC 3339. Without it now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detected_at: Option<String>,
    /// What is known of it, in the words of the contract.
    #[serde(default)]
    pub known: KnownBody,
    /// What users have of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub impact: Option<String>,
    /// How it stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// When it is expected to be resolved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolution_expected: Option<String>,
    /// What was done so far, one thing a line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actions: Option<String>,
    /// Where others work on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket: Option<String>,
}

/// What is known of an incident. What is left out is not known, which is never good.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KnownBody {
    /// 0 to 100.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub users_affected_percent: Option<f64>,
    /// `operational`, `degraded`, `partial_outage` or `outage`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
    /// `intact`, `at_risk`, `lost` or `corrupted`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<String>,
    /// `none`, `suspected` or `breach`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub security: Option<String>,
    /// `none`, `minor` or `major`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub features: Option<String>,
    /// `none`, `moderate` or `significant`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub performance: Option<String>,
    /// Whether the deployment has to be undone.
    #[serde(default)]
    pub rollback_required: bool,
}

/// Somebody acknowledges an incident, says how it stands, or resolves it. What is left out stays as it was said last.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IncidentWordBody {
    /// How it stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// What users have of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub impact: Option<String>,
    /// When it is expected to be resolved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolution_expected: Option<String>,
    /// What was done so far, one thing a line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actions: Option<String>,
    /// Where others work on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket: Option<String>,
    /// Why it happened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub root_cause: Option<String>,
    /// What keeps it from happening again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prevention: Option<String>,
    /// When it is looked back on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub post_mortem_at: Option<String>,
    /// Tasks that are done, by their numbers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub done: Vec<u32>,
    /// How long users had of it, where that is shorter than from its detection to its end, e.g. `45m`; of what is resolved alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub downtime: Option<String>,
}

/// An incident as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IncidentBody {
    /// Its name.
    pub id: String,
    /// `open`, `acknowledged` or `resolved`.
    pub state: String,
    /// `P0` to `P3`.
    pub priority: String,
    /// The rule that set it.
    pub rule: String,
    /// Why, where one incident is asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<String>,
    /// What it is.
    pub title: String,
    /// The decision by which the deployment went that it followed.
    pub decision: String,
    /// Where.
    pub environment: String,
    /// What is affected.
    pub services: Vec<String>,
    /// The watch that opened it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub watch: Option<String>,
    /// The rollbacks that the same watch wished, where one incident is asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rollbacks: Vec<String>,
    /// Who opened it; authenticated. Left out: a watch did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opened_by: Option<String>,
    /// When; RFC 3339.
    pub opened_at: String,
    /// When it was noticed; RFC 3339.
    pub detected_at: String,
    /// How many levels were told, and how many there are.
    pub level: LevelBody,
    /// Until when somebody has to acknowledge it; RFC 3339. Left out: nobody has to any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acknowledge_by: Option<String>,
    /// Until when the next word is due; RFC 3339. Left out: none is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub update_by: Option<String>,
    /// What is over its time: `acknowledge`, `update` or `tasks`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub overdue: Vec<String>,
    /// When it was acknowledged; RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acknowledged_at: Option<String>,
    /// Who did; authenticated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acknowledged_by: Option<String>,
    /// When it was resolved; RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolved_at: Option<String>,
    /// Who did; authenticated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolved_by: Option<String>,
    /// How long users had of it, in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub downtime_seconds: Option<u64>,
    /// What was said of it last, by what it says; where one incident is asked for.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub said: BTreeMap<String, String>,
    /// What is to be done, where one incident is asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tasks: Vec<TaskBody>,
    /// Everything that was recorded of it, in its order; where one incident is asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub timeline: Vec<EntryBody>,
    /// Who was told, where one incident is asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notices: Vec<NoticeBody>,
    /// Of the body that says what was asked of the plugin, and whom the incident is handed on to.
    pub plan: String,
    /// Where its first leaf lies in the ledger.
    pub leaf_index: u64,
}

/// How far an incident was handed on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LevelBody {
    /// Levels that were told.
    pub told: u32,
    /// Levels that there are.
    pub of: u32,
    /// Who was told last, where one incident is asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<String>,
}

/// Something that is to be done about an incident.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskBody {
    /// By which `done` names it.
    pub number: u32,
    /// In which of the phases, from 1: tasks of one phase are due at the same moment.
    pub phase: u32,
    /// What.
    pub title: String,
    /// Until when; RFC 3339.
    pub due_at: String,
    /// When somebody said that it is done; RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub done_at: Option<String>,
    /// Who did; authenticated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub done_by: Option<String>,
}

/// One leaf of an incident.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntryBody {
    /// `opened`, `acknowledged`, `updated`, `escalated` or `resolved`.
    pub happening: String,
    /// When; RFC 3339.
    pub at: String,
    /// Who; authenticated. Left out: the gate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// Who is told from then on, of one that was handed on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<String>,
    /// What was said, by what it says.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub said: BTreeMap<String, String>,
    /// Tasks that are done.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub done: Vec<u32>,
    /// Where it lies in the ledger.
    pub leaf_index: u64,
}

/// A page of them, the newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IncidentsBody {
    /// Those that one may read, of a page.
    pub incidents: Vec<IncidentBody>,
    /// What `before` asks for the next page with; left out: there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<u64>,
}
