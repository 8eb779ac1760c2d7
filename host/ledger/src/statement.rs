//! Statements: what a person says to the gate under their own token. The gate writes it down as a document that decisions may cite.

use crate::{evidence::Sender, leaf_size::LeafTooLarge};
use std::sync::Arc;
use tidegate_core::{digest::Digest, time::Timestamp};

/// Bytes of an item's id, at most: a leaf names it.
pub const ITEM_BYTES_MAX: usize = 128;

/// Somebody states something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewStatement {
    /// Of the document that the gate made of it; its body comes with the act.
    pub document: Digest,
    /// What the document weighs.
    pub bytes: u64,
    /// Whose the document is from then on.
    pub sender: Sender,
    /// What it is about.
    pub item: Arc<str>,
    /// The person; authenticated.
    pub person: Arc<str>,
}

impl NewStatement {
    pub(crate) fn fits(&self) -> Result<(), LeafTooLarge> {
        let used = self.item.len();
        if used > ITEM_BYTES_MAX {
            return Err(LeafTooLarge { what: "bytes of an item", used, allowed: ITEM_BYTES_MAX });
        }
        Ok(())
    }
}

/// A statement as the record has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stated {
    /// Of the document that the gate made of it.
    pub document: Digest,
    /// The person, or what stands for one that was forgotten.
    pub by: Arc<str>,
    /// When.
    pub at: Timestamp,
    /// Of its leaf.
    pub leaf_index: u64,
}
