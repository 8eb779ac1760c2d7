//! Everything that a decision was made from and came to: what a record keeps and a replay compares.

use crate::{
    baseline::Compared, break_glass::OverrideRequest, decision::Decision, deployment::Deployment, digest::Digest,
    name::StageId, obligation::Overdue, time::Timestamp,
};
use std::{collections::BTreeMap, sync::Arc, time::Duration};

/// Raised whenever a reader, a host's own check or [`crate::decide::decide`] would judge the same inputs otherwise.
pub const SEMANTICS_VERSION: u32 = 3;

/// A decision with its inputs.
#[derive(Debug, Clone)]
pub struct Judgement {
    /// [`SEMANTICS_VERSION`] of the build that judged.
    pub semantics: u32,
    /// The server's clock when it judged.
    pub evaluated_at: Timestamp,
    /// What was asked.
    pub deployment: Arc<Deployment>,
    /// Stages that the caller skipped in so many words, sorted.
    pub skip: Vec<StageId>,
    /// What was handed in, sorted by name, service and digest.
    pub evidence: Vec<Submitted>,
    /// Digests of the baseline's documents, sorted; empty when no stage asked for one.
    pub baseline: Vec<Digest>,
    /// With which decisions services were compared, sorted; empty when no stage asked for a baseline.
    pub compared: Vec<Compared>,
    /// Of everything the policies say: sets, overrides, waivers, plugin digests.
    pub bundle: Digest,
    /// The limits that plugins ran under.
    pub limits: JudgementLimits,
    /// A wish to deploy all the same.
    pub emergency: Option<OverrideRequest>,
    /// Obligations that were overdue for these services, sorted.
    pub overdue: Vec<Overdue>,
    /// The set's waivers that ask for somebody's agreement and had it, sorted.
    pub agreed: Vec<AgreedWaiver>,
    /// What it came to.
    pub decision: Decision,
}

/// One document as it was handed in.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Submitted {
    /// `name` or `name@service`.
    pub label: String,
    /// The format it was read as.
    pub format: Arc<str>,
    /// Of the bytes that plugins saw.
    pub digest: Digest,
    /// Of the bytes that were handed in, where masking changed them.
    pub submitted: Option<Digest>,
    /// How many secrets of each kind were masked in it.
    pub masked: BTreeMap<Arc<str>, u32>,
    /// When the uploader says that it was made.
    pub declared_at: Option<Timestamp>,
    /// When the gate first received it.
    pub received_at: Timestamp,
    /// The leaf of the record which says that an authenticated person made this statement.
    pub stated_in: Option<u64>,
}

/// A waiver that tolerates only what somebody agreed to, and the agreement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct AgreedWaiver {
    /// Of everything that the waiver says.
    pub waiver: Digest,
    /// The leaf of the record which says that its person agreed.
    pub agreed_in: u64,
}

/// The limits that plugins ran under.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JudgementLimits {
    /// Wall clock of one evaluation.
    pub plugin_deadline: Duration,
    /// Wall clock of the whole decision.
    pub decision_deadline: Duration,
    /// Bytes of memory of one plugin.
    pub plugin_memory_bytes: u64,
    /// Findings listed by one evaluation.
    pub findings_max: u32,
    /// Bytes of one string that crosses the boundary.
    pub string_bytes_max: u32,
    /// Bytes that a plugin hands over in one go; `None` in records of before this was written down.
    pub answer_bytes_max: Option<u32>,
    /// Rows of evidence in one answer of the host; `None` as above.
    pub page_rows_max: Option<u32>,
}

impl JudgementLimits {
    /// Whether the record says everything that its judgement was made from. One of before leaves out agreements to waivers, and two limits.
    #[must_use]
    pub fn are_complete(&self) -> bool {
        self.answer_bytes_max.is_some() && self.page_rows_max.is_some()
    }
}
