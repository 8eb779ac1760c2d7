//! A check before the deployment: the trait to implement.

use crate::{
    deployment::{Deployment, Timestamp},
    describe::{Description, Problem},
    evidence::Evidence,
    report::Report,
};
use serde::de::DeserializeOwned;

/// A plugin that judges deployments. [`crate::export_gate`] makes a component of it.
pub trait Gate {
    /// What a policy set may pass; unknown keys should be refused (`#[serde(deny_unknown_fields)]`).
    type Settings: DeserializeOwned;

    /// What the plugin says of itself; called when it is loaded.
    fn describe() -> Description;

    /// Everything that is wrong with settings that could be read; called when a policy set is loaded. The evaluation is only
    /// asked when there is nothing.
    fn problems(_settings: &Self::Settings) -> Vec<Problem> {
        Vec::new()
    }

    /// The judgement: a pure function of the request and the evidence.
    fn evaluate(request: &Request<Self::Settings>, evidence: &Evidence) -> Result<Report, Failure>;
}

/// One question.
#[derive(Debug, Clone)]
pub struct Request<Settings> {
    /// What is to be deployed.
    pub deployment: Deployment,
    /// The stage that asks.
    pub stage: String,
    /// The service this is about, when the stage is judged per service.
    pub service: Option<String>,
    /// The stage's settings.
    pub settings: Settings,
    /// The moment of the whole decision.
    pub evaluated_at: Timestamp,
}

/// Why no conclusion was reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// The settings do not fit: the policy set's owner has to act.
    BadSettings(String),
    /// The evidence cannot be used: inconclusive, whoever brought it has to act.
    BadEvidence(String),
    /// The plugin's own fault.
    Internal(String),
}
