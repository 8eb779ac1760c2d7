//! A candidate policy set beside the one that decides: what it would have said to the same question.
//!
//! **Invariant:** a [`Shadow`] is no [`Decision`]: it has no permission, and nothing that holds one may go on because of it.

use crate::{
    decision::{DecidedBy, Decision, Outcome},
    fault::FaultKind,
    name::StageId,
    policy::{PolicySet, Stage},
    score::Score,
    stage_result::{Blocker, Conclusion, StageResult},
};

/// Candidates beside one policy set, at most.
pub const SHADOWS_MAX: usize = 4;

/// What a candidate said beside a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shadow {
    /// The candidate.
    pub judged_by: DecidedBy,
    /// What it came to.
    pub opinion: Opinion,
}

/// What a candidate came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Opinion {
    /// It was judged to its end.
    Judged {
        /// What it would have decided.
        outcome: Outcome,
        /// How much of it was fulfilled.
        score: Score,
        /// Every reason it has against the deployment.
        blocking: Vec<Blocker>,
        /// Stages that concluded or blocked otherwise than in the decision, or that only one of both has; in order of their names.
        differs: Vec<StageId>,
        /// Every judged or skipped stage; empty where they were too large to be kept.
        stages: Vec<StageResult>,
    },
    /// It was not, for a reason that says nothing of the deployment.
    NotJudged {
        /// In one sentence.
        why: String,
    },
}

impl Shadow {
    /// What the candidate decided, as it stands beside the decision. What ran out of its time is no opinion.
    #[must_use]
    pub fn beside(decision: &Decision, candidate: Decision) -> Self {
        let differs = differs(&decision.stages, &candidate.stages);
        let Decision { decided_by: judged_by, outcome, score, blocking, stages, .. } = candidate;
        if stages.iter().any(ran_out) {
            let why = "its part of the decision's time ran out".to_owned();
            return Self { judged_by, opinion: Opinion::NotJudged { why } };
        }
        Self { judged_by, opinion: Opinion::Judged { outcome, score, blocking, differs, stages } }
    }

    /// A candidate that could not be judged.
    #[must_use]
    pub fn not_judged(set: &PolicySet, why: String) -> Self {
        let judged_by = DecidedBy {
            id: set.id.clone(),
            version: set.version.clone(),
            digest: set.digest,
            enforcement: set.enforcement,
        };
        Self { judged_by, opinion: Opinion::NotJudged { why } }
    }
}

/// Of the stages that the caller skips those that the candidate has and lets be skipped: the caller spoke to another set.
#[must_use]
pub fn skips(set: &PolicySet, skip: &[StageId]) -> Vec<StageId> {
    let optional = |id: &&StageId| set.stages.iter().any(|stage: &Stage| stage.id == **id && stage.optional);
    skip.iter().filter(optional).cloned().collect()
}

fn ran_out(stage: &StageResult) -> bool {
    let struck = |conclusion: &Conclusion| matches!(conclusion, Conclusion::Error(fault) if fault.kind == FaultKind::DecisionDeadline);
    stage.evaluations.iter().any(|evaluation| struck(&evaluation.conclusion))
}

fn differs(decided: &[StageResult], candidate: &[StageResult]) -> Vec<StageId> {
    let alike = |one: &StageResult, other: &StageResult| {
        one.stage == other.stage
            && one.conclusion.word() == other.conclusion.word()
            && one.blocking.is_empty() == other.blocking.is_empty()
    };
    let alone = |one: &[StageResult], others: &[StageResult]| -> Vec<StageId> {
        let without = one.iter().filter(|stage| !others.iter().any(|other| alike(stage, other)));
        without.map(|stage| stage.stage.clone()).collect()
    };
    let mut ids = [alone(decided, candidate), alone(candidate, decided)].concat();
    ids.sort();
    ids.dedup();
    ids
}
