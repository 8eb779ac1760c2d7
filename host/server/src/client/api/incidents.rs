//! What people ask of a gate about incidents.

use super::{Api, Failure, an_id, query};
use crate::api::incidents::{IncidentBody, IncidentRequestBody, IncidentWordBody, IncidentsBody};

impl Api<'_> {
    /// Opens one; a lost answer is asked for again by the same key.
    pub fn open_incident(&self, asked: &IncidentRequestBody, key: Option<&str>) -> Result<IncidentBody, Failure> {
        let mut request = self.post("/v1/incidents", asked)?;
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        self.json(self.send(request)?)
    }

    /// The newest incidents, of a decision and in a state where these are said.
    pub fn incidents(&self, decision: Option<&str>, state: Option<&str>) -> Result<IncidentsBody, Failure> {
        let said = [("decision", decision), ("state", state)];
        let pairs: Vec<(&str, String)> =
            said.into_iter().filter_map(|(name, value)| Some((name, value?.to_owned()))).collect();
        self.at(&format!("/v1/incidents{}", query(&pairs)))
    }

    /// How one stands.
    pub fn incident(&self, id: &str) -> Result<IncidentBody, Failure> {
        self.at(&format!("/v1/incidents/{}", an_id(id)?))
    }

    /// Acknowledges one (`ack`), says how it stands (`update`), or resolves it (`resolve`).
    pub fn change_incident(&self, id: &str, what: &str, said: &IncidentWordBody) -> Result<IncidentBody, Failure> {
        self.json(self.send(self.post(&format!("/v1/incidents/{}/{what}", an_id(id)?), said)?)?)
    }
}
