//! The address of a gate.

use reqwest::Url;
use std::{
    fmt,
    net::{Ipv4Addr, Ipv6Addr},
    str::FromStr,
};

/// Where a gate listens.
#[derive(Clone, PartialEq, Eq)]
pub struct Server(Url);

/// A text that is not a gate's address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ServerError {
    /// Not an address.
    #[error("`{}` is not the address of a gate, e.g. `http://127.0.0.1:8080`: {cause}", text.escape_debug())]
    Form {
        /// The text given, cut after 200 characters.
        text: String,
        /// What is wrong with it.
        cause: String,
    },
    /// Another protocol.
    #[error("`{0}` is not spoken: expected an address with `http://` or `https://`")]
    Scheme(String),
    /// A user or password: both would stand in logs.
    #[error("the address of a gate holds no user or password")]
    Credentials,
    /// A query or fragment.
    #[error("the address of a gate ends with its path: `?…` and `#…` are not allowed")]
    Query,
}

impl Server {
    /// The address of something below this gate.
    pub(super) fn at(&self, path: &str) -> String {
        format!("{}{path}", self.0.as_str().trim_end_matches('/'))
    }

    /// Whether the way there is encrypted.
    pub(super) fn is_encrypted(&self) -> bool {
        self.0.scheme() == "https"
    }

    /// Whether it is on this machine: no proxy leads there.
    pub(super) fn is_loopback(&self) -> bool {
        let host = self.0.host_str().unwrap_or("");
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        let v4 = bare.parse::<Ipv4Addr>().is_ok_and(|address| address.is_loopback());
        let v6 = bare.parse::<Ipv6Addr>().is_ok_and(|address| address.is_loopback());
        v4 || v6 || host == "localhost"
    }
}

impl FromStr for Server {
    type Err = ServerError;

    fn from_str(text: &str) -> Result<Self, ServerError> {
        let form = |cause: &dyn fmt::Display| ServerError::Form {
            text: text.chars().take(200).collect(),
            cause: cause.to_string(),
        };
        let url = Url::parse(text).map_err(|error| form(&error))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(ServerError::Scheme(url.scheme().to_owned()));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(ServerError::Credentials);
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(ServerError::Query);
        }
        Ok(Self(url))
    }
}

impl fmt::Display for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str().trim_end_matches('/'))
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::{Server, ServerError};

    #[test]
    fn an_address_is_kept_without_its_last_slash() {
        for (text, shown) in [
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
            ("https://gate.example/tidegate/", "https://gate.example/tidegate"),
        ] {
            let server: Server = text.parse().unwrap();
            assert_eq!(server.to_string(), shown);
            assert_eq!(server.at("/v1/decisions"), format!("{shown}/v1/decisions"));
        }
    }

    #[test]
    fn what_is_no_address_of_a_gate_is_refused() {
        let parse = |text: &str| text.parse::<Server>().unwrap_err();
        assert!(matches!(parse("gate"), ServerError::Form { .. }));
        assert!(matches!(parse(""), ServerError::Form { .. }));
        assert_eq!(parse("ftp://gate"), ServerError::Scheme("ftp".to_owned()));
        assert_eq!(parse("localhost:8080"), ServerError::Scheme("localhost".to_owned()));
        assert_eq!(parse("http://user:secret@gate"), ServerError::Credentials);
        assert_eq!(parse("http://gate/?status=always-200"), ServerError::Query);
    }

    #[test]
    fn loopback_is_told_from_elsewhere() {
        for text in ["http://127.0.0.1:1", "http://127.9.9.9", "http://[::1]:80", "https://localhost"] {
            assert!(text.parse::<Server>().unwrap().is_loopback(), "{text}");
        }
        for text in ["http://10.0.0.1", "http://localhost.example", "http://127.0.0.1.example", "http://[2001:db8::1]"]
        {
            assert!(!text.parse::<Server>().unwrap().is_loopback(), "{text}");
        }
    }
}
