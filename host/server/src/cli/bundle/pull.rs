//! `tidegate bundle pull`

use super::place::{Place, write};
use crate::cli::{
    exit::Exit,
    registry::{
        RegistryArgs,
        failure::{Failure, ended},
        reference,
        signers::{SignedArgs, now, told},
    },
    talk,
};
use std::path::PathBuf;
use tidegate_registry::reference::Reference;

/// Pull a bundle and its signatures from an OCI registry into a file
///
/// By its digest; every byte is held against it. The file is all that a gate needs, also where no registry reaches. Prints the file.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Which: `registry.example.com/policies/production@sha256:…`
    #[arg(value_name = "REF", value_parser = reference)]
    reference: Reference,
    /// Where the file goes; it is replaced only when all of this succeeds
    #[arg(short, long, value_name = "FILE")]
    out: PathBuf,
    #[command(flatten)]
    signed: SignedArgs,
    #[command(flatten)]
    registry: RegistryArgs,
}

/// Runs the command.
pub(super) fn run(args: &Args) -> Exit {
    ended(pulled(args))
}

fn pulled(args: &Args) -> Result<String, Failure> {
    let layout = Place::Registry(args.reference.clone()).layout(&args.registry)?;
    if let Some(demand) = args.signed.demand()? {
        let signed = layout.verify(&demand, now());
        told(&signed.map_err(|refusal| Failure::Unsigned { path: args.out.clone(), refusal })?);
    }
    write(&args.out, &layout)?;
    talk::note(&format!("pulled with {} signature(s)", layout.signatures.len()));
    Ok(args.out.display().to_string())
}
