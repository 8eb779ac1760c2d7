//! Where to listen.

use crate::config::{kind::Given, mistake::Refused};
use std::net::SocketAddr;
use tidegate_bundle::document::quoted;

/// An address and a port. Whether it may be one beyond this machine is a matter of other settings.
pub(in crate::config) fn read(given: Given<'_>) -> Result<SocketAddr, Refused> {
    let text = given.text()?;
    text.parse().map_err(|_| {
        let message = format!("{} is not an address and a port: expected e.g. `127.0.0.1:8780`", quoted(text));
        Refused::because(message)
    })
}

/// As it is read.
pub(in crate::config) fn show(address: &SocketAddr) -> Vec<String> {
    vec![address.to_string()]
}
