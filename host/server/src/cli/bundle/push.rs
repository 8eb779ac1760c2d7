//! `tidegate bundle push`

use super::place::read;
use crate::cli::{
    exit::Exit,
    registry::{
        RegistryArgs,
        failure::{Failure, ended},
        reference, wait,
    },
    talk,
};
use std::path::PathBuf;
use tidegate_registry::reference::Reference;

/// Push a bundle and its signatures to an OCI registry
///
/// Signatures that lie there already stay. Prints the reference with the digest.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The bundle's file
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Where it goes: `registry.example.com/policies/production:7`
    #[arg(value_name = "REF", value_parser = reference)]
    reference: Reference,
    #[command(flatten)]
    registry: RegistryArgs,
}

/// Runs the command.
pub(super) fn run(args: &Args) -> Exit {
    ended(pushed(args))
}

fn pushed(args: &Args) -> Result<String, Failure> {
    let layout = read(&args.file)?;
    let client = args.registry.client()?;
    wait(async {
        let pinned = client.load(&layout, &args.reference).await?;
        talk::note(&format!("pushed with {} signature(s)", layout.signatures.len()));
        Ok(pinned.to_string())
    })
}
