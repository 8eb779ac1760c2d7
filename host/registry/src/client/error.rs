//! Why a registry did not do what it was asked.

use crate::{credentials::CredentialError, limits::TooMuch, reference::Repository};
use std::{error::Error, time::Duration};
use tidegate_core::digest::Digest;

/// A client that cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// Whom to trust.
    #[error("the authorities are no certificates in PEM: {0}")]
    Authorities(reqwest::Error),
    /// Nobody to trust.
    #[error("the authorities hold no certificate")]
    NoAuthority,
    /// TLS.
    #[error("cannot set up the client: {0}")]
    Client(reqwest::Error),
}

/// What a registry was asked, and why it was not done.
#[derive(Debug, thiserror::Error)]
#[error("cannot {doing} `{repository}`: {cause}")]
pub struct RequestError {
    /// What was tried.
    pub doing: &'static str,
    /// Where.
    pub repository: Repository,
    /// Why it failed.
    pub cause: Cause,
}

/// Why it failed.
#[derive(Debug, thiserror::Error)]
pub enum Cause {
    /// Nobody answers, or no longer.
    #[error("{0}")]
    Connection(String),
    /// The registry says no, or is in trouble.
    #[error("the registry answered with status {status}{}", after(.said))]
    Status {
        /// The status.
        status: u16,
        /// What it says, on one line.
        said: String,
        /// How long it wants to be left alone.
        retry_after: Option<Duration>,
    },
    /// It is not there.
    #[error("it is not there")]
    NotFound,
    /// Nobody may, and this is nobody in particular.
    #[error("the registry asks who this is; hint: `docker login {0}`, or name a configuration by `DOCKER_CONFIG`")]
    Anonymous(String),
    /// Who this is, the registry does not believe.
    #[error("the registry does not take the credentials for `{0}`; hint: `docker login {0}` renews them")]
    Credentials(String),
    /// They may not.
    #[error("the registry does not let these credentials do that{}", after(.0))]
    Forbidden(String),
    /// Credentials that cannot be had.
    #[error(transparent)]
    Credential(#[from] CredentialError),
    /// More than is read.
    #[error(transparent)]
    TooLarge(#[from] TooMuch),
    /// Something else than what was asked for.
    #[error("what came is {found}, asked for was {expected}: it was tampered with, or the registry is broken")]
    OtherBytes {
        /// What was asked for.
        expected: Digest,
        /// What came.
        found: Digest,
    },
    /// More or less than what was asked for.
    #[error("what came has {found} bytes, asked for were {expected}")]
    OtherSize {
        /// As many as its manifest says.
        expected: u64,
        /// As many came.
        found: u64,
    },
    /// It leads elsewhere, over a way that others can read.
    #[error("the registry leads to `{0}`, which is not encrypted")]
    Unencrypted(String),
    /// It leads nowhere.
    #[error("the registry leads {0}")]
    Astray(String),
    /// It lies, or leads, where nobody may go.
    #[error("{0}")]
    OutOfReach(String),
    /// How it asks who this is, is not understood.
    #[error("the registry asks who this is in a way that is not understood: {0}")]
    Challenge(String),
}

fn after(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!(": {text}") }
}

impl Cause {
    /// Whether it may be gone a moment later.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Connection(_) => true,
            Self::Status { status, .. } => matches!(status, 408 | 429 | 500 | 502..=599),
            _ => false,
        }
    }

    /// Whether what lies there cannot be used, whoever asks and whenever.
    #[must_use]
    pub fn is_refusal(&self) -> bool {
        matches!(self, Self::TooLarge(_) | Self::OtherBytes { .. } | Self::OtherSize { .. })
    }

    pub(super) fn retry_after(&self) -> Option<Duration> {
        if let Self::Status { retry_after, .. } = self { *retry_after } else { None }
    }

    /// The address may hold what nobody else should see.
    pub(super) fn connection(error: reqwest::Error) -> Self {
        let error = error.without_url();
        let mut text = error.to_string();
        let mut next = error.source();
        while let Some(cause) = next {
            let words = cause.to_string();
            if !text.contains(&words) {
                text.push_str(": ");
                text.push_str(&words);
            }
            next = cause.source();
        }
        Self::Connection(text)
    }

    pub(super) fn when(self, doing: &'static str, repository: &Repository) -> RequestError {
        RequestError { doing, repository: repository.clone(), cause: self }
    }
}

#[cfg(test)]
mod tests {
    use super::Cause;

    #[test]
    fn only_what_may_pass_is_tried_again() {
        let status = |status| Cause::Status { status, said: String::new(), retry_after: None };
        for (code, expected) in
            [(408, true), (429, true), (500, true), (501, false), (502, true), (503, true), (504, true), (400, false)]
        {
            assert_eq!(status(code).is_passing(), expected, "{code}");
        }
        assert!(!Cause::NotFound.is_passing() && Cause::Connection(String::new()).is_passing());
    }
}
