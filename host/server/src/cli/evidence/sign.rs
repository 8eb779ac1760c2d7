//! `tidegate evidence sign`

use crate::cli::{exit::Exit, talk};
use std::{
    fs::File,
    io::{self, Read as _},
    path::{Path, PathBuf},
    sync::Arc,
};
use tidegate_evidence::{
    Limits, ReadError, detect, read,
    signing::{IN_TOTO_PAYLOAD_TYPE, PAYLOAD_TYPE_PREFIX, SigningKey, SigningKeyError},
};

/// Bytes of a key's file, at most.
const KEY_BYTES_MAX: usize = 64 * 1024;
/// The one format with a payload type of its own.
const IN_TOTO: &str = "in-toto";

/// Sign a document
///
/// Prints a DSSE envelope of the document, which is handed in instead of it. What a gate could not read is not signed.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The private key: PKCS #8 in PEM, Ed25519 or ECDSA P-256 (`tidegate evidence key` makes one)
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// The document's format [default: the one that its content shows]
    #[arg(long = "type", value_name = "FORMAT")]
    format: Option<String>,
    /// The document
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("cannot read `{}`: {source}", path.display())]
    Read { path: PathBuf, source: io::Error },
    #[error("`{}` is too large: more than {allowed} bytes used, {allowed} allowed", path.display())]
    TooLarge { path: PathBuf, allowed: usize },
    #[error("`{}` is {source}", path.display())]
    Key { path: PathBuf, source: SigningKeyError },
    #[error("`{}` cannot be read as evidence: {source}", path.display())]
    Unreadable { path: PathBuf, source: ReadError },
    #[error("`{}` cannot be signed: {what}", path.display())]
    Unsignable { path: PathBuf, what: &'static str },
    #[error("cannot write to stdout: {0}")]
    Stdout(io::Error),
}

/// Runs the command.
pub(super) fn run(args: &Args) -> Exit {
    match signed(args).and_then(|envelope| talk::data(&format!("{envelope}\n")).map_err(Failure::Stdout)) {
        Ok(()) => Exit::Allowed,
        Err(failure) => {
            talk::error(&failure);
            Exit::Undecided
        }
    }
}

fn signed(args: &Args) -> Result<String, Failure> {
    let pem = bytes_of(&args.key, KEY_BYTES_MAX)?;
    let key = SigningKey::parse(&String::from_utf8_lossy(&pem))
        .map_err(|source| Failure::Key { path: args.key.clone(), source })?;
    let limits = Limits::default();
    let document: Arc<[u8]> = Arc::from(bytes_of(&args.file, limits.document_bytes)?);
    let unreadable = |source| Failure::Unreadable { path: args.file.clone(), source };
    let format = match args.format.as_deref() {
        Some(format) => format,
        None => detect(&document, &limits).map_err(unreadable)?,
    };
    let unsignable = |what| Failure::Unsignable { path: args.file.clone(), what };
    match format {
        "dsse" => return Err(unsignable("it is in an envelope already")),
        "opaque" => return Err(unsignable("a gate reads nothing out of an envelope that it does not understand")),
        _ => {}
    }
    read(document.clone(), Some(format), &limits).map_err(unreadable)?;
    let payload_type = match format {
        IN_TOTO => IN_TOTO_PAYLOAD_TYPE.to_owned(),
        format => format!("{PAYLOAD_TYPE_PREFIX}{format}"),
    };
    Ok(key.seal(&payload_type, &document))
}

fn bytes_of(path: &Path, allowed: usize) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let read = |source| Failure::Read { path: path.to_owned(), source };
    File::open(path).map_err(read)?.take(allowed as u64 + 1).read_to_end(&mut bytes).map_err(read)?;
    if bytes.len() > allowed {
        return Err(Failure::TooLarge { path: path.to_owned(), allowed });
    }
    Ok(bytes)
}
