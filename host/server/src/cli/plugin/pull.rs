//! `tidegate plugin pull`

use crate::{
    cli::{
        exit::Exit,
        registry::{
            RegistryArgs,
            failure::{Failure, ended},
            pinned, reference,
            signers::{SignedArgs, now, told},
            wait,
        },
        talk,
    },
    registries::offered::Offered,
};
use std::path::PathBuf;
use tidegate_registry::{
    client::Client,
    pull::TagState,
    reference::{Pinned, Reference},
};
use tidegate_workbench::{files::write_atomically, inspect::verify};

/// Pull a plugin from an OCI registry, by its digest
///
/// What it imports is looked at before it is fetched, every byte is held against its digest, and it is loaded as a gate would before it
/// is written. Exits with 1 when it is refused: tampered with, not signed as it should be, or no plugin that fits the contract.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Which: `registry.example.com/team/plugin@sha256:…`. A tag beside the digest is looked at, and chooses nothing
    #[arg(value_name = "REF", value_parser = reference)]
    reference: Reference,
    /// Where the component goes; the file is replaced only when all of this succeeds
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
    let client = args.registry.client()?;
    let component = wait(async {
        let pinned = vouched(&client, &args.reference, &args.signed).await?;
        let pulled = client.pull(&pinned, &Offered).await?;
        moved(&pinned, &pulled.tag);
        Ok(pulled.artifact.component)
    })?;
    verify(&component)?;
    write_atomically(&args.out, &component)?;
    talk::note(&format!("pulled {} bytes", component.len()));
    Ok(args.out.display().to_string())
}

/// By its digest, signed by whom somebody asked for.
pub(super) async fn vouched(client: &Client, reference: &Reference, signed: &SignedArgs) -> Result<Pinned, Failure> {
    let pinned = pinned(client, reference).await?;
    if let Some(demand) = signed.demand()? {
        told(&client.verify(&pinned, &demand, now()).await?);
    }
    Ok(pinned)
}

/// A tag that names something else by now is no reason to refuse what the digest names, and one to look.
pub(super) fn moved(pinned: &Pinned, state: &TagState) {
    let tag = pinned.tag.as_deref().unwrap_or_default();
    match state {
        TagState::Unnamed | TagState::Same => {}
        TagState::Moved(now) => {
            talk::warning(&format!("tag `{tag}` moved: by now it is {now}, pulled was {}", pinned.digest))
        }
        TagState::Gone => talk::warning(&format!("tag `{tag}` is gone, pulled was {}", pinned.digest)),
    }
}
