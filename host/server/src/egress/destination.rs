//! A destination as the configuration names it.

use super::{address::Network, credential::CredentialSource};
use reqwest::Url;
use std::{path::PathBuf, time::Duration};

/// A destination as the configuration names it. It holds no secret, only where one lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DestinationConfig {
    /// Scheme, host, port and base path, without a slash at the end, a query or a user.
    pub url: Url,
    /// Addresses outside of the open network that it may have.
    pub private: Vec<Network>,
    /// How the gate says who it is there.
    pub credential: Option<CredentialSource>,
    /// The only authorities that it believes there, in PEM; without it those of the machine.
    pub ca_file: Option<PathBuf>,
    /// How much it may cost.
    pub limits: EgressLimits,
}

/// How much a destination may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EgressLimits {
    /// Bytes of a response's body.
    pub bytes: u64,
    /// From the wish to ask to the last byte of the response.
    pub time: Duration,
    /// Requests at the same time.
    pub connections: usize,
}

impl Default for EgressLimits {
    fn default() -> Self {
        Self { bytes: 1 << 20, time: Duration::from_secs(10), connections: 4 }
    }
}

/// Why a text is no destination's address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UrlError {
    /// Not a web address.
    #[error("is not a web address: expected e.g. `https://ci.example.org` or `https://ci.example.org/api`")]
    Form,
    /// Credentials in plain sight.
    #[error("holds a user name or password: name a file or variable under `credential`")]
    Credential,
    /// Parts that requests add themselves.
    #[error("goes on after its path")]
    Rest,
}

/// An `http` or `https` address that path segments can be put after.
pub fn base(text: &str) -> Result<Url, UrlError> {
    let well_formed = !text.chars().any(|c| c.is_control() || c.is_whitespace() || c == '\\');
    let url = Url::parse(text).ok().filter(|url| well_formed && matches!(url.scheme(), "http" | "https"));
    let mut url = url.filter(Url::has_host).ok_or(UrlError::Form)?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(UrlError::Credential);
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(UrlError::Rest);
    }
    let path = url.path().trim_end_matches('/').to_owned();
    url.set_path(&path);
    Ok(url)
}

/// The address that a URL names by itself, in whatever way it is written; `None`: a name.
#[must_use]
pub fn literal(url: &Url) -> Option<std::net::IpAddr> {
    url.host_str()?.trim_start_matches('[').trim_end_matches(']').parse().ok()
}

#[cfg(test)]
mod tests {
    use super::{UrlError, base, literal};

    #[test]
    fn a_base_is_scheme_host_port_and_path_and_nothing_else() {
        for (text, wanted) in [
            ("https://ci.example", Ok("https://ci.example/")),
            ("https://ci.example:8443/api/", Ok("https://ci.example:8443/api")),
            ("ftp://ci.example", Err(UrlError::Form)),
            ("https:///x", Ok("https://x/")),
            ("ci.example", Err(UrlError::Form)),
            ("https://ci.example\\@evil", Err(UrlError::Form)),
            ("https://a:b@ci.example", Err(UrlError::Credential)),
            ("https://ci.example?x=1", Err(UrlError::Rest)),
            ("https://ci.example#x", Err(UrlError::Rest)),
        ] {
            assert_eq!(base(text).as_ref().map(|url| url.as_str()).map_err(|error| *error), wanted, "{text}");
        }
    }

    #[test]
    fn an_address_is_one_in_whatever_way_it_is_written() {
        for (text, wanted) in [
            ("http://127.0.0.1:1", Some("127.0.0.1")),
            ("http://2130706433", Some("127.0.0.1")),
            ("http://0x7f.1", Some("127.0.0.1")),
            ("http://0177.0.0.1", Some("127.0.0.1")),
            ("http://[::ffff:7f00:1]:1", Some("::ffff:127.0.0.1")),
            ("http://localhost", None),
        ] {
            let found = literal(&base(text).unwrap()).map(|address| address.to_string());
            assert_eq!(found.as_deref(), wanted, "{text}");
        }
    }
}
