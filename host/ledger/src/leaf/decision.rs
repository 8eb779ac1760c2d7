//! The leaf of a decision, field by field, in canonical order.

use super::{Envelope, Kind, Leaf};
use crate::{
    id::{DecisionId, TraceId},
    private::Private,
    record::Transport,
    shape::{Shape, list, maybe, one, read_text, shaped, write_text},
};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use tidegate_core::{
    break_glass::{EmergencyReason, OverrideProblem, OverrideRole},
    decision::{DecidedBy, Outcome, Permission, WaiverUse, Warning},
    deployment::{Cause, Revision, Service},
    digest::Digest,
    judgement::JudgementLimits,
    name::{EnvironmentName, PluginName, StageId, Version},
    obligation::ObligationKind,
    policy::Mode,
    stage_result::Blocker,
    time::Timestamp,
};

pub(crate) type DecisionLeaf = Envelope<JudgementPart, CircumstancesPart>;

/// What replays: the same judgement gives the same bytes.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct JudgementPart {
    /// Left out where there is none, so that a leaf of before is the same bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) agreed: Option<Listed>,
    pub(crate) baseline: Listed,
    #[serde(with = "one")]
    pub(crate) bundle: Digest,
    /// Left out where there is none, as `overdue`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) compared: Option<Listed>,
    pub(crate) decision: DecisionPart,
    pub(crate) deployment: DeploymentPart,
    pub(crate) emergency: Option<WishPart>,
    #[serde(with = "one")]
    pub(crate) evaluated_at: Timestamp,
    pub(crate) evidence: Listed,
    #[serde(with = "one")]
    pub(crate) limits: JudgementLimits,
    /// Left out where there is none, so that a leaf of before is the same bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) overdue: Option<Listed>,
    pub(crate) semantics: u32,
    #[serde(with = "list")]
    pub(crate) skip: Vec<StageId>,
}

/// A list that lies in a body.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Listed {
    pub(crate) documents: u32,
    #[serde(with = "one")]
    pub(crate) manifest: Digest,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DecisionPart {
    pub(crate) allowed: bool,
    pub(crate) blocking: u32,
    #[serde(with = "one")]
    pub(crate) body: Digest,
    #[serde(with = "one")]
    pub(crate) decided_by: DecidedBy,
    #[serde(with = "one")]
    pub(crate) evaluated_at: Timestamp,
    pub(crate) forced: Option<ForcedPart>,
    #[serde(with = "one")]
    pub(crate) outcome: Outcome,
    #[serde(with = "one")]
    pub(crate) permission: Permission,
    #[serde(with = "maybe")]
    pub(crate) retry_at: Option<Timestamp>,
    pub(crate) score: ScorePart,
    pub(crate) stages: Vec<StagePart>,
    #[serde(with = "maybe")]
    pub(crate) valid_until: Option<Timestamp>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ScorePart {
    #[serde(with = "one")]
    pub(crate) counted: usize,
    #[serde(with = "one")]
    pub(crate) of: usize,
    /// `n/d`, or the digest of that text where it is long; the decision's body has it in full.
    pub(crate) share: Option<String>,
}

/// What an auditor needs at a glance; the body has the whole stage result.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StagePart {
    pub(crate) blocking: u32,
    #[serde(with = "one")]
    pub(crate) body: Digest,
    pub(crate) conclusion: String,
    pub(crate) evaluations: u32,
    pub(crate) findings: FindingsPart,
    #[serde(with = "one")]
    pub(crate) mode: Mode,
    pub(crate) plugin: PluginPart,
    /// As a score's share.
    pub(crate) ratio: Option<String>,
    #[serde(with = "one")]
    pub(crate) stage: StageId,
    pub(crate) waived: u32,
    pub(crate) weight: u32,
    pub(crate) would_block: bool,
}

