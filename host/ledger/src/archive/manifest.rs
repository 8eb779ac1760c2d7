//! What lists an archive's files: a JSON object whose digest is in the archive's leaf.

use super::plan::Plan;
use crate::{error::ReadError, proof::TreeHead, shape::one};
use serde::{Deserialize, Serialize};
use tidegate_core::digest::Digest;

/// The version that this build writes and reads.
const VERSION: u32 = 1;

/// One file of an archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Listed {
    pub(crate) name: String,
    pub(crate) bytes: u64,
    #[serde(with = "one")]
    pub(crate) digest: Digest,
}

/// An archive, as it says itself what it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Manifest {
    pub(crate) version: u32,
    /// Of which log; none where nothing was signed.
    pub(crate) origin: Option<String>,
    /// The first leaf that no archive was of before.
    pub(crate) first: u64,
    /// Leaves that it is of.
    pub(crate) size: u64,
    /// Their root.
    #[serde(with = "one")]
    pub(crate) root: Digest,
    /// Hashes that lead from there to the checkpoint's tree.
    pub(crate) consistency: Vec<Hash>,
    /// Decisions that were moved with it.
    pub(crate) decisions: u64,
    /// Leaves of decisions that are in it and stayed in the ledger, too.
    pub(crate) kept: Vec<u64>,
    pub(crate) files: Vec<Listed>,
}

/// One hash, as text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Hash(#[serde(with = "one")] pub(crate) Digest);

impl Manifest {
    pub(super) fn of(plan: &Plan, origin: Option<String>, consistency: Vec<Digest>, files: Vec<Listed>) -> Self {
        Self {
            version: VERSION,
            origin,
            first: plan.first,
            size: plan.through.size,
            root: plan.through.root,
            consistency: consistency.into_iter().map(Hash).collect(),
            decisions: plan.decisions,
            kept: plan.kept.clone(),
            files,
        }
    }

    pub(crate) fn head(&self) -> TreeHead {
        TreeHead { size: self.size, root: self.root }
    }

    /// The bytes whose digest is the archive's name.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        // Texts and numbers can always be written.
        let mut bytes = serde_json::to_vec_pretty(self).unwrap_or_default();
        bytes.push(b'\n');
        bytes
    }

    /// None: it is no manifest, or one that a later build wrote.
    pub(crate) fn read(bytes: &[u8]) -> Option<Self> {
        serde_json::from_slice::<Self>(bytes).ok().filter(|manifest| manifest.version == VERSION)
    }
}

/// Decisions of its leaves that an archive left where they were, as its manifest says.
pub(crate) fn kept(digest: Digest, bytes: &[u8]) -> Result<Vec<u64>, ReadError> {
    let unreadable = || ReadError::Unreadable {
        what: format!("archive manifest `{digest}`"),
        cause: "it is none of this build's".into(),
    };
    Manifest::read(bytes).map(|manifest| manifest.kept).ok_or_else(unreadable)
}
