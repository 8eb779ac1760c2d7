//! `tidegate plugin save`

use super::pull::vouched;
use crate::{
    cli::{
        exit::Exit,
        registry::{
            RegistryArgs,
            failure::{Failure, ended},
            reference,
            signers::SignedArgs,
            wait,
        },
        talk,
    },
    registries::offered::Offered,
};
use std::path::PathBuf;
use tidegate_registry::{reference::Reference, stored::Stored as _};
use tidegate_workbench::{files::write_atomically, inspect::verify};

/// Save a plugin and its signatures as one file, for where no registry reaches
///
/// The file is an OCI image layout in a tar; the same plugin and signatures are the same file. What `plugin pull` refuses is not saved.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Which: `registry.example.com/team/plugin:1.2.0@sha256:…`. The tag beside the digest is kept
    #[arg(value_name = "REF", value_parser = reference)]
    reference: Reference,
    /// Where the file goes
    #[arg(short, long, value_name = "FILE")]
    out: PathBuf,
    #[command(flatten)]
    signed: SignedArgs,
    #[command(flatten)]
    registry: RegistryArgs,
}

/// Runs the command.
pub(super) fn run(args: &Args) -> Exit {
    ended(saved(args))
}

fn saved(args: &Args) -> Result<String, Failure> {
    let client = args.registry.client()?;
    let layout = wait(async {
        let pinned = vouched(&client, &args.reference, &args.signed).await?;
        Ok(client.save(&pinned, &Offered).await?)
    })?;
    verify(&layout.artifact.component)?;
    let mut file = Vec::new();
    layout.write(&mut file).map_err(Failure::PutTogether)?;
    write_atomically(&args.out, &file)?;
    talk::note(&format!("saved {} with {} signature(s)", layout.artifact.digest(), layout.signatures.len()));
    Ok(args.out.display().to_string())
}
