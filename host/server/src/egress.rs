//! What the gate asks of others: one client, to destinations that the configuration names.
//!
//! Scheme, host, port and base path of a destination are fixed; what varies are escaped path segments and query values. Where a
//! name leads is decided on the addresses that it resolves to, and the connection is made to those very addresses.
//!
//! **Invariant:** nothing else in the gate opens an outbound connection, but for telemetry to its collector, and for plugins from registries, which
//! go where [`reach`] lets them. **Invariant:** no redirect is
//! followed, no proxy of the environment is asked, and a credential goes to its own destination only.

pub mod address;
mod client;
pub mod credential;
pub mod destination;
pub mod error;
pub mod patience;
pub mod resolve;
pub mod signing;
pub mod target;
#[cfg(test)]
pub(crate) mod tests;

pub use client::{Client, Response, Seen};

use self::{
    destination::DestinationConfig,
    error::EgressError,
    resolve::{Judged, Resolver, System},
};
use std::{collections::BTreeMap, sync::Arc};
use tidegate_registry::client::reach::Reach;

/// Every destination that the gate may ask.
#[derive(Debug, Clone, Default)]
pub struct Egress {
    clients: Arc<BTreeMap<String, Client>>,
}

/// Where a registry that is this destination may lie and lead.
#[must_use]
pub fn reach(config: &DestinationConfig) -> Arc<dyn Reach> {
    let is_encrypted = config.url.scheme() == "https";
    Arc::new(Judged { resolver: Arc::new(System), listed: config.private.clone().into(), is_encrypted })
}

impl Egress {
    /// To these destinations, whose names the machine resolves.
    pub fn new(destinations: &BTreeMap<String, DestinationConfig>) -> Result<Self, EgressError> {
        Self::with_resolver(destinations, &(Arc::new(System) as Arc<dyn Resolver>))
    }

    /// To these destinations, whose names somebody else resolves.
    pub fn with_resolver(
        destinations: &BTreeMap<String, DestinationConfig>,
        resolver: &Arc<dyn Resolver>,
    ) -> Result<Self, EgressError> {
        let client = |(name, config): (&String, &DestinationConfig)| {
            Ok((name.clone(), Client::new(name, config.clone(), resolver.clone())?))
        };
        Ok(Self { clients: Arc::new(destinations.iter().map(client).collect::<Result<_, EgressError>>()?) })
    }

    /// The client of one destination.
    pub fn to(&self, name: &str) -> Result<&Client, EgressError> {
        self.clients.get(name).ok_or_else(|| EgressError::Unknown(name.to_owned()))
    }
}
