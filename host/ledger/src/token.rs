//! Bearer tokens as they are kept: never the secret, only its digest.

use crate::leaf_size::LeafTooLarge;
use std::sync::Arc;
use tidegate_core::{digest::Digest, time::Timestamp};

/// Bytes of a token's id, at most.
pub const TOKEN_ID_BYTES_MAX: usize = 64;
/// Bytes of what a token is good for, as the server wrote it, at most.
pub const HOLDER_BYTES_MAX: usize = 16 * 1024;

/// A token to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewToken {
    /// Its name; no secret.
    pub id: Arc<str>,
    /// SHA-256 of its secret.
    pub secret: Digest,
    /// Whose it is and what it is good for, in the server's words.
    pub holder: Arc<str>,
    /// From this moment on it is good for nothing.
    pub expires: Timestamp,
}

/// A token that was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// As it was created.
    pub token: NewToken,
    /// When.
    pub created_at: Timestamp,
    /// When it was revoked, if it was.
    pub revoked_at: Option<Timestamp>,
    /// When it was last used, as far as that was noted.
    pub last_used_at: Option<Timestamp>,
}

impl NewToken {
    pub(crate) fn fits(&self) -> Result<(), LeafTooLarge> {
        let within = |what, used: usize, allowed: usize| {
            if used > allowed { Err(LeafTooLarge { what, used, allowed }) } else { Ok(()) }
        };
        within("bytes of a token's id", self.id.len(), TOKEN_ID_BYTES_MAX)?;
        within("bytes of a token's holder", self.holder.len(), HOLDER_BYTES_MAX)
    }
}
