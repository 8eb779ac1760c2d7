//! Archives held against their manifests, their checkpoints and the ledger that speaks of them.
//!
//! **Invariant:** an archive is only read.

use super::{
    Archived,
    error::ArchiveError,
    finding::{Finding, Wrong},
    folder,
    manifest::{Listed, Manifest},
    plan::Plan,
};
use crate::{
    backup::{CHECKPOINT, DATABASE},
    checkpoint::{self, Kept},
    config::LedgerConfig,
    error::ReadError,
    ledger::Ledger,
    note::{self, Verifier},
    place::Place,
    proof::TreeHead,
    rebuild::{self, Compared, RebuildError},
    store::{Pool, archiving, blobs, open},
    tree::path,
    verify,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};
use tidegate_core::digest::Digest;

/// Bodies that are read at a time.
const BODIES: usize = 32;

/// What an archive has to be.
#[derive(Debug, Clone, Default)]
pub struct Expected {
    /// Who signed its checkpoint; without one nobody is asked for.
    pub verifier: Option<Verifier>,
    through: Option<TreeHead>,
    bodies: Vec<Digest>,
}

impl Expected {
    /// Signed by this key.
    #[must_use]
    pub fn signed_by(verifier: Option<Verifier>) -> Self {
        Self { verifier, ..Self::default() }
    }

    /// What was just written, with all that is going to be taken away.
    pub(super) fn of(ledger: &Ledger, plan: &Plan) -> Self {
        let verifier = ledger.verifier().cloned();
        Self { verifier, through: Some(plan.through), bodies: plan.bodies.clone() }
    }
}

/// Reads an archive whole: its files, every leaf, the root under its checkpoint, every row that follows from leaves, every body.
pub async fn folder(of: &Path, config: &LedgerConfig, expected: Expected) -> Result<Vec<Finding>, ArchiveError> {
    let found = match whole(of, config, &expected).await {
        Ok(found) => found,
        Err(ArchiveError::File { path, cause }) => {
            let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
            vec![Wrong::NoFile { name, cause: cause.to_string() }]
        }
        Err(ArchiveError::Read(cause)) => vec![Wrong::Unreadable(cause.to_string())],
        Err(ArchiveError::Rows(cause)) => vec![Wrong::Unreadable(cause.to_string())],
        Err(other) => return Err(other),
    };
    Ok(found.into_iter().map(|what| Finding { folder: Some(of.to_owned()), what }).collect())
}

async fn whole(of: &Path, config: &LedgerConfig, expected: &Expected) -> Result<Vec<Wrong>, ArchiveError> {
    let read = folder::manifest(of);
    let (manifest, _) = read.map_err(|cause| ArchiveError::File { path: of.join(folder::MANIFEST), cause })?;
    let Some(manifest) = manifest else { return Ok(vec![Wrong::Manifest]) };
    let altered = files(of, &manifest)?;
    if !altered.is_empty() {
        return Ok(altered);
    }
    let mut found = checkpoint(of, &manifest, expected)?;
    found.extend(expected.through.and_then(|through| other_root(through, manifest.head())));
    let reads = open::reading(&Place::File(of.join(DATABASE)), config).map_err(ReadError::from)?;
    let inside = database(&reads, &manifest, expected, config.body_bytes_max).await;
    reads.close().await;
    found.extend(inside?);
    Ok(found)
}

/// Files that are not what the manifest says; it names those of an archive and no others.
fn files(of: &Path, manifest: &Manifest) -> Result<Vec<Wrong>, ArchiveError> {
    let names: Vec<&str> = manifest.files.iter().map(|file| file.name.as_str()).collect();
    if names != [DATABASE] && names != [DATABASE, CHECKPOINT] {
        return Ok(vec![Wrong::Manifest]);
    }
    let mut wrong = Vec::new();
    for stated in &manifest.files {
        let found = folder::listed(of, &stated.name)?;
        if found != *stated {
            let Listed { name, digest: stated, .. } = stated.clone();
            wrong.push(Wrong::OtherFile { name, stated, found: found.digest });
        }
    }
    Ok(wrong)
}

fn checkpoint(of: &Path, manifest: &Manifest, expected: &Expected) -> Result<Vec<Wrong>, ArchiveError> {
    let path = of.join(CHECKPOINT);
    if !manifest.files.iter().any(|file| file.name == CHECKPOINT) {
        let unsigned = || Wrong::Checkpoint("there is none".to_owned());
        return Ok(expected.verifier.iter().map(|_| unsigned()).collect());
    }
    let note = fs::read_to_string(&path).map_err(|cause| ArchiveError::File { path: path.clone(), cause })?;
    let kept = Kept::InFile(path);
    let stated = match &expected.verifier {
        Some(verifier) => checkpoint::verified(verifier, &note, &kept),
        None => checkpoint::unverified(&note, &kept),
    };
    let way: Vec<Digest> = manifest.consistency.iter().map(|hash| hash.0).collect();
    Ok(match stated {
        Err(cause) => vec![Wrong::Checkpoint(cause.to_string())],
        Ok(_) if origin_of(&note) != manifest.origin => vec![Wrong::Checkpoint("it is of another log".to_owned())],
        Ok(signed) if path::leads_on(&manifest.head(), &signed, &way) => Vec::new(),
        Ok(signed) => {
            vec![Wrong::Checkpoint(format!("its tree of {} leaves does not begin with these", signed.size))]
        }
    })
}

