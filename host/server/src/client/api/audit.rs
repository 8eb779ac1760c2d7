//! What an auditor asks.

use super::{Api, an_id, query};
use crate::{
    api::{
        answer::Answer,
        found::DecisionsBody,
        stats::{ChangesBody, StatsBody},
    },
    client::Failure,
};

impl Api<'_> {
    /// A page of decisions.
    pub fn decisions(&self, asked: &[(&str, String)]) -> Result<DecisionsBody, Failure> {
        self.at(&format!("/v1/decisions{}", query(asked)))
    }

    /// One decision.
    pub fn decision(&self, id: &str) -> Result<Answer, Failure> {
        self.at(&format!("/v1/decisions/{}", an_id(id)?))
    }

    /// Its span tree, as OTLP's JSON.
    pub fn trace(&self, id: &str) -> Result<serde_json::Value, Failure> {
        self.at(&format!("/v1/decisions/{}/trace", an_id(id)?))
    }

    /// Decisions counted.
    pub fn stats(&self, name: &str, asked: &[(&str, String)]) -> Result<StatsBody, Failure> {
        self.at(&format!("/v1/stats/{name}{}", query(asked)))
    }

    /// A page of acts of power.
    pub fn changes(&self, asked: &[(&str, String)]) -> Result<ChangesBody, Failure> {
        self.at(&format!("/v1/changes{}", query(asked)))
    }
}
