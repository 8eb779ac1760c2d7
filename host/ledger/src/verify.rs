//! The whole ledger, leaf by leaf: what opening it has no time for.
//!
//! Reads a page of leaves at a time, each in a read of its own, so that neither memory nor the write-ahead log grows with the ledger and
//! records go on being written. Leaves are append-only: those below the size that is read first are the same in every page.

use crate::{
    checkpoint::{self, CheckpointError, Kept},
    error::ReadError,
    leaf,
    note::Verifier,
    proof::TreeHead,
    store::{
        Pool, checkpoints, head,
        leaves::{self, Unverified},
        tree,
    },
    tree::frontier::Frontier,
};
use std::{fmt, mem};
use tidegate_core::digest::Digest;

/// What a verification found: every leaf was read, whatever was found before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verification {
    /// What the head says, and all that was verified.
    pub head: TreeHead,
    /// The sizes of the checkpoints that were compared, the ledger's own first.
    pub checkpoints: Vec<u64>,
    /// What does not fit: of each kind the first. Nothing, and every leaf is the one that was recorded.
    pub findings: Vec<Finding>,
}

/// What does not fit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Finding {
    /// There is no leaf at this index.
    #[error("leaf {index} is missing")]
    MissingLeaf {
        /// The first such one.
        index: u64,
    },
    /// What is written beside a leaf, its hash or its kind, is not its own.
    #[error("leaf {index} was altered")]
    AlteredLeaf {
        /// The first such one.
        index: u64,
    },
    /// A leaf and its hash belong together, but the tree has another one at this index.
    #[error("leaf {index} is not the one that the tree has there: it was exchanged, or the tree was altered")]
    OtherLeaf {
        /// The first such one.
        index: u64,
    },
    /// There are leaves that the head does not count.
    #[error("the head counts {head} leaves, there are {found}")]
    Count {
        /// As the head says.
        head: u64,
        /// As the last leaf's index says.
        found: u64,
    },
    /// A hash of the tree is missing, or not what its leaves make.
    #[error("hash {index} at level {level} of the tree is not what its leaves make")]
    Hash {
        /// Of tiles, counted from the leaves.
        level: u32,
        /// The first such one.
        index: u64,
    },
    /// The leaves make another root.
    #[error("the head says that the root of {size} leaves is `{stated}`, they make `{found}`")]
    Root {
        /// Leaves.
        size: u64,
        /// As the head says.
        stated: Digest,
        /// As the leaves make it.
        found: Digest,
    },
    /// A checkpoint is not of these leaves, or not signed.
    #[error("{0}")]
    Checkpoint(CheckpointError),
}

struct Walk {
    head: TreeHead,
    checkpoints: Vec<(Kept, TreeHead)>,
    /// None from the first missing leaf on: no root can be made without it.
    frontier: Option<Frontier>,
    findings: Vec<Finding>,
}

/// Verifies every leaf that there is when it begins.
pub(crate) async fn run(
    reads: &Pool,
    notes: &[(Kept, String)],
    verifier: Option<&Verifier>,
) -> Result<Verification, ReadError> {
    let mut verifying = Verifying::begin(reads.clone(), notes, verifier).await?;
    loop {
        if let Some(found) = verifying.page().await? {
            return Ok(found);
        }
    }
}

/// A verification that goes on page by page, as fast as whoever asks for the next one.
pub struct Verifying {
    reads: Pool,
    walk: Walk,
    next: u64,
}

impl fmt::Debug for Verifying {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Verifying({} of {})", self.next, self.walk.head.size)
    }
}

impl Verifying {
    pub(crate) async fn begin(
        reads: Pool,
        notes: &[(Kept, String)],
        verifier: Option<&Verifier>,
    ) -> Result<Self, ReadError> {
        let mut walk = begin(&reads, notes, verifier).await?;
        walk.reach(0);
        Ok(Self { reads, walk, next: 0 })
    }

    /// Leaves that were read.
    #[must_use]
    pub fn verified(&self) -> u64 {
        self.next
    }

    /// Reads a page of leaves; what was found, once there are no more.
    pub async fn page(&mut self) -> Result<Option<Verification>, ReadError> {
        let size = self.walk.head.size;
        if self.next < size {
            let mut connection = self.reads.acquire().await?;
            let page = leaves::unverified(&mut connection, self.next..size).await?;
            if page.is_empty() {
                self.walk.miss(self.next);
                self.next = size;
            }
            let mut above = Vec::new();
            for leaf in page {
                if leaf.index > self.next {
                    self.walk.miss(self.next);
                }
                self.next = leaf.index + 1;
                self.walk.leaf(&leaf, &mut above);
            }
            for ((level, index), hash) in above {
                if tree::hashes(&mut connection, level, index..index + 1).await? != [hash] {
                    self.walk.find(Finding::Hash { level, index });
                }
            }
        }
        Ok((self.next >= size).then(|| self.walk.end()))
    }
}

