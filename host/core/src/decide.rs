//! From stage results to a decision.

use crate::{
    break_glass::{self, OverrideRequest, OverrideState},
    decision::{DecidedBy, Decision, Outcome, Permission, WaiverUse},
    deployment::Deployment,
    digest::Digest,
    evidence::Evidence,
    fault::{Blame, Fault, FaultKind},
    interpret::faulty,
    mend::is_lifted,
    name::{ServiceName, WaiverId},
    obligation::{self, Overdue},
    policy::{Enforcement, Mode, OnError, Per, PolicySet, Stage},
    score::score,
    stage_result::{Blocker, Conclusion, Evaluation, JudgedBy, StageResult, Why},
    time::Timestamp,
    waiver::Waiver,
    warnings::warnings,
};
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One as _, Zero as _};
use std::sync::Arc;

/// Everything a decision is made from.
#[derive(Debug)]
pub struct Ruling<'a> {
    /// The rules.
    pub set: &'a PolicySet,
    /// What is to be deployed.
    pub deployment: &'a Deployment,
    /// What was handed in.
    pub evidence: &'a [Evidence],
    /// The stages, judged or skipped, in any order. One that the set asks for and that is not here is in error.
    pub stages: Vec<JudgedStage<'a>>,
    /// All waivers there are.
    pub waivers: &'a [Waiver],
    /// A wish to deploy all the same.
    pub emergency: Option<&'a OverrideRequest>,
    /// Obligations that are overdue for these services.
    pub overdue: &'a [Overdue],
    /// The moment of the decision.
    pub now: Timestamp,
}

/// A stage and what its plugin said.
#[derive(Debug)]
pub struct JudgedStage<'a> {
    /// The stage.
    pub stage: &'a Stage,
    /// Who judged it.
    pub plugin: JudgedBy,
    /// One for each subject; none: the stage was skipped.
    pub evaluations: Vec<Evaluation>,
}

/// Decides. A stage that failed refuses (REMEDIATE); else one that holds, or could not be decided, holds; else DEPLOY.
#[must_use]
pub fn decide(ruling: Ruling<'_>) -> Decision {
    let Ruling { set, deployment, evidence, stages, waivers, emergency, overdue, now } = ruling;
    let warnings_of = |stages: &[StageResult]| warnings(set, deployment, evidence, stages, overdue, now);
    let stages: Vec<StageResult> = complete(stages, set, deployment)
        .into_iter()
        .map(|judged| stage_result(judged, deployment, waivers, now))
        .collect();
    let of_stages = stages.iter().flat_map(|stage| stage.blocking.iter().cloned());
    let blocking: Vec<Blocker> = of_stages.chain(obligation::blocker(overdue, deployment, now)).collect();
    let outcome = outcome(&blocking);
    let mut forced = emergency.map(|request| break_glass::judge(request, set.break_glass.as_ref(), &stages, now));
    if let Some(forced) = forced.as_mut().filter(|_| outcome == Outcome::Deploy) {
        // Nothing had to be forced: nothing is left behind.
        forced.obligations.clear();
    }
    let permission = match (outcome, forced.as_ref().map(|forced| &forced.state), set.enforcement) {
        (Outcome::Deploy, ..) => Permission::ByTheRules,
        (_, Some(OverrideState::Granted { .. }), _) => Permission::Forced,
        (_, _, Enforcement::Advisory) => Permission::Advisory,
        _ => Permission::Refused,
    };
    let waivers = waiver_uses(&stages, waivers, now);
    let latest = now.plus(set.valid_for);
    let valid_until = match (permission, forced.as_ref().map(|forced| &forced.state)) {
        (Permission::Refused, _) => None,
        (Permission::Forced, Some(OverrideState::Granted { expires })) => Some(*expires),
        (Permission::ByTheRules, _) => Some(latest.min(waived_until(&stages, &waivers).unwrap_or(latest))),
        _ => Some(latest),
    };
    Decision {
        outcome,
        permission,
        decided_by: DecidedBy {
            id: set.id.clone(),
            version: set.version.clone(),
            digest: set.digest,
            enforcement: set.enforcement,
        },
        score: score(&stages),
        retry_at: retry_at(&blocking),
        waivers,
        warnings: warnings_of(&stages),
        stages,
        blocking,
        forced,
        evaluated_at: now,
        valid_until,
    }
}

