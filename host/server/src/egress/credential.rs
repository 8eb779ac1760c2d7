//! How the gate says who it is to a destination.

use super::error::EgressError;
use reqwest::header::{AUTHORIZATION, HeaderName, HeaderValue};
use std::{fmt, path::PathBuf};

/// Bytes of a credential, at most.
const BYTES_MAX: usize = 16 * 1024;

/// Where a credential lies, and how it is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CredentialSource {
    /// Where it lies.
    pub place: Place,
    /// The header that carries it as it is; without one it is a bearer token.
    pub header: Option<HeaderName>,
}

/// Where a credential lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A file, read for each request, so that another credential needs no restart.
    File(PathBuf),
    /// A variable of the gate's environment.
    Variable(String),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "of `{}`", path.display()),
            Self::Variable(name) => write!(f, "of variable `{name}`"),
        }
    }
}

impl fmt::Display for CredentialSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.place.fmt(f)
    }
}

impl CredentialSource {
    /// The header, which prints nothing of itself.
    pub(super) async fn header(&self, destination: &str) -> Result<(HeaderName, HeaderValue), EgressError> {
        let text = self.place.read(destination).await?;
        let form = |_| EgressError::Credential {
            destination: destination.to_owned(),
            cause: format!("{self} has characters that no credential has"),
        };
        let (name, text) = match &self.header {
            Some(name) => (name.clone(), text),
            None => (AUTHORIZATION, format!("Bearer {text}")),
        };
        let mut value = HeaderValue::from_str(&text).map_err(form)?;
        value.set_sensitive(true);
        Ok((name, value))
    }
}

impl Place {
    /// What lies there, without the white space around it.
    pub(super) async fn read(&self, destination: &str) -> Result<String, EgressError> {
        let failed = |why: String| EgressError::Credential {
            destination: destination.to_owned(),
            cause: format!("{self} {why}"),
        };
        let text = match self {
            Self::File(path) => {
                let found = tokio::fs::metadata(path).await;
                let bytes = found.map_err(|error| failed(format!("cannot be read: {error}")))?.len();
                if bytes > BYTES_MAX as u64 {
                    return Err(failed(format!("is too large: {bytes} bytes used, {BYTES_MAX} allowed")));
                }
                tokio::fs::read_to_string(path).await.map_err(|error| failed(format!("cannot be read: {error}")))?
            }
            Self::Variable(name) => std::env::var(name).map_err(|_| failed("is not there".to_owned()))?,
        };
        let text = text.trim();
        if text.is_empty() || text.len() > BYTES_MAX || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(failed("is empty, or has characters that no credential has".to_owned()));
        }
        Ok(text.to_owned())
    }
}