/// Findings listed, by severity.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FindingsPart {
    pub(crate) critical: u32,
    pub(crate) high: u32,
    pub(crate) info: u32,
    pub(crate) low: u32,
    pub(crate) medium: u32,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PluginPart {
    #[serde(with = "one")]
    pub(crate) digest: Digest,
    #[serde(with = "one")]
    pub(crate) name: PluginName,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DeploymentPart {
    pub(crate) actor: Private,
    #[serde(with = "one")]
    pub(crate) cause: Cause,
    #[serde(with = "one")]
    pub(crate) environment: EnvironmentName,
    pub(crate) id: Arc<str>,
    pub(crate) labels: Vec<LabelPart>,
    /// Left out where there is none, so that a leaf of before is the same bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) person: Option<Private>,
    #[serde(with = "one")]
    pub(crate) requested_at: Timestamp,
    #[serde(with = "maybe")]
    pub(crate) revision: Option<Revision>,
    #[serde(with = "list")]
    pub(crate) services: Vec<Service>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LabelPart {
    pub(crate) name: Arc<str>,
    pub(crate) value: Private,
}

/// A wish to deploy all the same.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WishPart {
    pub(crate) actor: Private,
    #[serde(with = "maybe")]
    pub(crate) expires: Option<Timestamp>,
    pub(crate) justification: Private,
    #[serde(with = "one")]
    pub(crate) reason: EmergencyReason,
    #[serde(with = "one")]
    pub(crate) role: OverrideRole,
    /// Left out where the set has no quota: leaves of before stay as they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) used: Option<UsedPart>,
}

/// How often it was done before.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct UsedPart {
    pub(crate) by_person: u32,
    pub(crate) of_service: u32,
    #[serde(with = "one")]
    pub(crate) since: Timestamp,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ForcedPart {
    /// Left out where there is none, as above.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) obligations: Vec<ObligationPart>,
    pub(crate) request: WishPart,
    pub(crate) state: ForcedState,
}

/// What it leaves to be done.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ObligationPart {
    #[serde(with = "one")]
    pub(crate) grace: Duration,
    #[serde(with = "one")]
    pub(crate) kind: ObligationKind,
    pub(crate) owner: Private,
    #[serde(with = "one")]
    pub(crate) within: Duration,
}

/// What became of the wish; why it was refused is in the decision's body.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ForcedState {
    Granted(#[serde(with = "one")] Timestamp),
    AwaitingConfirmation(#[serde(with = "one")] Timestamp),
    Refused,
}

/// The decision's body: what could grow without bound.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DecisionBody {
    #[serde(with = "list")]
    pub(crate) blocking: Vec<Blocker>,
    #[serde(with = "list")]
    pub(crate) problems: Vec<OverrideProblem>,
    #[serde(with = "maybe")]
    pub(crate) share: Option<num_rational::BigRational>,
    #[serde(with = "list")]
    pub(crate) waivers: Vec<WaiverUse>,
    #[serde(with = "list")]
    pub(crate) warnings: Vec<Warning>,
}

/// What does not replay.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CircumstancesPart {
    #[serde(with = "one")]
    pub(crate) decision: DecisionId,
    #[serde(with = "one")]
    pub(crate) host_version: Version,
    #[serde(with = "maybe")]
    pub(crate) idempotency_key: Option<Digest>,
    #[serde(with = "one")]
    pub(crate) received_at: Timestamp,
    #[serde(with = "one")]
    pub(crate) recorded_at: Timestamp,
    /// Left out where there is none, so that a leaf of before is the same bytes.
    #[serde(with = "maybe", default, skip_serializing_if = "Option::is_none")]
    pub(crate) shadow: Option<Digest>,
    #[serde(with = "maybe")]
    pub(crate) spans: Option<Digest>,
    /// Nanoseconds by stage.
    pub(crate) stage_ns: BTreeMap<String, String>,
    #[serde(with = "maybe")]
    pub(crate) trace: Option<TraceId>,
    #[serde(with = "one")]
    pub(crate) transport: Transport,
    /// Left out where there is none, so that a leaf of before is the same bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) verifies: Option<VerifiesPart>,
}

/// The deployment that it looks at, and the leaf of the event after which it does so by itself.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct VerifiesPart {
    #[serde(with = "one")]
    pub(crate) decision: DecisionId,
    #[serde(with = "maybe")]
    pub(crate) event: Option<u64>,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Transport", rename_all = "snake_case")]
enum TransportTwin {
    Http,
    Local,
}

shaped! { Transport => TransportTwin }

impl Shape for DecisionId {
    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        write_text(self, serializer)
    }
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        read_text(deserializer)
    }
}

impl Shape for TraceId {
    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        write_text(self, serializer)
    }
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        read_text(deserializer)
    }
}

impl WishPart {
    fn privates(&mut self) -> [&mut Private; 2] {
        [&mut self.actor, &mut self.justification]
    }
}

impl Leaf for DecisionLeaf {
    fn kind(&self) -> Kind {
        self.kind
    }

    fn privates(&mut self) -> Vec<&mut Private> {
        let JudgementPart { deployment, emergency, decision, .. } = &mut self.judgement;
        let mut privates = vec![&mut deployment.actor];
        privates.extend(&mut deployment.person);
        privates.extend(deployment.labels.iter_mut().map(|label| &mut label.value));
        privates.extend(emergency.iter_mut().flat_map(WishPart::privates));
        if let Some(forced) = &mut decision.forced {
            privates.extend(forced.request.privates());
            privates.extend(forced.obligations.iter_mut().map(|obligation| &mut obligation.owner));
        }
        privates
    }
}
