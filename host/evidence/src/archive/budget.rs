//! What unpacking may still use, counted while bytes come out.

use crate::{
    error::{Place, Problem, ReadError},
    limits::Limits,
};
use std::io::Read;

/// Below this an archive can do no harm, however well it is packed: many small reports look alike.
const RATIO_FROM: usize = 1 << 20;
const PIECE: usize = 16 << 10;

/// Bytes and members of one archive.
pub(super) struct Budget<'a> {
    format: &'static str,
    limits: &'a Limits,
    packed: usize,
    unpacked: usize,
    members: usize,
}

impl<'a> Budget<'a> {
    pub(super) fn new(format: &'static str, packed: usize, limits: &'a Limits) -> Self {
        Self { format, limits, packed: packed.max(1), unpacked: 0, members: 0 }
    }

    /// One member more.
    pub(super) fn member(&mut self) -> Result<(), ReadError> {
        self.members += 1;
        if self.members > self.limits.archive_members {
            let allowed = self.limits.archive_members;
            return Err(ReadError::over(Some(self.format), Place::Document, "archive members", self.members, allowed));
        }
        Ok(())
    }

    /// Everything that `reader` gives, as far as the budget goes.
    pub(super) fn read(&mut self, mut reader: impl Read, place: &Place) -> Result<Vec<u8>, ReadError> {
        let mut bytes = Vec::new();
        let mut piece = vec![0; PIECE];
        loop {
            let count = match reader.read(&mut piece) {
                Ok(0) => return Ok(bytes),
                Ok(count) => count,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(self.malformed(place.clone(), &format!("cannot be unpacked: {error}"))),
            };
            self.spend(count).map_err(|problem| ReadError {
                format: Some(self.format),
                place: place.clone(),
                problem,
            })?;
            bytes.extend_from_slice(piece.get(..count).unwrap_or_default());
        }
    }

    pub(super) fn format(&self) -> Option<&'static str> {
        Some(self.format)
    }

    pub(super) fn malformed(&self, place: Place, what: &str) -> ReadError {
        ReadError::malformed(Some(self.format), place, what)
    }

    fn spend(&mut self, count: usize) -> Result<(), Problem> {
        self.unpacked += count;
        let (used, allowed) = (self.unpacked, self.limits.archive_bytes);
        if used > allowed {
            return Err(Problem::OverLimit { what: "bytes unpacked", used, allowed });
        }
        let (used, allowed) = (self.unpacked.div_ceil(self.packed), self.limits.archive_ratio);
        if self.unpacked > RATIO_FROM && used > allowed {
            return Err(Problem::OverLimit { what: "bytes unpacked per byte packed", used, allowed });
        }
        Ok(())
    }
}
