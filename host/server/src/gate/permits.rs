//! Permits at the moment of a deployment, and decisions that are taken back.
//!
//! **Invariant:** a permit is durable before it is given, and decided where nobody else writes: of two at once for a single one, one is
//! given.

use crate::{
    api::{
        answer::{Answer, ReceiptBody},
        permit::{GivenBody, PermitBody, PermitRequestBody, RevokedBody, SinceBody},
        problem::PlacedError,
    },
    gate::{
        Gate,
        activation::act,
        clock,
        error::{GateError, parsed, placed},
    },
    identity::{principal::Principal, role::Role},
};
use std::sync::Arc;
use tidegate_core::{
    decision::Decision,
    deployment::Deployment,
    digest::Digest,
    name::{EnvironmentName, ServiceName},
    permit::{self, NoPermit, PermitRequest, Since},
    time::Timestamp,
};
use tidegate_ledger::{
    act::Act,
    confirmation::Confirmed,
    error::RecordError,
    faster::Faster,
    id::DecisionId,
    permit::{NewPermit, PermitKey, Permitted, Revocation, Standing},
    stored::StoredDecision,
};

/// Who may ask for a permit.
pub const DEPLOYERS: [Role; 3] = [Role::Decide, Role::Override, Role::Operate];
/// Who may take a decision back.
pub const REVOKERS: [Role; 2] = [Role::Override, Role::Operate];
/// Characters of a reason, at least.
const REASON_CHARS_MIN: usize = 10;

/// A permit that is asked for, as it was understood.
#[derive(Debug)]
pub struct Asked {
    request: PermitRequest,
    /// Of what was asked for, and for which decision.
    digest: Digest,
}

impl Asked {
    /// Reads what was asked for, or says everything that is wrong with it.
    pub fn read(decision: &str, body: &PermitRequestBody) -> Result<Self, GateError> {
        let mut errors: Vec<PlacedError> = Vec::new();
        let environment = parsed("environment", Some(&body.environment), EnvironmentName::parse, &mut errors);
        let mut artifacts = std::collections::BTreeMap::new();
        for (service, digest) in &body.artifacts {
            let place = format!("artifacts.{}", service.escape_debug());
            match (ServiceName::parse(service), Digest::parse(digest)) {
                (Ok(service), Ok(digest)) => drop(artifacts.insert(service, digest)),
                (service, digest) => {
                    errors.extend(service.err().map(|error| placed(place.clone(), error)));
                    errors.extend(digest.err().map(|error| placed(place, error)));
                }
            }
        }
        let Some(environment) = environment.filter(|_| errors.is_empty()) else {
            return Err(GateError::Malformed(errors));
        };
        let written = serde_json::json!([decision, body]).to_string();
        Ok(Self { request: PermitRequest { environment, artifacts }, digest: Digest::of(written.as_bytes()) })
    }
}

/// A token that speaks of one environment is good for nothing in another.
pub(super) fn vouched_there(principal: &Principal, environment: &EnvironmentName) -> Result<(), GateError> {
    let Some(vouched) = &principal.vouched else { return Ok(()) };
    vouched.environment_is(environment.as_str()).map_err(GateError::ClaimMismatch)
}

/// A reason that somebody can be asked about later.
pub(super) fn reasoned(reason: &str) -> Result<&str, PlacedError> {
    let reason = reason.trim();
    let used = reason.chars().count();
    if used < REASON_CHARS_MIN {
        return Err(placed("reason", format!("{used} characters used, at least {REASON_CHARS_MIN} needed")));
    }
    Ok(reason)
}

impl Gate {
    /// Gives a permit, or says every reason why not. `None`: there is no such decision for whoever asks.
    pub async fn permit(
        &self,
        id: &str,
        principal: &Principal,
        asked: Asked,
        key: Option<&str>,
    ) -> Result<Option<PermitBody>, GateError> {
        vouched_there(principal, &asked.request.environment)?;
        let Some(stored) = self.decision_for(id, principal, &DEPLOYERS).await? else { return Ok(None) };
        let (decision, deployment) = (&stored.judgement.decision, &stored.judgement.deployment);
        let id = &stored.circumstances.decision;
        let forced = permit::is_forced(decision);
        let standing = self.ledger().standing(id, forced).await?;
        let confirmed = self.ledger().confirmation(id).await?;
        if let Some(given) = self.given_before(principal, &asked, key).await? {
            still_good(&given, &standing, clock::now())?;
            let gone = || GateError::Internal(format!("the leaf of permit `{}` is not there", given.id));
            let leaf = self.ledger().leaf(given.leaf_index).await?.ok_or_else(gone)?;
            return Ok(Some(body(&given, deployment, leaf.hash)));
        }
        let rules = self.active().bundle().set(&decision.decided_by.id).map(|set| set.permits);
        let since = since(&standing, confirmed.as_ref());
        let now = clock::now();
        let permitted = permit::permit(&asked.request, decision, deployment, &since, rules, now);
        let permit::Permit { valid_until, single_use } = permitted.map_err(|against| {
            against.iter().for_each(|reason| self.metrics().permit(reason.word()));
            GateError::NotPermitted(against)
        })?;
        let permit = NewPermit {
            id: Arc::from(uuid::Uuid::now_v7().to_string()),
            decision: id.clone(),
            to: principal.name.clone(),
            valid_until,
            single_use,
            forced,
            key: key.map(|key| PermitKey { key: Arc::from(key), request: asked.digest }),
        };
        let (given, leaf_hash) = self.give(permit, now).await?;
        self.metrics().permit("permitted");
        Ok(Some(body(&given, deployment, leaf_hash)))
    }

