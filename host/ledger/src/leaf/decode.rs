//! From a leaf and its bodies back to the judgement.

use super::decision::{
    CircumstancesPart, DecisionBody, DecisionPart, DeploymentPart, ForcedPart, ForcedState, JudgementPart, Listed,
    ObligationPart, StagePart, UsedPart, VerifiesPart, WishPart,
};
use crate::{
    body::BodyKind,
    error::ReadError,
    private::Private,
    record::Circumstances,
    replay::Inputs,
    shape::{In, Shape},
    verification::Verifies,
};
use serde::de::DeserializeOwned;
use std::{collections::BTreeMap, error::Error, sync::Arc, time::Duration};
use tidegate_core::{
    baseline::Compared,
    break_glass::{Override, OverrideProblem, OverrideRequest, OverrideState, QuotaUse},
    decision::Decision,
    deployment::{Deployment, DeploymentError, DeploymentRequest, Label},
    digest::Digest,
    judgement::Judgement,
    obligation::ObligationRule,
    score::Score,
    shadow::Shadow,
    stage_result::StageResult,
};

/// The bodies that a leaf names, by digest.
pub(crate) struct Found(pub(crate) BTreeMap<Digest, Vec<u8>>);

impl Found {
    fn read<T: DeserializeOwned>(&self, kind: BodyKind, digest: Digest) -> Result<T, ReadError> {
        let bytes = self.0.get(&digest).ok_or(ReadError::Gone { kind, digest, removed: None })?;
        serde_json::from_slice(bytes).map_err(|error| unreadable(format!("{} `{digest}`", kind.word()), error))
    }

    fn listed<T: Shape>(&self, listed: &Listed) -> Result<Vec<T>, ReadError> {
        let entries: Vec<In<T>> = self.read(BodyKind::Manifest, listed.manifest)?;
        Ok(entries.into_iter().map(|entry| entry.0).collect())
    }

    pub(crate) fn decision(&self, part: &DecisionPart) -> Result<DecisionBody, ReadError> {
        self.read(BodyKind::Decision, part.body)
    }

    pub(crate) fn stage(&self, part: &StagePart) -> Result<StageResult, ReadError> {
        self.read::<In<StageResult>>(BodyKind::Stage, part.body).map(|read| read.0)
    }
}

fn unreadable(what: String, cause: impl Into<Box<dyn Error + Send + Sync>>) -> ReadError {
    ReadError::Unreadable { what, cause: cause.into() }
}

/// With what a decision was compared.
pub(crate) fn compared(listed: &Listed, found: &Found) -> Result<Vec<Compared>, ReadError> {
    found.listed(listed)
}

/// What a leaf of a decision names by digest.
pub(crate) fn bodies_of(part: &JudgementPart) -> Vec<Digest> {
    let stages = part.decision.stages.iter().map(|stage| stage.body);
    let always = [part.evidence.manifest, part.baseline.manifest, part.decision.body];
    let sometimes = part.overdue.iter().chain(&part.agreed).chain(&part.compared).map(|listed| listed.manifest);
    always.into_iter().chain(sometimes).chain(stages).collect()
}

/// The judgement, as it was recorded.
pub(crate) fn judgement(part: JudgementPart, found: &Found) -> Result<Judgement, ReadError> {
    let (inputs, decision) = inputs(part, found)?;
    let Inputs {
        semantics,
        evaluated_at,
        deployment,
        skip,
        evidence,
        baseline,
        compared,
        bundle,
        limits,
        emergency,
        overdue,
        agreed,
    } = inputs;
    Ok(Judgement {
        semantics,
        evaluated_at,
        deployment,
        skip,
        evidence,
        baseline,
        compared,
        bundle,
        limits,
        emergency,
        overdue,
        agreed,
        decision: decision_of(decision, found)?,
    })
}

/// What it was made from, and what it came to, which is still to be read.
pub(crate) fn inputs(part: JudgementPart, found: &Found) -> Result<(Inputs, DecisionPart), ReadError> {
    let JudgementPart {
        agreed,
        baseline,
        bundle,
        compared,
        decision,
        deployment,
        emergency,
        evaluated_at,
        evidence,
        limits,
        overdue,
        semantics,
        skip,
    } = part;
    let inputs = Inputs {
        semantics,
        evaluated_at,
        deployment: Arc::new(deployment_of(deployment)?),
        skip,
        evidence: found.listed(&evidence)?,
        baseline: found.listed(&baseline)?,
        compared: compared.map(|listed| found.listed(&listed)).transpose()?.unwrap_or_default(),
        bundle,
        limits,
        emergency: emergency.map(wish_of).transpose()?,
        overdue: overdue.map(|listed| found.listed(&listed)).transpose()?.unwrap_or_default(),
        agreed: agreed.map(|listed| found.listed(&listed)).transpose()?.unwrap_or_default(),
    };
    Ok((inputs, decision))
}

