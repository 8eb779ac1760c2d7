//! A restore that two admins accepted: leaves that were signed for are lost, and the record says so for good.
//!
//! The leaf follows right after what was kept. It names both heads, so that whoever kept the lost one knows what became of it, and
//! nobody can put an older record in the place of a newer one without saying so in it.

use crate::{
    error::ReadError,
    leaf::{self, Kind, act::RestorationLeaf},
    proof::TreeHead,
};
use std::sync::Arc;
use tidegate_core::time::Timestamp;

/// What two admins accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restoration {
    /// How many restores were accepted, with this one.
    pub epoch: u64,
    /// The last head that was signed before.
    pub lost: TreeHead,
    /// What was kept of it.
    pub restored: TreeHead,
    /// Who accepted it; authenticated, and not the same person.
    pub by: [Arc<str>; 2],
}

/// One that was recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// Of its leaf.
    pub leaf_index: u64,
    /// When.
    pub at: Timestamp,
    /// How many restores were accepted, with this one.
    pub epoch: u64,
    /// The last head that was signed before.
    pub lost: TreeHead,
    /// What was kept of it.
    pub restored: TreeHead,
}

impl Restored {
    /// What a leaf says; none where it is of another kind.
    pub(crate) fn read(index: u64, text: &str) -> Result<Option<Self>, ReadError> {
        if leaf::kind_of(index, text)? != Kind::Restored {
            return Ok(None);
        }
        let read: RestorationLeaf = leaf::read(index, text)?;
        Ok(Some(read.judgement.restored(index)))
    }

    /// Whether a head is one that this restore lost: longer than what was kept, and no longer than what was lost.
    #[must_use]
    pub fn lost(&self, head: &TreeHead) -> bool {
        let within = self.restored.size < head.size && head.size < self.lost.size;
        within || *head == self.lost
    }
}
