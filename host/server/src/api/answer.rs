//! A decision as JSON. Readers must accept fields that are not listed here: the API only grows.

mod deployment;

pub use deployment::{ArtifactBody, DeploymentBody, LabelBody, RevisionBody, ServiceBody};

use crate::api::{maintenances::OpenMaintenanceBody, notice::NoticeBody, order::OrderBody, permit::SinceBody};
use serde::{Deserialize, Serialize};

/// A decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The decision's id; absent when it was judged offline and therefore not recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// `DEPLOY`, `REMEDIATE` or `HOLD`.
    pub outcome: String,
    /// Whether the deployment may go on.
    pub allowed: bool,
    /// `by_the_rules`, `forced`, `advisory` or `refused`.
    pub permission: String,
    /// Explains; never decides.
    pub score: ScoreBody,
    /// The policy set that decided.
    pub policy_set: PolicySetBody,
    /// What was asked for.
    pub deployment: DeploymentBody,
    /// Every reason against it.
    pub blocking: Vec<BlockerBody>,
    /// Every judged or skipped stage.
    pub stages: Vec<StageBody>,
    /// Stages that the caller skipped in so many words.
    pub skipped: Vec<String>,
    /// What became of a wish to deploy all the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub forced: Option<ForcedBody>,
    /// What a second person said of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirmation: Option<ConfirmationBody>,
    /// Who is told that it was forced or confirmed, and whether they were.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notices: Vec<NoticeBody>,
    /// What programs are told to do about it, and whether they took it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub orders: Vec<OrderBody>,
    /// Maintenances of its services that were open there when it was decided; they change nothing of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub maintenances: Vec<OpenMaintenanceBody>,
    /// Waivers that speak of these stages.
    pub waivers: Vec<WaiverBody>,
    /// Sentences for people.
    pub warnings: Vec<String>,
    /// Secrets that were masked in documents before they were judged.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub masked: Vec<MaskedBody>,
    /// What candidate policy sets would have said; they decide nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shadow: Vec<ShadowBody>,
    /// RFC 3339.
    pub evaluated_at: String,
    /// Until when an allowing decision holds; RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<String>,
    /// When it is worth asking again; RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_at: Option<String>,
    /// W3C trace id, 32 hexadecimal digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace_id: Option<String>,
    /// The decision whose deployment this looks at after it went out; absent where it was asked before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verifies: Option<String>,
    /// What happened to it since it was made; absent where nothing did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<SinceBody>,
    /// Where the record lies in the ledger; absent when it was judged offline.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt: Option<ReceiptBody>,
    /// The decision as the runbook prints it.
    pub text: String,
}

/// Secrets of one kind that were masked in one document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MaskedBody {
    /// `name` or `name@service`.
    pub evidence: String,
    /// The document as it was judged and is kept, `sha256:…`.
    pub document: String,
    /// E.g. `github_token`.
    pub kind: String,
    /// How many.
    pub count: u32,
}

/// What a candidate policy set would have said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShadowBody {
    /// The candidate.
    pub policy_set: String,
    /// Its version.
    pub version: String,
    /// `sha256:…`.
    pub digest: String,
    /// `DEPLOY`, `REMEDIATE` or `HOLD`; absent when it could not be judged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<String>,
    /// As printed; absent when it could not be judged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<String>,
    /// Stages that concluded or blocked otherwise than in the decision, or that only one of both has.
    pub differs: Vec<String>,
    /// Why it could not be judged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fault: Option<String>,
}

/// The exact score and how it is printed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScoreBody {
    /// `97.5%`, `97.5% (5 of 6 stages)` or `n/a`.
    pub text: String,
    /// Decimal digits; absent when no stage could be counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub numerator: Option<String>,
    /// Decimal digits; absent when no stage could be counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub denominator: Option<String>,
    /// Stages counted.
    pub counted: usize,
    /// Stages that could have been.
    pub of: usize,
}

/// A policy set by name, version and digest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicySetBody {
    /// Its name.
    pub id: String,
    /// Its version.
    pub version: String,
    /// `sha256:…`.
    pub digest: String,
    /// `enforce` or `advisory`.
    pub enforcement: String,
}

/// One reason against a deployment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlockerBody {
    /// Which stage.
    pub stage: String,
    /// Which service, when judged per service.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
    /// `failed`, `held` or `undecided`.
    pub why: String,
    /// Who has to act, when undecided: `plugin`, `host`, `policy` or `caller`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blame: Option<String>,
    /// Until when it is held, when known; RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
}