fn decision_of(part: DecisionPart, found: &Found) -> Result<Decision, ReadError> {
    let body: DecisionBody = found.read(BodyKind::Decision, part.body)?;
    let DecisionBody { blocking, problems, share, waivers, warnings } = body;
    Ok(Decision {
        outcome: part.outcome,
        permission: part.permission,
        decided_by: part.decided_by,
        score: Score { share, counted: part.score.counted, of: part.score.of },
        stages: part.stages.iter().map(|stage| found.stage(stage)).collect::<Result<_, _>>()?,
        blocking,
        forced: part.forced.map(|forced| forced_of(forced, problems)).transpose()?,
        waivers,
        warnings,
        evaluated_at: part.evaluated_at,
        valid_until: part.valid_until,
        retry_at: part.retry_at,
    })
}

fn deployment_of(part: DeploymentPart) -> Result<Deployment, ReadError> {
    let labels = part.labels.into_iter().map(|label| Ok(Label { name: label.name, value: text(label.value)? }));
    let request = DeploymentRequest {
        id: part.id,
        environment: part.environment,
        services: part.services,
        revision: part.revision,
        cause: part.cause,
        actor: text(part.actor)?,
        person: part.person.map(text).transpose()?,
        requested_at: part.requested_at,
        labels: labels.collect::<Result<_, ReadError>>()?,
    };
    Deployment::new(request).map_err(|errors| {
        let all: Vec<String> = errors.iter().map(DeploymentError::to_string).collect();
        unreadable("the recorded deployment".to_owned(), all.join("; "))
    })
}

fn wish_of(part: WishPart) -> Result<OverrideRequest, ReadError> {
    let WishPart { actor, expires, justification, reason, role, used } = part;
    let used = used.map(|UsedPart { by_person, of_service, since }| QuotaUse { since, by_person, of_service });
    Ok(OverrideRequest { reason, justification: text(justification)?, actor: text(actor)?, role, expires, used })
}

fn forced_of(part: ForcedPart, problems: Vec<OverrideProblem>) -> Result<Override, ReadError> {
    let state = match part.state {
        ForcedState::Granted(expires) => OverrideState::Granted { expires },
        ForcedState::AwaitingConfirmation(expires) => OverrideState::AwaitingConfirmation { expires },
        ForcedState::Refused => OverrideState::Refused(problems),
    };
    let owed = |part: ObligationPart| {
        let ObligationPart { grace, kind, owner, within } = part;
        Ok(ObligationRule { kind, owner: text(owner)?, within, grace })
    };
    let obligations = part.obligations.into_iter().map(owed).collect::<Result<_, ReadError>>()?;
    Ok(Override { request: wish_of(part.request)?, state, obligations })
}

fn text(private: Private) -> Result<Arc<str>, ReadError> {
    match private {
        Private::Text(text) => Ok(text),
        Private::Salted(salted) => Err(ReadError::Forgotten { salted: salted.to_string(), removed: None }),
    }
}

/// The circumstances, and the digest of the idempotency key. What candidates said may have been deleted: the decision stands
/// without it.
pub(crate) fn circumstances(
    part: CircumstancesPart,
    found: &Found,
) -> Result<(Circumstances, Option<Digest>), ReadError> {
    let CircumstancesPart {
        decision,
        host_version,
        idempotency_key,
        received_at,
        recorded_at,
        shadow,
        spans,
        stage_ns,
        trace,
        transport,
        verifies,
    } = part;
    let shadows = match shadow.filter(|digest| found.0.contains_key(digest)) {
        Some(digest) => found.read::<Vec<In<Shadow>>>(BodyKind::Shadow, digest)?,
        None => Vec::new(),
    };
    let mut stage_durations = BTreeMap::new();
    for (stage, nanos) in stage_ns {
        let error = |cause| unreadable("the recorded durations".to_owned(), cause);
        let stage = stage.parse().map_err(|cause| error(Box::<dyn Error + Send + Sync>::from(cause)))?;
        let In(took) = serde_json::from_value::<In<Duration>>(nanos.into()).map_err(|cause| error(cause.into()))?;
        stage_durations.insert(stage, took);
    }
    let circumstances = Circumstances {
        decision,
        trace,
        received_at,
        recorded_at,
        host_version,
        transport,
        spans,
        shadows: shadows.into_iter().map(|read| read.0).collect(),
        stage_durations,
        verifies: verifies.map(|VerifiesPart { decision, event }| Verifies { decision, event }),
    };
    Ok((circumstances, idempotency_key))
}
