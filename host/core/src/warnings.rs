//! What a person should see though it changes nothing.

use crate::{
    decision::Warning,
    deployment::Deployment,
    evidence::{Content, Evidence},
    obligation::{self, Overdue},
    plan::nearest,
    policy::{Mode, OnError, PolicySet, Stage},
    stage_result::{Conclusion, StageResult},
    sufficiency::bound_names,
    time::Timestamp,
};

/// All warnings of a decision, sorted.
#[must_use]
pub(crate) fn warnings(
    set: &PolicySet,
    deployment: &Deployment,
    evidence: &[Evidence],
    stages: &[StageResult],
    overdue: &[Overdue],
    now: Timestamp,
) -> Vec<Warning> {
    let mut warnings: Vec<Warning> =
        set.next_review.filter(|due| *due < now).map(Warning::ReviewOverdue).into_iter().collect();
    warnings.extend(obligation::warnings(overdue, now));
    warnings.extend(unused(set, deployment, evidence));
    for result in stages {
        let stage = set.stages.iter().find(|stage| stage.id == result.stage);
        warnings.extend(stage_warning(result, stage));
        warnings.extend(stage.and_then(|stage| over_budget(stage, evidence)));
    }
    warnings.sort();
    warnings.dedup();
    warnings
}

fn unused(set: &PolicySet, deployment: &Deployment, evidence: &[Evidence]) -> Vec<Warning> {
    let names = bound_names(&set.stages);
    let bound = |item: &Evidence| names.iter().any(|name| **name == *item.name.as_str());
    let known = |item: &Evidence| item.service.as_ref().is_none_or(|service| deployment.service(service).is_some());
    let unused = evidence.iter().filter(|item| !bound(item) || !known(item));
    unused
        .map(|item| Warning::UnusedEvidence {
            label: item.label(),
            nearest: nearest(item.name.as_str(), names.iter().map(AsRef::as_ref))
                .filter(|_| !bound(item))
                .map(str::to_owned),
        })
        .collect()
}

fn stage_warning(result: &StageResult, stage: Option<&Stage>) -> Option<Warning> {
    let id = || result.stage.clone();
    match (result.mode, &result.conclusion) {
        (Mode::Monitor, _) if result.would_block => Some(Warning::WouldHaveBlocked(id())),
        (Mode::Warn, Conclusion::Fail) if result.lifted_by.is_empty() => Some(Warning::Failed(id())),
        (Mode::Warn, Conclusion::Inconclusive(_) | Conclusion::Error(_) | Conclusion::Hold(_)) => {
            Some(Warning::Undecided(id()))
        }
        (Mode::Block, _) if stage.is_some_and(|stage| stage.on_error == OnError::Warn) => {
            let erred =
                result.evaluations.iter().any(|evaluation| matches!(evaluation.conclusion, Conclusion::Error(_)));
            erred.then(|| Warning::Undecided(id()))
        }
        _ => None,
    }
}

/// Shards run side by side, so a stage took as long as its longest document.
fn over_budget(stage: &Stage, evidence: &[Evidence]) -> Option<Warning> {
    let allowed_s = stage.budget?.as_secs();
    let bound = evidence.iter().filter(|item| stage.evidence.iter().any(|requirement| requirement.name == item.name));
    let used_s = bound.map(test_seconds).max()?;
    (used_s > allowed_s).then(|| Warning::OverBudget { stage: stage.id.clone(), used_s, allowed_s })
}

fn test_seconds(item: &Evidence) -> u64 {
    let tests = item.document.contents.iter().filter_map(|content| match content {
        Content::Tests(report) => Some(report),
        _ => None,
    });
    let milliseconds = tests.flat_map(|report| &report.cases).map(|case| case.duration_ms);
    milliseconds.fold(0_u64, u64::saturating_add).div_ceil(1000)
}