/// Which log a checkpoint is of.
pub(super) fn origin_of(note: &str) -> Option<String> {
    checkpoint::read(note::unverified_text(note).ok()?).map(|(origin, _)| origin.to_owned())
}

fn other_root(recorded: TreeHead, found: TreeHead) -> Option<Wrong> {
    let TreeHead { size, root: stated } = recorded;
    (recorded != found).then_some(Wrong::Root { size, stated, found_size: found.size, found: found.root })
}

async fn database(
    reads: &Pool,
    manifest: &Manifest,
    expected: &Expected,
    body_bytes_max: usize,
) -> Result<Vec<Wrong>, ArchiveError> {
    let verification = verify::run(reads, &[], None).await?;
    let mut wrong: Vec<Wrong> = verification.findings.into_iter().map(Wrong::Leaves).collect();
    wrong.extend(other_root(manifest.head(), verification.head));
    if !wrong.is_empty() {
        return Ok(wrong);
    }
    wrong.extend(bodies(reads, &expected.bodies, body_bytes_max).await?);
    // What another build made is what its manifest says, which a leaf names.
    if !archiving::is_of_this_build(&mut *reads.acquire().await.map_err(ReadError::from)?).await? {
        return Ok(wrong);
    }
    let Compared { differences, unplaced } = match rebuild::compare(reads, body_bytes_max).await {
        Err(RebuildError::Read(cause)) => return Ok(vec![Wrong::Unreadable(cause.to_string())]),
        compared => compared?,
    };
    wrong.extend(differences.iter().map(|difference| Wrong::Row(difference.to_string())));
    wrong.extend(unplaced.iter().map(|index| Wrong::Row(format!("leaf {index} leads to no row"))));
    Ok(wrong)
}

/// Every body is what its digest says, and those that are expected are there.
async fn bodies(reads: &Pool, expected: &[Digest], body_bytes_max: usize) -> Result<Option<Wrong>, ArchiveError> {
    let mut connection = reads.acquire().await?;
    let mut after = None;
    loop {
        let some = archiving::some_bodies(&mut connection, after, BODIES).await?;
        let Some(last) = some.last() else { break };
        after = Some(*last);
        for row in blobs::get(&mut connection, &some).await? {
            if let Err(cause) = row.unpack(body_bytes_max) {
                return Ok(Some(Wrong::Body(cause.to_string())));
            }
        }
    }
    let there = archiving::of_kinds(&mut connection, expected, archiving::OF_DECISIONS).await?;
    let there: BTreeSet<Digest> = there.into_iter().collect();
    let missing = expected.iter().find(|body| !there.contains(body));
    Ok(missing.map(|body| Wrong::Body(format!("body `{body}` is missing"))))
}

/// Archives in a folder, held against what a ledger says of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// Archives that the ledger speaks of, and the folder of each that was found.
    pub archives: Vec<(Archived, Option<PathBuf>)>,
    /// What does not fit.
    pub findings: Vec<Finding>,
}

/// Finds every archive that the ledger speaks of, and reads each whole.
pub(crate) async fn all(
    archives: Vec<Archived>,
    roots: &BTreeMap<u64, Digest>,
    of: &Path,
    config: &LedgerConfig,
    verifier: Option<&Verifier>,
) -> Result<Held, ArchiveError> {
    let (mut held, mut findings, mut there) = (Vec::new(), Vec::new(), BTreeMap::new());
    for path in super::folders(of)? {
        let digest = folder::manifest(&path).map(|(_, digest)| digest);
        let digest = digest.map_err(|cause| ArchiveError::File { path: path.join(folder::MANIFEST), cause })?;
        there.insert(digest, path);
    }
    for archive in archives {
        let found = there.remove(&archive.manifest);
        match &found {
            Some(path) => {
                let Archived { through, .. } = archive;
                let size = through.size;
                let root = roots.get(&size).copied().unwrap_or(through.root);
                let through = Some(TreeHead { size, root });
                let expected = Expected { verifier: verifier.cloned(), through, bodies: Vec::new() };
                findings.extend(folder(path, config, expected).await?);
            }
            None => {
                let Archived { first, through, manifest, .. } = archive;
                let what = Wrong::Missing { first, size: through.size, manifest };
                findings.push(Finding { folder: None, what });
            }
        }
        held.push((archive, found));
    }
    for (manifest, path) in there {
        findings.push(Finding { folder: Some(path), what: Wrong::Unknown { manifest } });
    }
    Ok(Held { archives: held, findings })
}
