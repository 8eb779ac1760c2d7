//! The headers of an answer: few, and named as HTTP/2 names them.

use crate::text::quoted;
use serde::{
    Deserialize, Deserializer,
    de::{Error, MapAccess, Visitor},
};
use std::{collections::HashSet, fmt};

/// Headers of one probe, at most.
const HEADERS_MAX: usize = 64;
/// Bytes of a header's name, at most.
const NAME_BYTES_MAX: usize = 100;

/// Names and values, as they come.
#[derive(Default)]
pub(super) struct Headers(pub(super) Vec<(String, String)>);

impl<'de> Deserialize<'de> for Headers {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(HeadersVisitor)
    }
}

struct HeadersVisitor;

impl<'de> Visitor<'de> for HeadersVisitor {
    type Value = Headers;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("headers, an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Headers, A::Error> {
        let mut headers = Vec::new();
        let mut seen = HashSet::new();
        while let Some((name, value)) = map.next_entry::<String, String>()? {
            if !is_name(&name) {
                let what = format!("{} is not the name of a header in lower case", quoted(&name));
                return Err(A::Error::custom(what));
            }
            if !seen.insert(name.clone()) {
                return Err(A::Error::custom(format!("header {} comes twice", quoted(&name))));
            }
            headers.push((name, value));
            if headers.len() > HEADERS_MAX {
                let what = format!("too much: headers: {} used, {HEADERS_MAX} allowed", headers.len());
                return Err(A::Error::custom(what));
            }
        }
        Ok(Headers(headers))
    }
}

/// A token of RFC 9110 without capitals.
fn is_name(name: &str) -> bool {
    let is_part = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9') || b"!#$%&'*+-.^_`|~".contains(&byte);
    (1..=NAME_BYTES_MAX).contains(&name.len()) && name.bytes().all(is_part)
}
