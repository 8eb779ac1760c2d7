//! Another key in the place of the one that signs: beside it at first, until everybody who verifies knows it, and then alone.
//!
//! Both changes are leaves under a checkpoint of the old key, so that whoever believes the old one is told of the new one. The new key
//! lies in `<key>.next` beside the old one as long as both sign. What was begun and not ended is ended by beginning it again.

use crate::{
    act::{Act, ActRecord},
    backup::on_the_disk,
    checkpoint::CheckpointConfig,
    config::LedgerConfig,
    error::{LedgerError, ReadError, RecordError},
    leaf::Kind,
    ledger::Ledger,
    note::Verifier,
    place::Place,
    signing_key::{self, KeyError},
};
use std::{
    fs, io,
    path::{Path, PathBuf},
};
use tidegate_core::{name::Version, time::Timestamp};

/// Why keys were not changed.
#[derive(Debug, thiserror::Error)]
pub enum RotationError {
    /// The ledger signs nothing.
    #[error("the ledger signs no checkpoints: there is no key to change")]
    Unsigned,
    /// Two keys sign already.
    #[error("`{key}` signs beside the key from before\nhint: retire that first")]
    UnderWay {
        /// The newer one.
        key: Box<Verifier>,
    },
    /// Only one key signs.
    #[error("no other key signs yet\nhint: begin a rotation first, and let everybody know the new key")]
    NotBegun,
    /// A key cannot be read or made.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// A key's file cannot be moved.
    #[error("`{}` cannot be moved: {cause}", file.display())]
    File {
        /// Which.
        file: PathBuf,
        /// Why.
        cause: io::Error,
    },
    /// The ledger cannot be opened.
    #[error(transparent)]
    Open(#[from] LedgerError),
    /// The ledger cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The change cannot be recorded.
    #[error(transparent)]
    Record(#[from] RecordError),
}

/// A change of keys, and when.
#[derive(Debug, Clone)]
pub struct Rotating {
    /// The moment.
    pub at: Timestamp,
    /// Of the build.
    pub host_version: Version,
}

/// Makes a key that signs beside the one that there is. Nobody else may have the ledger open.
pub async fn begin(place: &Place, config: &LedgerConfig, rotating: Rotating) -> Result<Verifier, RotationError> {
    let file = signing_key::file_of(place, signs(config)?)?;
    let (pending, next) = (signing_key::pending(&file), signing_key::next(&file));
    if next.exists() {
        return Err(RotationError::UnderWay { key: Box::new(signing_key::public(&next)?) });
    }
    let old = signing_key::public(&file)?;
    let new = if pending.exists() { signing_key::public(&pending)? } else { signing_key::another(&pending, &old)? };
    let added = Act::KeyAdded { key: new.to_string().into(), beside: old.to_string().into() };
    recorded(place, config, (Kind::KeyAdded, &new), added, rotating).await?;
    // It signs only once the leaf that names it is signed for by the old one.
    moved(&pending, &next)?;
    signed(place, config).await?;
    Ok(new)
}

/// Lets the newer key sign alone, and forgets the older one, whose public half it gives back.
pub async fn end(place: &Place, config: &LedgerConfig, rotating: Rotating) -> Result<Verifier, RotationError> {
    let file = signing_key::file_of(place, signs(config)?)?;
    let next = signing_key::next(&file);
    if !next.exists() {
        return Err(RotationError::NotBegun);
    }
    let (old, new) = (signing_key::public(&file)?, signing_key::public(&next)?);
    let retired = Act::KeyRetired { key: old.to_string().into(), instead: new.to_string().into() };
    recorded(place, config, (Kind::KeyRetired, &old), retired, rotating).await?;
    moved(&next, &file)?;
    signed(place, config).await?;
    Ok(old)
}

fn signs(config: &LedgerConfig) -> Result<&CheckpointConfig, RotationError> {
    config.checkpoints.as_ref().ok_or(RotationError::Unsigned)
}

/// Records the change, unless it is recorded already.
async fn recorded(
    place: &Place,
    config: &LedgerConfig,
    (kind, key): (Kind, &Verifier),
    act: Act,
    rotating: Rotating,
) -> Result<(), RotationError> {
    let ledger = Ledger::open(place.clone(), config.clone()).await?;
    let done = async {
        if said(&ledger, kind, key).await? {
            return Ok(());
        }
        let Rotating { at, host_version } = rotating;
        ledger.act(ActRecord { act, at, host_version, bodies: Vec::new(), notices: Vec::new() }).await?;
        Ok(())
    };
    let done = done.await;
    ledger.close().await;
    done
}

/// Whether a leaf of this kind is about this key.
async fn said(ledger: &Ledger, kind: Kind, key: &Verifier) -> Result<bool, ReadError> {
    let leaves = ledger.leaves_of(kind).await?;
    let named = format!("\"key\":\"{key}\"");
    Ok(leaves.iter().any(|leaf| leaf.text.contains(&named)))
}

/// Opens the ledger once, so that what it signed last is signed by the keys as they are now.
async fn signed(place: &Place, config: &LedgerConfig) -> Result<(), RotationError> {
    Ledger::open(place.clone(), config.clone()).await?.close().await;
    Ok(())
}

fn moved(from: &Path, to: &Path) -> Result<(), RotationError> {
    let moved = fs::rename(from, to).and_then(|()| on_the_disk(to));
    moved.map_err(|cause| RotationError::File { file: from.to_owned(), cause })
}
