//! `tidegate bundle sign`

use super::place::{Place, place, read, write};
use crate::cli::{
    exit::Exit,
    registry::{
        RegistryArgs,
        failure::{Failure, ended},
        key::key,
        pinned, wait,
    },
    talk,
};
use std::path::PathBuf;
use tidegate_registry::stored::Stored as _;

/// Sign a bundle, beside whoever signed it before
///
/// In its file, or where it lies in a registry. What is signed is the digest of its manifest, in cosign's form; `tidegate bundle show` says
/// what that is about. Prints the digest.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The bundle: its file, or `registry.example.com/policies/production@sha256:…`
    #[arg(value_name = "FILE|REF", value_parser = place)]
    bundle: Place,
    /// The private key: PKCS #8 in PEM, Ed25519 or ECDSA P-256 (`tidegate evidence key` makes one)
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    #[command(flatten)]
    registry: RegistryArgs,
}

/// Runs the command.
pub(super) fn run(args: &Args) -> Exit {
    ended(signed(args))
}

fn signed(args: &Args) -> Result<String, Failure> {
    let key = key(&args.key)?;
    let digest = match &args.bundle {
        Place::File(path) => {
            let mut layout = read(path)?;
            layout.sign("", &|message| key.sign(message))?;
            write(path, &layout)?;
            layout.artifact.digest()
        }
        Place::Registry(reference) => {
            let client = args.registry.client()?;
            wait(async {
                let pinned = pinned(&client, reference).await?;
                // Nothing is signed but a bundle.
                client.save_bundle(&pinned).await?;
                client.sign(&pinned, &|message| key.sign(message)).await?;
                Ok(pinned.digest)
            })?
        }
    };
    talk::note(&format!("signed with key {}", key.id().hex()));
    Ok(digest.to_string())
}
