//! Addresses as they are typed.

use reqwest::Url;
use std::{
    fmt,
    net::{IpAddr, SocketAddr},
    str::FromStr,
};

/// An address to ask: `http://` or `https://`, kept as it was typed, because evidence and policy name it that way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    text: String,
    url: Url,
}

/// A text that is not an address to ask.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// Not an address.
    #[error("is not an address, e.g. `https://shop.example/health`: {0}")]
    Form(String),
    /// Another protocol.
    #[error("is not asked: expected an address with `http://` or `https://`")]
    Scheme,
    /// A user or password, which would stand in the document.
    #[error("holds a user or a password, which would stand in the document")]
    Credentials,
    /// Never sent to a server.
    #[error("holds a fragment (`#…`), which no server gets to see")]
    Fragment,
}

impl Address {
    pub(super) fn url(&self) -> &Url {
        &self.url
    }

    /// Its host, without a port.
    pub(super) fn host(&self) -> &str {
        self.url.host_str().unwrap_or_default()
    }

    /// Whether it is on this machine: no proxy leads there.
    pub(super) fn is_loopback(&self) -> bool {
        let bare = self.host().trim_start_matches('[').trim_end_matches(']');
        bare == "localhost" || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl FromStr for Address {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        let url = Url::parse(text).map_err(|error| AddressError::Form(error.to_string()))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(AddressError::Scheme);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(AddressError::Credentials);
        }
        if url.fragment().is_some() {
            return Err(AddressError::Fragment);
        }
        Ok(Self { text: text.to_owned(), url })
    }
}

/// Where a host is, whatever the name service says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolve {
    pub(super) host: String,
    /// Port 0: that of the address.
    pub(super) at: SocketAddr,
}

/// A text that does not say where a host is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("does not say where a host is: expected `HOST=IP` or `HOST=IP:PORT`")]
pub struct ResolveError;

impl FromStr for Resolve {
    type Err = ResolveError;

    fn from_str(text: &str) -> Result<Self, ResolveError> {
        let (host, at) = text.split_once('=').filter(|(host, _)| !host.is_empty()).ok_or(ResolveError)?;
        let with_port = || at.parse::<IpAddr>().map(|ip| SocketAddr::new(ip, 0));
        let at = at.parse::<SocketAddr>().or_else(|_| with_port()).map_err(|_| ResolveError)?;
        Ok(Self { host: host.to_ascii_lowercase(), at })
    }
}

#[cfg(test)]
mod tests {
    use super::{Address, AddressError, Resolve};

    #[test]
    fn an_address_is_kept_as_it_was_typed() {
        for text in ["https://shop.example", "HTTP://shop.example:80/a?b=c", "http://[::1]:1/"] {
            assert_eq!(text.parse::<Address>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn what_cannot_be_asked_is_refused() {
        let refusal = |text: &str| text.parse::<Address>().unwrap_err();
        assert!(matches!(refusal("shop.example"), AddressError::Form(_)));
        assert_eq!(refusal("file:///etc/passwd"), AddressError::Scheme);
        assert_eq!(refusal("https://user:secret@shop.example"), AddressError::Credentials);
        assert_eq!(refusal("https://shop.example/#top"), AddressError::Fragment);
    }

    #[test]
    fn a_host_can_be_put_anywhere() {
        for (text, at) in [
            ("shop.example=127.0.0.1", "127.0.0.1:0"),
            ("Shop.example=127.0.0.1:8443", "127.0.0.1:8443"),
            ("shop.example=::1", "[::1]:0"),
            ("shop.example=[::1]:8443", "[::1]:8443"),
        ] {
            let resolve = text.parse::<Resolve>().unwrap();
            assert_eq!((resolve.host.as_str(), resolve.at.to_string().as_str()), ("shop.example", at));
        }
        for text in ["shop.example", "=127.0.0.1", "shop.example=", "shop.example=other.example", "a=1.2.3.4:99999"] {
            assert!(text.parse::<Resolve>().is_err(), "{text}");
        }
    }
}