/// What a stage concluded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StageBody {
    /// Which stage.
    pub id: String,
    /// For people.
    pub title: String,
    /// `pass`, `fail`, `hold`, `not_applicable`, `inconclusive`, `skipped` or `error`.
    pub result: String,
    /// `block`, `warn` or `monitor`, at the moment of the decision.
    pub mode: String,
    /// Its part of the score.
    pub weight: u32,
    /// `85%`; absent when it neither passed nor failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub percent: Option<String>,
    /// Whether it blocks.
    pub blocking: bool,
    /// Whether it would, were it not only monitored.
    pub would_block: bool,
    /// The waivers that lift its failure.
    pub lifted_by: Vec<String>,
    /// Who judged.
    pub plugin: PluginBody,
    /// One, or one for each service; none when skipped.
    pub evaluations: Vec<EvaluationBody>,
}

/// A plugin by name, version and digest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PluginBody {
    /// As the policy set names it.
    pub name: String,
    /// Its own version.
    pub version: String,
    /// `sha256:…`.
    pub digest: String,
}

/// One judgement of one stage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EvaluationBody {
    /// The service, when judged per service.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
    /// As [`StageBody::result`].
    pub result: String,
    /// Who has to act, when inconclusive or in error.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blame: Option<String>,
    /// Until when it is held, when known; RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    /// Of few kinds, when in error.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// `[numerator, denominator]` as decimal digits, when the plugin says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ratio: Option<[String; 2]>,
    /// In one sentence; may hold text from evidence.
    pub summary: String,
    /// The most important first.
    pub findings: Vec<FindingBody>,
    /// Findings beyond those listed.
    pub omitted: u32,
}

/// One observation by one rule. Texts may come from evidence: escape them before you show them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindingBody {
    /// The rule.
    pub rule: String,
    /// `info`, `low`, `medium`, `high` or `critical`.
    pub severity: String,
    /// In one sentence.
    pub message: String,
    /// Whether it alone makes the stage fail.
    pub decisive: bool,
    /// Where.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<LocationBody>,
    /// What it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// Stable across runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fingerprint: Option<String>,
    /// The document, `sha256:…`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<String>,
    /// What to do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remediation: Option<RemediationBody>,
    /// The waiver that tolerates it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waived_by: Option<String>,
    /// Problems of the guide that it belongs to: `/v1/troubleshooting/{id}` says what people do about each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub troubleshooting: Vec<String>,
}

/// Where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LocationBody {
    /// A path or URI as the tool wrote it.
    pub uri: String,
    /// Counted from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
}

/// What to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemediationBody {
    /// In one sentence.
    pub title: String,
    /// The plugin's words: shown, never run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub command: Option<String>,
    /// Where to read more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub doc: Option<String>,
}

/// What became of a wish to deploy all the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForcedBody {
    /// `granted`, `awaiting_confirmation` or `refused`.
    pub state: String,
    /// `security_fix`, `production_down`, `data_corruption` or `urgent_bug`.
    pub reason: String,
    /// In the requester's words.
    pub justification: String,
    /// The authenticated identity.
    pub actor: String,
    /// RFC 3339, when granted or awaiting confirmation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<String>,
    /// Why it was refused.
    pub problems: Vec<String>,
    /// What it leaves to be done once it is allowed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub obligations: Vec<OwedBody>,
}

/// What a forced deployment leaves to be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwedBody {
    /// `review`, `tests`, `ticket` or `post_mortem`.
    pub kind: String,
    /// Who has to see to it.
    pub owner: String,
    /// How long there is, from the moment it is allowed.
    pub within: String,
    /// For how long after that it only warns.
    pub grace: String,
}

/// A second person's confirmation of a forced deployment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfirmationBody {
    /// Who; authenticated.
    pub person: String,
    /// RFC 3339.
    pub at: String,
    /// Until when the deployment may go on; RFC 3339.
    pub expires: String,
    /// Where the confirmation lies in the ledger.
    pub leaf_index: u64,
}

/// A waiver and where it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaiverBody {
    /// Which.
    pub id: String,
    /// `pending`, `active`, `expiring` or `expired`.
    pub state: String,
    /// RFC 3339.
    pub expires: String,
    /// Findings that it covers here.
    pub findings: usize,
    /// Services in which it let something through that is to be mended before it expires: an obligation of its owner each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub to_mend: Vec<String>,
}

/// Where a record lies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiptBody {
    /// Position in the ledger, from 0.
    pub leaf_index: u64,
    /// RFC 6962 leaf hash, `sha256:…`.
    pub leaf_hash: String,
}
