//! Asks addresses what they answer, and writes down what was seen, as `tidegate/probe/v1`.
//!
//! **Invariant:** redirects are not followed, and no more than [`BODY_BYTES_MAX`] of a body are read.
//! **Invariant:** a certificate is looked at, not enforced: nothing is sent that is not public, and whether the certificate proves the
//! address is itself what is written down.

pub mod address;
mod ask;
pub mod certificate;
pub mod document;
pub mod headers;
mod peer;
#[cfg(test)]
pub(crate) mod tests;

use address::{Address, Resolve};
use ask::Asking;
use document::Probe;
use headers::Header;
use rustls::pki_types::CertificateDer;
use std::{
    sync::atomic::{AtomicUsize, Ordering},
    thread,
    time::Duration,
};

/// Addresses of one document, at most.
pub const ADDRESSES_MAX: usize = 64;
/// Bytes of a body that are read, at most; what is behind them is not waited for.
pub const BODY_BYTES_MAX: u64 = 1024 * 1024;
/// Addresses that are asked at the same time.
const AT_ONCE: usize = 8;

/// How to ask.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Headers to write down beside those that always are.
    pub headers: Vec<Header>,
    /// How long one address may take, from the first look-up of its name to the end of its answer.
    pub timeout: Duration,
    /// Certificate authorities that are trusted beside those of this machine.
    pub authorities: Vec<CertificateDer<'static>>,
    /// Where hosts are, whatever the name service says.
    pub resolve: Vec<Resolve>,
}

/// The machine cannot ask anybody.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// An authority that was handed in.
    #[error("a certificate authority cannot be used: {0}")]
    Authority(rustls::Error),
    /// The TLS library.
    #[error("cannot set up TLS: {0}")]
    Tls(rustls::Error),
}

/// Asks every address, and says what came of it, in their order.
pub fn probe(addresses: &[Address], settings: &Settings) -> Result<Vec<Probe>, SetupError> {
    let asking = Asking::new(settings)?;
    let next = AtomicUsize::new(0);
    let ask_some = || {
        let mut probes = Vec::new();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(address) = addresses.get(index) else { return probes };
            probes.push((index, asking.ask(address)));
        }
    };
    let mut probes: Vec<(usize, Probe)> = thread::scope(|scope| {
        let workers: Vec<_> = (0..addresses.len().min(AT_ONCE)).map(|_| scope.spawn(ask_some)).collect();
        workers
            .into_iter()
            .flat_map(|worker| worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    });
    probes.sort_by_key(|(index, _)| *index);
    Ok(probes.into_iter().map(|(_, probe)| probe).collect())
}
