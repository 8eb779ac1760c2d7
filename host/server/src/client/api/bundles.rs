//! What people ask of a gate about signed bundles.

use super::{Api, Failure};
use crate::api::{bundles::RevertBody, status::ReloadedBody};

impl Api<'_> {
    /// Brings a bundle into force: a file as `tidegate bundle build` makes it.
    pub fn activate_bundle(&self, file: Vec<u8>) -> Result<ReloadedBody, Failure> {
        let request =
            self.client.post(self.server.at("/v1/bundles")).header("content-type", "application/octet-stream");
        self.json(self.send(request.body(file))?)
    }

    /// Brings an earlier one into force again.
    pub fn revert_bundle(&self, to: Option<&str>) -> Result<ReloadedBody, Failure> {
        self.json(self.send(self.post("/v1/bundles/revert", &RevertBody { to: to.map(str::to_owned) })?)?)
    }
}
