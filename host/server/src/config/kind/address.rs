//! Where to listen.

use crate::config::{kind::Given, mistake::Refused};
use std::net::SocketAddr;
use tidegate_bundle::document::quoted;

/// An address and a port, on loopback.
pub(in crate::config) fn read(given: Given<'_>) -> Result<SocketAddr, Refused> {
    let text = given.text()?;
    let address: SocketAddr = text.parse().map_err(|_| {
        let message = format!("{} is not an address and a port: expected e.g. `127.0.0.1:8780`", quoted(text));
        Refused::because(message)
    })?;
    if address.ip().is_loopback() {
        return Ok(address);
    }
    // Whoever can connect can ask, and be recorded as a caller: that is only bearable on the machine itself.
    let message = format!("{} is not a loopback address: the gate cannot tell yet who asks", quoted(text));
    Err(Refused::because(message).hint(format!("listen on `127.0.0.1:{}`", address.port())))
}

/// As it is read.
pub(in crate::config) fn show(address: &SocketAddr) -> Vec<String> {
    vec![address.to_string()]
}
