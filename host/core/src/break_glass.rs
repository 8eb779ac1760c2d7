//! Break-glass: a forced deployment, named, justified, expiring, and evaluated in full all the same.

use crate::{
    name::StageId,
    obligation::ObligationRule,
    stage_result::{Conclusion, StageResult},
    time::Timestamp,
};
use std::{fmt, sync::Arc, time::Duration};

/// Characters of a justification, at least.
pub const JUSTIFICATION_CHARS_MIN: usize = 20;
/// Bytes of a justification, at most.
pub const JUSTIFICATION_BYTES_MAX: usize = 2048;

/// The runbook's four reasons for an emergency deployment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EmergencyReason {
    /// A critical security vulnerability is fixed.
    SecurityFix,
    /// Production is down.
    ProductionDown,
    /// Data corruption is prevented.
    DataCorruption,
    /// An urgent bug that affects all users is fixed.
    UrgentBug,
}

impl EmergencyReason {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::SecurityFix, Self::ProductionDown, Self::DataCorruption, Self::UrgentBug];

    /// The word used in JSON, SQL and text.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::SecurityFix => "security_fix",
            Self::ProductionDown => "production_down",
            Self::DataCorruption => "data_corruption",
            Self::UrgentBug => "urgent_bug",
        }
    }
}

/// What a policy set asks of a forced deployment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BreakGlassRules {
    /// Stages that must be present and conclusive, though they may fail.
    pub minimum_evidence: Vec<StageId>,
    /// Stages whose blocking result nothing overrides.
    pub never: Vec<StageId>,
    /// Whether a second human has to confirm.
    pub second_human: SecondHuman,
    /// How long a grant holds, at most.
    pub valid_for: Duration,
    /// How often deployments may be forced; `None`: as often as somebody may.
    pub quota: Option<Quota>,
    /// What it leaves to be done; one of a kind, in the order of kinds.
    pub obligations: Vec<ObligationRule>,
}

/// How often deployments may be forced. Every wish that is in order counts, also one that nobody confirms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    /// By one person.
    pub per_person: Option<u32>,
    /// Of one service in one environment.
    pub per_service: Option<u32>,
    /// Within this time, up to now.
    pub within: Duration,
}

/// How often deployments were forced within a quota's time, not counting this one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuotaUse {
    /// After this moment.
    pub since: Timestamp,
    /// By whoever wishes it.
    pub by_person: u32,
    /// Of that service of the deployment of which it was most often.
    pub of_service: u32,
}

/// Whether a second human has to confirm a forced deployment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecondHuman {
    /// Another person than the requester.
    Required,
    /// Not asked for.
    NotRequired,
}

/// Somebody's wish to deploy all the same, as the server established it: the actor is authenticated and its role checked
/// there; a token that was used before never becomes one of these.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OverrideRequest {
    /// Why.
    pub reason: EmergencyReason,
    /// In their words.
    pub justification: Arc<str>,
    /// Who; authenticated.
    pub actor: Arc<str>,
    /// Whether that identity holds the `override` role here.
    pub role: OverrideRole,
    /// Until when, if sooner than the set's limit.
    pub expires: Option<Timestamp>,
    /// How often it was done before, where the set has a quota.
    pub used: Option<QuotaUse>,
}

/// Whether an identity may override here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OverrideRole {
    /// It may.
    Held,
    /// It may not.
    Missing,
}

/// What became of a wish to deploy all the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Override {
    /// The wish.
    pub request: OverrideRequest,
    /// What became of it.
    pub state: OverrideState,
    /// What it leaves to be done once it is allowed.
    pub obligations: Vec<ObligationRule>,
}

impl Override {
    /// Whether a second person's word is all that lacks.
    #[must_use]
    pub fn awaits_confirmation(&self) -> bool {
        matches!(self.state, OverrideState::AwaitingConfirmation { .. })
    }
}

/// What became of a wish to deploy all the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OverrideState {
    /// Allowed until then.
    Granted {
        /// When it ends.
        expires: Timestamp,
    },
    /// Everything is in order but the second human.
    AwaitingConfirmation {
        /// When it can no longer be confirmed.
        expires: Timestamp,
    },
    /// Not allowed; every reason at once.
    Refused(Vec<OverrideProblem>),
}

/// Why a deployment cannot be forced.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OverrideProblem {
    /// The set has no break-glass rules.
    #[error("the policy set allows no forced deployment")]
    NotOffered,
    /// The identity lacks the role.
    #[error("the actor does not hold the role `override` here")]
    Role,
    /// Too short or too long.
    #[error("justification: {used} characters, at least {least} needed")]
    JustificationShort {
        /// Characters given.
        used: usize,
        /// Characters needed.
        least: usize,
    },
    /// Too long.
    #[error("justification: {used} bytes used, {allowed} allowed")]
    JustificationLong {
        /// Bytes given.
        used: usize,
        /// Bytes allowed.
        allowed: usize,
    },
    /// Expired before it began.
    #[error("it expires at {0}, which has passed")]
    Expired(Timestamp),
    /// Minimum evidence is missing or allows no conclusion.
    #[error("`{0}` has to be judged even in an emergency: it was {1}")]
    MinimumEvidence(StageId, &'static str),
    /// A stage that nothing overrides.
    #[error("`{0}` blocks, and nothing overrides it")]
    Never(StageId),
    /// Over the quota.
    #[error("forced deployments {of}: {used} used, {allowed} allowed")]
    Quota {
        /// Whose, in words.
        of: QuotaOf,
        /// With this one.
        used: u32,
        /// Allowed.
        allowed: u32,
    },
    /// There is a quota, and nobody counted.
    #[error("the policy set has a quota, and it is not known how often deployments were forced")]
    Uncounted,
}

