//! What lets a maintenance open: an ordinary decision of its set about what was stated, which is in the record and replays.

use super::{
    KEEPERS, a_person,
    checklist::{Said, last_words},
    stands,
};
use crate::{
    api::{
        answer::{Answer, EvaluationBody, StageBody},
        maintenances::MaintenanceBody,
        problem::PlacedError,
        request::{DeploymentRequestBody, EmergencyRequest, ServiceRequest},
    },
    gate::{
        Caller, Gate,
        error::{GateError, placed},
        submission::{Source, Submission, Upload},
    },
    identity::principal::Principal,
};
use std::{collections::BTreeMap, sync::Arc};
use tidegate_bundle::{bundle::LoadedSet, maintenance::MaintenanceRules};
use tidegate_core::name::{EnvironmentName, ServiceName};
use tidegate_ledger::{
    id::DecisionId,
    maintenance::{Maintenance, MaintenanceState, Phase, Step},
};

/// The label of a decision that names the maintenance it is about.
const LABEL: &str = "maintenance";
/// The version of a service of which the record knows no deployment there.
const UNKNOWN: &str = "unknown";
/// Things that a refusal lists, at most.
const MISSING_MAX: usize = 100;

/// Somebody wishes to open one.
pub(super) struct Wish<'a> {
    pub(super) id: &'a str,
    pub(super) of: &'a EnvironmentName,
    pub(super) services: &'a [ServiceName],
    pub(super) set: &'a LoadedSet,
    pub(super) rules: &'a MaintenanceRules,
}

impl Gate {
    /// Opens one within its window, where its set allows it by what was stated. `None`: there is none of that name for whoever asks.
    pub async fn open_maintenance(
        &self,
        id: &str,
        principal: &Arc<Principal>,
    ) -> Result<Option<MaintenanceBody>, GateError> {
        let Some((maintenance, _)) = self.maintenance_for(id, principal, &KEEPERS).await? else { return Ok(None) };
        let person = a_person(principal, &maintenance)?;
        let now = stands(&maintenance, &[MaintenanceState::Approved], "opened")?;
        let new = &maintenance.new;
        if now < new.from {
            return Err(GateError::unmaintained(&format!("its window begins at {}", new.from)));
        }
        let active = self.active();
        let set = active.bundle().sets().iter().find(|set| set.set.id == new.policy_set);
        let rules = set.and_then(|set| Some((set, set.maintenance.as_ref()?)));
        let gone = || GateError::unmaintained(&format!("policy set `{}` says nothing of it any more", new.policy_set));
        let (set, rules) = rules.filter(|(_, rules)| rules.asked_in == new.asked_in).ok_or_else(gone)?;
        let said = self.said_for(&maintenance).await?;
        let wish = Wish { id: &new.id, of: &new.environment, services: &new.services, set, rules };
        let mut submission = self.submission(&wish).await?;
        submission.evidence = uploads(&maintenance, &said, rules);
        let answer = self.asked_whether(submission, principal).await?;
        let decision = let_through(&wish, &answer)?;
        self.take_step(&maintenance, person, Step::Opened { decision }).await.map(Some)
    }

    /// Has one decided that opens at once, by force.
    pub(super) async fn force_open(
        &self,
        wish: &Wish<'_>,
        (because, why): (&str, &str),
        principal: &Arc<Principal>,
    ) -> Result<DecisionId, GateError> {
        let emergency = EmergencyRequest { reason: because.to_owned(), justification: why.to_owned() };
        let submission = Submission { emergency: Some(emergency), ..self.submission(wish).await? };
        let answer = self.asked_whether(submission, principal).await?;
        let_through(wish, &answer)
    }

    async fn asked_whether(&self, submission: Submission, principal: &Arc<Principal>) -> Result<Answer, GateError> {
        let caller =
            Caller { principal: principal.clone(), idempotency_key: None, traceparent: None, tracestate: None };
        self.decide(submission, caller).await
    }

    async fn submission(&self, wish: &Wish<'_>) -> Result<Submission, GateError> {
        let mut services = Vec::new();
        for service in wish.services {
            let version = self.version_that_runs(wish.of, service).await?.unwrap_or_else(|| UNKNOWN.to_owned());
            services.push(ServiceRequest { name: service.to_string(), version, ..ServiceRequest::default() });
        }
        let deployment = DeploymentRequestBody {
            id: Some(format!("{LABEL}-{}", wish.id)),
            environment: wish.rules.asked_in.to_string(),
            services,
            cause: Some("manual".to_owned()),
            labels: BTreeMap::from([(LABEL.to_owned(), wish.id.to_owned())]),
            ..DeploymentRequestBody::default()
        };
        Ok(Submission { deployment, ..Submission::default() })
    }

    /// The version of a service that the record knows to run there.
    async fn version_that_runs(
        &self,
        there: &EnvironmentName,
        service: &ServiceName,
    ) -> Result<Option<String>, GateError> {
        let Some(id) = self.ledger().deployed(there, Some(service)).await? else { return Ok(None) };
        let stored = self.ledger().decision(&id).await?;
        Ok(stored.and_then(|stored| Some(stored.judgement.deployment.service(service)?.version.to_string())))
    }
}

/// The last words of all who stated something of before it opens, as evidence by their digests.
fn uploads(maintenance: &Maintenance, said: &[Said], rules: &MaintenanceRules) -> Vec<Upload> {
    let of_later = |item: &str| {
        let mut items = maintenance.new.items.iter();
        items.any(|known| known.phase != Phase::Pre && *known.id == *item)
    };
    let before = last_words(said).into_iter().filter(|one| !of_later(&one.item));
    let upload = |one: &Said| Upload {
        name: rules.evidence.to_string(),
        place: format!("{} {}", one.item, one.document),
        format: Some("statements".to_owned()),
        produced_at: None,
        source: Source::Digest(one.document.to_string()),
    };
    before.map(upload).collect()
}

/// The decision, where it lets the maintenance open; else everything that is missing.
fn let_through(wish: &Wish<'_>, answer: &Answer) -> Result<DecisionId, GateError> {
    let unrecorded = || GateError::Internal("a maintenance was decided, and not recorded".to_owned());
    let id = answer.id.as_deref().and_then(|id| DecisionId::parse(id).ok()).ok_or_else(unrecorded)?;
    if answer.allowed {
        return Ok(id);
    }
    let set = &wish.set.set.id;
    let first = placed("decision", format!("`{id}` of policy set `{set}` does not allow it: {}", answer.outcome));
    let refused = answer.forced.iter().flat_map(|forced| &forced.problems).map(|why| placed("emergency", why));
    let stages = answer.stages.iter().filter(|stage| stage.blocking).flat_map(against);
    Err(GateError::Unmaintained([first].into_iter().chain(refused).chain(stages).take(MISSING_MAX).collect()))
}

/// What a stage says against it: its findings, or in one sentence.
fn against(stage: &StageBody) -> Vec<PlacedError> {
    let passes = |evaluation: &&EvaluationBody| evaluation.result != "pass";
    let each = stage.evaluations.iter().filter(passes).flat_map(|evaluation| {
        let of = |subject: &Option<String>| match subject {
            Some(subject) => format!("{}.{subject}", stage.id),
            None => stage.id.clone(),
        };
        let findings = evaluation.findings.iter().filter(|finding| finding.severity != "info");
        let mut said: Vec<PlacedError> =
            findings.map(|finding| placed(of(&finding.subject), &finding.message)).collect();
        if said.is_empty() {
            said.push(placed(stage.id.as_str(), &evaluation.summary));
        }
        said
    });
    each.collect()
}
