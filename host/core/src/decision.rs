//! The gate's answer.

use crate::{
    break_glass::Override,
    digest::Digest,
    name::{PolicySetId, StageId, Version, WaiverId},
    policy::Enforcement,
    score::Score,
    stage_result::{Blocker, StageResult},
    time::Timestamp,
    waiver::WaiverState,
};

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// Nothing stands against it.
    Deploy,
    /// Something failed: mend it first.
    Remediate,
    /// Nothing failed, but something holds or could not be decided.
    Hold,
}

impl Outcome {
    /// The word used everywhere.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Deploy => "DEPLOY",
            Self::Remediate => "REMEDIATE",
            Self::Hold => "HOLD",
        }
    }
}

/// Why the deployment is allowed, or that it is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Permission {
    /// By the rules.
    ByTheRules,
    /// By a granted break-glass.
    Forced,
    /// Only because the set is advisory.
    Advisory,
    /// Not allowed.
    Refused,
}

impl Permission {
    /// Whether the deployment may go on.
    #[must_use]
    pub fn allowed(self) -> bool {
        self != Self::Refused
    }
}

/// The policy set that decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecidedBy {
    /// Its name.
    pub id: PolicySetId,
    /// Its version.
    pub version: Version,
    /// Of its canonical form.
    pub digest: Digest,
    /// Whether refusals are enforced.
    pub enforcement: Enforcement,
}

/// A waiver that speaks of a stage of this decision, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaiverUse {
    /// Which.
    pub waiver: WaiverId,
    /// Where it stands.
    pub state: WaiverState,
    /// When it ends.
    pub expires: Timestamp,
    /// Findings it covers here.
    pub findings: usize,
}

/// Something that a person should see, though it changes nothing.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Warning {
    /// The policy set's review is overdue.
    ReviewOverdue(Timestamp),
    /// Evidence was handed in that no stage binds; the nearest bound name, if one is near.
    UnusedEvidence {
        /// As the caller wrote it.
        label: String,
        /// The nearest name that a stage binds.
        nearest: Option<String>,
    },
    /// An obligation of an earlier forced deployment is overdue.
    ObligationOverdue {
        /// Its name.
        id: String,
        /// Since when.
        due: Timestamp,
        /// From when on it holds deployments; none: it never does.
        holds_from: Option<Timestamp>,
    },
    /// A stage failed that only warns.
    Failed(StageId),
    /// A stage could not be judged, and its set says `on_error: warn`.
    Undecided(StageId),
    /// A monitored stage would have blocked.
    WouldHaveBlocked(StageId),
    /// A stage's evidence took longer to make than its budget.
    OverBudget {
        /// Which stage.
        stage: StageId,
        /// Seconds it took.
        used_s: u64,
        /// Seconds it may take.
        allowed_s: u64,
    },
}

/// The gate's answer, with everything that justifies it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// What is to be done.
    pub outcome: Outcome,
    /// Whether it may go on, and why.
    pub permission: Permission,
    /// The policy set.
    pub decided_by: DecidedBy,
    /// Explains; never decides.
    pub score: Score,
    /// Every judged or skipped stage, in the set's order.
    pub stages: Vec<StageResult>,
    /// Every reason against it, in the set's order.
    pub blocking: Vec<Blocker>,
    /// What became of a wish to deploy all the same.
    pub forced: Option<Override>,
    /// Waivers that speak of these stages, by name.
    pub waivers: Vec<WaiverUse>,
    /// Sorted.
    pub warnings: Vec<Warning>,
    /// When the decision was made: every age, window and expiry was judged at this moment.
    pub evaluated_at: Timestamp,
    /// Until when an allowing decision holds.
    pub valid_until: Option<Timestamp>,
    /// When it is worth asking again, when everything that blocks holds and says until when.
    pub retry_at: Option<Timestamp>,
}
