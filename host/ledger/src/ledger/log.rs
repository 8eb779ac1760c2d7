//! The ledger as a transparency log: checkpoints, tiles, proofs and receipts.

use super::Ledger;
use crate::{
    checkpoint::{self, Kept},
    error::ReadError,
    leaf::{self, Kind},
    note::Verifier,
    proof::{ProofError, TreeHead},
    rebuild::{self, Compared, RebuildError},
    receipt,
    store::{
        checkpoints, head, leaves,
        tree::{self, Tiles, TreeError},
    },
    stored::Leaf,
    tile::{Tile, TileOf},
    tree::{bundle, ranges},
    verify::{self, Verification, Verifying},
};
use tidegate_core::{digest::Digest, time::Timestamp};

impl Ledger {
    /// Every leaf of a kind, in their order.
    pub(crate) async fn leaves_of(&self, kind: Kind) -> Result<Vec<Leaf>, ReadError> {
        let mut connection = self.0.reads.acquire().await?;
        leaves::all_of(&mut connection, kind).await
    }

    /// When the last leaf was recorded; none before the first one.
    pub async fn last_moment(&self) -> Result<Option<Timestamp>, ReadError> {
        let mut connection = self.0.reads.acquire().await?;
        let Some(last) = head::tree(&mut connection).await?.size.checked_sub(1) else { return Ok(None) };
        let leaf = leaves::at(&mut connection, last).await?;
        Ok(leaf.and_then(|leaf| leaf::moment(&leaf.text)))
    }

    /// How many leaves there are, and the root of the tree over them.
    pub async fn tree_head(&self) -> Result<TreeHead, ReadError> {
        let mut connection = self.0.reads.acquire().await?;
        head::tree(&mut connection).await
    }

    /// The hashes that lead from a leaf to the root of the tree of that size, the leaf's neighbour first (RFC 6962, 2.1.1).
    pub async fn inclusion(&self, index: u64, size: u64) -> Result<Vec<Digest>, ProofError> {
        if index >= size {
            return Err(ProofError::NoLeaf { index, size });
        }
        self.within(size).await?;
        let mut connection = self.0.reads.acquire().await?;
        let path = Tiles::new(&mut connection).ranges(ranges::inclusion(index, size)).await;
        Ok(path.map_err(ReadError::from)?)
    }

    /// The hashes which show that the tree of the new size begins with that of the old size (RFC 6962, 2.1.2).
    pub async fn consistency(&self, old: u64, new: u64) -> Result<Vec<Digest>, ProofError> {
        if old > new {
            return Err(ProofError::NoTree { asked: old, size: new });
        }
        self.within(new).await?;
        let mut connection = self.0.reads.acquire().await?;
        let path = Tiles::new(&mut connection).ranges(ranges::consistency(old, new)).await;
        Ok(path.map_err(ReadError::from)?)
    }

    /// The root that the tree had at a size.
    pub async fn root(&self, size: u64) -> Result<Digest, ProofError> {
        self.within(size).await?;
        let mut connection = self.0.reads.acquire().await?;
        Ok(Tiles::new(&mut connection).root(size).await.map_err(ReadError::from)?)
    }

    /// The bytes of a tile or of an entry bundle (C2SP tlog-tiles); none as long as there are fewer than its width.
    ///
    /// Of a bundle every leaf is verified against its hash first. Bundles hold leaves, which name people by salted digests only.
    pub async fn tile(&self, tile: &Tile) -> Result<Option<Vec<u8>>, ReadError> {
        let Some(range) = tile.range() else { return Ok(None) };
        let mut connection = self.0.reads.acquire().await?;
        match tile.of {
            TileOf::Hashes(level) => {
                let hashes = tree::hashes(&mut connection, level, range).await?;
                let bytes = || hashes.iter().flat_map(Digest::as_bytes).copied().collect();
                Ok((hashes.len() as u64 == tile.width).then(bytes))
            }
            TileOf::Entries => {
                let leaves = leaves::range(&mut connection, range).await?;
                let bundle = || bundle::bytes(leaves.iter().map(|leaf| &*leaf.text));
                Ok((leaves.len() as u64 == tile.width).then(bundle).flatten())
            }
        }
    }

    /// The last checkpoint, a signed note; none as long as the ledger has signed none.
    pub async fn checkpoint(&self) -> Result<Option<String>, ReadError> {
        let mut connection = self.0.reads.acquire().await?;
        Ok(checkpoints::last(&mut connection).await?)
    }

    /// What checkpoints are verified with; none as long as the ledger signs none.
    #[must_use]
    pub fn verifier(&self) -> Option<&Verifier> {
        self.0.verifier.as_ref()
    }

    /// The receipt of a leaf (C2SP tlog-proof): with the public key, all that is needed to see what was recorded, and that it was.
    pub async fn receipt(&self, index: u64) -> Result<String, ProofError> {
        let note = self.checkpoint().await?.ok_or(ProofError::Unsigned)?;
        let altered = |_| ReadError::Altered { what: "the last checkpoint".to_owned() };
        let TreeHead { size, .. } = checkpoint::unverified(&note, &Kept::InLedger).map_err(altered)?;
        let path = self.inclusion(index, size).await?;
        let leaf = self.leaf(index).await?.ok_or(ProofError::NoLeaf { index, size })?;
        Ok(receipt::text(&leaf.text, index, &path, &note))
    }

    /// Reads every leaf that there is and says what does not fit: leaves, tree, root and checkpoint. Rows that follow from leaves are compared by [`Ledger::projections`].
    pub async fn verify(&self) -> Result<Verification, ReadError> {
        self.verify_against(&[], self.verifier()).await
    }

    /// The same, a page of leaves at a time: for whoever has time, and is in nobody's way.
    pub async fn verifying(&self) -> Result<Verifying, ReadError> {
        Verifying::begin(self.0.reads.clone(), &[], self.verifier()).await
    }

    /// The same, and compares checkpoints that somebody kept elsewhere. Without a verifier it is not asked who signed them.
    pub async fn verify_against(
        &self,
        notes: &[(Kept, String)],
        verifier: Option<&Verifier>,
    ) -> Result<Verification, ReadError> {
        verify::run(&self.0.reads, notes, verifier).await
    }

    /// Compares every row that follows from leaves with them, in one read: meant for a ledger that nobody writes to meanwhile.
    pub async fn projections(&self) -> Result<Compared, RebuildError> {
        // Rows that cannot be made are not missed either: why they cannot is found by verifying the leaves.
        let _ = self.keep_up().await;
        rebuild::compare(&self.0.reads, self.0.config.body_bytes_max).await
    }

    async fn within(&self, asked: u64) -> Result<(), ProofError> {
        let size = self.tree_head().await?.size;
        if asked <= size { Ok(()) } else { Err(ProofError::NoTree { asked, size }) }
    }
}

impl From<TreeError> for ProofError {
    fn from(error: TreeError) -> Self {
        Self::Read(error.into())
    }
}
