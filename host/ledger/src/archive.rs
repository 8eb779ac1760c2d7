//! What older decisions left, moved to files: closed ledgers of their own, which are read as every other.
//!
//! An archive is a folder. Its database is a ledger of the first so many leaves, a multiple of 256, with the bodies and rows of all decisions
//! among them that were not moved before. It is written, read back and compared with the signed checkpoint before a leaf says that it is
//! there; the transaction of that leaf takes away what was moved. The leaves stay, and the tree with them: receipts, entry bundles and
//! proofs are made as before, and whoever loses an archive can tell by the leaves what was in it.
//!
//! **Invariant:** nothing goes that is not in an archive which was read back, nor what a leaf names that stays.

pub mod check;
pub mod error;
pub mod finding;
pub(crate) mod folder;
mod manifest;
pub(crate) mod named;
mod plan;
mod write;

use crate::{
    act::{Act, ActRecord},
    body::{Body, BodyKind},
    checkpoint,
    config::LedgerConfig,
    error::ReadError,
    ledger::Ledger,
    place::Place,
    proof::TreeHead,
    store::{archives, open},
};
use error::ArchiveError;
use manifest::Manifest;
use plan::Plan;
use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};
use tidegate_core::{digest::Digest, name::Version, time::Timestamp};

pub(crate) use manifest::kept;

/// What happened less than so long ago is not closed: callers still ask again, and permits and confirmations are still open.
pub const CLOSED_AFTER: Duration = Duration::from_hours(7 * 24);
/// How long the transaction may take that takes away what was moved.
const MOVING: Duration = Duration::from_hours(24);

/// What was moved to an archive, as its leaf is made of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Archival {
    /// The first leaf that no archive was of before.
    pub first: u64,
    /// The leaves that it is of, and their root.
    pub through: TreeHead,
    /// Of what lists its files.
    pub manifest: Digest,
    /// Decisions that were moved.
    pub decisions: u64,
    /// Those among its leaves that stay all the same, by their leaves.
    pub kept: Arc<[u64]>,
    /// Bodies that no leaf names which stays.
    pub bodies: Arc<[Digest]>,
    /// Leaves that were looked at.
    pub seen: u64,
    /// Plain bytes of one list of documents, at most.
    pub body_bytes_max: usize,
    /// Who did it; authenticated.
    pub by: Arc<str>,
}

impl Archival {
    pub(crate) fn archived(&self, leaf_index: u64, at: Timestamp) -> Archived {
        let Self { first, through, manifest, decisions, by, .. } = self;
        let (first, through, manifest, decisions, by) = (*first, *through, *manifest, *decisions, by.clone());
        Archived { leaf_index, at, by, first, through, manifest, decisions }
    }
}

/// An archive that the record speaks of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Archived {
    /// Of the leaf that says so.
    pub leaf_index: u64,
    /// When.
    pub at: Timestamp,
    /// Who did it; as in the leaf where the name was forgotten.
    pub by: Arc<str>,
    /// The first leaf that no archive was of before.
    pub first: u64,
    /// The leaves that it is of, and their root.
    pub through: TreeHead,
    /// Of what lists its files: the archive's name among all others.
    pub manifest: Digest,
    /// Decisions that were moved with it.
    pub decisions: u64,
}

/// A decision of which nothing but the leaf is left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArchivedDecision {
    /// Of its leaf.
    pub leaf_index: u64,
    /// Where the rest lies.
    pub archive: Archived,
}

/// What is to be moved, and where to.
#[derive(Debug, Clone)]
pub struct Archiving {
    /// Leaves of before this moment.
    pub until: Timestamp,
    /// The folder of archives, which is made where there is none.
    pub to: PathBuf,
    /// Who does it; authenticated.
    pub by: Arc<str>,
    /// The moment.
    pub now: Timestamp,
    /// Of the build.
    pub host_version: Version,
}

/// What would be moved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outlook {
    /// The first leaf that no archive was of before.
    pub first: u64,
    /// Leaves that the archive would be of.
    pub size: u64,
    /// Decisions that would be moved.
    pub decisions: u64,
    /// Decisions among these leaves that stay, since they are still needed.
    pub kept: u64,
    /// Bodies that would go from the database, and their bytes as they are stored.
    pub bodies: u64,
    /// Of those bodies, as they are stored.
    pub body_bytes: u64,
}

/// How far an archive is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Its database is written.
    Written,
    /// It was read back, and is what the record says.
    Verified,
    /// It is on the disk under its name.
    Named,
    /// The record says so, and what was moved is gone from the database.
    Recorded,
}

