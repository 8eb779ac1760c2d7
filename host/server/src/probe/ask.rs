//! One address, asked once.

use super::{
    BODY_BYTES_MAX, Settings, SetupError,
    address::Address,
    certificate,
    document::Probe,
    headers,
    peer::{Presented, Trust},
};
use crate::causes::causes;
use reqwest::{
    blocking::{Client, Response},
    redirect::Policy,
};
use std::{
    io::{self, Read as _},
    sync::{Arc, OnceLock},
    time::{Duration, Instant},
};
use tidegate_core::time::in_words;

/// Asks addresses, each over a connection of its own.
pub(super) struct Asking<'s> {
    settings: &'s Settings,
    trust: Trust,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
enum Unanswered {
    #[error(transparent)]
    Setup(#[from] SetupError),
    #[error("timed out: {} allowed", precise(*allowed))]
    TimedOut { allowed: Duration },
    #[error("{}", causes(.0))]
    Http(reqwest::Error),
    #[error("the certificate cannot be read: {0}")]
    Certificate(x509_cert::der::Error),
    #[error("the answer broke off: {}", causes(.0))]
    Body(io::Error),
}

impl<'s> Asking<'s> {
    pub(super) fn new(settings: &'s Settings) -> Result<Self, SetupError> {
        Ok(Self { settings, trust: Trust::new(&settings.authorities)? })
    }

    /// What the address answers. That it does not is an observation like any other.
    pub(super) fn ask(&self, address: &Address) -> Probe {
        let slot = Arc::new(OnceLock::new());
        let answered = self.answer(address, &slot);
        let url = address.to_string();
        let (certificate, answered) = match slot.get().map(certificate::read) {
            None => (None, answered),
            Some(Ok(certificate)) => (Some(certificate), answered),
            Some(Err(error)) => (None, answered.and(Err(Unanswered::Certificate(error)))),
        };
        match answered {
            Ok(probe) => Probe { url, certificate, ..probe },
            Err(unanswered) => Probe { url, certificate, error: Some(unanswered.to_string()), ..Probe::default() },
        }
    }

    fn answer(&self, address: &Address, slot: &Arc<OnceLock<Presented>>) -> Result<Probe, Unanswered> {
        let client = self.client(address, slot)?;
        let began = Instant::now();
        let response = client.get(address.url().clone()).send().map_err(|error| self.http(error))?;
        let status = Some(response.status().as_u16());
        let headers = headers::kept(response.headers(), &self.settings.headers);
        self.read_through(response)?;
        let micros = u32::try_from(began.elapsed().as_micros()).unwrap_or(u32::MAX);
        Ok(Probe { status, duration_ms: Some(f64::from(micros) / 1000.0), headers, ..Probe::default() })
    }

    fn client(&self, address: &Address, slot: &Arc<OnceLock<Presented>>) -> Result<Client, Unanswered> {
        let mut builder = Client::builder()
            .user_agent(concat!("tidegate/", env!("CARGO_PKG_VERSION")))
            .redirect(Policy::none())
            .timeout(self.settings.timeout)
            .tls_backend_preconfigured(self.trust.client(slot)?);
        let mut put = self.settings.resolve.iter().filter(|put| put.host == address.host()).peekable();
        if put.peek().is_some() || address.is_loopback() {
            builder = builder.no_proxy();
        }
        for put in put {
            builder = builder.resolve(&put.host, put.at);
        }
        builder.build().map_err(|error| self.http(error))
    }

    /// A body that goes on for longer than anybody reads is not waited for.
    fn read_through(&self, response: Response) -> Result<(), Unanswered> {
        match io::copy(&mut response.take(BODY_BYTES_MAX), &mut io::sink()) {
            Ok(_) => Ok(()),
            Err(error) if is_timeout(&error) => Err(self.timed_out()),
            Err(error) => Err(Unanswered::Body(error)),
        }
    }

    fn http(&self, error: reqwest::Error) -> Unanswered {
        if error.is_timeout() { self.timed_out() } else { Unanswered::Http(error.without_url()) }
    }

    fn timed_out(&self) -> Unanswered {
        Unanswered::TimedOut { allowed: self.settings.timeout }
    }
}

fn is_timeout(error: &io::Error) -> bool {
    let of_http = error.get_ref().and_then(|inner| inner.downcast_ref::<reqwest::Error>());
    error.kind() == io::ErrorKind::TimedOut || of_http.is_some_and(reqwest::Error::is_timeout)
}

fn precise(span: Duration) -> String {
    if span < Duration::from_secs(1) { format!("{}ms", span.as_millis()) } else { in_words(span) }
}
