//! `tidegate evidence key`

use crate::cli::{exit::Exit, talk};
use std::{
    fs::OpenOptions,
    io::{self, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};
use tidegate_evidence::signing::{EncodeError, SigningKey};

/// Make a key that signs documents
///
/// Writes a new private key (Ed25519, PKCS #8 in PEM) to a file that only you can read, and prints its public key in one line, as
/// a policy set takes it under `signers`. A file that is there already is left alone.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Where the private key goes
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("no randomness: {0}")]
    Random(getrandom::Error),
    #[error(transparent)]
    Encode(#[from] EncodeError),
    #[error("cannot write `{}`: {source}", path.display())]
    Write { path: PathBuf, source: io::Error },
    #[error("cannot write to stdout: {0}")]
    Stdout(io::Error),
}

/// Runs the command.
pub(super) fn run(args: &Args) -> Exit {
    match make(&args.file) {
        Ok(key) => {
            talk::note(&format!("the key's id is {}", key.id().hex()));
            talk::hint(&"name the public key in the policy set: `signers: { your-team: [{ key: … }] }`");
            Exit::Allowed
        }
        Err(failure) => {
            talk::error(&failure);
            Exit::Undecided
        }
    }
}

fn make(file: &Path) -> Result<SigningKey, Failure> {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).map_err(Failure::Random)?;
    let key = SigningKey::ed25519(&seed)?;
    let pem = key.private_pem()?;
    let write = |source| Failure::Write { path: file.to_owned(), source };
    // Never over another key: what it signed could not be signed again.
    let mut out = OpenOptions::new().write(true).create_new(true).mode(0o600).open(file).map_err(write)?;
    out.write_all(pem.as_bytes()).and_then(|()| out.sync_all()).map_err(write)?;
    talk::data(&format!("{}\n", key.public_text())).map_err(Failure::Stdout)?;
    Ok(key)
}
