//! What is handed in to be recorded, and what comes back.

use crate::{
    body::Body,
    evidence::{Received, Sender},
    id::{DecisionId, TraceId},
    idempotency::Idempotency,
    notice::NewNotice,
    obligation::NewMend,
    verification::Verifies,
};
use std::{collections::BTreeMap, time::Duration};
use tidegate_core::{
    digest::Digest,
    judgement::Judgement,
    name::{StageId, Version},
    shadow::Shadow,
    time::Timestamp,
};

/// One decision to be recorded.
#[derive(Debug, Clone)]
pub struct DecisionRecord {
    /// What replays.
    pub judgement: Judgement,
    /// What does not.
    pub circumstances: Circumstances,
    /// The key under which a retry finds this decision.
    pub idempotency: Option<Idempotency>,
    /// Documents that the store does not hold yet: durable with the decision, in one commit.
    pub evidence: Vec<Received>,
    /// Documents that the store held when it was judged, and that have to be there still.
    pub held: Vec<Digest>,
    /// Whose they are.
    pub sender: Sender,
    /// Other bodies that the judgement names by digest: policy sets, bundles, plugins.
    pub bodies: Vec<Body>,
    /// What waivers let through and somebody has to mend.
    pub mends: Vec<NewMend>,
    /// Who is to be told of it.
    pub notices: Vec<NewNotice>,
}

/// How a decision came about: true, but no part of what replays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Circumstances {
    /// Its id.
    pub decision: DecisionId,
    /// The trace it belongs to.
    pub trace: Option<TraceId>,
    /// When its request arrived.
    pub received_at: Timestamp,
    /// When it was handed to the ledger.
    pub recorded_at: Timestamp,
    /// Of the build that judged.
    pub host_version: Version,
    /// How it was asked for.
    pub transport: Transport,
    /// Of the span tree as stored.
    pub spans: Option<Digest>,
    /// What candidate policy sets said. No part of the judgement: they decided nothing.
    pub shadows: Vec<Shadow>,
    /// How long each stage took.
    pub stage_durations: BTreeMap<StageId, Duration>,
    /// The deployment that it looks at, after it went out; none: it is asked before.
    pub verifies: Option<Verifies>,
}

/// How a decision was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transport {
    /// By an HTTP request.
    Http,
    /// In this process.
    Local,
}

/// Where a record stands. It is durable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// Counted from 0.
    pub leaf_index: u64,
    /// The RFC 6962 hash of the leaf: SHA-256 of a zero byte and the leaf.
    pub leaf_hash: Digest,
    /// The earlier decision of the same request under the same key: nothing was recorded, this stands.
    pub replayed: Option<DecisionId>,
}
