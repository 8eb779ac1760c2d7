//! Acts of power, as an auditor looks them up.

use crate::search::Window;
use std::sync::Arc;

/// What is looked for: all of it at once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ChangesAsked {
    /// The kind of its leaf; none: all but those of whoever only read.
    pub kind: Option<Arc<str>>,
    /// Who did it: the whole name.
    pub by: Option<Arc<str>>,
    /// When it was done.
    pub window: Window,
    /// Only those of leaves before this one.
    pub before: Option<u64>,
    /// So many, and at most [`PAGE_MAX`](crate::search::PAGE_MAX).
    pub limit: u32,
}

/// A page of acts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangesPage {
    /// The newest first.
    pub changes: Vec<Change>,
    /// Where the next page begins; none: this is the last.
    pub next: Option<u64>,
}

/// An act of power.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Its leaf.
    pub leaf_index: u64,
    /// The kind of its leaf.
    pub kind: String,
    /// When: RFC 3339 UTC, nine digits of nanoseconds.
    pub at: String,
    /// Who did it, or as the leaf has them once they were forgotten; none: nobody in particular.
    pub by: Option<String>,
    /// What it was done to: a decision, an obligation, a token, a waiver, a digest.
    pub what: Option<String>,
}
