//! Whose signatures are asked for, by the files of their public keys.

use crate::{cli::talk, gate::clock};
use std::{
    collections::BTreeSet,
    fs::File,
    io::{self, Read as _},
    path::{Path, PathBuf},
    sync::Arc,
};
use tidegate_bundle::key::{self, KeyError};
use tidegate_core::{
    signer::{SignedBy, SignerKey, Who, Window},
    time::Timestamp,
};
use tidegate_evidence::signing::verifies;
use tidegate_registry::signature::demand::{Demand, DemandError};

/// Bytes of a key's file, at most.
const KEY_BYTES_MAX: u64 = 64 * 1024;

/// Whose signatures are asked for.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct SignedArgs {
    /// A public key that has to have signed it (PEM, or its base64 in one line); of several, every one
    #[arg(long, value_name = "FILE")]
    signed_by: Vec<PathBuf>,
    /// A public key that may have signed it; of several, one is enough
    #[arg(long, value_name = "FILE", conflicts_with = "signed_by")]
    signed_by_any: Vec<PathBuf>,
}

/// Why nobody can be asked for.
#[derive(Debug, thiserror::Error)]
pub(in crate::cli) enum SignerError {
    #[error("cannot read `{}`: {source}", path.display())]
    Read { path: PathBuf, source: io::Error },
    #[error("what `{}` holds {source}; hint: `openssl pkey -pubout` prints a public key", path.display())]
    Key { path: PathBuf, source: KeyError },
    #[error("`{}` and `{}` are the same key, which cannot sign for two", first.display(), second.display())]
    Twice { first: PathBuf, second: PathBuf },
    #[error(transparent)]
    Demand(#[from] DemandError),
}

impl SignedArgs {
    /// Who has to have signed; `None`: nobody is asked for.
    pub(in crate::cli) fn demand(&self) -> Result<Option<Demand>, SignerError> {
        // The parser lets through one of both.
        let all = self.signed_by_any.is_empty();
        let paths = if all { &self.signed_by } else { &self.signed_by_any };
        if paths.is_empty() {
            talk::note(&"nobody's signature is asked for");
            talk::hint(&"`--signed-by FILE` names a public key that has to have signed it");
            return Ok(None);
        }
        let mut keys: Vec<SignerKey> = Vec::new();
        for path in paths {
            let key = read(path)?;
            if let Some(first) = keys.iter().position(|known| known.spki == key.spki).and_then(|first| paths.get(first))
            {
                // The same file named twice is the same signer, whom nobody can be asked for twice either.
                return Err(SignerError::Twice { first: first.clone(), second: path.clone() });
            }
            keys.push(key);
        }
        let names: BTreeSet<Arc<str>> = keys.iter().map(|key| key.signer.clone()).collect();
        let who = if all { Who::AllOf(names) } else { Who::AnyOf(names) };
        Ok(Some(Demand::new(who, &keys, verifies)?))
    }
}

/// The moment at which keys have to count.
pub(in crate::cli) fn now() -> Timestamp {
    clock::now()
}

/// Tells who signed.
pub(in crate::cli) fn told(signed: &[SignedBy]) {
    for by in signed {
        talk::note(&format!("signed by `{}` (key {})", by.signer, by.key.hex()));
    }
}

/// A signer is called by the file of their key.
fn read(path: &Path) -> Result<SignerKey, SignerError> {
    let failed = |source| SignerError::Read { path: path.to_owned(), source };
    let mut text = String::new();
    File::open(path).map_err(failed)?.take(KEY_BYTES_MAX).read_to_string(&mut text).map_err(failed)?;
    let form = |source| SignerError::Key { path: path.to_owned(), source };
    let (algorithm, spki) = key::parse(&text).map_err(form)?;
    Ok(SignerKey { signer: Arc::from(path.display().to_string()), algorithm, spki, window: Window::default() })
}
