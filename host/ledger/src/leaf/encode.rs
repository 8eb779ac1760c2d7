//! From a judgement to a leaf and its bodies.

use super::{
    Kind, VERSION,
    decision::{
        CircumstancesPart, DecisionBody, DecisionLeaf, DecisionPart, DeploymentPart, FindingsPart, ForcedPart,
        ForcedState, JudgementPart, LabelPart, Listed, ObligationPart, PluginPart, ScorePart, StagePart, UsedPart,
        VerifiesPart, WishPart,
    },
};
use crate::{
    body::{BodyKind, Packed, pack_json},
    error::RecordError,
    private::Private,
    record::Circumstances,
    shape::{Out, OutList, Shape, numbers::exact_text},
    verification::Verifies,
};
use num_rational::BigRational;
use serde::Serialize;
use std::time::Duration;
use tidegate_core::{
    break_glass::{Override, OverrideRequest, OverrideState, QuotaUse},
    decision::Decision,
    deployment::Deployment,
    digest::Digest,
    finding::Severity,
    judgement::Judgement,
    obligation::ObligationRule,
    score::Score,
    shadow::{Opinion, Shadow},
    stage_result::StageResult,
};

/// As long as a digest: a longer share is written as one.
const SHARE_BYTES_MAX: usize = 71;

/// A judgement as a leaf whose texts are still to be salted; its bodies are appended to `bodies`.
pub(crate) fn decision(
    judgement: &Judgement,
    circumstances: &Circumstances,
    idempotency_key: Option<Digest>,
    body_bytes_max: usize,
    bodies: &mut Vec<Packed>,
) -> Result<DecisionLeaf, RecordError> {
    let mut bodies = Bodies { bodies, body_bytes_max };
    let judgement = bodies.judgement(judgement)?;
    let shadow = bodies.shadows(&circumstances.shadows)?;
    let circumstances = circumstances_part(circumstances, idempotency_key, shadow);
    Ok(DecisionLeaf { circumstances, judgement, kind: Kind::Decision, v: VERSION })
}

/// A judgement alone, in the same way.
pub(crate) fn judgement(
    judgement: &Judgement,
    body_bytes_max: usize,
    bodies: &mut Vec<Packed>,
) -> Result<JudgementPart, RecordError> {
    Bodies { bodies, body_bytes_max }.judgement(judgement)
}

struct Bodies<'a> {
    bodies: &'a mut Vec<Packed>,
    body_bytes_max: usize,
}

impl Bodies<'_> {
    fn put(&mut self, kind: BodyKind, value: &impl Serialize) -> Result<Digest, RecordError> {
        let packed = pack_json(kind, value, self.body_bytes_max)?;
        let digest = packed.digest;
        self.bodies.push(packed);
        Ok(digest)
    }

    fn judgement(&mut self, judgement: &Judgement) -> Result<JudgementPart, RecordError> {
        let Judgement {
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
            decision,
        } = judgement;
        Ok(JudgementPart {
            agreed: if agreed.is_empty() { None } else { Some(self.listed(agreed)?) },
            baseline: self.listed(baseline)?,
            bundle: *bundle,
            compared: if compared.is_empty() { None } else { Some(self.listed(compared)?) },
            decision: self.decision(decision)?,
            deployment: deployment_part(deployment),
            emergency: emergency.as_ref().map(wish_part),
            evaluated_at: *evaluated_at,
            evidence: self.listed(evidence)?,
            limits: *limits,
            overdue: if overdue.is_empty() { None } else { Some(self.listed(overdue)?) },
            semantics: *semantics,
            skip: skip.clone(),
        })
    }

    /// What candidates said never keeps a decision from being recorded: without their stages it is a few lines.
    fn shadows(&mut self, shadows: &[Shadow]) -> Result<Option<Digest>, RecordError> {
        if shadows.is_empty() {
            return Ok(None);
        }
        match self.put(BodyKind::Shadow, &OutList(shadows)) {
            Err(RecordError::TooLarge { .. }) => {
                let short: Vec<Shadow> = shadows.iter().map(without_stages).collect();
                self.put(BodyKind::Shadow, &OutList(&short)).map(Some)
            }
            put => put.map(Some),
        }
    }

    fn listed<T: Shape>(&mut self, entries: &[T]) -> Result<Listed, RecordError> {
        let manifest = self.put(BodyKind::Manifest, &OutList(entries))?;
        Ok(Listed { documents: count(entries.len()), manifest })
    }

    fn decision(&mut self, decision: &Decision) -> Result<DecisionPart, RecordError> {
        let Decision {
            outcome,
            permission,
            decided_by,
            score,
            stages,
            blocking,
            forced,
            waivers,
            warnings,
            evaluated_at,
            valid_until,
            retry_at,
        } = decision;
        let problems = match forced {
            Some(Override { state: OverrideState::Refused(problems), .. }) => problems.clone(),
            Some(_) | None => Vec::new(),
        };
        let body = DecisionBody {
            blocking: blocking.clone(),
            problems,
            share: score.share.clone(),
            waivers: waivers.clone(),
            warnings: warnings.clone(),
        };
        Ok(DecisionPart {
            allowed: permission.allowed(),
            blocking: count(blocking.len()),
            body: self.put(BodyKind::Decision, &body)?,
            decided_by: decided_by.clone(),
            evaluated_at: *evaluated_at,
            forced: forced.as_ref().map(forced_part),
            outcome: *outcome,
            permission: *permission,
            retry_at: *retry_at,
            score: score_part(score),
            stages: stages.iter().map(|stage| self.stage(stage)).collect::<Result<_, _>>()?,
            valid_until: *valid_until,
        })
    }

    fn stage(&mut self, result: &StageResult) -> Result<StagePart, RecordError> {
        let marked = || result.evaluations.iter().flat_map(|evaluation| &evaluation.findings);
        let of = |severity: Severity| count(marked().filter(|m| m.finding.severity == severity).count());
        Ok(StagePart {
            blocking: count(result.blocking.len()),
            body: self.put(BodyKind::Stage, &Out(result))?,
            conclusion: result.conclusion.word().to_owned(),
            evaluations: count(result.evaluations.len()),
            findings: FindingsPart {
                critical: of(Severity::Critical),
                high: of(Severity::High),
                info: of(Severity::Info),
                low: of(Severity::Low),
                medium: of(Severity::Medium),
            },
            mode: result.mode,
            plugin: PluginPart { digest: result.plugin.digest, name: result.plugin.name.clone() },
            ratio: result.ratio.as_ref().map(share_text),
            stage: result.stage.clone(),
            waived: count(marked().filter(|m| m.waived_by.is_some()).count()),
            weight: result.weight,
            would_block: result.would_block,
        })
    }
}

