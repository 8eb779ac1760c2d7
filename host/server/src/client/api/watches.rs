//! What people ask of a gate about watches.

use super::{Api, Failure, an_id, segment};
use crate::api::watches::{WatchBody, WatchCancelBody, WatchRequestBody, WatchesBody};

impl Api<'_> {
    /// Has a deployment watched.
    pub fn start_watch(&self, decision: &str) -> Result<WatchBody, Failure> {
        let asked = WatchRequestBody { decision: decision.to_owned() };
        self.json(self.send(self.post("/v1/watches", &asked)?)?)
    }

    /// The newest watches, of a decision and in a state where these are said.
    pub fn watches(&self, decision: Option<&str>, state: Option<&str>) -> Result<WatchesBody, Failure> {
        let said = [("decision", decision), ("state", state)].into_iter();
        let said: Vec<String> = said.filter_map(|(key, value)| Some(format!("{key}={}", segment(value?)))).collect();
        self.at(&format!("/v1/watches?{}", said.join("&")))
    }

    /// How one stands.
    pub fn watch(&self, id: &str) -> Result<WatchBody, Failure> {
        self.at(&format!("/v1/watches/{}", an_id(id)?))
    }

    /// Ends one.
    pub fn stop_watch(&self, id: &str, reason: &str) -> Result<WatchBody, Failure> {
        let asked = serde_json::to_vec(&WatchCancelBody { reason: reason.to_owned() });
        let asked = asked.map_err(|error| Failure::Setup(error.to_string()))?;
        let request = self.client.delete(self.server.at(&format!("/v1/watches/{}", an_id(id)?)));
        self.json(self.send(request.header("content-type", "application/json").body(asked))?)
    }
}
