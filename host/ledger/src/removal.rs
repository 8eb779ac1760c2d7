//! Bodies and private texts that are taken out of the record: on purpose by a redaction, or because nothing needs them any more.
//!
//! **Invariant:** what goes is named by a leaf of the same transaction, and nothing else goes. Leaves stay.

use crate::{error::ReadError, id::DecisionId, leaf_size::LeafTooLarge, permit::REASON_BYTES_MAX, private::Salted};
use serde::{Deserialize, Serialize};
use std::{fmt, sync::Arc};
use tidegate_core::{digest::Digest, one_line::one_line, time::Timestamp};

/// Bodies and texts that one leaf takes away, at most: so long others wait for their commits.
pub const PORTION: usize = 256;

/// Characters of a reason that errors show, at most.
const REASON_CHARS_MAX: usize = 200;

/// What a redaction was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// The documents that were handed in under a name for a decision, and what was said of them.
    Evidence {
        /// The decision.
        decision: DecisionId,
        /// `name` or `name@service`.
        label: Arc<str>,
    },
    /// A body, and what was said of it.
    Body(Digest),
    /// A person's name, wherever the record has it. Which, no leaf says.
    Person(Arc<str>),
}

impl Target {
    /// The word used in leaves.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Evidence { .. } => "evidence",
            Self::Body(_) => "body",
            Self::Person(_) => "person",
        }
    }
}

/// How much goes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Weight {
    /// Bodies.
    pub bodies: u64,
    /// Their bytes, before they were compressed.
    pub bytes: u64,
    /// Private texts.
    pub texts: u64,
}

/// Bodies and texts that are taken away on purpose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redaction {
    /// What was asked for.
    pub target: Target,
    /// Two persons; authenticated.
    pub by: [Arc<str>; 2],
    /// Why, at most [`REASON_BYTES_MAX`] bytes.
    pub reason: Arc<str>,
    /// Where it is written down, if anywhere.
    pub ticket: Option<Arc<str>>,
    /// How much goes.
    pub weight: Weight,
    /// Of the body that lists it.
    pub list: Digest,
    /// How many leaves had been looked at. In no leaf.
    pub seen: u64,
    /// Decisions whose notices go, too. In no leaf.
    pub notices: Vec<DecisionId>,
}

impl Redaction {
    pub(crate) fn fits(&self) -> Result<(), LeafTooLarge> {
        let texts = [("bytes of a reason", Some(&self.reason)), ("bytes of a ticket", self.ticket.as_ref())];
        short(texts)
    }
}

/// Texts that a leaf has, each within its limit.
pub(crate) fn short<const N: usize>(texts: [(&'static str, Option<&Arc<str>>); N]) -> Result<(), LeafTooLarge> {
    let long = texts.into_iter().find(|(_, text)| text.is_some_and(|text| text.len() > REASON_BYTES_MAX));
    match long {
        Some((what, Some(text))) => Err(LeafTooLarge { what, used: text.len(), allowed: REASON_BYTES_MAX }),
        _ => Ok(()),
    }
}

/// What a leaf takes away, as its body lists it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct List {
    /// Sorted.
    pub(crate) bodies: Vec<Digest>,
    /// Sorted.
    pub(crate) texts: Vec<Salted>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    bodies: Vec<String>,
    texts: Vec<String>,
}

impl List {
    pub(crate) fn bytes(&self) -> Result<Vec<u8>, serde_json::Error> {
        let (bodies, texts) = (self.bodies.iter().map(Digest::to_string), self.texts.iter().map(Salted::to_string));
        serde_json::to_vec(&Written { bodies: bodies.collect(), texts: texts.collect() })
    }

    pub(crate) fn read(digest: Digest, bytes: &[u8]) -> Result<Self, ReadError> {
        let what = || format!("list `{digest}` of what was taken away");
        let written: Written = serde_json::from_slice(bytes)
            .map_err(|cause| ReadError::Unreadable { what: what(), cause: cause.into() })?;
        let bodies = written.bodies.iter().map(|text| Digest::parse(text)).collect::<Result<_, _>>();
        let texts = written.texts.iter().map(|text| text.parse()).collect::<Result<_, _>>();
        match (bodies, texts) {
            (Ok(bodies), Ok(texts)) => Ok(Self { bodies, texts }),
            _ => Err(ReadError::Altered { what: what() }),
        }
    }
}

/// Why a body or a text is not there any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// Somebody wanted it away.
    Redacted,
    /// It was kept as long as it had to be.
    Retained,
}

impl Why {
    pub(crate) fn parse(kind: &str) -> Option<Self> {
        match kind {
            "redacted" => Some(Self::Redacted),
            "retained" => Some(Self::Retained),
            _ => None,
        }
    }
}

/// Which leaf took a body or a text away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Removed {
    /// Of the leaf.
    pub leaf_index: u64,
    /// Why.
    pub why: Why,
    /// When.
    pub at: Timestamp,
    /// Why, as somebody said; none of a retention run, and where that was forgotten.
    pub reason: Option<Arc<str>>,
}

impl fmt::Display for Removed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.why {
            Why::Redacted => "redaction",
            Why::Retained => "retention run",
        };
        write!(f, "the {what} of leaf {} deleted it at {}", self.leaf_index, self.at)?;
        match &self.reason {
            Some(reason) => write!(f, " ({})", one_line(reason, REASON_CHARS_MAX)),
            None => Ok(()),
        }
    }
}
