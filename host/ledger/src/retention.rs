//! How long bodies are kept.
//!
//! By the kind of what goes, and by the policy set that decided. Leaves are kept for ever: they are the proof.

use crate::leaf_size::LeafTooLarge;
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use tidegate_core::{digest::Digest, time::Timestamp};

/// The shortest time for which anything is kept: as long a retry under its idempotency key finds the whole answer.
pub const KEPT_MIN: Duration = Duration::from_hours(24);

/// How long what decisions name is kept; none: for ever.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Keeping {
    /// Documents, what stages said, and everything else that has no time of its own.
    pub bodies: Option<Duration>,
    /// Documents of decisions to deploy by the rules, no longer than `bodies`; none: as `bodies`.
    pub passing_evidence: Option<Duration>,
    /// Span trees; none: as `bodies`.
    pub traces: Option<Duration>,
    /// People's names and words that only decisions name; none: for ever.
    pub texts: Option<Duration>,
}

/// A sort of what goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// Documents of decisions to deploy by the rules.
    PassingEvidence,
    /// Documents of other decisions.
    Evidence,
    /// What stages said, lists of documents, opinions of candidates.
    Bodies,
    /// Span trees.
    Traces,
    /// People's names and words.
    Texts,
}

impl Class {
    /// The word used in leaves.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::PassingEvidence => "passing_evidence",
            Self::Evidence => "evidence",
            Self::Bodies => "bodies",
            Self::Traces => "traces",
            Self::Texts => "texts",
        }
    }
}

impl Keeping {
    pub(crate) fn of(&self, class: Class) -> Option<Duration> {
        match class {
            // No longer than the list that names them.
            Class::PassingEvidence => match (self.passing_evidence, self.bodies) {
                (Some(passing), Some(bodies)) => Some(passing.min(bodies)),
                (passing, bodies) => passing.or(bodies),
            },
            Class::Evidence | Class::Bodies => self.bodies,
            Class::Traces => self.traces.or(self.bodies),
            Class::Texts => self.texts,
        }
    }
}

/// How long what decisions name is kept, by the policy set that decided.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Retention {
    /// Of sets that are not named.
    pub every_set: Keeping,
    /// Of these sets, by their ids.
    pub sets: BTreeMap<Arc<str>, Keeping>,
}

impl Retention {
    pub(crate) fn of(&self, set: &str) -> &Keeping {
        self.sets.get(set).unwrap_or(&self.every_set)
    }

    /// Whether everything is kept for ever.
    #[must_use]
    pub fn keeps_all(&self) -> bool {
        let all = |keeping: &Keeping| *keeping == Keeping::default();
        all(&self.every_set) && self.sets.values().all(all)
    }
}

/// What went of one sort.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Went {
    /// Which sort.
    pub class: Class,
    /// How many.
    pub count: u64,
    /// Their bytes, before they were compressed.
    pub bytes: u64,
    /// When the youngest decision was recorded that named any of it and did not need it any more.
    pub until: Timestamp,
}

/// A part of a run: bodies that nothing needs any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RetentionRun {
    /// Who ran it: a person, or the gate.
    pub by: Arc<str>,
    /// What went, by its sort.
    pub went: Vec<Went>,
    /// Of the body that lists it.
    pub list: Digest,
    /// How many leaves had been looked at. In no leaf.
    pub seen: u64,
}

impl RetentionRun {
    pub(crate) fn fits(&self) -> Result<(), LeafTooLarge> {
        crate::removal::short([("bytes of a name", Some(&self.by))])
    }
}
