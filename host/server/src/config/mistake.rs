//! What is wrong with a configuration, and where.

use super::origin::Origin;
use std::fmt;
use tidegate_bundle::document;

/// One thing that is wrong with a configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// Where.
    pub origin: Origin,
    /// In one sentence.
    pub message: String,
    /// What to do next.
    pub hint: Option<String>,
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.origin, self.message)?;
        self.hint.as_ref().map_or(Ok(()), |hint| write!(f, "\nhint: {hint}"))
    }
}

impl std::error::Error for Mistake {}

impl From<document::Mistake> for Mistake {
    fn from(mistake: document::Mistake) -> Self {
        let document::Mistake { file, line, column, pointer: _, message, hint } = mistake;
        Self { origin: Origin::File { file, line, column }, message, hint }
    }
}

/// Why a value is refused, before it is known where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refused {
    pub(super) message: String,
    pub(super) hint: Option<String>,
}

impl Refused {
    pub(super) fn because(message: impl Into<String>) -> Self {
        Self { message: message.into(), hint: None }
    }

    pub(super) fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    pub(super) fn at(self, origin: Origin) -> Mistake {
        Mistake { origin, message: self.message, hint: self.hint }
    }
}
