//! Where a client may go, as whoever makes it says.

use super::{Client, error::Cause};
use reqwest::{Url, dns::Resolve};
use std::{fmt, net::IpAddr, sync::Arc};

/// Says which addresses may be connected to: those of a name when it is resolved, and those that stand in place of a name. Asked for the
/// registry, for whoever it leads to, and for whoever gives tokens.
pub trait Reach: Resolve + fmt::Debug {
    /// Whether there may be a connection to it; an error says why not.
    fn admits(&self, address: IpAddr) -> Result<(), String>;
}

/// Which registries are spoken to without encryption, `host:port` as references name them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Plain {
    /// One on this machine, and these.
    ThisMachineAnd(Vec<String>),
    /// These.
    Only(Vec<String>),
}

impl Default for Plain {
    fn default() -> Self {
        Self::ThisMachineAnd(Vec::new())
    }
}

impl Client {
    /// An address is not resolved: it is judged here.
    pub(super) fn admitted(&self, url: &Url) -> Result<(), Cause> {
        let (Some(reach), Some(address)) = (&self.options.reach, literal(url)) else { return Ok(()) };
        reach.admits(address).map_err(Cause::OutOfReach)
    }
}

/// What names are resolved by.
pub(super) fn resolver(reach: &Arc<dyn Reach>) -> Arc<dyn Resolve> {
    reach.clone()
}

fn literal(url: &Url) -> Option<IpAddr> {
    url.host_str()?.trim_start_matches('[').trim_end_matches(']').parse().ok()
}
