//! The whole way from a question to a decision, with plugins behind a trait: the engine's in the gate, native ones in tests.

use crate::{
    baseline::Baselines,
    break_glass::OverrideRequest,
    decide::{JudgedStage, Ruling, decide},
    decision::Decision,
    deployment::Deployment,
    evidence::{Baseline, Evidence},
    fault::Refusal,
    interpret,
    name::{RuleId, ServiceName, StageId},
    obligation::Overdue,
    plan::{PlanError, Planned, plan},
    policy::{PolicySet, Stage},
    report::{GateReport, GateRequest},
    stage_result::{Evaluation, JudgedBy},
    sufficiency::sufficiency,
    time::Timestamp,
    trust,
    waiver::Waiver,
};
use std::sync::Arc;

/// Everything a decision depends on but the plugins.
#[derive(Debug, Clone)]
pub struct Question {
    /// The rules.
    pub set: Arc<PolicySet>,
    /// What is to be deployed.
    pub deployment: Arc<Deployment>,
    /// What was handed in, in any order.
    pub evidence: Vec<Evidence>,
    /// Stages that the caller skips in so many words.
    pub skip: Vec<StageId>,
    /// All waivers there are.
    pub waivers: Arc<[Waiver]>,
    /// A wish to deploy all the same.
    pub emergency: Option<OverrideRequest>,
    /// Obligations that are overdue for these services.
    pub overdue: Vec<Overdue>,
    /// What was deployed of them before.
    pub before: Baselines,
    /// The server's clock.
    pub now: Timestamp,
}

/// Whoever asks the plugins.
pub trait Judge {
    /// Which plugin judges this stage.
    fn judged_by(&self, stage: &Stage) -> JudgedBy;

    /// The rules that plugin declares.
    fn rules(&self, stage: &Stage) -> &[RuleId];

    /// Asks it.
    fn evaluate(
        &self,
        stage: &Stage,
        request: &GateRequest,
        documents: &[Evidence],
        baseline: &Baseline,
    ) -> Result<GateReport, Refusal>;
}

/// Judges every stage, also after a failure, and decides. An error means that the request cannot be planned.
pub fn judge(question: &Question, judge: &impl Judge) -> Result<Decision, Vec<PlanError>> {
    let plan = plan(&question.set, &question.deployment, &question.skip)?;
    let stages = plan.stages.iter().map(|planned| judged(question, planned, judge)).collect();
    Ok(decide(Ruling {
        set: &question.set,
        deployment: &question.deployment,
        evidence: &question.evidence,
        stages,
        waivers: &question.waivers,
        emergency: question.emergency.as_ref(),
        overdue: &question.overdue,
        now: question.now,
    }))
}

fn judged<'a>(question: &Question, planned: &Planned<'a>, judge: &impl Judge) -> JudgedStage<'a> {
    let stage = planned.stage;
    let evaluations =
        planned.subjects.iter().map(|service| evaluate(question, stage, service.as_ref(), judge)).collect();
    JudgedStage { stage, plugin: judge.judged_by(stage), evaluations }
}

fn evaluate(question: &Question, stage: &Stage, service: Option<&ServiceName>, judge: &impl Judge) -> Evaluation {
    let sufficient = match sufficiency(stage, service, &question.deployment, &question.evidence, question.now) {
        Ok(sufficient) => sufficient,
        Err(insufficient) => return interpret::insufficient(service.cloned(), insufficient),
    };
    let request = GateRequest {
        deployment: question.deployment.clone(),
        stage: stage.id.clone(),
        service: service.cloned(),
        settings: stage.settings.clone(),
        evaluated_at: question.now,
    };
    let documents = trust::applied(stage, &question.deployment, service, sufficient.documents, question.now);
    let baseline = question.before.of(stage, service, &question.deployment, question.now);
    let answer = judge.evaluate(stage, &request, &documents, &baseline);
    interpret::evaluation(answer, judge.rules(stage), service.cloned())
}