async fn begin(reads: &Pool, notes: &[(Kept, String)], verifier: Option<&Verifier>) -> Result<Walk, ReadError> {
    let mut connection = reads.acquire().await?;
    // Before the head, which may grow in between: the ledger's own checkpoint is never of more leaves.
    let own = checkpoints::last(&mut connection).await?;
    let head = head::tree(&mut connection).await?;
    let mut walk = Walk { head, checkpoints: Vec::new(), frontier: Some(Frontier::default()), findings: Vec::new() };
    for (kept, note) in own.map(|note| (Kept::InLedger, note)).iter().chain(notes) {
        match stated(verifier, note, kept) {
            Ok(stated) if stated.size > head.size => walk.find(Finding::Checkpoint(CheckpointError::Ahead {
                kept: kept.clone(),
                checkpoint: stated.size,
                ledger: head.size,
            })),
            Ok(stated) => walk.checkpoints.push((kept.clone(), stated)),
            Err(cause) => walk.find(Finding::Checkpoint(cause)),
        }
    }
    let (head, found) = head::counts(&mut connection).await?;
    if found > head {
        walk.find(Finding::Count { head, found });
    }
    Ok(walk)
}

/// What a checkpoint says: verified where there is a key.
fn stated(verifier: Option<&Verifier>, note: &str, kept: &Kept) -> Result<TreeHead, CheckpointError> {
    match verifier {
        Some(verifier) => checkpoint::verified(verifier, note, kept),
        None => checkpoint::unverified(note, kept),
    }
}

impl Walk {
    /// The first of its kind.
    fn find(&mut self, finding: Finding) {
        if !self.findings.iter().any(|found| mem::discriminant(found) == mem::discriminant(&finding)) {
            self.findings.push(finding);
        }
    }

    fn miss(&mut self, index: u64) {
        self.frontier = None;
        self.find(Finding::MissingLeaf { index });
    }

    /// One leaf; hashes of the tree that it completes, and that are not beside it, are left in `above`.
    fn leaf(&mut self, leaf: &Unverified, above: &mut tree::Grown) {
        let (index, hash) = (leaf.index, leaf::hash(&leaf.body));
        let own = leaf.hash == hash.as_bytes()
            && leaf::kind_word(&leaf.body).is_some_and(|kind| kind.as_bytes() == leaf.kind);
        match &leaf.in_tree {
            _ if !own => self.find(Finding::AlteredLeaf { index }),
            None => self.find(Finding::Hash { level: 0, index }),
            Some(in_tree) if in_tree != hash.as_bytes() => self.find(Finding::OtherLeaf { index }),
            Some(_) => (),
        }
        if let Some(frontier) = &mut self.frontier {
            frontier.push(hash, |node, hash| {
                above.extend(node.in_tiles().filter(|(level, _)| *level > 0).map(|place| (place, hash)));
            });
            self.reach(index + 1);
        }
    }

    /// Compares the checkpoints of this size: the leaves that they are of were read.
    fn reach(&mut self, size: u64) {
        let Some(frontier) = &self.frontier else { return };
        let here = |(_, signed): &&(Kept, TreeHead)| signed.size == size && signed.root != frontier.root();
        if let Some((kept, signed)) = self.checkpoints.iter().find(here) {
            let (checkpoint, stated, found) = (signed.size, signed.root, frontier.root());
            let (kept, ledger) = (kept.clone(), self.head.size);
            self.find(Finding::Checkpoint(CheckpointError::OtherRoot { kept, checkpoint, ledger, stated, found }));
        }
    }

    fn end(&mut self) -> Verification {
        let TreeHead { size, root: stated } = self.head;
        let found = self.frontier.as_ref().map(Frontier::root);
        if let Some(found) = found.filter(|found| *found != stated) {
            self.find(Finding::Root { size, stated, found });
        }
        let checkpoints = self.checkpoints.iter().map(|(_, signed)| signed.size).collect();
        Verification { head: self.head, checkpoints, findings: mem::take(&mut self.findings) }
    }
}
