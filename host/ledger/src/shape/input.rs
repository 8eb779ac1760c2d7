//! What a judgement was made from.

use super::{maybe, one, shaped};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use tidegate_core::{
    baseline::Compared,
    break_glass::{EmergencyReason, OverrideRole},
    deployment::{Artifact, Cause, Revision, Service},
    digest::Digest,
    judgement::{AgreedWaiver, JudgementLimits, Submitted},
    name::{Commit, ServiceName, Version},
    obligation::{ObligationKind, Overdue},
    time::Timestamp,
};

#[derive(Serialize, Deserialize)]
#[serde(remote = "Cause", rename_all = "snake_case")]
enum CauseTwin {
    Push,
    Manual,
    Schedule,
    Promotion,
    Rollback,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Artifact", deny_unknown_fields)]
struct ArtifactTwin {
    #[serde(with = "one")]
    digest: Digest,
    uri: Arc<str>,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Service", deny_unknown_fields)]
struct ServiceTwin {
    #[serde(with = "maybe")]
    artifact: Option<Artifact>,
    #[serde(with = "one")]
    name: ServiceName,
    #[serde(with = "maybe")]
    previous_version: Option<Version>,
    #[serde(with = "one")]
    version: Version,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Revision", deny_unknown_fields)]
struct RevisionTwin {
    #[serde(with = "one")]
    commit: Commit,
    ref_name: Arc<str>,
    repository: Arc<str>,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "ObligationKind", rename_all = "snake_case")]
enum ObligationKindTwin {
    Review,
    Tests,
    Ticket,
    PostMortem,
    Mend,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Overdue", deny_unknown_fields)]
struct OverdueTwin {
    #[serde(with = "one")]
    due: Timestamp,
    #[serde(with = "maybe")]
    holds_from: Option<Timestamp>,
    id: Arc<str>,
    #[serde(with = "one")]
    kind: ObligationKind,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Compared", deny_unknown_fields)]
struct ComparedTwin {
    decision: Arc<str>,
    #[serde(with = "one")]
    service: ServiceName,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    unavailable: Option<Arc<str>>,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "EmergencyReason", rename_all = "snake_case")]
enum EmergencyReasonTwin {
    SecurityFix,
    ProductionDown,
    DataCorruption,
    UrgentBug,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "OverrideRole", rename_all = "snake_case")]
enum OverrideRoleTwin {
    Held,
    Missing,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Submitted", deny_unknown_fields)]
struct SubmittedTwin {
    #[serde(with = "maybe")]
    declared_at: Option<Timestamp>,
    #[serde(with = "one")]
    digest: Digest,
    format: Arc<str>,
    label: String,
    /// Only where there is something: manifests of before keep their digests.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    masked: BTreeMap<Arc<str>, u32>,
    #[serde(with = "one")]
    received_at: Timestamp,
    /// As `masked`.
    #[serde(default, with = "maybe", skip_serializing_if = "Option::is_none")]
    stated_in: Option<u64>,
    #[serde(with = "maybe")]
    submitted: Option<Digest>,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "AgreedWaiver", deny_unknown_fields)]
struct AgreedWaiverTwin {
    #[serde(with = "one")]
    agreed_in: u64,
    #[serde(with = "one")]
    waiver: Digest,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "JudgementLimits", deny_unknown_fields)]
struct JudgementLimitsTwin {
    /// Left out in leaves of before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    answer_bytes_max: Option<u32>,
    #[serde(with = "one")]
    decision_deadline: Duration,
    findings_max: u32,
    /// As above.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    page_rows_max: Option<u32>,
    #[serde(with = "one")]
    plugin_deadline: Duration,
    #[serde(with = "one")]
    plugin_memory_bytes: u64,
    string_bytes_max: u32,
}

shaped! {
    Cause => CauseTwin,
    Artifact => ArtifactTwin,
    Service => ServiceTwin,
    Revision => RevisionTwin,
    ObligationKind => ObligationKindTwin,
    Overdue => OverdueTwin,
    Compared => ComparedTwin,
    EmergencyReason => EmergencyReasonTwin,
    OverrideRole => OverrideRoleTwin,
    Submitted => SubmittedTwin,
    AgreedWaiver => AgreedWaiverTwin,
    JudgementLimits => JudgementLimitsTwin,
}
