//! People and free text: leaves hold a salted digest, a deletable row holds the text.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _, ser::Error as _};
use std::{fmt, str::FromStr, sync::Arc};
use tidegate_core::digest::{Digest, DigestError};

/// Bytes of a salt.
pub(crate) const SALT_BYTES: usize = 32;

/// `salted:sha256:<hex>`: SHA-256 of salt and text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Salted(Digest);

impl Salted {
    pub(crate) fn of(salt: &[u8], text: &str) -> Self {
        Self(Digest::of(&[salt, text.as_bytes()].concat()))
    }
}

impl fmt::Display for Salted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "salted:{}", self.0)
    }
}

impl FromStr for Salted {
    type Err = DigestError;
    fn from_str(text: &str) -> Result<Self, DigestError> {
        Digest::parse(text.strip_prefix("salted:").unwrap_or_default()).map(Self)
    }
}

/// A private text on its way into a leaf or out of it.
///
/// Only the salted form can be written: a leaf whose texts were not salted first does not serialise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Private {
    Text(Arc<str>),
    Salted(Salted),
}

impl Private {
    /// The text; of one that was forgotten, what the leaf has in its place.
    pub(crate) fn shown(&self) -> Arc<str> {
        match self {
            Self::Text(text) => text.clone(),
            Self::Salted(salted) => salted.to_string().into(),
        }
    }

    /// The longest that one can be in a leaf: all are equally long.
    pub(crate) fn placeholder() -> Self {
        Self::Salted(Salted(Digest::from_bytes([0; 32])))
    }
}

impl Serialize for Private {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Salted(salted) => serializer.collect_str(salted),
            Self::Text(_) => Err(S::Error::custom("a private text was not salted")),
        }
    }
}

impl<'de> Deserialize<'de> for Private {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map(Self::Salted).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::Private;

    #[test]
    fn a_text_that_was_not_salted_is_not_written() {
        assert!(serde_json::to_string(&Private::Text("ada".into())).is_err());
        assert!(serde_json::to_string(&Private::placeholder()).unwrap().starts_with("\"salted:sha256:"));
    }
}
