//! Which deployment somebody means who names a decision, or where it was deployed; and how such a request is known when it comes again.

use crate::{
    api::problem::PlacedError,
    gate::{
        Gate,
        error::{parsed, placed},
    },
    identity::principal::Principal,
};
use tidegate_core::{
    digest::Digest,
    name::{EnvironmentName, ServiceName},
};
use tidegate_ledger::{error::ReadError, id::DecisionId};

/// Which deployment.
#[derive(Debug)]
pub(super) enum Meant {
    /// The one that went by this decision.
    Decision(String),
    /// The one that began there last.
    Newest(EnvironmentName),
}

impl Meant {
    /// One of the two is said. `what`: what it says of the deployment, for whoever says none or both.
    pub(super) fn read(
        (decision, environment): (Option<&str>, Option<&str>),
        what: &str,
        errors: &mut Vec<PlacedError>,
    ) -> Option<Self> {
        match (decision, environment) {
            (Some(decision), None) => Some(Self::Decision(decision.to_owned())),
            (None, Some(_)) => parsed("environment", environment, EnvironmentName::parse, errors).map(Self::Newest),
            _ => {
                errors.push(placed("decision", format!("either this or `environment` says {what}")));
                None
            }
        }
    }
}

impl Gate {
    /// The decision by which it went, as far as anybody can know; of one service alone where that is said.
    pub(super) async fn meant(
        &self,
        meant: &Meant,
        service: Option<&ServiceName>,
    ) -> Result<Option<DecisionId>, ReadError> {
        match meant {
            Meant::Decision(id) => Ok(DecisionId::parse(id).ok()),
            Meant::Newest(environment) => self.ledger().deployed(environment, service).await,
        }
    }
}

/// What a request is known by: under a key the same request of the same caller, and each by itself without one. `written`: of the request as it was
/// written.
pub(super) fn request_of(principal: &Principal, key: Option<&str>, written: &Digest) -> String {
    match key {
        Some(key) => {
            let whole = serde_json::json!([&*principal.name, key, written.to_string()]).to_string();
            Digest::of(whole.as_bytes()).hex()
        }
        None => uuid::Uuid::now_v7().to_string(),
    }
}