/// What a quota counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QuotaOf {
    /// By whoever wishes it.
    Person,
    /// Of one of the services there.
    Service,
}

impl QuotaOf {
    /// The word used in the record.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Service => "service",
        }
    }
}

impl fmt::Display for QuotaOf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Person => "by this person",
            Self::Service => "of one of these services here",
        })
    }
}

/// Judges a wish to deploy all the same, over results that were computed in full.
#[must_use]
pub fn judge(
    request: &OverrideRequest,
    rules: Option<&BreakGlassRules>,
    stages: &[StageResult],
    now: Timestamp,
) -> Override {
    let state = match rules {
        None => OverrideState::Refused(vec![OverrideProblem::NotOffered]),
        Some(rules) => judge_by(request, rules, stages, now),
    };
    let owed = |rules: &BreakGlassRules| match state {
        OverrideState::Refused(_) => Vec::new(),
        _ => rules.obligations.clone(),
    };
    let obligations = rules.map(owed).unwrap_or_default();
    Override { request: request.clone(), state, obligations }
}

fn judge_by(
    request: &OverrideRequest,
    rules: &BreakGlassRules,
    stages: &[StageResult],
    now: Timestamp,
) -> OverrideState {
    let mut problems = request_problems(request, now);
    problems.extend(quota_problems(request.used, rules.quota));
    problems.extend(rules.minimum_evidence.iter().filter_map(|id| minimum_problem(id, stages)));
    let blocked = |id: &StageId| stages.iter().any(|stage| stage.stage == *id && !stage.blocking.is_empty());
    problems.extend(rules.never.iter().filter(|id| blocked(id)).cloned().map(OverrideProblem::Never));
    if !problems.is_empty() {
        return OverrideState::Refused(problems);
    }
    let latest = now.plus(rules.valid_for);
    let expires = request.expires.map_or(latest, |asked| asked.min(latest));
    match rules.second_human {
        SecondHuman::Required => OverrideState::AwaitingConfirmation { expires },
        SecondHuman::NotRequired => OverrideState::Granted { expires },
    }
}

fn request_problems(request: &OverrideRequest, now: Timestamp) -> Vec<OverrideProblem> {
    let mut problems = Vec::new();
    if request.role == OverrideRole::Missing {
        problems.push(OverrideProblem::Role);
    }
    let used = request.justification.trim().chars().count();
    if used < JUSTIFICATION_CHARS_MIN {
        problems.push(OverrideProblem::JustificationShort { used, least: JUSTIFICATION_CHARS_MIN });
    }
    let bytes = request.justification.len();
    if bytes > JUSTIFICATION_BYTES_MAX {
        problems.push(OverrideProblem::JustificationLong { used: bytes, allowed: JUSTIFICATION_BYTES_MAX });
    }
    if let Some(expires) = request.expires.filter(|expires| *expires <= now) {
        problems.push(OverrideProblem::Expired(expires));
    }
    problems
}

fn quota_problems(used: Option<QuotaUse>, quota: Option<Quota>) -> Vec<OverrideProblem> {
    let Some(quota) = quota else { return Vec::new() };
    let Some(before) = used else { return vec![OverrideProblem::Uncounted] };
    let over = |of, before: u32, allowed: Option<u32>| {
        let used = before.saturating_add(1);
        allowed.filter(|allowed| used > *allowed).map(|allowed| OverrideProblem::Quota { of, used, allowed })
    };
    let person = over(QuotaOf::Person, before.by_person, quota.per_person);
    person.into_iter().chain(over(QuotaOf::Service, before.of_service, quota.per_service)).collect()
}

fn minimum_problem(id: &StageId, stages: &[StageResult]) -> Option<OverrideProblem> {
    let Some(stage) = stages.iter().find(|stage| stage.stage == *id) else {
        return Some(OverrideProblem::MinimumEvidence(id.clone(), "not judged"));
    };
    // A stage of several services is conclusive only when each of them is.
    let inconclusive =
        stage.evaluations.iter().map(|e| &e.conclusion).find(|c| !matches!(c, Conclusion::Pass | Conclusion::Fail));
    let state = match (inconclusive, &stage.conclusion) {
        (Some(conclusion), _) => conclusion,
        (None, Conclusion::Pass | Conclusion::Fail) => return None,
        (None, conclusion) => conclusion,
    };
    Some(OverrideProblem::MinimumEvidence(id.clone(), state.word()))
}