/// What would be moved. The ledger is only read, so a gate may serve meanwhile.
pub async fn outlook(
    place: impl Into<Place>,
    config: &LedgerConfig,
    until: Timestamp,
    now: Timestamp,
) -> Result<Outlook, ArchiveError> {
    let reads = open::reading(&place.into(), config)?;
    let planned = async {
        let plan = plan::of(&reads, (until, now), config.body_bytes_max).await?;
        let body_bytes = plan::bytes(&reads, &plan.bodies).await?;
        Ok(Outlook {
            first: plan.first,
            size: plan.through.size,
            decisions: plan.decisions,
            kept: plan.kept.len() as u64,
            bodies: body_bytes.0,
            body_bytes: body_bytes.1,
        })
    };
    let planned = planned.await;
    reads.close().await;
    planned
}

/// Archives that the ledger there speaks of, the oldest first. It is only read.
pub async fn list(place: impl Into<Place>, config: &LedgerConfig) -> Result<Vec<Archived>, ReadError> {
    let reads = open::reading(&place.into(), config)?;
    let listed = async { archives::all(&mut *reads.acquire().await?).await }.await;
    reads.close().await;
    listed
}

/// Moves what older decisions left to a folder of its own, and tells how far it is. No gate may have a file open meanwhile; those on PostgreSQL
/// wait for the last step. What was begun and not ended is begun anew: until the last step nothing has changed in the ledger.
pub async fn archive(
    place: impl Into<Place>,
    config: &LedgerConfig,
    archiving: &Archiving,
    mut told: impl FnMut(Step) + Send,
) -> Result<(Archived, PathBuf), ArchiveError> {
    let config = LedgerConfig { answer_timeout: config.answer_timeout.max(MOVING), ..config.clone() };
    let ledger = Ledger::open(place, config.clone()).await?;
    let done = moved(&ledger, &config, archiving, &mut told).await;
    ledger.close().await;
    done
}

async fn moved(
    ledger: &Ledger,
    config: &LedgerConfig,
    archiving: &Archiving,
    told: &mut (impl FnMut(Step) + Send),
) -> Result<(Archived, PathBuf), ArchiveError> {
    let Archiving { until, to, by, now, host_version } = archiving;
    let plan = plan::of(ledger.reads(), (*until, *now), config.body_bytes_max).await?;
    let folder = folder::Folder::begin(to, plan.first, plan.through.size)?;
    write::database(ledger.reads(), &folder.database(), config, &plan).await?;
    told(Step::Written);
    let manifest = listed(ledger, &folder, &plan).await?;
    let findings = check::folder(folder.partial(), config, check::Expected::of(ledger, &plan)).await?;
    if !findings.is_empty() {
        folder.give_up();
        return Err(ArchiveError::Unsound { findings });
    }
    told(Step::Verified);
    let (named, manifest) = (folder.name(ledger).await?, manifest.bytes());
    told(Step::Named);
    let Plan { first, through, kept, decisions, bodies, seen } = plan;
    let act = Act::Archived(Archival {
        first,
        through,
        manifest: Digest::of(&manifest),
        decisions,
        kept: kept.into(),
        bodies: bodies.into(),
        seen,
        body_bytes_max: config.body_bytes_max,
        by: by.clone(),
    });
    let bodies = vec![Body { kind: BodyKind::Archive, bytes: manifest.into() }];
    let record = ActRecord { act, at: *now, host_version: host_version.clone(), bodies, notices: Vec::new() };
    let recorded = ledger.act(record).await?;
    told(Step::Recorded);
    let archives = ledger.archives().await?;
    let archived = archives.into_iter().find(|archived| archived.leaf_index == recorded.leaf_index);
    let missing = || ReadError::Altered { what: "the archive's leaf".to_owned() };
    Ok((archived.ok_or_else(missing)?, named))
}

/// Writes the checkpoint and the list of all files beside the database.
async fn listed(ledger: &Ledger, folder: &folder::Folder, plan: &Plan) -> Result<Manifest, ArchiveError> {
    let note = ledger.checkpoint().await?;
    let mut consistency = Vec::new();
    if let Some(note) = &note {
        let altered = |_| ReadError::Altered { what: "the last checkpoint".to_owned() };
        let signed = checkpoint::unverified(note, &checkpoint::Kept::InLedger).map_err(altered)?;
        consistency = ledger.consistency(plan.through.size, signed.size).await?;
    }
    folder.write_checkpoint(note.as_deref())?;
    let origin = note.as_deref().and_then(check::origin_of);
    let manifest = Manifest::of(plan, origin, consistency, folder.files()?);
    folder.write_manifest(&manifest)?;
    Ok(manifest)
}

/// Whether a folder is an archive.
#[must_use]
pub fn is_one(folder: &Path) -> bool {
    folder.join(folder::MANIFEST).is_file()
}

/// Where archives are looked for by what a leaf names.
pub(crate) fn folders(of: &Path) -> Result<Vec<PathBuf>, ArchiveError> {
    folder::all(of)
}
