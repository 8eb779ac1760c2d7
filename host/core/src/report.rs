//! What a gate plugin is asked and what it answers, in core's words.

use crate::{
    deployment::Deployment,
    finding::Finding,
    name::{ServiceName, StageId},
    time::Timestamp,
};
use std::sync::Arc;

/// One question to a gate plugin.
#[derive(Debug, Clone)]
pub struct GateRequest {
    /// What is to be deployed.
    pub deployment: Arc<Deployment>,
    /// The stage that asks.
    pub stage: StageId,
    /// The service this is about, when the stage is judged per service.
    pub service: Option<ServiceName>,
    /// JSON.
    pub settings: Arc<str>,
    /// The moment of the whole decision.
    pub evaluated_at: Timestamp,
}

/// A plugin's conclusion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GateOutcome {
    /// The rules are fulfilled.
    Pass,
    /// They are not.
    Fail,
    /// Not now; ask again at that moment, when known.
    Hold(Option<Timestamp>),
    /// The rules do not concern this deployment.
    NotApplicable,
    /// The evidence allows no conclusion.
    Inconclusive,
}

/// A plugin's answer as it came over the boundary: lengths are within the limits, the rest is not yet believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GateReport {
    /// Its conclusion.
    pub outcome: GateOutcome,
    /// Numerator and denominator as given; may be nonsense.
    pub score: Option<(u64, u64)>,
    /// In one sentence.
    pub summary: String,
    /// The most important first.
    pub findings: Vec<Finding>,
    /// Findings beyond those listed.
    pub omitted: u32,
    /// Whether one of those is decisive.
    pub omitted_decisive: bool,
}
