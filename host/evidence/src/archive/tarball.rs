//! `.tar` and `.tar.gz`.

use super::{Member, TAR_GZ, TAR_MAGIC_AT, budget::Budget, magic, member_path::Paths};
use crate::{
    error::{Place, ReadError},
    limits::Limits,
};
use std::{io::Read, sync::Arc};
use tar::{Archive, Entry, EntryType};

/// A tar is made of blocks, and two empty ones end it.
const BLOCK: usize = 512;
const END: [u8; 2 * BLOCK] = [0; 2 * BLOCK];

pub(super) fn unpack_gz(bytes: &[u8], limits: &Limits) -> Result<Vec<Member>, ReadError> {
    let mut budget = Budget::new(TAR_GZ, bytes.len(), limits);
    let unpacked = budget.read(flate2::read::MultiGzDecoder::new(bytes), &Place::Document)?;
    if magic(&unpacked) != Some(super::TAR) {
        return Err(budget.malformed(Place::Document, "the gzip stream holds no tar archive"));
    }
    unpack(&unpacked, TAR_GZ, limits)
}

/// The files of a tar, which is already in memory and within the limits.
pub(super) fn unpack(bytes: &[u8], format: &'static str, limits: &Limits) -> Result<Vec<Member>, ReadError> {
    debug_assert!(bytes.len() > TAR_MAGIC_AT, "found by its magic");
    let mut budget = Budget::new(format, bytes.len(), limits);
    if !bytes.len().is_multiple_of(BLOCK) || !bytes.ends_with(&END) {
        return Err(budget.malformed(Place::Document, "the archive is cut off: its end is missing"));
    }
    let unreadable = |error: std::io::Error| ReadError::malformed(Some(format), Place::Document, &error.to_string());
    let mut paths = Paths::default();
    let mut members = Vec::new();
    for entry in Archive::new(bytes).entries().map_err(unreadable)? {
        let mut entry = entry.map_err(unreadable)?;
        budget.member()?;
        members.extend(member(&mut entry, &mut budget, &mut paths)?);
    }
    Ok(members)
}

/// A regular file; directories and remarks for all files are passed over, anything else is refused.
fn member<R: Read>(
    entry: &mut Entry<'_, R>,
    budget: &mut Budget<'_>,
    paths: &mut Paths,
) -> Result<Option<Member>, ReadError> {
    let written = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
    let place = Place::Member(written.clone());
    let refusal = match entry.header().entry_type() {
        EntryType::Regular | EntryType::Continuous => None,
        EntryType::Directory | EntryType::XGlobalHeader => return Ok(None),
        EntryType::Symlink | EntryType::Link => Some("a link is not unpacked"),
        EntryType::Char | EntryType::Block | EntryType::Fifo => Some("a device or pipe is not unpacked"),
        _ => Some("only regular files are unpacked"),
    };
    if let Some(why) = refusal {
        return Err(budget.malformed(place, why));
    }
    let path = paths.admit(&written, budget)?;
    let (stated, bytes) = (entry.size(), budget.read(entry, &place)?);
    if bytes.len() as u64 != stated {
        return Err(budget.malformed(place, &format!("cut off: {} bytes of {stated}", bytes.len())));
    }
    Ok(Some(Member { path, bytes: Arc::from(bytes) }))
}
