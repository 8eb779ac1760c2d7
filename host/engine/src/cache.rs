//! Precompiled components on disk, trusted only as far as they can be authenticated.
//!
//! A file is an HMAC-SHA256 over its own name and the machine code, followed by that code. The key is 32 random bytes in a
//! private file of the same directory, made on first use. Whoever can write files there but cannot read the key can waste
//! time, not run code; whoever can read the key is the gate's own user already.

mod authentic;
mod precompiled;
mod private;

use authentic::{Key, MAC_BYTES};
use private::PrivateDir;
use std::{
    hash::{DefaultHasher, Hash as _, Hasher as _},
    io,
    path::{Path, PathBuf},
};
use tidegate_core::digest::Digest;
use wasmtime::{Engine, component::Component};

/// The version that wrote a file; wasmtime itself refuses code of any other version, this keeps both side by side.
const WASMTIME: &str = "wasmtime48";
/// Machine code is larger than the component it comes from; a file larger than this many times is not ours.
const GROWTH_MAX: u64 = 32;
/// Files kept; the oldest beyond that are removed.
const FILES_MAX: usize = 256;

/// Why a cache cannot be used at all.
#[derive(Debug, thiserror::Error)]
pub enum CacheError {
    /// Others could replace what lies in it.
    #[error("cache directory `{}` has mode {mode:o} and owner {owner}; 700 and {user} are needed", path.display())]
    Open {
        /// Where.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
        /// Who owns it.
        owner: u32,
        /// Who runs the gate.
        user: u32,
    },
    /// It cannot be made, read or written.
    #[error("cache directory `{}`: {error}", path.display())]
    Io {
        /// Where.
        path: PathBuf,
        /// What the system says.
        #[source]
        error: io::Error,
    },
}

/// A directory of precompiled components.
#[derive(Debug)]
pub(crate) struct Cache {
    dir: PrivateDir,
    key: Key,
    file_bytes_max: u64,
}

impl Cache {
    /// Opens the directory, or makes it, and the key in it.
    pub(crate) fn open(path: &Path, component_bytes_max: u64) -> Result<Self, CacheError> {
        let dir = PrivateDir::open(path)?;
        let key = Key::open(&dir).map_err(|error| CacheError::Io { path: path.to_owned(), error })?;
        Ok(Self { dir, key, file_bytes_max: component_bytes_max.saturating_mul(GROWTH_MAX) })
    }

    /// The component with that digest, when it lies here and is authentic. Everything else is as if it were not there.
    pub(crate) fn get(&self, engine: &Engine, digest: Digest) -> Option<Component> {
        let name = file_name(engine, digest);
        let bytes = self.dir.read(&name, self.file_bytes_max)?;
        precompiled::load(engine, self.key.authenticate(&name, &bytes)?)
    }

    /// Keeps a compiled component.
    pub(crate) fn put(&self, engine: &Engine, digest: Digest, component: &Component) -> io::Result<()> {
        let name = file_name(engine, digest);
        let code = component.serialize().map_err(io::Error::other)?;
        let mut bytes = Vec::with_capacity(MAC_BYTES + code.len());
        bytes.extend_from_slice(&self.key.mac(&name, &code));
        bytes.extend_from_slice(&code);
        self.dir.write(&name, &bytes)?;
        self.dir.keep_newest(FILES_MAX, ".cwasm")
    }
}

/// By content, version and everything of the configuration that changes the code.
fn file_name(engine: &Engine, digest: Digest) -> String {
    let mut hasher = DefaultHasher::new();
    engine.precompile_compatibility_hash().hash(&mut hasher);
    format!("{}-{WASMTIME}-{:016x}.cwasm", digest.hex(), hasher.finish())
}

#[cfg(test)]
mod tests;