fn outcome(blocking: &[Blocker]) -> Outcome {
    if blocking.is_empty() {
        Outcome::Deploy
    } else if blocking.iter().any(|blocker| blocker.why == Why::Failed) {
        Outcome::Remediate
    } else {
        Outcome::Hold
    }
}

/// Worth asking again when the last of all holds ends: known only if everything that blocks holds and says until when.
fn retry_at(blocking: &[Blocker]) -> Option<Timestamp> {
    let untils: Option<Vec<Timestamp>> = blocking
        .iter()
        .map(|blocker| match blocker.why {
            Why::Held(until) => until,
            Why::Failed | Why::Undecided(_) => None,
        })
        .collect();
    untils?.into_iter().max()
}

/// All stages of the set but those that are off, in its order. One that nobody judged is there too: what is missing must not pass.
fn complete<'a>(mut judged: Vec<JudgedStage<'a>>, set: &'a PolicySet, deployment: &Deployment) -> Vec<JudgedStage<'a>> {
    let forgotten = |stage: &&Stage| stage.mode != Mode::Off && !judged.iter().any(|known| known.stage.id == stage.id);
    let forgotten: Vec<JudgedStage<'a>> =
        set.stages.iter().filter(forgotten).map(|stage| unjudged(stage, deployment)).collect();
    judged.extend(forgotten);
    judged.sort_by_key(|judged| set.stages.iter().position(|stage| stage.id == judged.stage.id));
    judged
}

fn unjudged<'a>(stage: &'a Stage, deployment: &Deployment) -> JudgedStage<'a> {
    let plugin = JudgedBy { name: stage.plugin.clone(), version: Arc::from(""), digest: Digest::from_bytes([0; 32]) };
    JudgedStage { stage, plugin, evaluations: missing(stage, &[], deployment) }
}

/// Nothing but a missing judgement: the host's fault, never a pass.
fn not_judged(service: Option<ServiceName>) -> Evaluation {
    let message = "the stage was not judged".to_owned();
    faulty(service, Fault { blame: Blame::Host, kind: FaultKind::Host, message })
}

/// What a stage's evaluations lack.
fn missing(stage: &Stage, evaluations: &[Evaluation], deployment: &Deployment) -> Vec<Evaluation> {
    let judged = |service: &ServiceName| evaluations.iter().any(|e| e.service.as_ref() == Some(service));
    match stage.per {
        Per::Deployment if evaluations.is_empty() => vec![not_judged(None)],
        Per::Deployment => Vec::new(),
        Per::Service => {
            let services = deployment.services().iter().map(|service| &service.name);
            services.filter(|name| !judged(name)).map(|name| not_judged(Some(name.clone()))).collect()
        }
    }
}

fn stage_result(judged: JudgedStage<'_>, deployment: &Deployment, waivers: &[Waiver], now: Timestamp) -> StageResult {
    let JudgedStage { stage, plugin, mut evaluations } = judged;
    // No evaluation at all: skipped, which only an optional stage can be.
    let skipped = stage.optional && evaluations.is_empty();
    if !skipped {
        evaluations.extend(missing(stage, &evaluations, deployment));
    }
    evaluations.sort_by(|a, b| a.service.cmp(&b.service));
    for evaluation in &mut evaluations {
        mark(evaluation, stage, deployment, waivers, now);
    }
    let mode = stage.mode_at(now);
    let blockers: Vec<Blocker> = evaluations.iter().filter_map(|evaluation| blocker(stage, evaluation)).collect();
    let would_block = mode == Mode::Monitor && !blockers.is_empty();
    StageResult {
        stage: stage.id.clone(),
        title: stage.title.clone(),
        plugin,
        mode,
        weight: stage.weight,
        conclusion: worst(&evaluations),
        ratio: mean(&evaluations),
        lifted_by: lifted_by(&evaluations),
        blocking: if mode == Mode::Block { blockers } else { Vec::new() },
        would_block,
        evaluations,
    }
}

/// Marks every finding that a waiver in force covers; of several waivers the first by name.
fn mark(evaluation: &mut Evaluation, stage: &Stage, deployment: &Deployment, waivers: &[Waiver], now: Timestamp) {
    let service = evaluation.service.clone();
    for marked in &mut evaluation.findings {
        let covering =
            waivers.iter().filter(|w| w.covers(&stage.id, &marked.finding, deployment, service.as_ref(), now));
        marked.waived_by = covering.map(|waiver| waiver.id.clone()).min();
    }
}

