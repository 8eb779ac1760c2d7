//! A layout from a tar that may be anybody's: every blob is what its name says, and nothing else is believed.

use super::{BLOBS, INDEX_FILE, LAYOUT_FILE, LAYOUT_VERSION, Layout};
use crate::{
    artifact::ArtifactError,
    bundle::BundleError,
    contract::Contract,
    limits::{PAYLOAD_BYTES_MAX, TEXT_CHARS_MAX, TooMuch},
    manifest::{Descriptor, Manifest, RawDescriptor, told},
    media,
    signature::{Signature, store::few, tag_of},
    stored::Stored,
};
use bytes::Bytes;
use serde::Deserialize;
use std::{
    collections::BTreeMap,
    io::{self, Read},
};
use tar::{Archive, Entry};
use tidegate_core::{
    digest::{Digest, DigestError},
    one_line::one_line,
};

/// Files of a layout, at most: manifests, configs and components, and what signatures sign.
const MEMBERS_MAX: u64 = 512;

/// A file that is no layout with a plugin that could be used.
#[derive(Debug, thiserror::Error)]
pub enum LayoutError {
    /// Not read.
    #[error("it cannot be read as a tar: {0}")]
    Tar(#[from] io::Error),
    /// Too much in it.
    #[error(transparent)]
    TooMuch(#[from] TooMuch),
    /// Something that no layout holds.
    #[error("it holds `{0}`, which is no part of a layout")]
    Member(String),
    /// Something twice.
    #[error("it holds `{0}` twice")]
    Twice(String),
    /// Something is not there.
    #[error("it holds no `{0}`")]
    Absent(String),
    /// What says which layout it is, or what lies in it.
    #[error("its `{file}` cannot be read: {cause}")]
    Unreadable {
        /// Which file.
        file: &'static str,
        /// Why.
        cause: String,
    },
    /// A blob that is something else than its name says.
    #[error("what lies there as {expected} is {found}: it was tampered with, or cut short")]
    OtherBytes {
        /// By its name.
        expected: Digest,
        /// By its bytes.
        found: Digest,
    },
    /// More or less than its manifest says.
    #[error("{digest} has {found} bytes, its manifest says {expected}")]
    OtherSize {
        /// Which blob.
        digest: Digest,
        /// As many as are named.
        expected: u64,
        /// As many are there.
        found: u64,
    },
    /// None or several.
    #[error("it holds {found} {what}s, not one")]
    NotOne {
        /// Of what.
        what: &'static str,
        /// So many.
        found: usize,
    },
    /// What it holds cannot be used.
    #[error(transparent)]
    Artifact(#[from] ArtifactError),
    /// The same of a bundle.
    #[error(transparent)]
    Bundle(#[from] BundleError),
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Version {
    image_layout_version: String,
}

#[derive(Deserialize)]
struct Index {
    manifests: Vec<RawDescriptor>,
}

#[derive(Default)]
struct Members {
    version: Option<Bytes>,
    index: Option<Bytes>,
    blobs: BTreeMap<Digest, Bytes>,
}

impl<A: Stored> Layout<A> {
    /// Reads a tar with one artifact in it and, where there are any, its signatures.
    pub fn read(from: impl Read, contract: &dyn Contract) -> Result<Self, LayoutError> {
        let members = Members::read(from, A::BYTES_MAX)?;
        let index = members.index()?;
        let name = |one: &Descriptor| one.annotations.get(media::REF_NAME_ANNOTATION).cloned();
        let is_signatures = |one: &Descriptor| name(one).is_some_and(|name| is_signature_tag(&name));
        let (signed, artifacts): (Vec<_>, Vec<_>) = index.into_iter().partition(is_signatures);
        let several = |all: Vec<Descriptor>| LayoutError::NotOne { what: A::NAME, found: all.len() };
        let [named] = <[Descriptor; 1]>::try_from(artifacts).map_err(several)?;
        let artifact = A::gathered(members.blob(&named)?, &mut |blob| members.blob(blob), contract)?;
        let own = tag_of(named.digest);
        let signed = signed.into_iter().find(|one| name(one).as_deref() == Some(&*own));
        let signatures = signed.map_or(Ok(Vec::new()), |signed| members.signatures(&signed))?;
        Ok(Self { artifact, signatures, tag: name(&named) })
    }
}

fn is_signature_tag(name: &str) -> bool {
    let hex = name.strip_prefix("sha256-").and_then(|rest| rest.strip_suffix(".sig"));
    hex.is_some_and(|hex| Digest::parse(&format!("sha256:{hex}")).is_ok())
}

impl Members {
    fn read(from: impl Read, bytes_max: u64) -> Result<Self, LayoutError> {
        let mut members = Self::default();
        // What is longer is cut short here, and says so in the sum below.
        let mut archive = Archive::new(from.take(bytes_max * 2));
        let (mut count, mut sum) = (0_u64, 0_u64);
        for entry in archive.entries()? {
            let entry = entry?;
            count += 1;
            if count > MEMBERS_MAX {
                let (what, unit) = ("the layout", "files");
                return Err(TooMuch { what, unit, used: count, allowed: MEMBERS_MAX }.into());
            }
            sum = sum.saturating_add(entry.size());
            TooMuch::bytes("the layout", sum, bytes_max)?;
            members.take(entry)?;
        }
        Ok(members)
    }

    fn take(&mut self, mut entry: Entry<'_, impl Read>) -> Result<(), LayoutError> {
        let path = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        let name = path.strip_prefix("./").unwrap_or(&path);
        let shown = || one_line(name, TEXT_CHARS_MAX);
        if entry.header().entry_type().is_dir() {
            return Ok(());
        }
        if !entry.header().entry_type().is_file() {
            return Err(LayoutError::Member(shown()));
        }
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes)?;
        let bytes = Bytes::from(bytes);
        let before = match (name, name.strip_prefix(BLOBS)) {
            (LAYOUT_FILE, _) => self.version.replace(bytes).is_some(),
            (INDEX_FILE, _) => self.index.replace(bytes).is_some(),
            (_, Some(hex)) => {
                let named = |_: DigestError| LayoutError::Member(shown());
                let expected = Digest::parse(&format!("sha256:{hex}")).map_err(named)?;
                let found = Digest::of(&bytes);
                if found != expected {
                    return Err(LayoutError::OtherBytes { expected, found });
                }
                self.blobs.insert(found, bytes).is_some()
            }
            _ => return Err(LayoutError::Member(shown())),
        };
        if before { Err(LayoutError::Twice(shown())) } else { Ok(()) }
    }

    fn index(&self) -> Result<Vec<Descriptor>, LayoutError> {
        let version: Version = json(LAYOUT_FILE, self.version.as_ref())?;
        if version.image_layout_version != LAYOUT_VERSION {
            let found = one_line(&version.image_layout_version, TEXT_CHARS_MAX);
            let cause = format!("it is of version `{found}`, not {LAYOUT_VERSION}");
            return Err(LayoutError::Unreadable { file: LAYOUT_FILE, cause });
        }
        let index: Index = json(INDEX_FILE, self.index.as_ref())?;
        let unreadable = |error: DigestError| LayoutError::Unreadable { file: INDEX_FILE, cause: error.to_string() };
        index.manifests.into_iter().map(|raw| Descriptor::try_from(raw).map_err(unreadable)).collect()
    }

    fn blob(&self, named: &Descriptor) -> Result<Bytes, LayoutError> {
        let Descriptor { digest, size: expected, .. } = *named;
        let bytes = self.blobs.get(&digest).ok_or_else(|| LayoutError::Absent(digest.to_string()))?;
        let found = bytes.len() as u64;
        if found == expected { Ok(bytes.clone()) } else { Err(LayoutError::OtherSize { digest, expected, found }) }
    }

    fn signatures(&self, manifest: &Descriptor) -> Result<Vec<Signature>, LayoutError> {
        let manifest = self.blob(manifest)?;
        let layers = Manifest::read(&manifest).map_err(ArtifactError::Manifest)?.layers;
        few(layers.len())?;
        let layers = layers.into_iter().filter(|layer| layer.media_type == media::SIMPLE_SIGNING);
        let signature = |descriptor: Descriptor| {
            TooMuch::bytes("what a signature signs", descriptor.size, PAYLOAD_BYTES_MAX)?;
            Ok(Signature { payload: self.blob(&descriptor)?, descriptor })
        };
        layers.map(signature).collect()
    }
}

fn json<'a, T: Deserialize<'a>>(file: &'static str, bytes: Option<&'a Bytes>) -> Result<T, LayoutError> {
    let bytes = bytes.ok_or_else(|| LayoutError::Absent(file.to_owned()))?;
    serde_json::from_slice(bytes).map_err(|error| LayoutError::Unreadable { file, cause: told(&error) })
}
