//! Which headers of an answer are written down, and how.

use reqwest::header::{HeaderMap, HeaderName, SET_COOKIE};
use std::{collections::BTreeMap, str::FromStr};

/// Always written down, where they are there: what browsers are told about security, where a redirect leads, what is given away of
/// the software behind.
pub const ALWAYS: [&str; 16] = [
    "access-control-allow-origin",
    "cache-control",
    "content-security-policy",
    "content-security-policy-report-only",
    "content-type",
    "cross-origin-embedder-policy",
    "cross-origin-opener-policy",
    "cross-origin-resource-policy",
    "location",
    "permissions-policy",
    "referrer-policy",
    "server",
    "strict-transport-security",
    "x-content-type-options",
    "x-frame-options",
    "x-powered-by",
];
/// Headers that can be asked for beside these.
pub const WANTED_MAX: usize = 48;
/// Bytes of a name, as the format allows.
const NAME_BYTES_MAX: usize = 100;
/// Characters of a value that are kept, at most.
const VALUE_CHARS_MAX: usize = 16_384;

/// The name of a header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header(HeaderName);

/// A text that names no header.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("is not the name of a header, of {NAME_BYTES_MAX} characters at most")]
pub struct HeaderError;

impl FromStr for Header {
    type Err = HeaderError;

    fn from_str(text: &str) -> Result<Self, HeaderError> {
        let name = HeaderName::from_str(text).map_err(|_| HeaderError)?;
        if name.as_str().len() > NAME_BYTES_MAX { Err(HeaderError) } else { Ok(Self(name)) }
    }
}

/// The headers of an answer that are written down.
#[must_use]
pub fn kept(headers: &HeaderMap, wanted: &[Header]) -> BTreeMap<String, String> {
    let always = ALWAYS.into_iter().map(HeaderName::from_static);
    let names = always.chain(wanted.iter().map(|header| header.0.clone()));
    names.filter_map(|name| Some((name.as_str().to_owned(), value(headers, &name)?))).collect()
}

/// The values of a header, joined as RFC 9110 joins them.
fn value(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    let values = headers.get_all(name).iter().map(|value| String::from_utf8_lossy(value.as_bytes()));
    let values: Vec<String> =
        values.map(|value| if *name == SET_COOKIE { without_secret(&value) } else { value.into_owned() }).collect();
    (!values.is_empty()).then(|| values.join(", ").chars().take(VALUE_CHARS_MAX).collect())
}

/// A cookie's value opens a session; how it is protected stands behind it.
fn without_secret(cookie: &str) -> String {
    let (pair, attributes) = cookie.split_at(cookie.find(';').unwrap_or(cookie.len()));
    let name = pair.split_once('=').map_or("", |(name, _)| name);
    format!("{name}=…{attributes}")
}

#[cfg(test)]
mod tests {
    use super::{ALWAYS, Header, WANTED_MAX, kept};
    use reqwest::header::HeaderMap;

    fn shown(given: &[(&'static str, &'static str)], wanted: &[&str]) -> Vec<(String, String)> {
        let mut headers = HeaderMap::new();
        for (name, value) in given {
            headers.append(*name, value.parse().unwrap());
        }
        let wanted: Vec<Header> = wanted.iter().map(|name| name.parse().unwrap()).collect();
        kept(&headers, &wanted).into_iter().collect()
    }

    #[test]
    fn only_what_is_listed_or_asked_for_is_written_down() {
        let given = [("server", "a"), ("x-request-id", "1"), ("etag", "2")];
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(shown(&given, &[]), [pair("server", "a")]);
        assert_eq!(shown(&given, &["ETag", "Age"]), [pair("etag", "2"), pair("server", "a")]);
    }

    #[test]
    fn several_values_are_one_and_cookies_keep_their_secrets() {
        let given =
            [("location", "a"), ("location", "b"), ("set-cookie", "id=s3cret; Secure"), ("set-cookie", "s3cret")];
        let shown = shown(&given, &["set-cookie"]);
        let values: Vec<&str> = shown.iter().map(|(_, value)| value.as_str()).collect();
        assert_eq!(values, ["a, b", "id=…; Secure, =…"]);
    }

    #[test]
    fn all_that_can_be_asked_for_fits_into_the_format() {
        assert!(ALWAYS.len() + WANTED_MAX <= 64);
        assert!("a b".parse::<Header>().is_err() && "".parse::<Header>().is_err());
        assert!("a".repeat(101).parse::<Header>().is_err() && "a".repeat(100).parse::<Header>().is_ok());
    }
}
