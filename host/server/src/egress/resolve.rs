//! Names to addresses, each judged before anything connects to it.

use super::{
    address::{Network, is_public},
    error::Unlisted,
};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::{
    fmt, io,
    net::{IpAddr, SocketAddr},
    pin::Pin,
    sync::Arc,
};
use tidegate_registry::client::reach::Reach;

/// Addresses, sooner or later.
pub type Addresses = Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send>>;

/// Says which addresses a name has.
pub trait Resolver: fmt::Debug + Send + Sync {
    /// All addresses that the name has at this moment.
    fn resolve(&self, host: &str) -> Addresses;
}

/// The machine's own resolver.
#[derive(Debug, Clone, Copy)]
pub struct System;

impl Resolver for System {
    fn resolve(&self, host: &str) -> Addresses {
        let host = host.to_owned();
        Box::pin(async move {
            let found = tokio::net::lookup_host((host.as_str(), 0)).await?;
            Ok(found.map(|address| address.ip()).collect())
        })
    }
}

/// Whether a destination may be reached at this address: one of the open network only over TLS, one inside only where it is listed.
pub(super) fn judged(address: IpAddr, listed: &[Network], is_encrypted: bool) -> Result<IpAddr, Unlisted> {
    if (is_encrypted && is_public(address)) || listed.iter().any(|network| network.holds(address)) {
        Ok(address)
    } else {
        Err(Unlisted(address))
    }
}

/// A resolver whose every answer is judged. The connection is made to what this very answer held, so that a name that leads
/// elsewhere the next time is judged the next time, too.
#[derive(Debug, Clone)]
pub(super) struct Judged {
    pub(super) resolver: Arc<dyn Resolver>,
    pub(super) listed: Arc<[Network]>,
    pub(super) is_encrypted: bool,
}

impl Resolve for Judged {
    fn resolve(&self, name: Name) -> Resolving {
        let (answer, listed) = (self.resolver.resolve(name.as_str()), self.listed.clone());
        let is_encrypted = self.is_encrypted;
        Box::pin(async move {
            let found = answer.await?;
            // One address that leads inside spoils the answer: nobody honest mixes them.
            let addresses = found
                .into_iter()
                .map(|address| judged(address, &listed, is_encrypted))
                .collect::<Result<Vec<_>, _>>()?;
            if addresses.is_empty() {
                return Err(io::Error::new(io::ErrorKind::NotFound, "the name has no address").into());
            }
            // The port is the destination's.
            let addresses: Addrs = Box::new(addresses.into_iter().map(|address| SocketAddr::new(address, 0)));
            Ok(addresses)
        })
    }
}

/// A registry leads elsewhere, and whoever gives tokens for it may lie there: the same is asked of every place.
impl Reach for Judged {
    fn admits(&self, address: IpAddr) -> Result<(), String> {
        judged(address, &self.listed, self.is_encrypted).map(drop).map_err(|unlisted| unlisted.to_string())
    }
}