    async fn give(&self, permit: NewPermit, now: Timestamp) -> Result<(Permitted, Digest), GateError> {
        let mut record = act(Act::Permitted(permit.clone()), Vec::new());
        record.at = now;
        let recorded = self.ledger().act(record).await.map_err(|error| match error {
            RecordError::Faster(Faster::Revoked) => GateError::NotPermitted(vec![NoPermit::Revoked]),
            RecordError::Faster(Faster::Superseded) => GateError::NotPermitted(vec![NoPermit::Superseded]),
            RecordError::Faster(Faster::Used) => GateError::NotPermitted(vec![NoPermit::Used]),
            other => other.into(),
        })?;
        let NewPermit { id, decision, to, valid_until, single_use, forced: _, key } = permit;
        let leaf_index = recorded.leaf_index;
        Ok((Permitted { id, decision, to, at: now, valid_until, single_use, leaf_index, key }, recorded.leaf_hash))
    }

    /// The permit that this key led to: a lost answer uses nothing up.
    async fn given_before(
        &self,
        principal: &Principal,
        asked: &Asked,
        key: Option<&str>,
    ) -> Result<Option<Permitted>, GateError> {
        let Some(key) = key else { return Ok(None) };
        let Some(given) = self.ledger().permit_of(&principal.name, key).await? else { return Ok(None) };
        match &given.key {
            Some(known) if known.request == asked.digest => Ok(Some(given)),
            _ => Err(GateError::IdempotencyConflict),
        }
    }

    /// Takes a decision back; again changes nothing. `None`: there is no such decision for whoever asks.
    pub async fn revoke(&self, id: &str, principal: &Principal, reason: &str) -> Result<Option<Answer>, GateError> {
        let reason = reasoned(reason).map_err(|error| GateError::Malformed(vec![error]))?;
        let Some(stored) = self.decision_for(id, principal, &REVOKERS).await? else { return Ok(None) };
        vouched_there(principal, stored.judgement.deployment.environment())?;
        let decision = stored.circumstances.decision;
        let by = principal.doer();
        let revocation = Revocation { decision: decision.clone(), by, reason: Arc::from(reason) };
        match self.ledger().act(act(Act::Revoked(revocation), Vec::new())).await {
            Ok(_) | Err(RecordError::Faster(Faster::Revoked)) => self.recorded(decision.as_str()).await,
            Err(error) => Err(error.into()),
        }
    }

    /// A recorded decision, for whoever holds one of these roles for all of it.
    pub(crate) async fn decision_for(
        &self,
        id: &str,
        principal: &Principal,
        roles: &[Role],
    ) -> Result<Option<StoredDecision>, GateError> {
        let Ok(id) = DecisionId::parse(id) else { return Ok(None) };
        let Some(stored) = self.ledger().decision(&id).await? else { return Ok(None) };
        let deployment = &stored.judgement.deployment;
        let services = deployment.service_names();
        let may = roles.iter().any(|role| principal.may(*role, deployment.environment(), &services));
        Ok(may.then_some(stored))
    }
}

/// In core's words.
pub(crate) fn since(standing: &Standing, confirmed: Option<&Confirmed>) -> Since {
    Since {
        confirmed_until: confirmed.map(|confirmed| confirmed.confirmation.expires),
        revoked: standing.revoked.is_some(),
        superseded: standing.superseded_by.is_some(),
        permits: standing.permits.len() as u64,
    }
}

/// A permit that is given again has to be one still.
fn still_good(given: &Permitted, standing: &Standing, now: Timestamp) -> Result<(), GateError> {
    let mut against = Vec::new();
    if given.valid_until <= now {
        against.push(NoPermit::Expired(given.valid_until));
    }
    if standing.revoked.is_some() {
        against.push(NoPermit::Revoked);
    }
    if standing.superseded_by.is_some() {
        against.push(NoPermit::Superseded);
    }
    if against.is_empty() { Ok(()) } else { Err(GateError::NotPermitted(against)) }
}

fn body(given: &Permitted, deployment: &Deployment, leaf_hash: Digest) -> PermitBody {
    PermitBody {
        id: given.id.to_string(),
        decision: given.decision.to_string(),
        deployment: deployment.id().to_owned(),
        environment: deployment.environment().to_string(),
        to: given.to.to_string(),
        at: given.at.to_string(),
        valid_until: given.valid_until.to_string(),
        single_use: given.single_use,
        receipt: ReceiptBody { leaf_index: given.leaf_index, leaf_hash: leaf_hash.to_string() },
    }
}

/// The answer with what has happened to its decision since.
#[must_use]
pub fn with_standing(answer: Answer, decision: &Decision, standing: &Standing) -> Answer {
    let Standing { revoked, superseded_by, permits } = standing;
    // A refusal has no place that another could take.
    let had_a_place = decision.permission.allowed() || permit::is_forced(decision);
    let superseded_by = superseded_by.as_ref().filter(|_| had_a_place);
    if revoked.is_none() && superseded_by.is_none() && permits.is_empty() {
        return answer;
    }
    let mut answer = answer;
    if let Some(revoked) = revoked {
        answer.allowed = false;
        answer.permission = "refused".to_owned();
        answer.valid_until = None;
        answer.text.push_str(&format!("REVOKED BY: {} at {}\n", revoked.by, revoked.at));
    }
    let given = |permit: &Permitted| GivenBody {
        id: permit.id.to_string(),
        to: permit.to.to_string(),
        at: permit.at.to_string(),
        leaf_index: permit.leaf_index,
    };
    answer.since = Some(SinceBody {
        revoked: revoked.as_ref().map(|revoked| RevokedBody {
            by: revoked.by.to_string(),
            at: revoked.at.to_string(),
            leaf_index: revoked.leaf_index,
        }),
        superseded_by: superseded_by.map(ToString::to_string),
        permits: permits.iter().map(given).collect(),
    });
    answer
}
