//! Which evaluations a deployment needs under a policy set.

use crate::{
    deployment::Deployment,
    name::{ServiceName, StageId},
    policy::{Mode, Per, PolicySet, Stage},
};

/// Evaluations of one decision, at most: its part of a ledger record.
pub const EVALUATIONS_MAX: usize = 1024;

/// Why a request cannot be planned. The caller's to mend.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// No such stage.
    #[error("the policy set has no stage `{stage}`{}", nearest.as_ref().map_or_else(String::new, |n| format!(" (did you mean `{n}`?)")))]
    UnknownStage {
        /// As the caller wrote it.
        stage: StageId,
        /// The nearest stage there is.
        nearest: Option<StageId>,
    },
    /// A stage that has to be judged.
    #[error("stage `{0}` is not optional")]
    NotOptional(StageId),
    /// Too much work for one decision.
    #[error("stages times services: {used} evaluations used, {allowed} allowed; split the deployment")]
    TooMuch {
        /// Evaluations asked for.
        used: usize,
        /// Evaluations allowed.
        allowed: usize,
    },
}

/// The stages to judge and to skip.
#[derive(Debug, Clone)]
pub struct Plan<'a> {
    /// The set's stages but those that are off, in its order.
    pub stages: Vec<Planned<'a>>,
}

/// One stage of a plan.
#[derive(Debug, Clone)]
pub struct Planned<'a> {
    /// The stage.
    pub stage: &'a Stage,
    /// What it is judged about; empty when it is skipped.
    pub subjects: Vec<Option<ServiceName>>,
}

/// Plans a deployment, or says everything that is wrong with what the caller wants to skip.
pub fn plan<'a>(set: &'a PolicySet, deployment: &Deployment, skip: &[StageId]) -> Result<Plan<'a>, Vec<PlanError>> {
    let mut errors: Vec<PlanError> = skip.iter().filter_map(|id| skip_error(set, id)).collect();
    let stages: Vec<Planned<'a>> = set
        .stages
        .iter()
        .filter(|stage| stage.mode != Mode::Off)
        .map(|stage| Planned { stage, subjects: subjects(stage, deployment, skip) })
        .collect();
    let used = stages.iter().map(|planned| planned.subjects.len()).sum();
    if used > EVALUATIONS_MAX {
        errors.push(PlanError::TooMuch { used, allowed: EVALUATIONS_MAX });
    }
    if errors.is_empty() { Ok(Plan { stages }) } else { Err(errors) }
}

fn skip_error(set: &PolicySet, id: &StageId) -> Option<PlanError> {
    match set.stages.iter().find(|stage| stage.id == *id) {
        None => {
            let names = set.stages.iter().map(|stage| stage.id.as_str());
            let nearest = nearest(id.as_str(), names).and_then(|name| StageId::parse(name).ok());
            Some(PlanError::UnknownStage { stage: id.clone(), nearest })
        }
        Some(stage) => (!stage.optional).then(|| PlanError::NotOptional(id.clone())),
    }
}

fn subjects(stage: &Stage, deployment: &Deployment, skip: &[StageId]) -> Vec<Option<ServiceName>> {
    if stage.optional && skip.contains(&stage.id) {
        return Vec::new();
    }
    match stage.per {
        Per::Deployment => vec![None],
        Per::Service => deployment.services().iter().map(|service| Some(service.name.clone())).collect(),
    }
}

/// The candidate most like `text`, when one is like it at all.
#[must_use]
pub fn nearest<'a>(text: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let scored = candidates.into_iter().map(|candidate| (strsim::jaro_winkler(text, candidate), candidate));
    scored.filter(|(score, _)| *score > 0.8).max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, candidate)| candidate)
}
