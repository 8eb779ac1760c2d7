//! What somebody kept of a ledger, held against it: older checkpoints, and receipts.

use super::Ledger;
use crate::{
    checkpoint,
    error::ReadError,
    leaf,
    note::{self, NoteError, Verifier},
    proof::{ProofError, TreeHead},
    receipt::{self, Proven, ReceiptError},
    restoration::Restored,
    tree::path,
};
use tidegate_core::{digest::Digest, one_line::one_line};

/// Characters of another log's name that are shown, at most.
const ORIGIN_CHARS_MAX: usize = 80;

/// Why a ledger does not go on from a checkpoint that somebody kept.
#[derive(Debug, thiserror::Error)]
pub enum NotExtended {
    /// Nobody signed it who should have.
    #[error("it does not count: {0}")]
    Note(#[from] NoteError),
    /// It is signed, but no checkpoint.
    #[error("it is not a checkpoint")]
    NotOne,
    /// It is of another log.
    #[error("it is a checkpoint of the log `{stated}`, this one is `{own}`")]
    OtherLog {
        /// As it says.
        stated: String,
        /// The ledger's.
        own: String,
    },
    /// Leaves that were signed for are not there.
    #[error("it is of {checkpoint} leaves, there are {ledger}: this ledger is older")]
    Older {
        /// Its size.
        checkpoint: u64,
        /// Leaves of the ledger.
        ledger: u64,
    },
    /// The first so many leaves are not those that were signed for.
    #[error(
        "its root of {checkpoint} leaves is `{stated}`, here it is `{found}`: this is another history of the same log"
    )]
    Forked {
        /// Its size.
        checkpoint: u64,
        /// As it says.
        stated: Digest,
        /// As the ledger has it.
        found: Digest,
    },
    /// Leaves that were signed for were lost, as the ledger itself says.
    #[error("{}", lost(*checkpoint, by))]
    Lost {
        /// Its size.
        checkpoint: u64,
        /// The restore that two admins accepted.
        by: Box<Restored>,
    },
    /// The ledger could not be read.
    #[error(transparent)]
    Proof(#[from] ProofError),
}

fn lost(checkpoint: u64, by: &Restored) -> String {
    format!(
        "of its {checkpoint} leaves {} were kept when the ledger was restored, as leaf {} says: the others are lost",
        by.restored.size, by.leaf_index
    )
}

impl NotExtended {
    /// Whether the ledger itself names the checkpoint as the one that a restore lost.
    #[must_use]
    pub fn is_named_as_lost(&self) -> bool {
        matches!(self, Self::Lost { checkpoint, by } if *checkpoint == by.lost.size)
    }
}

/// Why a ledger does not hold what a receipt proves.
#[derive(Debug, thiserror::Error)]
pub enum NotHeld {
    /// It proves nothing.
    #[error(transparent)]
    Receipt(#[from] ReceiptError),
    /// The ledger does not go on from its checkpoint.
    #[error("its checkpoint: {0}")]
    Checkpoint(#[from] NotExtended),
    /// There is another leaf in that place, or none.
    #[error("leaf {index} is not the one that was recorded")]
    OtherLeaf {
        /// As the receipt says.
        index: u64,
    },
    /// The ledger could not be read.
    #[error(transparent)]
    Proof(#[from] ProofError),
}

impl From<ReadError> for NotExtended {
    fn from(error: ReadError) -> Self {
        Self::Proof(error.into())
    }
}

impl Ledger {
    /// The tree of a checkpoint that somebody kept, when this ledger goes on from it: shown by a consistency proof, as to somebody who
    /// does not see the leaves. Without a verifier it is not asked who signed it.
    pub async fn extends(&self, kept: &str, verifier: Option<&Verifier>) -> Result<TreeHead, NotExtended> {
        let text = note::unverified_text(kept)?;
        let (stated, head) = checkpoint::read(text).ok_or(NotExtended::NotOne)?;
        // Before the signature: that of another log cannot hold, and says less.
        if let Some(own) = self.origin(verifier).await?.filter(|own| own != stated) {
            return Err(NotExtended::OtherLog { stated: one_line(stated, ORIGIN_CHARS_MAX), own });
        }
        if let Some(verifier) = verifier {
            verifier.text(kept)?;
        }
        self.goes_on_from(&head).await?;
        Ok(head)
    }

    /// What a receipt proves, when this ledger has it: the leaf, unchanged, in its place of the tree of the receipt and of the tree as it is.
    pub async fn holds(&self, receipt: &str, verifier: &Verifier) -> Result<Proven, NotHeld> {
        let proven = receipt::verified(receipt, verifier)?;
        let head = self.goes_on_from(&proven.tree).await?;
        let index = proven.index;
        let leaf = self.leaf(index).await.map_err(ProofError::from)?;
        let way = self.inclusion(index, head.size).await?;
        let hash = leaf::hash(proven.leaf.as_bytes());
        let there = leaf.is_some_and(|leaf| *leaf.text == *proven.leaf);
        if there && path::root(hash, index, head.size, &way) == Some(head.root) {
            return Ok(proven);
        }
        Err(NotHeld::OtherLeaf { index })
    }

    /// Which log this is, as far as anything says so.
    async fn origin(&self, verifier: Option<&Verifier>) -> Result<Option<String>, ReadError> {
        if let Some(verifier) = verifier {
            return Ok(Some(verifier.name().to_owned()));
        }
        let own = self.checkpoint().await?;
        let origin = own.as_deref().and_then(|note| checkpoint::read(note::unverified_text(note).ok()?));
        Ok(origin.map(|(origin, _)| origin.to_owned()))
    }

    /// The tree as it is, when it begins with that one.
    async fn goes_on_from(&self, old: &TreeHead) -> Result<TreeHead, NotExtended> {
        let new = self.tree_head().await?;
        if old.size <= new.size && path::leads_on(old, &new, &self.consistency(old.size, new.size).await?) {
            return Ok(new);
        }
        if let Some(by) = self.restorations().await?.into_iter().find(|restored| restored.lost(old)) {
            return Err(NotExtended::Lost { checkpoint: old.size, by: Box::new(by) });
        }
        if old.size > new.size {
            return Err(NotExtended::Older { checkpoint: old.size, ledger: new.size });
        }
        let found = self.root(old.size).await?;
        if found == old.root {
            return Err(ReadError::Altered { what: "the tree".to_owned() }.into());
        }
        Err(NotExtended::Forked { checkpoint: old.size, stated: old.root, found })
    }
}
