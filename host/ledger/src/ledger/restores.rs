//! What two admins accept where leaves that were signed for are not in a restored ledger.

use super::Ledger;
use crate::{
    act::{Act, ActRecord},
    checkpoint::{self, CheckpointError, Kept},
    error::{ReadError, RecordError},
    leaf::Kind,
    proof::{ProofError, TreeHead},
    restoration::{Restoration, Restored},
    sidecar::{Sidecar, SidecarError},
};
use std::{path::Path, sync::Arc};
use tidegate_core::{name::Version, time::Timestamp};

/// Why a restore is not accepted.
#[derive(Debug, thiserror::Error)]
pub enum NotAccepted {
    /// The ledger signs nothing, so nothing can be lost.
    #[error("the ledger signs no checkpoints: nothing says that anything is lost")]
    Unsigned,
    /// The ledger did not sign it.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// The ledger has what was signed for.
    #[error("the ledger goes on from its {checkpoint} leaves: nothing is lost")]
    Fits {
        /// Leaves of the checkpoint.
        checkpoint: u64,
    },
    /// The ledger has as many leaves or more, and other ones.
    #[error(
        "the ledger's {ledger} leaves are another history than the {checkpoint} that were signed for: this is no older copy"
    )]
    OtherHistory {
        /// Leaves of the checkpoint.
        checkpoint: u64,
        /// Leaves of the ledger.
        ledger: u64,
    },
    /// One person is not two.
    #[error("both are `{who}`: somebody else has to accept it too")]
    OnePerson {
        /// Who.
        who: Arc<str>,
    },
    /// What was restored is not what was recorded.
    #[error("what was restored is not what was recorded: {0}")]
    Unsound(String),
    /// It could not be read.
    #[error(transparent)]
    Proof(#[from] ProofError),
    /// It could not be recorded.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// The file of the last checkpoint could not be written.
    #[error(transparent)]
    Sidecar(#[from] SidecarError),
}

impl From<ReadError> for NotAccepted {
    fn from(error: ReadError) -> Self {
        Self::Proof(error.into())
    }
}

/// Who accepts a restore, and when.
#[derive(Debug, Clone)]
pub struct Accepting {
    /// Two persons; authenticated.
    pub by: [Arc<str>; 2],
    /// The moment.
    pub at: Timestamp,
    /// Of the build.
    pub host_version: Version,
}

impl Ledger {
    /// Restores that were accepted, in their order.
    pub async fn restorations(&self) -> Result<Vec<Restored>, ReadError> {
        let leaves = self.leaves_of(Kind::Restored).await?;
        let read = leaves.iter().map(|leaf| Restored::read(leaf.index, &leaf.text));
        Ok(read.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
    }

    /// Records that the leaves which this checkpoint was signed for beyond those of this ledger are lost, and puts the checkpoint with that
    /// leaf into the file. What was begun before and not ended is ended: for the same checkpoint there is one leaf.
    pub async fn accept_restore(
        &self,
        lost: (&str, Kept),
        sidecar: &Path,
        accepting: Accepting,
    ) -> Result<Restored, NotAccepted> {
        let Accepting { by, at, host_version } = accepting;
        let [one, other] = &by;
        if one.eq_ignore_ascii_case(other) {
            return Err(NotAccepted::OnePerson { who: one.clone() });
        }
        let (note, kept) = lost;
        let lost = checkpoint::verified(self.verifier().ok_or(NotAccepted::Unsigned)?, note, &kept)?;
        let before = self.restorations().await?;
        if !before.iter().any(|restored| restored.lost == lost) {
            let restored = self.short_of(&lost).await?;
            let findings = self.verify().await?.findings;
            if let Some(finding) = findings.first() {
                return Err(NotAccepted::Unsound(finding.to_string()));
            }
            let epoch = before.len() as u64 + 1;
            let act = Act::Restored(Restoration { epoch, lost, restored, by });
            self.act(ActRecord { act, at, host_version, bodies: Vec::new(), notices: Vec::new() }).await?;
        }
        let newest = self.checkpoint().await?.ok_or(NotAccepted::Unsigned)?;
        Sidecar::new(sidecar.to_owned()).write(&newest)?;
        let accepted = self.restorations().await?.into_iter().find(|restored| restored.lost == lost);
        accepted.ok_or_else(|| ReadError::Altered { what: "the restore's leaf".to_owned() }.into())
    }

    /// The tree, where it has fewer leaves than were signed for.
    async fn short_of(&self, lost: &TreeHead) -> Result<TreeHead, NotAccepted> {
        let head = self.tree_head().await?;
        if lost.size > head.size {
            return Ok(head);
        }
        if self.root(lost.size).await? == lost.root {
            return Err(NotAccepted::Fits { checkpoint: lost.size });
        }
        Err(NotAccepted::OtherHistory { checkpoint: lost.size, ledger: head.size })
    }
}
