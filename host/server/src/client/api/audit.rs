//! What an auditor asks.

use super::{Api, an_id, query};
use crate::{
    api::{answer::Answer, found::DecisionsBody},
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
}
