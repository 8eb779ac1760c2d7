//! The private key that something is signed with.

use super::failure::Failure;
use crate::cli::file::read;
use std::path::Path;
use tidegate_evidence::signing::SigningKey;

/// Bytes of a key's file, at most; more of it is not read.
const KEY_BYTES_MAX: usize = 64 * 1024;

/// PKCS #8 in PEM, Ed25519 or ECDSA P-256.
pub(in crate::cli) fn key(path: &Path) -> Result<SigningKey, Failure> {
    let mut pem = read(path)?;
    pem.truncate(KEY_BYTES_MAX);
    let text = String::from_utf8_lossy(&pem);
    SigningKey::parse(&text).map_err(|source| Failure::Key { path: path.to_owned(), source })
}
