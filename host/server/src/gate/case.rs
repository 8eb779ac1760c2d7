//! From what a decision is made from to a judgement: the one way that a decision and its replay both take.
//!
//! **Invariant:** whatever decides is in the [`Case`], in the bundle and the limits of the [`Bench`], and in the judgement that comes of it;
//! nothing else is asked. **Invariant:** what only whoever asks can answer, permission and secrets in their words, was asked before.

use crate::gate::{
    agreements::AgreedIn,
    baselines::Compared,
    error::GateError,
    intake::{Fetched, Reading, Taken, intake},
    judging::{EngineJudge, Measured},
    masking::{MaskedPart, note, taken},
    named_once,
    quota::ForcedBefore,
    ruling::Bench,
    spans::moments::RulingMoments,
};
use std::{collections::BTreeMap, sync::Arc, time::Instant};
use tidegate_bundle::bundle::LoadedSet;
use tidegate_core::{
    break_glass::OverrideRequest,
    deployment::Deployment,
    evidence::Evidence,
    judge::{Question, judge},
    judgement::{Judgement, SEMANTICS_VERSION, Submitted},
    name::StageId,
    obligation::Overdue,
    time::Timestamp,
};
use tidegate_ledger::leaf_size;

/// What a decision is made from, but for policies and plugins: nothing in it is a claim any more.
#[derive(Debug)]
pub struct Case {
    /// What is to be deployed.
    pub deployment: Arc<Deployment>,
    /// Optional stages not to be judged, sorted.
    pub skip: Vec<StageId>,
    /// Deploy all the same.
    pub emergency: Option<OverrideRequest>,
    /// Obligations that are overdue for its services.
    pub overdue: Vec<Overdue>,
    /// What was forced before, where something is to be forced.
    pub forced_before: ForcedBefore,
    /// Which waivers were agreed to.
    pub agreed: Arc<AgreedIn>,
    /// What its services are compared with.
    pub compared: Compared,
    /// Documents and archives.
    pub fetched: Vec<Fetched>,
    /// The moment of the judgement.
    pub now: Timestamp,
}

/// A judgement, and what it was made from.
#[derive(Debug)]
pub struct Judged<'a> {
    /// What was decided, from what.
    pub judgement: Judgement,
    /// The policy set that decided, without overrides.
    pub loaded: &'a LoadedSet,
    /// As core was asked.
    pub question: Question,
    /// The policy set with its overrides, where it has any.
    pub layered: Option<Arc<LoadedSet>>,
    /// What each evaluation cost.
    pub measured: Vec<Measured>,
    /// When what happened.
    pub moments: RulingMoments,
}

impl Bench {
    /// Judges every stage and decides. `started`: when the decision's time began.
    pub fn judge(&self, case: Case, started: Instant) -> Result<Judged<'_>, GateError> {
        let Case { deployment, skip, mut emergency, overdue, forced_before, agreed, compared, fetched, now } = case;
        let bundle = self.active.bundle();
        let people = bundle.identities().people();
        // The set comes first: whose signatures count is a part of it.
        let loaded = bundle.choose(&deployment).map_err(GateError::NoPolicySet)?;
        let reading = Reading { cache: &self.cache, limits: &self.intake, signers: &loaded.signers };
        let chosen = Instant::now();
        let Taken { evidence, masked, .. } = intake(fetched, &reading, now)?;
        let evidence = named_once::statements(evidence, people);
        let before = compared.read(&reading, people, now);
        let read = Instant::now();
        let services = deployment.service_names();
        let effective = self.active.effective(&self.engine, loaded, deployment.environment(), &services)?;
        let resolved = Instant::now();
        let set = effective.policy;
        if let Some((wish, quota)) = emergency.as_mut().zip(set.break_glass.as_ref().and_then(|rules| rules.quota)) {
            wish.used = Some(forced_before.used(quota, wish, people, &deployment, now));
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
            waivers: agreed.waivers_of(bundle, &set.id),
            emergency: emergency.clone(),
            overdue,
            before,
            now,
        };
        let engine_judge = EngineJudge::new(&self.engine, &self.active, &set.id, started + self.deadline);
        let decision = judge(&question, &engine_judge).map_err(GateError::Plan)?;
        let measured = engine_judge.into_measured();
        let moments = RulingMoments { began: started, chosen, read, resolved, decided: Instant::now() };
        let (compared, baseline) = question.before.recorded(&set);
        let judgement = Judgement {
            semantics: SEMANTICS_VERSION,
            evaluated_at: now,
            deployment,
            skip,
            evidence: submitted(&question.evidence, &masked),
            baseline,
            compared,
            bundle: bundle.digest(),
            limits: self.limits,
            emergency,
            overdue: question.overdue.clone(),
            agreed: agreed.of_set(bundle, &set.id),
            decision,
        };
        Ok(Judged { judgement, loaded, question, layered: effective.layered, measured, moments })
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
