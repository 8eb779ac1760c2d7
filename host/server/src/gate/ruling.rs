//! One decision from end to end, without the record: what runs in one blocking job.

use crate::{
    api::request::{DeploymentRequestBody, EmergencyRequest},
    gate::{
        agreements::Agreements,
        deployment::{Asked, deployment_of, permitted, skips_of},
        emergency::wish,
        error::GateError,
        intake::{Fetched, IntakeLimits, Reading, Taken, intake},
        judging::{EngineJudge, Measured},
        masking::{MaskedPart, note, taken, without_secrets},
        named_once,
        parse_cache::ParseCache,
        plugins::Active,
        quota,
        settings::GateSettings,
        spans::moments::RulingMoments,
    },
};
use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, Instant},
};
use tidegate_bundle::bundle::LoadedSet;
use tidegate_core::{
    evidence::{Document, Evidence},
    judge::{Question, judge},
    judgement::{Judgement, JudgementLimits, SEMANTICS_VERSION, Submitted},
    obligation::Overdue,
    shadow::Shadow,
};
use tidegate_engine::engine::Engine;
use tidegate_ledger::{forced::Forced, leaf_size};

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
        Self {
            engine,
            active: Arc::new(active),
            agreements: Arc::new(agreements),
            cache: Arc::new(ParseCache::new(settings.parse_cache_bytes)),
            intake: IntakeLimits::of(settings),
            deadline: settings.decision_deadline,
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
        }
    }

    /// Judges every stage and decides.
    pub fn rule(&self, mut asking: Asking) -> Result<Ruled, GateError> {
        let started = Instant::now();
        let now = asking.asked.at;
        without_secrets(&asking.deployment, &asking.skip, asking.emergency.as_ref())?;
        let people = self.active.bundle().identities().people();
        named_once::authors(&mut asking.deployment.labels, people);
        let deployment = Arc::new(deployment_of(&asking.deployment, &asking.asked)?);
        permitted(&deployment, &asking.asked.principal, asking.emergency.is_some())?;
        let emergency = asking.emergency.as_ref();
        let mut emergency = emergency.map(|request| wish(request, &asking.asked.principal, &deployment)).transpose()?;
        let skip = skips_of(&asking.skip)?;
        // The set comes first: whose signatures count is a part of it.
        let loaded = self.active.bundle().choose(&deployment).map_err(GateError::NoPolicySet)?;
        let reading = Reading { cache: &self.cache, limits: &self.intake, signers: &loaded.signers };
        let chosen = Instant::now();
        let Taken { evidence, masked, .. } = intake(asking.fetched, &reading, now)?;
        let evidence = named_once::statements(evidence, people);
        let read = Instant::now();
        let services = deployment.service_names();
        let effective = self.active.effective(&self.engine, loaded, deployment.environment(), &services)?;
        let resolved = Instant::now();
        let set = effective.policy;
        if let Some((wish, quota)) = emergency.as_mut().zip(set.break_glass.as_ref().and_then(|rules| rules.quota)) {
            wish.used = Some(quota::used(quota, wish, people, &deployment, &asking.forced_before, now));
        }
        taken(set.secrets, &masked)?;
        // Whatever the stages say will fit into the record: a decision that could not be recorded is not made.
        leaf_size::fits(&deployment, &skip, &set)
            .map_err(|too_large| GateError::too_large(too_large.what, too_large.used, too_large.allowed))?;
        let question = Question {
            set: set.clone(),
            deployment: deployment.clone(),
            evidence,
            skip: skip.clone(),
            waivers: self.agreements.waivers_of(self.active.bundle(), &set.id),
            emergency: emergency.clone(),
            overdue: asking.overdue,
            now,
        };
        let engine_judge = EngineJudge::new(&self.engine, &self.active, &set.id, started + self.deadline);
        let decision = judge(&question, &engine_judge).map_err(GateError::Plan)?;
        let measured = engine_judge.into_measured();
        let moments = RulingMoments { began: started, chosen, read, resolved, decided: Instant::now() };
        let shadows = self.shadows(loaded, &question, &decision, started);
        let judgement = Judgement {
            semantics: SEMANTICS_VERSION,
            evaluated_at: now,
            deployment,
            skip,
            evidence: submitted(&question.evidence, &masked),
            baseline: Vec::new(),
            bundle: self.active.bundle().digest(),
            limits: self.limits(),
            emergency,
            overdue: question.overdue.clone(),
            decision,
        };
        let documents = question.evidence.into_iter().map(|item| item.document).collect();
        Ok(Ruled { judgement, layered: effective.layered, shadows, documents, measured, moments })
    }

    fn limits(&self) -> JudgementLimits {
        let limits = self.engine.limits();
        JudgementLimits {
            plugin_deadline: limits.plugin_deadline,
            decision_deadline: self.deadline,
            plugin_memory_bytes: limits.plugin_memory_bytes,
            findings_max: limits.findings_max,
            string_bytes_max: limits.string_bytes_max,
        }
    }
}

/// What was handed in, sorted: its order changes nothing.
fn submitted(evidence: &[Evidence], masked: &[MaskedPart]) -> Vec<Submitted> {
    let mut submitted: Vec<Submitted> = evidence
        .iter()
        .map(|item| Submitted {
            label: item.label(),
            format: item.document.format.clone(),
            digest: item.document.digest,
            submitted: None,
            masked: BTreeMap::new(),
            declared_at: item.declared_at,
            received_at: item.received_at,
            stated_in: item.stated_in,
        })
        .collect();
    note(&mut submitted, masked);
    submitted.sort();
    submitted
}
