//! Between a ruling and the ledger's record of it, both ways.

use crate::{
    api::{
        answer::{Answer, ReceiptBody},
        answer_of::{Recorded, answer_of},
    },
    gate::{
        clock, emergency::with_confirmation, error::GateError, judging::Measured, permits::with_standing,
        ruling::Ruled, spans::identity::Trace,
    },
};
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use tidegate_bundle::bundle::LoadedSet;
use tidegate_core::{
    digest::Digest,
    evidence::Document,
    name::{StageId, Version},
};
use tidegate_ledger::{
    body::{Body, BodyKind},
    confirmation::Confirmed,
    error::{ReadError, RecordError},
    evidence::{Received, Sender},
    id::{DecisionId, TraceId},
    idempotency::Idempotency,
    ledger::Ledger,
    permit::Standing,
    record::{Circumstances, DecisionRecord, Transport},
    stored::StoredDecision,
};

/// What is to be recorded of a ruling, without its documents ([`documents`]).
pub fn decision_record(
    trace: &Trace,
    spans: Vec<u8>,
    ruled: &Ruled,
    sender: Sender,
    idempotency: Option<Idempotency>,
) -> Result<DecisionRecord, GateError> {
    let internal = |error: &dyn std::fmt::Display| GateError::Internal(error.to_string());
    let received_at = ruled.judgement.evaluated_at;
    Ok(DecisionRecord {
        judgement: ruled.judgement.clone(),
        circumstances: Circumstances {
            decision: DecisionId::parse(&trace.decision).map_err(|error| internal(&error))?,
            trace: Some(TraceId::parse(&trace.hex()).map_err(|error| internal(&error))?),
            received_at,
            recorded_at: clock::now(),
            host_version: host_version(),
            transport: Transport::Http,
            spans: Some(Digest::of(&spans)),
            shadows: ruled.shadows.clone(),
            stage_durations: durations(&ruled.measured),
            verifies: None,
        },
        idempotency,
        evidence: Vec::new(),
        held: Vec::new(),
        sender,
        bodies: layered(ruled).chain([Body { kind: BodyKind::Spans, bytes: Arc::from(spans) }]).collect(),
        mends: Vec::new(),
        notices: Vec::new(),
    })
}

/// Base sets are in the record since they were activated; one with overrides over it is from the first decision that it made.
fn layered(ruled: &Ruled) -> impl Iterator<Item = Body> {
    let body = |set: &Arc<LoadedSet>| Body { kind: BodyKind::PolicySet, bytes: Arc::from(set.canonical().as_bytes()) };
    ruled.layered.iter().map(body)
}

/// The documents that the ledger does not hold yet in that scope, which become durable in the decision's own commit, and the digests of
/// those that it holds.
pub async fn documents(ledger: &Ledger, scope: &str, ruled: &Ruled) -> Result<(Vec<Received>, Vec<Digest>), GateError> {
    let documents: BTreeMap<Digest, &Arc<Document>> =
        ruled.documents.iter().map(|document| (document.digest, document)).collect();
    let digests: Vec<Digest> = documents.keys().copied().collect();
    let known = ledger.first_received(scope, &digests).await?;
    let received = |document: &Arc<Document>| Received {
        digest: document.digest,
        bytes: document.bytes.clone(),
        received_at: ruled.judgement.evaluated_at,
        masking: None,
    };
    let unknown = documents.into_iter().filter(|(digest, _)| !known.contains_key(digest));
    Ok((unknown.map(|(_, document)| received(document)).collect(), known.into_keys().collect()))
}

/// The version of this build.
#[must_use]
pub fn host_version() -> Version {
    Version::of_crate(env!("CARGO_PKG_VERSION"))
}

fn durations(measured: &[Measured]) -> BTreeMap<StageId, Duration> {
    let mut durations = BTreeMap::new();
    for Measured { stage, cost, .. } in measured {
        *durations.entry(stage.clone()).or_default() += cost.queued + cost.instantiate + cost.call;
    }
    durations
}

/// Where a record is, as an answer says it.
#[must_use]
pub fn recorded(
    id: &str,
    trace: Option<TraceId>,
    leaf_index: u64,
    leaf_hash: Digest,
    public_url: Option<&str>,
) -> Recorded {
    Recorded {
        id: id.to_owned(),
        trace_id: trace.map(|trace| trace.to_string()),
        receipt: ReceiptBody { leaf_index, leaf_hash: leaf_hash.to_string() },
        link: public_url.map(|url| format!("{url}/v1/decisions/{id}")),
    }
}

/// A stored decision as it was answered.
#[must_use]
pub fn answer(stored: &StoredDecision, public_url: Option<&str>) -> Answer {
    let id = stored.circumstances.decision.as_str();
    let recorded = recorded(id, stored.circumstances.trace, stored.leaf_index, stored.leaf_hash, public_url);
    let answer = answer_of(&stored.judgement.decision, &stored.judgement.deployment, Some(&recorded));
    let verifies = stored.circumstances.verifies.as_ref().map(|verifies| verifies.decision.to_string());
    Answer { verifies, ..answer.beside(&stored.circumstances.shadows).masking(&stored.judgement.evidence) }
}

/// A stored decision with what happened to it since.
#[must_use]
pub fn as_it_stands(
    stored: &StoredDecision,
    public_url: Option<&str>,
    confirmed: Option<&Confirmed>,
    standing: &Standing,
) -> Answer {
    let answered = with_confirmation(answer(stored, public_url), confirmed, clock::now());
    with_standing(answered, &stored.judgement.decision, standing)
}

impl From<RecordError> for GateError {
    fn from(error: RecordError) -> Self {
        match error {
            RecordError::Fulfilled => Self::Unfulfilled("it was fulfilled before".to_owned()),
            RecordError::Conflict { .. } => Self::IdempotencyConflict,
            RecordError::Faster(faster) => Self::Faster(faster),
            RecordError::Leaf(too_large) => Self::too_large(too_large.what, too_large.used, too_large.allowed),
            RecordError::TooLarge { what, used, allowed } => Self::too_large(what, used, allowed),
            RecordError::OtherDigest { stated, actual } => Self::DigestMismatch { named: stated, found: actual },
            // Even alone it would not fit: waiting does not help.
            RecordError::Quota { what, allowed, least, .. } if least > allowed => {
                Self::TooLarge { what: format!("{what} of this scope"), used: least, allowed }
            }
            RecordError::Quota { what, used, allowed, .. } => Self::Quota { what, used, allowed },
            other => Self::Record(other.to_string()),
        }
    }
}

impl From<ReadError> for GateError {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Gone { .. } | ReadError::Forgotten { .. } => Self::Gone(error.to_string()),
            ReadError::Store(_) | ReadError::Behind(_) => Self::Record(error.to_string()),
            ReadError::Altered { .. } | ReadError::Unreadable { .. } | ReadError::TooLarge { .. } => {
                Self::Internal(error.to_string())
            }
        }
    }
}
