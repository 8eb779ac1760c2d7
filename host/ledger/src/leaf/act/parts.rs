//! What leaves of acts say, field by field, in canonical order.

use crate::{
    archive::{Archival, Archived},
    private::Private,
    proof::TreeHead,
    restoration::{Restoration, Restored},
    shape::{maybe, one},
};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use tidegate_core::{digest::Digest, name::Version, time::Timestamp};

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Host {
    #[serde(with = "one")]
    pub(super) host_version: Version,
}

/// The gate started or stopped.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Run {
    #[serde(with = "one")]
    pub(super) at: Timestamp,
    #[serde(with = "one")]
    pub(super) configuration: Digest,
}

/// Other policies are in force.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Activation {
    pub(super) actor: Private,
    #[serde(with = "one")]
    pub(super) at: Timestamp,
    #[serde(with = "one")]
    pub(super) new: Digest,
    #[serde(with = "maybe")]
    pub(super) old: Option<Digest>,
    pub(super) reviewed_by: Vec<Private>,
    #[serde(with = "one")]
    pub(super) sources: Digest,
}

/// A forced deployment was confirmed.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ConfirmationPart {
    #[serde(with = "one")]
    pub(super) at: Timestamp,
    pub(super) decision: String,
    #[serde(with = "one")]
    pub(super) expires: Timestamp,
    pub(super) person: Private,
}

/// Somebody agreed to a waiver.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AgreementPart {
    #[serde(with = "one")]
    pub(super) at: Timestamp,
    pub(super) id: String,
    pub(super) person: Private,
    #[serde(with = "one")]
    pub(super) waiver: Digest,
}

/// A person stated something.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StatementPart {
    #[serde(with = "one")]
    pub(super) at: Timestamp,
    #[serde(with = "one")]
    pub(super) document: Digest,
    pub(super) item: Arc<str>,
    pub(super) person: Private,
}

/// A permit was given.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PermitPart {
    #[serde(with = "one")]
    pub(super) at: Timestamp,
    pub(super) decision: String,
    pub(super) id: Arc<str>,
    pub(super) single_use: bool,
    pub(super) to: Private,
    #[serde(with = "one")]
    pub(super) valid_until: Timestamp,
}

/// A decision was taken back.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RevocationPart {
    #[serde(with = "one")]
    pub(super) at: Timestamp,
    pub(super) by: Private,
    pub(super) decision: String,
    pub(super) reason: Private,
}

/// Something became of a deployment.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct EventPart {
    #[serde(with = "one")]
    pub(super) at: Timestamp,
    pub(super) by: Private,
    pub(super) decision: String,
    pub(super) deployment: Arc<str>,
    pub(super) event: Arc<str>,
    pub(super) permitted: bool,
    #[serde(with = "maybe")]
    pub(super) said_at: Option<Timestamp>,
}

/// An obligation was fulfilled.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FulfilmentPart {
    #[serde(with = "one")]
    pub(super) at: Timestamp,
    pub(crate) obligation: Arc<str>,
    pub(super) person: Private,
    pub(super) with: Private,
}

/// A token was created.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TokenCreation {
    pub(super) actor: Private,
    #[serde(with = "one")]
    pub(super) at: Timestamp,
    #[serde(with = "one")]
    pub(super) expires: Timestamp,
    pub(super) holder: Private,
    pub(super) id: Arc<str>,
    #[serde(with = "one")]
    pub(super) secret: Digest,
}

/// A token was revoked.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TokenRevocation {
    pub(super) actor: Private,
    #[serde(with = "one")]
    pub(super) at: Timestamp,
    pub(super) id: Arc<str>,
}

/// How many leaves there were, and their root.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct HeadPart {
    #[serde(with = "one")]
    root: Digest,
    #[serde(with = "one")]
    size: u64,
}

impl HeadPart {
    fn of(head: TreeHead) -> Self {
        Self { root: head.root, size: head.size }
    }

    fn head(&self) -> TreeHead {
        TreeHead { size: self.size, root: self.root }
    }
}

/// Two admins accepted a restore.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RestorationPart {
    #[serde(with = "one")]
    pub(super) at: Timestamp,
    pub(super) by: Vec<Private>,
    #[serde(with = "one")]
    epoch: u64,
    lost: HeadPart,
    restored: HeadPart,
}

impl RestorationPart {
    pub(super) fn of(said: &Restoration, at: Timestamp) -> Self {
        let by = said.by.iter().cloned().map(Private::Text).collect();
        Self { at, by, epoch: said.epoch, lost: HeadPart::of(said.lost), restored: HeadPart::of(said.restored) }
    }

    /// As it is read back from the leaf at this index.
    pub(crate) fn restored(&self, leaf_index: u64) -> Restored {
        let (lost, restored) = (self.lost.head(), self.restored.head());
        Restored { leaf_index, at: self.at, epoch: self.epoch, lost, restored }
    }
}

/// What older decisions left was moved to an archive.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ArchivePart {
    #[serde(with = "one")]
    pub(super) at: Timestamp,
    pub(super) by: Private,
    #[serde(with = "one")]
    decisions: u64,
    #[serde(with = "one")]
    first: u64,
    #[serde(with = "one")]
    manifest: Digest,
    /// How many leaves it is of, and their root.
    through: HeadPart,
}

impl ArchivePart {
    pub(super) fn of(said: &Archival, at: Timestamp) -> Self {
        let Archival { first, through, manifest, decisions, by, .. } = said;
        Self {
            at,
            by: Private::Text(by.clone()),
            decisions: *decisions,
            first: *first,
            manifest: *manifest,
            through: HeadPart::of(*through),
        }
    }

    pub(crate) fn privates(&mut self) -> Vec<&mut Private> {
        vec![&mut self.by]
    }

    /// As it is read back from the leaf at this index.
    pub(crate) fn archived(&self, leaf_index: u64) -> Archived {
        Archived {
            leaf_index,
            at: self.at,
            by: self.by.shown(),
            first: self.first,
            through: self.through.head(),
            manifest: self.manifest,
            decisions: self.decisions,
        }
    }
}

/// The machine's clock jumped.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ClockJump {
    #[serde(with = "one")]
    pub(super) at: Timestamp,
    #[serde(with = "one")]
    pub(super) expected: Timestamp,
    #[serde(with = "one")]
    pub(super) found: Timestamp,
}

/// A key began to sign, or ended.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct KeyPart {
    #[serde(with = "one")]
    pub(super) at: Timestamp,
    pub(super) key: Arc<str>,
    /// Beside which it signs, or which signs in its place.
    pub(super) other: Arc<str>,
}

/// Somebody read what was decided.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReadingPart {
    #[serde(with = "one")]
    pub(super) at: Timestamp,
    pub(super) by: Private,
    pub(super) more: bool,
    pub(super) question: Private,
    pub(super) route: Arc<str>,
    #[serde(with = "one")]
    pub(super) rows: u64,
}
