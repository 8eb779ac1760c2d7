//! The parts of a document, and how each is read.

mod counted;
mod named;

use super::document::Read;
use crate::values::{Owned, json};
use cel_rust::{Env, ExecutionError};
use tidegate_sdk::evidence::{Content, Document};

/// Bytes of JSON that are read of one document, at most.
const JSON_BYTES_MAX: u64 = 1 << 20;

/// One part, named as expressions name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    Tests,
    Issues,
    Vulnerabilities,
    Components,
    Coverage,
    Measurements,
    Statements,
    Facts,
    Provenance,
    Json,
}

/// All of them, in the order of their numbers.
pub(crate) const PARTS: [Part; 10] = [
    Part::Tests,
    Part::Issues,
    Part::Vulnerabilities,
    Part::Components,
    Part::Coverage,
    Part::Measurements,
    Part::Statements,
    Part::Facts,
    Part::Provenance,
    Part::Json,
];

impl Part {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Tests => "tests",
            Self::Issues => "issues",
            Self::Vulnerabilities => "vulnerabilities",
            Self::Components => "components",
            Self::Coverage => "coverage",
            Self::Measurements => "measurements",
            Self::Statements => "statements",
            Self::Facts => "facts",
            Self::Provenance => "provenance",
            Self::Json => "json",
        }
    }

    pub(crate) fn named(name: &str) -> Option<Self> {
        PARTS.into_iter().find(|part| part.name() == name)
    }

    pub(crate) fn bit(self) -> u16 {
        1 << (self as u16)
    }

    pub(crate) fn read(self, document: &Document, contents: &[Content], env: &Env) -> Read {
        let read = match self {
            Self::Tests => Ok(counted::tests(contents)),
            Self::Issues => Ok(counted::issues(contents)),
            Self::Vulnerabilities => counted::vulnerabilities(contents, env),
            Self::Components => Ok(counted::components(contents)),
            Self::Coverage => Ok(counted::coverage(contents)),
            Self::Measurements => Ok(named::measurements(contents)),
            Self::Statements => named::statements(contents, env),
            Self::Facts => named::facts(contents, env),
            Self::Provenance => Ok(named::provenance(contents)),
            Self::Json => return of_bytes(document, contents),
        };
        match read {
            Ok(Some(value)) => Read::Held(value),
            Ok(None) => Read::Absent,
            Err(error) => Read::Unreadable(error.to_string()),
        }
    }
}

/// What a part comes to: nothing where no content is of its kind.
type Found = Result<Option<Owned>, ExecutionError>;

/// Only what the host has no reader for is read here.
fn of_bytes(document: &Document, contents: &[Content]) -> Read {
    if !contents.is_empty() {
        return Read::Absent;
    }
    let size = document.size();
    if size > JSON_BYTES_MAX {
        return Read::Unreadable(format!("{size} bytes used, {JSON_BYTES_MAX} allowed"));
    }
    let mut bytes = Vec::new();
    while (bytes.len() as u64) < size {
        let page = document.bytes(bytes.len() as u64, 1 << 20);
        if page.is_empty() {
            return Read::Unreadable(format!("{} of {size} bytes could be read", bytes.len()));
        }
        bytes.extend(page);
    }
    match json::read(&bytes) {
        Ok(value) => Read::Held(value),
        Err(why) => Read::Unreadable(why),
    }
}