fn lifted_by(evaluations: &[Evaluation]) -> Vec<WaiverId> {
    let mut failed = evaluations.iter().filter(|evaluation| evaluation.conclusion == Conclusion::Fail);
    if !failed.clone().all(is_lifted) {
        return Vec::new();
    }
    let decisive = failed.by_ref().flat_map(|evaluation| &evaluation.findings).filter(|marked| marked.finding.decisive);
    let mut ids: Vec<WaiverId> = decisive.filter_map(|marked| marked.waived_by.clone()).collect();
    ids.sort();
    ids.dedup();
    ids
}

/// Why this evaluation would block, were its stage's mode `block`.
fn blocker(stage: &Stage, evaluation: &Evaluation) -> Option<Blocker> {
    let why = match &evaluation.conclusion {
        Conclusion::Pass | Conclusion::NotApplicable | Conclusion::Skipped => None,
        Conclusion::Fail => (!is_lifted(evaluation)).then_some(Why::Failed),
        Conclusion::Hold(until) => Some(Why::Held(*until)),
        Conclusion::Inconclusive(blame) => Some(Why::Undecided(*blame)),
        Conclusion::Error(fault) => (stage.on_error == OnError::Block).then_some(Why::Undecided(fault.blame)),
    };
    why.map(|why| Blocker { stage: stage.id.clone(), service: evaluation.service.clone(), why })
}

fn worst(evaluations: &[Evaluation]) -> Conclusion {
    let conclusions = evaluations.iter().map(|evaluation| &evaluation.conclusion);
    conclusions
        .max_by_key(|conclusion| (conclusion.badness(), held_long(conclusion)))
        .cloned()
        .unwrap_or(Conclusion::Skipped)
}

/// Of several holds the one that ends last is the worst; one whose end nobody knows is worse still.
fn held_long(conclusion: &Conclusion) -> Option<Timestamp> {
    match conclusion {
        Conclusion::Hold(until) => Some(until.unwrap_or(Timestamp::from_nanos(u64::MAX))),
        _ => None,
    }
}

/// The mean share of a stage that passed or failed. What was not shown to be fulfilled counts as nothing.
fn mean(evaluations: &[Evaluation]) -> Option<BigRational> {
    if !matches!(worst(evaluations), Conclusion::Pass | Conclusion::Fail) {
        return None;
    }
    let concerned = evaluations.iter().filter(|evaluation| evaluation.conclusion != Conclusion::NotApplicable);
    let (mut sum, mut count) = (BigRational::zero(), 0_u32);
    for evaluation in concerned {
        count += 1;
        sum += match (&evaluation.conclusion, evaluation.ratio) {
            (Conclusion::Pass | Conclusion::Fail, Some(ratio)) => ratio.exact(),
            (Conclusion::Pass, None) => BigRational::one(),
            _ => BigRational::zero(),
        };
    }
    (count > 0).then(|| sum / BigRational::from_integer(BigInt::from(count)))
}

/// When the first of the waivers ends without which a stage would refuse: no decision outlives what it rests on.
fn waived_until(stages: &[StageResult], uses: &[WaiverUse]) -> Option<Timestamp> {
    let blocking = stages.iter().filter(|stage| stage.mode == Mode::Block);
    let lifting: Vec<&WaiverId> = blocking.flat_map(|stage| &stage.lifted_by).collect();
    uses.iter().filter(|used| used.findings > 0 && lifting.contains(&&used.waiver)).map(|used| used.expires).min()
}

fn waiver_uses(stages: &[StageResult], waivers: &[Waiver], now: Timestamp) -> Vec<WaiverUse> {
    let concerns = |waiver: &&Waiver| waiver.rules.iter().any(|(id, _)| stages.iter().any(|stage| stage.stage == *id));
    let covered = |id: &WaiverId| {
        let findings = stages.iter().flat_map(|stage| &stage.evaluations).flat_map(|evaluation| &evaluation.findings);
        findings.filter(|marked| marked.waived_by.as_ref() == Some(id)).count()
    };
    let mut uses: Vec<WaiverUse> = waivers
        .iter()
        .filter(concerns)
        .map(|waiver| WaiverUse {
            waiver: waiver.id.clone(),
            state: waiver.state(now),
            expires: waiver.expires,
            findings: covered(&waiver.id),
        })
        .collect();
    uses.sort_by(|a, b| (&a.waiver, a.expires, a.state.word()).cmp(&(&b.waiver, b.expires, b.state.word())));
    uses
}
