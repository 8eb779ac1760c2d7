//! `tidegate plugin load`

use crate::{
    cli::{
        exit::Exit,
        registry::{
            RegistryArgs,
            failure::{Failure, ended},
            reference,
            signers::{SignedArgs, now, told},
            wait,
        },
        talk,
    },
    registries::offered::Offered,
};
use std::{fs::File, io::BufReader, path::PathBuf};
use tidegate_registry::{artifact::Artifact, layout::Layout, reference::Reference};
use tidegate_workbench::inspect::verify;

/// Push what `plugin save` saved, with its signatures, to a registry
///
/// Every byte is held against its digest, and the plugin is loaded as a gate would, before anything is pushed. Prints the reference with
/// the digest, which is the one that it had.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The file: an OCI image layout in a tar
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Where it goes: `registry.example.com/team/plugin:1.2.0`
    #[arg(value_name = "REF", value_parser = reference)]
    reference: Reference,
    #[command(flatten)]
    signed: SignedArgs,
    #[command(flatten)]
    registry: RegistryArgs,
}

/// Runs the command.
pub(super) fn run(args: &Args) -> Exit {
    ended(loaded(args))
}

fn loaded(args: &Args) -> Result<String, Failure> {
    let path = || args.file.clone();
    let file = File::open(&args.file).map_err(|source| Failure::Read { path: path(), source })?;
    let layout = Layout::<Artifact>::read(BufReader::new(file), &Offered)
        .map_err(|source| Failure::Layout { path: path(), source })?;
    if let Some(demand) = args.signed.demand()? {
        told(&layout.verify(&demand, now()).map_err(|refusal| Failure::Unsigned { path: path(), refusal })?);
    }
    verify(&layout.artifact.component)?;
    let client = args.registry.client()?;
    wait(async {
        let pinned = client.load(&layout, &args.reference).await?;
        talk::note(&format!("loaded with {} signature(s)", layout.signatures.len()));
        Ok(pinned.to_string())
    })
}