fn without_stages(shadow: &Shadow) -> Shadow {
    let mut shadow = shadow.clone();
    if let Opinion::Judged { stages, .. } = &mut shadow.opinion {
        stages.clear();
    }
    shadow
}

/// The deployment with its texts still to be salted.
pub(crate) fn deployment_part(deployment: &Deployment) -> DeploymentPart {
    let labels = deployment.labels().iter();
    DeploymentPart {
        actor: Private::Text(deployment.actor().into()),
        cause: deployment.cause(),
        environment: deployment.environment().clone(),
        id: deployment.id().into(),
        labels: labels
            .map(|label| LabelPart { name: label.name.clone(), value: Private::Text(label.value.clone()) })
            .collect(),
        person: deployment.person().map(|person| Private::Text(person.into())),
        requested_at: deployment.requested_at(),
        revision: deployment.revision().cloned(),
        services: deployment.services().to_vec(),
    }
}

fn wish_part(request: &OverrideRequest) -> WishPart {
    let OverrideRequest { reason, justification, actor, role, expires, used } = request;
    let used = used.map(|QuotaUse { since, by_person, of_service }| UsedPart { by_person, of_service, since });
    WishPart {
        actor: Private::Text(actor.clone()),
        expires: *expires,
        justification: Private::Text(justification.clone()),
        reason: *reason,
        role: *role,
        used,
    }
}

fn forced_part(forced: &Override) -> ForcedPart {
    let state = match &forced.state {
        OverrideState::Granted { expires } => ForcedState::Granted(*expires),
        OverrideState::AwaitingConfirmation { expires } => ForcedState::AwaitingConfirmation(*expires),
        OverrideState::Refused(_) => ForcedState::Refused,
    };
    let owed = |rule: &ObligationRule| ObligationPart {
        grace: rule.grace,
        kind: rule.kind,
        owner: Private::Text(rule.owner.clone()),
        within: rule.within,
    };
    let obligations = forced.obligations.iter().map(owed).collect();
    ForcedPart { obligations, request: wish_part(&forced.request), state }
}

fn score_part(score: &Score) -> ScorePart {
    ScorePart { counted: score.counted, of: score.of, share: score.share.as_ref().map(share_text) }
}

fn share_text(share: &BigRational) -> String {
    let text = exact_text(share);
    if text.len() <= SHARE_BYTES_MAX { text } else { Digest::of(text.as_bytes()).to_string() }
}

fn circumstances_part(
    circumstances: &Circumstances,
    idempotency_key: Option<Digest>,
    shadow: Option<Digest>,
) -> CircumstancesPart {
    let Circumstances {
        decision,
        trace,
        received_at,
        recorded_at,
        host_version,
        transport,
        spans,
        shadows: _,
        stage_durations,
        verifies,
    } = circumstances;
    let durations = stage_durations.iter();
    CircumstancesPart {
        decision: decision.clone(),
        host_version: host_version.clone(),
        idempotency_key,
        received_at: *received_at,
        recorded_at: *recorded_at,
        shadow,
        spans: *spans,
        stage_ns: durations.map(|(stage, took)| (stage.to_string(), nanos(*took).to_string())).collect(),
        trace: *trace,
        transport: *transport,
        verifies: verifies.as_ref().map(verifies_part),
    }
}

fn verifies_part(verifies: &Verifies) -> VerifiesPart {
    VerifiesPart { decision: verifies.decision.clone(), event: verifies.event }
}

/// A measured span: 64 bits of nanoseconds are 584 years.
fn nanos(took: Duration) -> u64 {
    u64::try_from(took.as_nanos()).unwrap_or(u64::MAX)
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
