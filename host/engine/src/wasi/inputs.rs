//! What the clock and the randomness of an inert machine are made from: the question, and the documents it is about.
//!
//! The seed tells one judgement from another; it is no secret. A judgement that is replayed has the same.

use crate::evidence::shown::Shown;
use sha2::{Digest as _, Sha256};
use tidegate_core::{
    deployment::Deployment, incident::Incident, observation::Observation, report::GateRequest, time::Timestamp,
};

/// What a plugin is asked.
pub(crate) enum Asked<'a> {
    /// Who it is: no moment belongs to that.
    Description,
    /// Whether these settings will do, or what follows from them: neither does to that.
    Settings(&'a str),
    /// May this deployment go out?
    Gate(&'a GateRequest),
    /// Must it be undone?
    Rollback(&'a Observation),
    /// How urgent is this incident?
    Severity(&'a Incident),
}

/// Determines all randomness of one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Seed(pub(super) [u8; 32]);

impl Asked<'_> {
    /// The moment that a plugin is told; 1970 where none belongs to the question.
    pub(super) fn moment(&self) -> Timestamp {
        match self {
            Self::Description | Self::Settings(_) => Timestamp::from_nanos(0),
            Self::Gate(request) => request.evaluated_at,
            Self::Rollback(observation) => observation.observed_at,
            Self::Severity(incident) => incident.detected_at,
        }
    }

    /// The seed of this question over these documents.
    pub(super) fn seed(&self, shown: &Shown) -> Seed {
        let mut fed = Fed(Sha256::new_with_prefix(b"tidegate:wasi-inert:1"));
        fed.number(self.moment().nanos());
        match self {
            Self::Description => fed.text("description"),
            Self::Settings(settings) => {
                fed.text("settings");
                fed.text(settings);
            }
            Self::Gate(request) => {
                fed.text("gate");
                fed.deployment(&request.deployment);
                fed.text(request.stage.as_str());
                fed.optional(request.service.as_ref().map(|service| service.as_str()));
                fed.text(&request.settings);
            }
            Self::Rollback(observation) => {
                fed.text("rollback");
                fed.deployment(&observation.deployment);
                fed.text(&observation.settings);
            }
            Self::Severity(incident) => {
                fed.text("severity");
                fed.text(&incident.title);
                fed.text(&incident.settings);
                incident.deployment.iter().for_each(|deployment| fed.deployment(deployment));
            }
        }
        fed.documents(shown);
        Seed(fed.0.finalize().into())
    }
}

/// Each part with its length, so that no two inputs are the same bytes.
struct Fed(Sha256);

impl Fed {
    fn number(&mut self, number: u64) {
        self.0.update(number.to_le_bytes());
    }

    fn text(&mut self, text: &str) {
        self.number(text.len() as u64);
        self.0.update(text);
    }

    fn optional(&mut self, text: Option<&str>) {
        self.number(u64::from(text.is_some()));
        text.iter().for_each(|text| self.text(text));
    }

    fn deployment(&mut self, deployment: &Deployment) {
        self.text(deployment.id());
        self.text(deployment.environment().as_str());
        self.number(deployment.services().len() as u64);
        for service in deployment.services() {
            self.text(service.name.as_str());
            self.text(service.version.as_str());
        }
    }

    fn documents(&mut self, shown: &Shown) {
        for places in [shown.own(), shown.earlier()] {
            self.number(places.len() as u64);
            for evidence in shown.evidence(places) {
                self.text(evidence.name.as_str());
                self.optional(evidence.service.as_ref().map(|service| service.as_str()));
                self.0.update(evidence.document.digest.as_bytes());
            }
        }
    }
}
