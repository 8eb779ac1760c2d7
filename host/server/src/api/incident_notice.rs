//! What is sent to whoever answers for incidents. Its form is `policies/schema/incident.schema.json`.

use serde::{Deserialize, Serialize};
use tidegate_core::time::Timestamp;
use tidegate_ledger::notice::NoticeKind;

/// The form of what is sent.
const FORM_VERSION: u32 = 1;

/// A word about an incident.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IncidentSent {
    /// The form of this document.
    pub v: u32,
    /// Of this notice.
    pub id: String,
    /// `incident_opened`, `incident_escalated`, `incident_updated` or `incident_resolved`.
    pub kind: String,
    /// When that happened.
    pub at: String,
    /// Who is told.
    pub contact: SentTo,
    /// The set's words, in one line.
    pub subject: String,
    /// The set's words.
    pub text: String,
    /// What it is about.
    pub incident: SentIncident,
}

/// Who is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentTo {
    /// As the policy set names them.
    pub name: String,
    /// As the set's `contacts` has it.
    pub address: String,
}

/// An incident.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentIncident {
    /// Its id.
    pub id: String,
    /// Where it can be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// `P0` to `P3`.
    pub priority: String,
    /// What it is.
    pub title: String,
    /// Where.
    pub environment: String,
    /// What is affected.
    pub services: Vec<String>,
    /// By which the deployment went that it followed.
    pub decision: String,
    /// The watch that opened it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub watch: Option<String>,
    /// When it was noticed.
    pub detected_at: String,
    /// When it was opened.
    pub opened_at: String,
    /// The level that is told last, from 0.
    pub level: u32,
    /// Until when somebody has to acknowledge it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acknowledge_by: Option<String>,
    /// When it was over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolved_at: Option<String>,
}

impl IncidentSent {
    /// With the words of the set.
    #[must_use]
    pub fn new(
        (id, kind, at): (&str, NoticeKind, Timestamp),
        contact: SentTo,
        (subject, text): (String, String),
        incident: SentIncident,
    ) -> Self {
        let (id, kind, at) = (id.to_owned(), kind.word().to_owned(), at.to_string());
        Self { v: FORM_VERSION, id, kind, at, contact, subject, text, incident }
    }
}
