//! One registry's API, spoken within limits: retries, credentials, redirects.

pub(crate) mod blobs;
mod call;
mod challenge;
pub mod error;
mod manifests;
mod place;
pub mod reach;
mod sending;
mod token;
mod tries;

use crate::{credentials::Credentials, patience::Patience, progress::Told, reference::Repository};
use error::SetupError;
use reach::{Plain, Reach};
use reqwest::{Certificate, header::HeaderValue, redirect::Policy};
use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

/// How registries are spoken to.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Who this is.
    pub credentials: Credentials,
    /// How often is tried what may pass.
    pub patience: Patience,
    /// Told how far it is.
    pub told: Told,
    /// How long may pass without anything happening.
    pub times: Times,
    /// Whom to trust to be a registry, in PEM; `None`: whom this machine trusts.
    pub authorities: Option<Vec<u8>>,
    /// Registries that are spoken to without encryption.
    pub plain: Plain,
    /// Where it may go; `None`: wherever a registry lies or leads.
    pub reach: Option<Arc<dyn Reach>>,
}

/// How long may pass without anything happening.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Times {
    /// Until there is a connection.
    pub connect: Duration,
    /// Between two pieces of an answer, and before the first.
    pub idle: Duration,
    /// For one attempt in all.
    pub attempt: Duration,
}

impl Default for Times {
    fn default() -> Self {
        let (connect, idle, attempt) = (Duration::from_secs(10), Duration::from_secs(30), Duration::from_secs(15 * 60));
        Self { connect, idle, attempt }
    }
}

/// What somebody wants to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Access {
    Pull,
    Push,
}

/// Asks registries. What they were told about who this is, is kept as long as it lives.
pub struct Client {
    http: reqwest::Client,
    options: Options,
    authorizations: Mutex<BTreeMap<(Repository, Access), HeaderValue>>,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("options", &self.options).finish_non_exhaustive()
    }
}

impl Client {
    /// One that asks in this way. No proxy of the environment is used.
    pub fn new(options: Options) -> Result<Self, SetupError> {
        // Refused when there is one already, which is then the one to use.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let Times { connect, idle, attempt } = options.times;
        let mut builder = reqwest::Client::builder()
            .user_agent(concat!("tidegate/", env!("CARGO_PKG_VERSION")))
            // A credential must not follow one: see `call`.
            .redirect(Policy::none())
            .referer(false)
            .no_proxy()
            .http1_only()
            .connect_timeout(connect)
            .read_timeout(idle)
            .timeout(attempt);
        if let Some(reach) = &options.reach {
            builder = builder.dns_resolver(reach::resolver(reach));
        }
        if let Some(pem) = &options.authorities {
            let trusted = Certificate::from_pem_bundle(pem).map_err(SetupError::Authorities)?;
            if trusted.is_empty() {
                return Err(SetupError::NoAuthority);
            }
            builder = builder.tls_certs_only(trusted);
        }
        let http = builder.build().map_err(SetupError::Client)?;
        Ok(Self { http, options, authorizations: Mutex::default() })
    }

    fn kept(&self, repository: &Repository, access: Access) -> Option<HeaderValue> {
        let kept = self.authorizations.lock().unwrap_or_else(PoisonError::into_inner);
        kept.get(&(repository.clone(), access)).cloned()
    }

    fn keep(&self, repository: &Repository, access: Access, authorization: HeaderValue) {
        let mut kept = self.authorizations.lock().unwrap_or_else(PoisonError::into_inner);
        kept.insert((repository.clone(), access), authorization);
    }
}
