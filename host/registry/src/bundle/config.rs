//! What a bundle says about itself, in the blob that its manifest names as its config.

use crate::{
    limits::{CONFIG_BYTES_MAX, TEXT_CHARS_MAX, TooMuch},
    manifest::told,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use tidegate_core::one_line::one_line;

/// Raised when the form changes.
const VERSION: u32 = 1;
/// Authors of a bundle, at most.
const AUTHORS_MAX: usize = 64;

/// What a bundle says about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BundleConfig {
    /// Who wrote what is in it, by the names that signers have.
    pub authors: BTreeSet<String>,
}

/// Bytes that are no config of a bundle.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BundleConfigError {
    /// Too many of them.
    #[error(transparent)]
    TooLarge(#[from] TooMuch),
    /// Not its JSON.
    #[error("the config cannot be read: {0}")]
    Unreadable(String),
    /// Of another build.
    #[error("the config is of form {0}; this build reads form {VERSION}")]
    Version(u32),
    /// Nobody wrote it.
    #[error("nobody is named who wrote it; hint: name them with `--author`")]
    NoAuthor,
    /// A name that is none.
    #[error("`{0}` is no name of an author: it is empty, too long, or holds control characters")]
    Author(String),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    v: u32,
    authors: BTreeSet<String>,
}

impl BundleConfig {
    /// Of what these wrote.
    pub fn of(authors: impl IntoIterator<Item = String>) -> Result<Self, BundleConfigError> {
        let authors: BTreeSet<String> = authors.into_iter().collect();
        if authors.is_empty() {
            return Err(BundleConfigError::NoAuthor);
        }
        if authors.len() > AUTHORS_MAX {
            let (used, allowed) = (authors.len() as u64, AUTHORS_MAX as u64);
            return Err(TooMuch { what: "the list of its authors", unit: "authors", used, allowed }.into());
        }
        let is_name = |name: &&String| {
            !name.trim().is_empty() && name.chars().count() <= TEXT_CHARS_MAX && !name.chars().any(char::is_control)
        };
        match authors.iter().find(|name| !is_name(name)) {
            Some(name) => Err(BundleConfigError::Author(one_line(name, TEXT_CHARS_MAX))),
            None => Ok(Self { authors }),
        }
    }

    /// Whoever wrote all of it.
    #[must_use]
    pub fn sole_author(&self) -> Option<&str> {
        self.authors.first().filter(|_| self.authors.len() == 1).map(String::as_str)
    }

    /// Reads a config.
    pub fn read(bytes: &[u8]) -> Result<Self, BundleConfigError> {
        TooMuch::bytes("the config", bytes.len() as u64, CONFIG_BYTES_MAX)?;
        let Raw { v, authors } =
            serde_json::from_slice(bytes).map_err(|error| BundleConfigError::Unreadable(told(&error)))?;
        if v == VERSION { Self::of(authors) } else { Err(BundleConfigError::Version(v)) }
    }

    /// Its one form in bytes.
    pub fn bytes(&self) -> Result<Vec<u8>, BundleConfigError> {
        let raw = Raw { v: VERSION, authors: self.authors.clone() };
        serde_json::to_vec(&raw).map_err(|error| BundleConfigError::Unreadable(told(&error)))
    }
}

#[cfg(test)]
mod tests {
    use super::{BundleConfig, BundleConfigError};

    fn of(names: &[&str]) -> Result<BundleConfig, BundleConfigError> {
        BundleConfig::of(names.iter().map(|name| (*name).to_owned()))
    }

    #[test]
    fn who_wrote_a_bundle_is_read_as_it_was_written() {
        let config = of(&["bob", "ada", "bob"]).unwrap();
        assert_eq!(config.bytes().unwrap(), br#"{"v":1,"authors":["ada","bob"]}"#);
        assert_eq!(BundleConfig::read(&config.bytes().unwrap()), Ok(config.clone()));
        assert_eq!((config.sole_author(), of(&["ada"]).unwrap().sole_author()), (None, Some("ada")));
    }

    #[test]
    fn a_bundle_that_nobody_wrote_is_none() {
        assert_eq!(of(&[]), Err(BundleConfigError::NoAuthor));
        for name in ["", " ", "a\nb", &"a".repeat(201)] {
            assert!(matches!(of(&[name]), Err(BundleConfigError::Author(_))), "{name:?}");
        }
        let many: Vec<String> = (0..65).map(|number| number.to_string()).collect();
        assert!(matches!(BundleConfig::of(many), Err(BundleConfigError::TooLarge(_))));
        for (bytes, expected) in [
            (&br#"{"v":2,"authors":["a"]}"#[..], "form 2"),
            (br#"{"v":1}"#, "cannot be read"),
            (br#"{"v":1,"authors":["a"],"more":1}"#, "cannot be read"),
            (br#"{"v":1,"authors":[]}"#, "nobody is named"),
        ] {
            let error = BundleConfig::read(bytes).unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        }
    }
}
