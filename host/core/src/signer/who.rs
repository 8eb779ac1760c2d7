//! Whose signatures are asked for.

use std::{collections::BTreeSet, fmt, sync::Arc};

/// Who has to have signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Who {
    /// Every one of them.
    AllOf(BTreeSet<Arc<str>>),
    /// One of them at least.
    AnyOf(BTreeSet<Arc<str>>),
}

impl Who {
    /// All that are named.
    #[must_use]
    pub fn names(&self) -> &BTreeSet<Arc<str>> {
        match self {
            Self::AllOf(names) | Self::AnyOf(names) => names,
        }
    }

    /// The word for it in files.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::AllOf(_) => "all_of",
            Self::AnyOf(_) => "any_of",
        }
    }

    /// Those who are still missing when these signed; nobody, when it is enough.
    #[must_use]
    pub fn missing(&self, signed: &BTreeSet<Arc<str>>) -> Vec<Arc<str>> {
        match self {
            Self::AllOf(names) => names.difference(signed).cloned().collect(),
            Self::AnyOf(names) if names.is_disjoint(signed) => names.iter().cloned().collect(),
            Self::AnyOf(_) => Vec::new(),
        }
    }
}

impl fmt::Display for Who {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.names().iter().map(|name| &**name).collect();
        write!(f, "{}: {}", self.word(), names.join(", "))
    }
}
