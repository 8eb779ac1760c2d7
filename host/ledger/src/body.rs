//! Bodies: content-addressed, compressed, deletable without touching a leaf.

mod packing;

use crate::{
    bounded::{self, BoundedError},
    error::{ReadError, RecordError},
};
use serde::Serialize;
use std::sync::Arc;
use tidegate_core::digest::Digest;

/// What a body is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BodyKind {
    /// A document that was handed in.
    Evidence,
    /// The list of a decision's documents.
    Manifest,
    /// A stage's evaluations and findings.
    Stage,
    /// What blocked, warned and was waived in a decision.
    Decision,
    /// A policy set with everything resolved.
    PolicySet,
    /// Everything the policies said.
    Bundle,
    /// The files that a bundle was made from.
    Sources,
    /// A plugin's component.
    Plugin,
    /// A gate's effective configuration.
    Configuration,
    /// A decision's span tree.
    Spans,
    /// What candidate policy sets said beside a decision.
    Shadow,
    /// Which bodies and texts were taken away.
    Removal,
    /// What was moved to an archive.
    Archive,
    /// What a watch samples, saw or was answered.
    Watch,
    /// What is known of an incident, how urgent it was found, and whom it is handed on to.
    Incident,
}

impl BodyKind {
    /// The word used in SQL and errors.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Evidence => "evidence",
            Self::Manifest => "manifest",
            Self::Stage => "stage",
            Self::Decision => "decision",
            Self::PolicySet => "policy_set",
            Self::Bundle => "bundle",
            Self::Sources => "sources",
            Self::Plugin => "plugin",
            Self::Configuration => "configuration",
            Self::Spans => "spans",
            Self::Shadow => "shadow",
            Self::Removal => "removal",
            Self::Archive => "archive",
            Self::Watch => "watch",
            Self::Incident => "incident",
        }
    }
}

/// A body to be kept.
#[derive(Debug, Clone)]
pub struct Body {
    /// What it is.
    pub kind: BodyKind,
    /// Its bytes.
    pub bytes: Arc<[u8]>,
}

/// A body as it lies in the store.
#[derive(Debug)]
pub(crate) struct Packed {
    pub(crate) digest: Digest,
    pub(crate) kind: BodyKind,
    pub(crate) size: usize,
    pub(crate) compressed: Vec<u8>,
}

impl Packed {
    pub(crate) fn unpack(self, allowed: usize) -> Result<(Digest, Vec<u8>), ReadError> {
        let size = i64::try_from(self.size).unwrap_or(i64::MAX);
        unpack(self.digest, size, &self.compressed, allowed).map(|bytes| (self.digest, bytes))
    }
}

pub(crate) fn pack(kind: BodyKind, bytes: &[u8], allowed: usize) -> Result<Packed, RecordError> {
    if bytes.len() > allowed {
        return Err(RecordError::TooLarge { what: kind.word(), used: bytes.len(), allowed });
    }
    let compressed = packing::compress(bytes).map_err(|cause| RecordError::Encode(Arc::new(cause)))?;
    Ok(Packed { digest: Digest::of(bytes), kind, size: bytes.len(), compressed })
}

/// The value's canonical JSON as a body.
pub(crate) fn pack_json(kind: BodyKind, value: &impl Serialize, allowed: usize) -> Result<Packed, RecordError> {
    let bytes = bounded::to_json(value, allowed).map_err(|error| match error {
        BoundedError::TooLarge { used } => RecordError::TooLarge { what: kind.word(), used, allowed },
        BoundedError::Json(cause) => RecordError::Encode(Arc::new(cause)),
    })?;
    pack(kind, &bytes, allowed)
}

/// Decompresses to the recorded size at most, and compares with the digest.
pub(crate) fn unpack(digest: Digest, size: i64, compressed: &[u8], allowed: usize) -> Result<Vec<u8>, ReadError> {
    let size = usize::try_from(size).unwrap_or(usize::MAX);
    if size > allowed {
        return Err(ReadError::TooLarge { what: "body", used: size, allowed });
    }
    let altered = || ReadError::Altered { what: format!("body `{digest}`") };
    let bytes = packing::decompress(compressed, size).map_err(|_| altered())?;
    if Digest::of(&bytes) == digest { Ok(bytes) } else { Err(altered()) }
}

#[cfg(test)]
mod tests {
    use super::{BodyKind, pack, unpack};
    use crate::error::{ReadError, RecordError};

    const LIMIT: usize = 1 << 20;

    #[test]
    fn a_body_comes_back_as_it_was() {
        for bytes in [&b""[..], b"x", &[7; 100_000]] {
            let packed = pack(BodyKind::Evidence, bytes, LIMIT).unwrap();
            let size = i64::try_from(packed.size).unwrap();
            assert_eq!(unpack(packed.digest, size, &packed.compressed, LIMIT).unwrap(), bytes);
        }
    }

    #[test]
    fn a_body_that_unpacks_to_more_than_recorded_is_altered() {
        let bomb = pack(BodyKind::Evidence, &vec![0; LIMIT], LIMIT).unwrap();
        assert!(matches!(unpack(bomb.digest, 1000, &bomb.compressed, LIMIT), Err(ReadError::Altered { .. })));
    }

    #[test]
    fn a_body_of_another_digest_is_altered() {
        let (a, b) = (pack(BodyKind::Evidence, b"a", LIMIT).unwrap(), pack(BodyKind::Evidence, b"b", LIMIT).unwrap());
        assert!(matches!(unpack(a.digest, 1, &b.compressed, LIMIT), Err(ReadError::Altered { .. })));
    }

    #[test]
    fn a_recorded_size_over_the_limit_says_both_numbers() {
        let error = unpack(pack(BodyKind::Evidence, b"a", LIMIT).unwrap().digest, i64::MAX, b"", LIMIT).unwrap_err();
        assert_eq!(error.to_string(), "body: 9223372036854775807 bytes used, 1048576 allowed");
    }

    #[test]
    fn a_body_over_the_limit_is_refused_with_both_numbers() {
        let error = pack(BodyKind::Evidence, b"abc", 2).unwrap_err();
        assert!(matches!(error, RecordError::TooLarge { used: 3, allowed: 2, .. }), "{error}");
    }
}
