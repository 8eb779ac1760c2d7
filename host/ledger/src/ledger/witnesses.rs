//! What witnesses outside saw of this ledger.

use super::{Ledger, kept::NotExtended};
use crate::{
    cosignature::Witness,
    error::{ReadError, RecordError},
    note::NoteError,
    store::cosignatures,
    writer::job::Work,
};
use tidegate_core::time::Timestamp;

/// A checkpoint of this ledger that a witness cosigned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cosigned {
    /// The witness's public key.
    pub witness: String,
    /// Leaves of the checkpoint.
    pub size: u64,
    /// The checkpoint with the cosignature.
    pub note: String,
    /// When the witness says that it saw it, to the second.
    pub seen_at: Timestamp,
    /// When this ledger was told.
    pub received_at: Timestamp,
}

impl Cosigned {
    /// When it was seen at the latest: a witness whose clock is ahead does not make a head look newer than it is.
    #[must_use]
    pub fn at(&self) -> Timestamp {
        self.seen_at.min(self.received_at)
    }
}

/// Why a cosignature is not kept.
#[derive(Debug, thiserror::Error)]
pub enum NotCosigned {
    /// None of those whose word counts signed it.
    #[error("no witness that is known here cosigned it")]
    Unknown,
    /// One of them did, but the cosignature does not hold.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// It is no checkpoint that this ledger goes on from.
    #[error("the checkpoint: {0}")]
    Checkpoint(#[from] NotExtended),
    /// It could not be kept.
    #[error(transparent)]
    Record(#[from] RecordError),
}

impl Ledger {
    /// Keeps what a witness says that it saw: a checkpoint of this ledger, cosigned by one of these. No leaf: it is no act of power, and
    /// a cosignature is proved by itself.
    pub async fn cosigned(&self, note: String, by: &[Witness], now: Timestamp) -> Result<Cosigned, NotCosigned> {
        let head = self.extends(&note, self.verifier()).await?;
        let mut seen = Err(NotCosigned::Unknown);
        for witness in by {
            match witness.saw(&note) {
                Err(NoteError::Unsigned { .. }) => {}
                Err(cause) => return Err(cause.into()),
                Ok(at) => seen = Ok((witness, at)),
            }
        }
        let (witness, seen_at) = seen?;
        let cosigned = Cosigned { witness: witness.to_string(), size: head.size, note, seen_at, received_at: now };
        let kept = cosigned.clone();
        self.submit(cosigned.note.len(), move || Ok(Work::Cosigned(Box::new(kept)))).await?;
        Ok(cosigned)
    }

    /// The last cosignature of every witness that ever gave one.
    pub async fn cosignatures(&self) -> Result<Vec<Cosigned>, ReadError> {
        let mut connection = self.0.reads.acquire().await?;
        cosignatures::all(&mut connection).await
    }
}
