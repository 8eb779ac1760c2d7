//! Who signs checkpoints: compares those that are kept with the ledger first, then signs each commit's.

use crate::{
    checkpoint::{self, CheckpointConfig, CheckpointError, Kept},
    damage::Damage,
    error::LedgerError,
    note::{Signer, Verifier},
    place::Place,
    proof::TreeHead,
    sidecar::{Sidecar, SidecarError},
    signing_key::{self, HasSigned},
    store::{
        Connection, checkpoints, head,
        tree::{Tiles, TreeError},
    },
};

pub(crate) struct Notary {
    signer: Signer,
    /// What signs beside it, while keys are changed.
    next: Option<Signer>,
    sidecar: Option<Sidecar>,
}

/// Why the kept checkpoints cannot be compared with the ledger, or do not fit it.
#[derive(Debug, thiserror::Error)]
enum Refusal {
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    #[error(transparent)]
    Key(#[from] signing_key::KeyError),
    #[error(transparent)]
    Sidecar(#[from] SidecarError),
    #[error(transparent)]
    Tree(#[from] TreeError),
    #[error(transparent)]
    Head(#[from] crate::error::ReadError),
    #[error(transparent)]
    Store(#[from] sqlx::Error),
}

impl Refusal {
    fn of(self, place: &Place) -> LedgerError {
        let place = place.clone();
        match self {
            Self::Checkpoint(cause) => LedgerError::Checkpoint { place, cause },
            Self::Key(cause) => LedgerError::Key(cause),
            Self::Sidecar(cause) => LedgerError::Sidecar(cause),
            Self::Store(cause) | Self::Tree(TreeError::Store(cause)) => {
                LedgerError::Open { place, cause: cause.into() }
            }
            Self::Tree(TreeError::NoHash { level, index }) => {
                LedgerError::Damaged { place, cause: Damage::NoHash { level, index } }
            }
            other @ Self::Head(_) => LedgerError::Migrate { place, cause: Box::new(other) },
        }
    }
}

impl Notary {
    /// Compares what is kept with the ledger, whether or not it goes on signing; signs what was appended unsigned.
    pub(crate) async fn open(
        place: &Place,
        config: Option<&CheckpointConfig>,
        connection: &mut Connection,
    ) -> Result<Option<Self>, LedgerError> {
        Self::try_open(place, config, connection).await.map_err(|refusal| refusal.of(place))
    }

    async fn try_open(
        place: &Place,
        config: Option<&CheckpointConfig>,
        connection: &mut Connection,
    ) -> Result<Option<Self>, Refusal> {
        let kept = checkpoints::last(connection).await?;
        let Some(config) = config else {
            if let Some(note) = kept {
                compare(connection, &checkpoint::unverified(&note, &Kept::InLedger)?, Kept::InLedger).await?;
            }
            return Ok(None);
        };
        let has_signed = if kept.is_some() { HasSigned::Checkpoints } else { HasSigned::Nothing };
        let signer = signing_key::open(place, config, has_signed)?;
        let next = signing_key::open_next(place, config, signer.verifier())?;
        let notary = Self { signer, next, sidecar: config.sidecar.clone().map(Sidecar::new) };
        let in_file = notary.sidecar.as_ref().map(Sidecar::read).transpose()?.flatten();
        if let (Some(sidecar), Some(note)) = (&notary.sidecar, &in_file) {
            let kept = Kept::InFile(sidecar.path().to_owned());
            compare(connection, &checkpoint::verified(notary.verifier(), note, &kept)?, kept).await?;
        }
        let newest = notary.newest(connection, kept).await?;
        if let Some(sidecar) = notary.sidecar.as_ref().filter(|_| in_file.as_ref() != Some(&newest)) {
            sidecar.write(&newest)?;
        }
        Ok(Some(notary))
    }

    /// The checkpoint of all leaves, which is made if the kept one is of fewer.
    async fn newest(&self, connection: &mut Connection, kept: Option<String>) -> Result<String, Refusal> {
        let head = head::tree(connection).await?;
        if let Some(note) = kept {
            let known = checkpoint::verified(self.verifier(), &note, &Kept::InLedger)?;
            compare(connection, &known, Kept::InLedger).await?;
            let by_both = self.next.as_ref().is_none_or(|next| next.verifier().text(&note).is_ok());
            if known == head && by_both {
                return Ok(note);
            }
        }
        let note = self.sign(&head);
        checkpoints::put(connection, head.size, &note).await?;
        Ok(note)
    }

    pub(crate) fn verifier(&self) -> &Verifier {
        self.signer.verifier()
    }

    /// The checkpoint of this tree, which begins with every tree that was signed before: the head never goes back.
    pub(crate) fn sign(&self, head: &TreeHead) -> String {
        let mut note = checkpoint::sign(&self.signer, head);
        if let Some(next) = &self.next {
            note.push_str(&next.line(&checkpoint::text(self.verifier().name(), head)));
        }
        note
    }

    /// Puts the checkpoint where it is kept outside of the database.
    pub(crate) async fn publish(&self, note: String) -> Result<(), SidecarError> {
        let Some(sidecar) = self.sidecar.clone() else { return Ok(()) };
        let path = sidecar.path().to_owned();
        // The disk of this file may be slow, and the runtime serves others.
        let written = tokio::task::spawn_blocking(move || sidecar.write(&note)).await;
        written.unwrap_or_else(|cause| Err(SidecarError { path, cause: std::io::Error::other(cause) }))
    }
}

/// Whether the ledger begins with what was signed for.
async fn compare(connection: &mut Connection, signed: &TreeHead, kept: Kept) -> Result<(), Refusal> {
    let (checkpoint, ledger) = (signed.size, head::tree(connection).await?.size);
    if checkpoint > ledger {
        return Err(CheckpointError::Ahead { kept, checkpoint, ledger }.into());
    }
    let found = Tiles::new(connection).root(checkpoint).await?;
    if found == signed.root {
        return Ok(());
    }
    Err(CheckpointError::OtherRoot { kept, checkpoint, ledger, stated: signed.root, found }.into())
}
