//! `.zip`.

use super::{Member, ZIP, budget::Budget, member_path::Paths};
use crate::{
    error::{Place, ReadError},
    limits::Limits,
};
use std::{
    io::{Cursor, Read},
    sync::Arc,
};
use zip::{ZipArchive, result::ZipError};

const ENTRY: &[u8; 4] = b"PK\x01\x02";
const END: &[u8; 4] = b"PK\x05\x06";
/// Ends that the library may try before it gives up; one is true, compressed bytes may look like one by chance.
const ENDS_MAX: usize = 4;

pub(super) fn unpack(bytes: &[u8], limits: &Limits) -> Result<Vec<Member>, ReadError> {
    let mut budget = Budget::new(ZIP, bytes.len(), limits);
    within_directory(bytes, limits)?;
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| unreadable(&Place::Document, &error))?;
    if entries(bytes, archive.central_directory_start()) != archive.len() {
        return Err(budget.malformed(Place::Document, "the archive holds a path twice, or its directory is damaged"));
    }
    let mut paths = Paths::default();
    let mut members = Vec::new();
    for index in 0..archive.len() {
        budget.member()?;
        members.extend(member(&mut archive, index, &mut budget, &mut paths)?);
    }
    Ok(members)
}

/// The library makes an entry for all that the directory lists before it returns, so they are counted first.
fn within_directory(bytes: &[u8], limits: &Limits) -> Result<(), ReadError> {
    for (signature, what, allowed) in
        [(ENTRY, "archive members", limits.archive_members), (END, "ends of an archive", ENDS_MAX)]
    {
        let used = bytes.windows(signature.len()).filter(|window| window == signature).count();
        if used > allowed {
            return Err(ReadError::over(Some(ZIP), Place::Document, what, used, allowed));
        }
    }
    Ok(())
}

/// Entries in the directory. The library keeps the last of those that share a name, and says nothing.
fn entries(bytes: &[u8], start: u64) -> usize {
    const FIXED: usize = 46;
    let mut at = usize::try_from(start).unwrap_or(usize::MAX);
    let mut count = 0;
    while let Some(header) = bytes.get(at..).filter(|rest| rest.starts_with(ENTRY)).and_then(|rest| rest.get(..FIXED)) {
        let length = |low: usize| match header.get(low..low + 2) {
            Some(&[a, b]) => usize::from(u16::from_le_bytes([a, b])),
            _ => 0,
        };
        at += FIXED + length(28) + length(30) + length(32);
        count += 1;
    }
    count
}

fn member(
    archive: &mut ZipArchive<Cursor<&[u8]>>,
    index: usize,
    budget: &mut Budget<'_>,
    paths: &mut Paths,
) -> Result<Option<Member>, ReadError> {
    let raw = archive.by_index_raw(index).map_err(|error| unreadable(&Place::Document, &error))?;
    let written = raw.name().to_owned();
    let place = Place::Member(written.clone());
    let refusal = match () {
        () if raw.encrypted() => Some("the member is encrypted"),
        () if raw.is_symlink() => Some("a link is not unpacked"),
        () => None,
    };
    let (is_dir, stated) = (raw.is_dir(), raw.size());
    drop(raw);
    if let Some(why) = refusal {
        return Err(budget.malformed(place, why));
    }
    if is_dir {
        return Ok(None);
    }
    let path = paths.admit(&written, budget)?;
    let file = archive.by_index(index).map_err(|error| unreadable(&place, &error))?;
    // One byte more than stated is enough to know that the directory lies.
    let bytes = budget.read(file.take(stated.saturating_add(1)), &place)?;
    if bytes.len() as u64 != stated {
        return Err(budget.malformed(place, "the member's size is not the one that the directory states"));
    }
    Ok(Some(Member { path, bytes: Arc::from(bytes) }))
}

fn unreadable(place: &Place, error: &ZipError) -> ReadError {
    ReadError::malformed(Some(ZIP), place.clone(), &format!("cannot be unpacked: {error}"))
}
