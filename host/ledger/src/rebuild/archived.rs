//! What an archive's leaf takes away, when tables are made anew.

use super::RebuildError;
use crate::{
    archive,
    body::BodyKind,
    error::ReadError,
    leaf::{
        self,
        act::{ActLeaf, ArchiveLeaf},
    },
    store::{Connection, archives, blobs, leaves, texts},
    stored::Leaf,
};

/// Takes the rows away that were moved to an archive, as its leaf and its manifest say.
pub(super) async fn again(connection: &mut Connection, leaf: &Leaf, body_bytes_max: usize) -> Result<(), RebuildError> {
    let mut read: ArchiveLeaf = leaf::read(leaf.index, &leaf.text)?;
    texts::reveal(connection, read.judgement.privates()).await?;
    let archived = read.judgement.archived(leaf.index);
    let digest = archived.manifest;
    let gone = || ReadError::Gone { kind: BodyKind::Archive, digest, removed: None };
    let (_, manifest) = blobs::get(connection, &[digest]).await?.pop().ok_or_else(gone)?.unpack(body_bytes_max)?;
    Ok(archives::put(connection, &archived, &archive::kept(digest, &manifest)?).await?)
}

/// Whether what lacks for a leaf's rows was moved to an archive with the decision that it is about.
pub(super) async fn lacks(connection: &mut Connection, index: u64) -> Result<bool, RebuildError> {
    let Some(leaf) = leaves::at(connection, index).await? else { return Ok(false) };
    match ActLeaf::read(leaf::kind_of(index, &leaf.text)?, &leaf)? {
        Some(ActLeaf::Fulfilment(fulfilment)) => {
            Ok(archives::holds_obligation(connection, &fulfilment.judgement.obligation).await?)
        }
        _ => Ok(false),
    }
}
