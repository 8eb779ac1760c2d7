//! One decision from end to end, without the record: what runs in one blocking job.

use crate::{
    api::request::{DeploymentRequestBody, EmergencyRequest},
    gate::{
        agreements::Agreements,
        baselines::Compared,
        case::{Case, Judged},
        deployment::{Asked, deployment_of, permitted, skips_of},
        emergency::wish,
        error::GateError,
        intake::{Fetched, IntakeLimits},
        judging::Measured,
        masking::without_secrets,
        named_once,
        parse_cache::ParseCache,
        plugins::Active,
        quota::ForcedBefore,
        settings::GateSettings,
        shadow::Beside,
        spans::moments::RulingMoments,
    },
};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use tidegate_bundle::bundle::LoadedSet;
use tidegate_core::{
    evidence::Document,
    judgement::{Judgement, JudgementLimits},
    obligation::Overdue,
    shadow::Shadow,
};
use tidegate_engine::engine::Engine;
use tidegate_ledger::forced::Forced;

/// Everything a decision needs but the question: shared by all requests, changed by none.
#[derive(Debug)]
pub struct Bench {
    /// Runs plugins.
    pub engine: Engine,
    /// The policies in force and their plugins.
    pub active: Arc<Active>,
    /// What was agreed to of waivers.
    pub agreements: Arc<Agreements>,
    /// Parsed documents.
    pub cache: Arc<ParseCache>,
    /// Limits of taking evidence in.
    pub intake: IntakeLimits,
    /// Wall clock of one decision.
    pub deadline: Duration,
    /// The limits that a judgement says it was made under.
    pub limits: JudgementLimits,
}

/// A question whose documents are at hand.
#[derive(Debug)]
pub struct Asking {
    /// What is to be deployed.
    pub deployment: DeploymentRequestBody,
    /// Optional stages not to be judged.
    pub skip: Vec<String>,
    /// Deploy all the same.
    pub emergency: Option<EmergencyRequest>,
    /// Obligations that are overdue for its services.
    pub overdue: Vec<Overdue>,
    /// What was forced before, where something is to be forced.
    pub forced_before: Vec<Forced>,
    /// What its services are compared with.
    pub compared: Compared,
    /// Documents and archives.
    pub fetched: Vec<Fetched>,
    /// Who asked, and when.
    pub asked: Asked,
}

/// A judgement, the documents it was made from, and what it cost.
#[derive(Debug)]
pub struct Ruled {
    /// What was decided, from what.
    pub judgement: Judgement,
    /// The policy set that decided, where it is one with overrides over it: the record names it by its digest.
    pub layered: Option<Arc<LoadedSet>>,
    /// What candidate policy sets said beside it.
    pub shadows: Vec<Shadow>,
    /// The documents, for the record.
    pub documents: Vec<Arc<Document>>,
    /// What each evaluation cost.
    pub measured: Vec<Measured>,
    /// When what happened.
    pub moments: RulingMoments,
}

impl Bench {
    /// A bench with an empty cache.
    #[must_use]
    pub fn new(engine: Engine, active: Active, agreements: Agreements, settings: &GateSettings) -> Self {
        let limits = limits(&engine, settings.decision_deadline);
        Self {
            engine,
            active: Arc::new(active),
            agreements: Arc::new(agreements),
            cache: Arc::new(ParseCache::new(settings.parse_cache_bytes)),
            intake: IntakeLimits::of(settings),
            deadline: settings.decision_deadline,
            limits,
        }
    }

    /// The same bench with other policies: documents that were parsed stay so.
    #[must_use]
    pub fn with(&self, active: Active) -> Self {
        Self {
            engine: self.engine.clone(),
            active: Arc::new(active),
            agreements: self.agreements.clone(),
            cache: self.cache.clone(),
            intake: self.intake.clone(),
            deadline: self.deadline,
            limits: self.limits,
        }
    }

    /// Hears who asks for what, judges every stage and decides.
    pub fn rule(&self, mut asking: Asking) -> Result<Ruled, GateError> {
        let started = Instant::now();
        without_secrets(&asking.deployment, &asking.skip, asking.emergency.as_ref())?;
        let people = self.active.bundle().identities().people();
        named_once::authors(&mut asking.deployment.labels, people);
        let deployment = Arc::new(deployment_of(&asking.deployment, &asking.asked)?);
        permitted(&deployment, &asking.asked.principal, asking.emergency.is_some())?;
        let emergency = asking.emergency.as_ref();
        let emergency = emergency.map(|request| wish(request, &asking.asked.principal, &deployment)).transpose()?;
        let skip = skips_of(&asking.skip)?;
        let agreed = self.agreements.now();
        let case = Case {
            deployment,
            skip,
            emergency,
            overdue: asking.overdue,
            forced_before: ForcedBefore::Listed(asking.forced_before),
            agreed: agreed.clone(),
            compared: asking.compared,
            fetched: asking.fetched,
            now: asking.asked.at,
        };
        let Judged { judgement, loaded, question, layered, measured, moments } = self.judge(case, started)?;
        let shadows =
            self.shadows(Beside { loaded, question: &question, agreed: &agreed }, &judgement.decision, started);
        let documents = question.evidence.into_iter().map(|item| item.document).collect();
        Ok(Ruled { judgement, layered, shadows, documents, measured, moments })
    }
}

fn limits(engine: &Engine, decision_deadline: Duration) -> JudgementLimits {
    let limits = engine.limits();
    JudgementLimits {
        plugin_deadline: limits.plugin_deadline,
        decision_deadline,
        plugin_memory_bytes: limits.plugin_memory_bytes,
        findings_max: limits.findings_max,
        string_bytes_max: limits.string_bytes_max,
        answer_bytes_max: Some(limits.answer_bytes_max),
        page_rows_max: Some(limits.page_rows_max),
    }
}
