//! A JSON Web Signature in its compact form, before anybody believes it.

use super::strict_json;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Map, Value};

/// Headers that would let a token choose its own keys, or change what its signature means.
const REFUSED: [&str; 8] = ["crit", "jwk", "jku", "x5u", "x5c", "b64", "zip", "enc"];

/// Why a text is no identity token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// Over the limit.
    #[error("is too large: {used} bytes used, {allowed} allowed")]
    TooLarge {
        /// Bytes.
        used: usize,
        /// Bytes.
        allowed: usize,
    },
    /// Not three parts of base64url, or not JSON with every key once.
    #[error("is malformed")]
    Form,
    /// A header that nobody needs and that others were misled by.
    #[error("has the header `{0}`, which is never followed")]
    Header(&'static str),
}

/// A token whose parts are read.
pub(super) struct Compact<'a> {
    pub(super) header: Header,
    pub(super) payload: Map<String, Value>,
    /// What the signature is of.
    pub(super) signed: &'a [u8],
    pub(super) signature: Vec<u8>,
}

/// What counts of its header.
pub(super) struct Header {
    pub(super) alg: String,
    pub(super) kid: Option<String>,
}

impl<'a> Compact<'a> {
    pub(super) fn parse(text: &'a str, allowed: usize) -> Result<Self, Malformed> {
        if text.len() > allowed {
            return Err(Malformed::TooLarge { used: text.len(), allowed });
        }
        let (signed, signature) = text.rsplit_once('.').ok_or(Malformed::Form)?;
        let (header, payload) = signed.split_once('.').ok_or(Malformed::Form)?;
        let bytes = |part: &str| URL_SAFE_NO_PAD.decode(part).map_err(|_| Malformed::Form);
        let object = |part: &str| strict_json::object(&bytes(part)?).ok_or(Malformed::Form);
        let (header, payload, signature) = (Header::read(&object(header)?)?, object(payload)?, bytes(signature)?);
        Ok(Self { header, payload, signed: signed.as_bytes(), signature })
    }

    /// Whom it says that it is from.
    pub(super) fn issuer(&self) -> Option<&str> {
        self.payload.get("iss")?.as_str()
    }
}

impl Header {
    fn read(header: &Map<String, Value>) -> Result<Self, Malformed> {
        if let Some(refused) = REFUSED.into_iter().find(|name| header.contains_key(*name)) {
            return Err(Malformed::Header(refused));
        }
        let alg = header.get("alg").and_then(Value::as_str).ok_or(Malformed::Form)?.to_owned();
        let kid = match header.get("kid") {
            None => None,
            Some(Value::String(kid)) => Some(kid.clone()),
            Some(_) => return Err(Malformed::Form),
        };
        Ok(Self { alg, kid })
    }
}
