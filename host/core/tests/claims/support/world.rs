//! One question to the gate, from the policy set to the pipeline's evidence, and the plugins that answer.

use super::{
    answers::Answer,
    document::DocumentBuilder,
    emergency::{RulesBuilder, WishBuilder},
    names,
    names::{COMMIT, artifact_of, environment, hours, now, service, stage_id},
    native::{Asked, Native, honest},
    stage::StageBuilder,
    waiver::WaiverBuilder,
};
use std::{collections::BTreeMap, sync::Arc};
use tidegate_core::{
    baseline::Before,
    break_glass::OverrideRequest,
    decision::Decision,
    deployment::{Artifact, Cause, Deployment, DeploymentRequest, Revision, Service},
    digest::Digest,
    evidence::Evidence,
    judge::{Question, judge},
    name::{Commit, PolicySetId, ServiceName, StageId, Version},
    obligation::Overdue,
    plan::PlanError,
    policy::{Enforcement, PolicySet},
    stage_result::StageResult,
    time::Timestamp,
    waiver::Waiver,
};

/// Who deploys what, under which stages, with which evidence, and what plugins say of it.
#[derive(Debug, Clone)]
pub(crate) struct World {
    pub(crate) set: PolicySet,
    pub(crate) deployment: DeploymentRequest,
    pub(crate) evidence: Vec<Evidence>,
    pub(crate) skip: Vec<StageId>,
    pub(crate) waivers: Vec<Waiver>,
    pub(crate) emergency: Option<OverrideRequest>,
    pub(crate) overdue: Vec<Overdue>,
    pub(crate) before: Vec<(ServiceName, Before)>,
    answers: BTreeMap<String, Answer>,
}

/// An empty policy set and a deployment of nothing yet; plugins read test reports honestly unless told what to say.
pub(crate) fn world() -> World {
    World {
        set: PolicySet {
            id: PolicySetId::parse("runbook").unwrap(),
            version: Version::parse("1.0.0").unwrap(),
            digest: Digest::of(b"runbook"),
            enforcement: Enforcement::Enforce,
            next_review: None,
            valid_for: hours(4),
            stages: Vec::new(),
            break_glass: None,
            secrets: tidegate_core::policy::Secrets::Mask,
        },
        deployment: DeploymentRequest {
            id: Arc::from("deployment-1"),
            environment: environment("production"),
            services: Vec::new(),
            revision: Some(Revision {
                repository: Arc::from(""),
                commit: Commit::parse(COMMIT).unwrap(),
                ref_name: Arc::from(""),
            }),
            cause: Cause::Push,
            actor: Arc::from("ci"),
            person: None,
            requested_at: now(),
            labels: Vec::new(),
        },
        evidence: Vec::new(),
        skip: Vec::new(),
        waivers: Vec::new(),
        emergency: None,
        overdue: Vec::new(),
        before: Vec::new(),
        answers: BTreeMap::new(),
    }
}

/// A world that deploys `api` alone.
pub(crate) fn api() -> World {
    world().service("api")
}

impl World {
    pub(crate) fn service(mut self, name: &str) -> Self {
        let artifact = Some(Artifact { uri: Arc::from(""), digest: artifact_of(name) });
        let version = Version::parse("1.4.2").unwrap();
        self.deployment.services.push(Service { name: service(name), version, previous_version: None, artifact });
        self
    }

    pub(crate) fn without_artifacts(mut self) -> Self {
        self.deployment.services.iter_mut().for_each(|service| service.artifact = None);
        self
    }

    pub(crate) fn without_revision(mut self) -> Self {
        self.deployment.revision = None;
        self
    }

    pub(crate) fn stage(mut self, stage: StageBuilder) -> Self {
        self.set.stages.push(stage.build());
        self
    }

    pub(crate) fn advisory(mut self) -> Self {
        self.set.enforcement = Enforcement::Advisory;
        self
    }

    pub(crate) fn next_review(mut self, due: Timestamp) -> Self {
        self.set.next_review = Some(due);
        self
    }

    pub(crate) fn break_glass(mut self, rules: RulesBuilder) -> Self {
        self.set.break_glass = Some(rules.build());
        self
    }

    pub(crate) fn hand_in(mut self, document: DocumentBuilder) -> Self {
        self.evidence.push(document.build());
        self
    }

    pub(crate) fn skip(mut self, stage: &str) -> Self {
        self.skip.push(stage_id(stage));
        self
    }

    pub(crate) fn waive(mut self, waiver: WaiverBuilder) -> Self {
        self.waivers.push(waiver.build());
        self
    }

    pub(crate) fn force(mut self, wish: WishBuilder) -> Self {
        self.emergency = Some(wish.build());
        self
    }

    pub(crate) fn overdue(mut self, overdue: Overdue) -> Self {
        self.overdue.push(overdue);
        self
    }

    pub(crate) fn cause(mut self, cause: Cause) -> Self {
        self.deployment.cause = cause;
        self
    }

    /// What the plugin says of a `stage`, or of one service: `stage@service`.
    pub(crate) fn says(mut self, of: &str, answer: Answer) -> Self {
        self.answers.insert(of.to_owned(), answer);
        self
    }

    pub(crate) fn before(mut self, service: &str, before: Before) -> Self {
        self.before.push((names::service(service), before));
        self
    }

    pub(crate) fn question(&self) -> Question {
        Question {
            set: Arc::new(self.set.clone()),
            deployment: Arc::new(Deployment::new(self.deployment.clone()).unwrap()),
            evidence: self.evidence.clone(),
            skip: self.skip.clone(),
            waivers: Arc::from(self.waivers.clone()),
            emergency: self.emergency.clone(),
            overdue: self.overdue.clone(),
            before: self.before.iter().cloned().collect(),
            now: now(),
        }
    }

    pub(crate) fn judge(&self) -> Native {
        let answers = self.answers.clone();
        Native::new(move |asked: &Asked<'_>| {
            let of_service = asked.service.and_then(|name| answers.get(&format!("{}@{name}", asked.stage)));
            of_service.or_else(|| answers.get(asked.stage)).cloned().unwrap_or_else(|| honest(asked.documents))
        })
    }

    pub(crate) fn try_decide(&self) -> Result<Decision, Vec<PlanError>> {
        judge(&self.question(), &self.judge())
    }

    pub(crate) fn decide(&self) -> Decision {
        self.try_decide().unwrap()
    }

    /// `stage` or `stage@service` for every question that reached a plugin.
    pub(crate) fn asked(&self) -> Vec<String> {
        let native = self.judge();
        judge(&self.question(), &native).unwrap();
        native.asked()
    }
}

/// The result of one stage of a decision.
pub(crate) fn result<'a>(decision: &'a Decision, stage: &str) -> &'a StageResult {
    decision.stages.iter().find(|result| result.stage.as_str() == stage).unwrap()
}

/// The rules of all findings of one stage, each once.
pub(crate) fn rules_found(decision: &Decision, stage: &str) -> Vec<String> {
    let findings = result(decision, stage).evaluations.iter().flat_map(|evaluation| &evaluation.findings);
    let mut rules: Vec<String> = findings.map(|marked| marked.finding.rule.to_string()).collect();
    rules.sort();
    rules.dedup();
    rules
}
