//! What people ask of a gate about maintenance.

use super::{Api, Failure, an_id, segment};
use crate::api::maintenances::{
    MaintenanceBody, MaintenanceCancelBody, MaintenanceCloseBody, MaintenanceRequestBody, MaintenancesBody,
};

impl Api<'_> {
    /// Plans one.
    pub fn plan_maintenance(&self, asked: &MaintenanceRequestBody) -> Result<MaintenanceBody, Failure> {
        self.json(self.send(self.post("/v1/maintenances", asked)?)?)
    }

    /// The newest, there and in a state where these are said.
    pub fn maintenances(&self, environment: Option<&str>, state: Option<&str>) -> Result<MaintenancesBody, Failure> {
        let said = [("environment", environment), ("state", state)].into_iter();
        let said: Vec<String> = said.filter_map(|(key, value)| Some(format!("{key}={}", segment(value?)))).collect();
        self.at(&format!("/v1/maintenances?{}", said.join("&")))
    }

    /// How one stands.
    pub fn maintenance(&self, id: &str) -> Result<MaintenanceBody, Failure> {
        self.at(&format!("/v1/maintenances/{}", an_id(id)?))
    }

    /// Approves one that somebody else planned.
    pub fn approve_maintenance(&self, id: &str) -> Result<MaintenanceBody, Failure> {
        let path = format!("/v1/maintenances/{}/approve", an_id(id)?);
        self.json(self.send(self.client.post(self.server.at(&path)))?)
    }

    /// Opens one.
    pub fn open_maintenance(&self, id: &str) -> Result<MaintenanceBody, Failure> {
        self.json(self.send(self.client.post(self.server.at(&format!("/v1/maintenances/{}/open", an_id(id)?))))?)
    }

    /// Closes one by the decision that verified the services.
    pub fn close_maintenance(&self, id: &str, verification: &str) -> Result<MaintenanceBody, Failure> {
        let asked = MaintenanceCloseBody { verification: verification.to_owned() };
        self.json(self.send(self.post(&format!("/v1/maintenances/{}/close", an_id(id)?), &asked)?)?)
    }

    /// Gives one up that did not open.
    pub fn cancel_maintenance(&self, id: &str, reason: &str) -> Result<MaintenanceBody, Failure> {
        let asked = MaintenanceCancelBody { reason: reason.to_owned() };
        self.json(self.send(self.post(&format!("/v1/maintenances/{}/cancel", an_id(id)?), &asked)?)?)
    }
}
