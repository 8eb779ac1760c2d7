//! Notices in JSON: as an answer names them, as the status counts them, and as they are sent.

use serde::{Deserialize, Serialize};

/// A notice, as the answer of its decision names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeBody {
    /// Its id.
    pub id: String,
    /// `break_glass_forced` or `break_glass_confirmed`.
    pub kind: String,
    /// Who is told, as the policy set names them.
    pub contact: String,
    /// `pending`, `delivered`, `failed` (given up), or `undeliverable` (nobody said where the contact is reached).
    pub state: String,
    /// When it was taken; RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivered_at: Option<String>,
}

/// How notices stand.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticesBody {
    /// To be sent.
    pub pending: u64,
    /// Taken.
    pub delivered: u64,
    /// Given up.
    pub failed: u64,
    /// Without a way to their contact.
    pub undeliverable: u64,
    /// Contacts that a policy set in force notifies, and of whom the configuration does not say where they are reached.
    pub unrouted: Vec<UnroutedBody>,
    /// The newest of those that nobody took, though they were sent or could not be.
    pub troubled: Vec<TroubledBody>,
    /// Sentences for people.
    pub warnings: Vec<String>,
}

/// A contact whom nobody can reach.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnroutedBody {
    /// The set that notifies them.
    pub policy_set: String,
    /// Their name.
    pub contact: String,
}

/// A notice that nobody took.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TroubledBody {
    /// Its id.
    pub id: String,
    /// Who is to be told.
    pub contact: String,
    /// `pending`, `failed` or `undeliverable`.
    pub state: String,
    /// How often it was sent.
    pub attempts: u32,
    /// RFC 3339.
    pub written_at: String,
    /// What the last attempt came to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_error: Option<String>,
}

/// What is sent: `policies/schema/notice.schema.json` describes it for whoever receives it.
#[derive(Debug, Clone, Serialize)]
pub struct Sent {
    /// The form of this document.
    pub v: u32,
    /// Of this notice.
    pub id: String,
    /// What it is about.
    pub kind: &'static str,
    /// When that happened.
    pub at: String,
    /// Who is told.
    pub contact: SentContact,
    /// What was decided.
    pub decision: SentDecision,
    /// By whose rules.
    pub policy_set: SentSet,
    /// What goes where.
    pub deployment: SentDeployment,
    /// Who forced it, and why.
    pub emergency: SentEmergency,
    /// Who confirmed it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confirmation: Option<SentConfirmation>,
    /// What stood against it, so many at most.
    pub blocking: Vec<SentBlocker>,
    /// How many more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub blocking_omitted: Option<usize>,
    /// What it leaves to be done.
    pub obligations: Vec<SentObligation>,
}

/// Who is told.
#[derive(Debug, Clone, Serialize)]
pub struct SentContact {
    /// As the policy set names them.
    pub name: String,
    /// As the set's `contacts` has it.
    pub address: String,
}

/// What was decided.
#[derive(Debug, Clone, Serialize)]
pub struct SentDecision {
    /// The decision's id.
    pub id: String,
    /// Where it can be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// What the rules say of it.
    pub outcome: &'static str,
    /// Whether it may go on now.
    pub allowed: bool,
    /// When it was judged.
    pub evaluated_at: String,
}

/// By whose rules.
#[derive(Debug, Clone, Serialize)]
pub struct SentSet {
    /// Its name.
    pub id: String,
    /// Its version.
    pub version: String,
    /// `sha256:…`.
    pub digest: String,
}

/// What goes where.
#[derive(Debug, Clone, Serialize)]
pub struct SentDeployment {
    /// As the caller names it.
    pub id: String,
    /// Where to.
    pub environment: String,
    /// The token that asked.
    pub actor: String,
    /// What.
    pub services: Vec<SentService>,
    /// The commit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revision: Option<SentRevision>,
}

/// One service.
#[derive(Debug, Clone, Serialize)]
pub struct SentService {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// The digest of its bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub artifact: Option<String>,
}

/// A commit.
#[derive(Debug, Clone, Serialize)]
pub struct SentRevision {
    /// Of which repository.
    pub repository: String,
    /// Which.
    pub commit: String,
    /// By which name.
    #[serde(rename = "ref")]
    pub ref_name: String,
}

/// Who forced it, and why.
#[derive(Debug, Clone, Serialize)]
pub struct SentEmergency {
    /// Of what kind it is.
    pub reason: &'static str,
    /// In their words, as it is recorded.
    pub justification: String,
    /// The person; authenticated.
    pub actor: String,
    /// Until when it may go on, or be confirmed.
    pub expires: String,
}

/// Who confirmed it.
#[derive(Debug, Clone, Serialize)]
pub struct SentConfirmation {
    /// Authenticated.
    pub person: String,
    /// When.
    pub at: String,
}

/// One reason against it.
#[derive(Debug, Clone, Serialize)]
pub struct SentBlocker {
    /// Which stage.
    pub stage: String,
    /// Which service, when judged per service.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
    /// `failed`, `held` or `undecided`.
    pub why: &'static str,
}

/// Something to be done.
#[derive(Debug, Clone, Serialize)]
pub struct SentObligation {
    /// Its name.
    pub id: String,
    /// What.
    pub kind: &'static str,
    /// Who has to see to it.
    pub owner: String,
    /// How long there is.
    pub within: String,
    /// Until when; none while the deployment awaits its confirmation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_at: Option<String>,
}
