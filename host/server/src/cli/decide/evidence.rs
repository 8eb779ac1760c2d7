//! `--evidence`, `--format` and `--produced-at`: what is said of documents, by the name they are handed in under.

use std::{fmt, str::FromStr};
use tidegate_core::{
    digest::{Digest, DigestError},
    name::{EvidenceName, NameError, ServiceName},
    time::{Timestamp, TimestampError},
};

/// `name` or `name@service`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::cli) struct Label {
    name: EvidenceName,
    service: Option<ServiceName>,
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.service {
            Some(service) => write!(f, "{}@{service}", self.name),
            None => write!(f, "{}", self.name),
        }
    }
}

impl FromStr for Label {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        match text.split_once('@') {
            Some((name, service)) => Ok(Self { name: name.parse()?, service: Some(service.parse()?) }),
            None => Ok(Self { name: text.parse()?, service: None }),
        }
    }
}

/// Something said of the documents under a label: `label=value`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::cli) struct Labelled<T> {
    pub(in crate::cli) label: Label,
    pub(in crate::cli) value: T,
}

/// A text that is not `label=value`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(in crate::cli) enum LabelledError<E: std::error::Error> {
    #[error("expected `name=…` or `name@service=…`")]
    Form,
    #[error(transparent)]
    Label(#[from] NameError),
    #[error("{0}")]
    Value(E),
}

impl<T: FromStr<Err: std::error::Error>> FromStr for Labelled<T> {
    type Err = LabelledError<T::Err>;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (label, value) = text.split_once('=').ok_or(LabelledError::Form)?;
        Ok(Self { label: label.parse()?, value: value.parse().map_err(LabelledError::Value)? })
    }
}

/// Documents: here, or held by the gate already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::cli) enum Cited {
    /// A file, or a pattern of files.
    Files(String),
    /// One document by its digest.
    Digest(Digest),
}

/// A text that cites no document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(in crate::cli) enum CitedError {
    #[error("names no files")]
    Empty,
    #[error(transparent)]
    Digest(#[from] DigestError),
    #[error("`{}` is not a pattern: {cause}", pattern.escape_debug())]
    Pattern { pattern: String, cause: &'static str },
}

impl FromStr for Cited {
    type Err = CitedError;

    fn from_str(text: &str) -> Result<Self, CitedError> {
        if text.is_empty() {
            return Err(CitedError::Empty);
        }
        if text.starts_with("sha256:") {
            return Ok(Self::Digest(Digest::parse(text)?));
        }
        match glob::Pattern::new(text) {
            Ok(_) => Ok(Self::Files(text.to_owned())),
            Err(error) => Err(CitedError::Pattern { pattern: text.to_owned(), cause: error.msg }),
        }
    }
}

/// When documents were made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::cli) struct Moment(Timestamp);

impl FromStr for Moment {
    type Err = TimestampError;

    fn from_str(text: &str) -> Result<Self, TimestampError> {
        Timestamp::parse(text).map(Self)
    }
}

/// Everything that is said of some documents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::cli) struct Said<'a> {
    pub(in crate::cli) label: &'a Label,
    pub(in crate::cli) cited: &'a Cited,
    pub(in crate::cli) format: Option<String>,
    pub(in crate::cli) produced_at: Option<String>,
}

/// Brings together what is said under the same label.
pub(in crate::cli) fn said<'a>(
    evidence: &'a [Labelled<Cited>],
    format: &[Labelled<String>],
    produced_at: &[Labelled<Moment>],
) -> Vec<Said<'a>> {
    let said = evidence.iter().map(|Labelled { label, value }| Said {
        label,
        cited: value,
        format: format.iter().find(|format| format.label == *label).map(|format| format.value.clone()),
        produced_at: produced_at.iter().find(|at| at.label == *label).map(|at| at.value.0.to_string()),
    });
    said.collect()
}
