//! Whether the gate itself wrote some bytes.

use super::private::PrivateDir;
use hmac::{Hmac, Mac as _};
use sha2::Sha256;
use std::{fmt, io};

/// Bytes of an authentication code.
pub(super) const MAC_BYTES: usize = 32;
/// Bytes of the key.
const KEY_BYTES: usize = 32;
/// The key's file.
const KEY_FILE: &str = "key";

/// Bytes that carry a right authentication code: they were written by the gate's own user, and for this name.
pub(super) struct Authentic<'a>(&'a [u8]);

impl<'a> Authentic<'a> {
    /// The bytes without their code.
    pub(super) fn bytes(&self) -> &'a [u8] {
        self.0
    }
}

/// The secret.
pub(super) struct Key([u8; KEY_BYTES]);

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(..)")
    }
}

impl Key {
    /// Reads the key. Where it is missing, or others could have read or replaced it, a new one is made: nothing that was
    /// written under the old one is authentic any more.
    pub(super) fn open(dir: &PrivateDir) -> io::Result<Self> {
        let read = || dir.read(KEY_FILE, KEY_BYTES as u64).and_then(|bytes| <[u8; KEY_BYTES]>::try_from(bytes).ok());
        if let Some(key) = read() {
            return Ok(Self(key));
        }
        let mut key = [0_u8; KEY_BYTES];
        getrandom::fill(&mut key).map_err(|error| io::Error::other(error.to_string()))?;
        dir.write(KEY_FILE, &key)?;
        // Two gates may start at once; at worst one of them does not find the other's files authentic and compiles anew.
        Ok(Self(read().unwrap_or(key)))
    }

    /// The code of these bytes under this name.
    pub(super) fn mac(&self, name: &str, bytes: &[u8]) -> [u8; MAC_BYTES] {
        self.over(name, bytes).finalize().into_bytes().into()
    }

    /// The bytes behind the code at their front, when it is right.
    pub(super) fn authenticate<'a>(&self, name: &str, file: &'a [u8]) -> Option<Authentic<'a>> {
        let (mac, bytes) = file.split_at_checked(MAC_BYTES)?;
        // Compares in constant time.
        self.over(name, bytes).verify_slice(mac).ok()?;
        Some(Authentic(bytes))
    }

    fn over(&self, name: &str, bytes: &[u8]) -> Hmac<Sha256> {
        // The name's length comes first, so that no name and bytes can be read as another name and bytes.
        // A key shorter than a block is filled up with zeros: so says HMAC, and so it cannot fail.
        let mut block = hmac::digest::Key::<Hmac<Sha256>>::default();
        block.iter_mut().zip(self.0).for_each(|(filled, byte)| *filled = byte);
        let mut mac = <Hmac<Sha256> as hmac::Mac>::new(&block);
        mac.update(&(name.len() as u64).to_le_bytes());
        mac.update(name.as_bytes());
        mac.update(bytes);
        mac
    }
}
