//! How a gate stands, as `GET /v1/status` says it.

use crate::api::{answer::PluginBody, maintenances::MaintenanceCountsBody, notice::NoticesBody, problem::PlacedError};
use serde::{Deserialize, Serialize};

/// How a gate stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatusBody {
    /// Of the program.
    pub version: String,
    /// When it was started; RFC 3339.
    pub started_at: String,
    /// Whether new requests are welcome.
    pub ready: bool,
    /// Whether plugins need no `sha256` (`--dev`).
    pub dev: bool,
    /// The bundle in force.
    pub bundle: BundleBody,
    /// The policy sets in force.
    pub policy_sets: Vec<SetBody>,
    /// What came of the last reload; absent before the first one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_reload: Option<LastReloadBody>,
    /// The ledger.
    pub ledger: LedgerBody,
    /// Who is told of forced deployments, and whether they were.
    #[serde(default)]
    pub notices: NoticesBody,
    /// Maintenances that are open, and that had to be closed by now.
    #[serde(default)]
    pub maintenances: MaintenanceCountsBody,
    /// That the machine's clock jumped; absent an hour later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clock_jumped: Option<ClockJumpBody>,
    /// Requests that are being decided.
    pub in_flight: usize,
    /// Requests that wait for their turn.
    pub queued: usize,
}

/// A clock that was elsewhere than it should have been.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockJumpBody {
    /// What it should have said; RFC 3339.
    pub expected: String,
    /// What it said; RFC 3339.
    pub found: String,
}

/// The bundle in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BundleBody {
    /// `sha256:…`, as records name it.
    pub digest: String,
    /// RFC 3339.
    pub activated_at: String,
    /// `files`, `last-good` when the files could not be used when the gate started, or `bundle`: one that people signed.
    pub source: String,
    /// What people signed; absent where policies are files.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed: Option<SignedBody>,
}

/// A bundle as people signed it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedBody {
    /// Of its manifest: `sha256:…`, as registries name it.
    pub digest: String,
    /// Who wrote it.
    pub authors: Vec<String>,
    /// Whose signatures counted.
    pub signers: Vec<String>,
}

/// A policy set in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetBody {
    /// Its name.
    pub id: String,
    /// As its file says.
    pub version: String,
    /// `sha256:…`.
    pub digest: String,
    /// The file it was read from, as it was named.
    pub file: String,
    /// Its plugins.
    pub plugins: Vec<PluginBody>,
}

/// What came of a reload.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastReloadBody {
    /// RFC 3339.
    pub at: String,
    /// What asked for it: `start`, `signal`, `request` or `watch`.
    pub trigger: String,
    /// `activated`, `unchanged`, `refused` (the files have mistakes) or `failed` (no fault of theirs).
    pub result: String,
    /// Everything that is wrong with the files, each with `file:line:column`.
    pub mistakes: Vec<PlacedError>,
    /// Why it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// How the ledger stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerBody {
    /// Whether records can be written.
    pub ready: bool,
    /// Leaves made durable since the start.
    pub leaves: u64,
    /// Records that wait for the writer.
    pub waiting: u64,
    /// Who outside saw it; absent where the configuration names no witness.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub witnesses: Option<WitnessesBody>,
    /// What the last reading of the whole record found; absent before the first since the start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scrub: Option<ScrubBody>,
}

/// What a reading of the whole record found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScrubBody {
    /// When it ended; RFC 3339.
    pub at: String,
    /// Leaves that were read.
    pub leaves: u64,
    /// What does not fit; nothing where all is as it was recorded.
    pub findings: Vec<String>,
}

/// Who outside saw the record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WitnessesBody {
    /// Whether nobody has seen it for more than an hour.
    pub late: bool,
    /// Each witness of the configuration.
    pub witnesses: Vec<WitnessBody>,
}

/// What a witness saw last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WitnessBody {
    /// Its name.
    pub name: String,
    /// When; RFC 3339. Absent before the first time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen: Option<String>,
    /// Leaves that it saw.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub leaves: Option<u64>,
}

/// What came of `POST /v1/reload`: the policies of the files are in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReloadedBody {
    /// Whether they are others than before.
    pub changed: bool,
    /// The bundle before.
    pub old: String,
    /// The bundle now.
    pub new: String,
    /// When it was activated; RFC 3339.
    pub activated_at: String,
}
