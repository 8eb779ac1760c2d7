//! Archives of reports: `.zip`, `.tar.gz`, `.tar`, found by their first bytes.
//!
//! Nothing that an archive says of itself is trusted: bytes are counted while they are unpacked, paths are made plain and
//! compared, and only regular files come out.

mod budget;
mod member_path;
mod tarball;
mod zipped;

use crate::{
    error::{Place, ReadError},
    limits::Limits,
};
use std::sync::Arc;

/// One file of an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Relative, with `/` between its parts, none of them `.` or `..`.
    pub path: String,
    /// Unpacked.
    pub bytes: Arc<[u8]>,
}

/// The files of an archive in their order there; `None` when the bytes are no archive. One without a file is an error, and
/// so is one inside another.
pub fn unpack(bytes: &[u8], limits: &Limits) -> Result<Option<Vec<Member>>, ReadError> {
    let Some(kind) = magic(bytes) else {
        return Ok(None);
    };
    let members = match kind {
        ZIP => zipped::unpack(bytes, limits)?,
        TAR_GZ => tarball::unpack_gz(bytes, limits)?,
        _ => tarball::unpack(bytes, TAR, limits)?,
    };
    if members.is_empty() {
        return Err(ReadError::malformed(Some(kind), Place::Document, "the archive holds no file"));
    }
    match members.iter().find(|member| magic(&member.bytes).is_some()) {
        Some(inner) => {
            let place = Place::Member(inner.path.clone());
            Err(ReadError::malformed(Some(kind), place, "an archive inside an archive is not unpacked"))
        }
        None => Ok(Some(members)),
    }
}

const ZIP: &str = "zip";
const TAR_GZ: &str = "tar.gz";
const TAR: &str = "tar";
const TAR_MAGIC_AT: usize = 257;

/// Which kind of archive the bytes are.
pub(crate) fn magic(bytes: &[u8]) -> Option<&'static str> {
    if [b"PK\x03\x04", b"PK\x05\x06"].iter().any(|magic| bytes.starts_with(*magic)) {
        return Some(ZIP);
    }
    if bytes.starts_with(&[0x1F, 0x8B]) {
        return Some(TAR_GZ);
    }
    let is_tar = bytes.get(TAR_MAGIC_AT..).is_some_and(|rest| rest.starts_with(b"ustar"));
    is_tar.then_some(TAR)
}
