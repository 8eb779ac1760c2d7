//! `tidegate bundle show`

use super::place::{Place, place};
use crate::{
    cli::{
        exit::Exit,
        registry::{
            RegistryArgs,
            failure::{Failure, ended},
            signers::{SignedArgs, now, told},
        },
    },
    gate::{bundles::BundleError, material::kept::Kept},
    render::escape::terminal_block,
};
use std::{fmt::Write as _, path::Path};
use tidegate_registry::{bundle::Bundle, layout::Layout, stored::Stored as _};

/// Show what is in a bundle, and who signed it
///
/// Its digest, who wrote it, its files, and the digest of every plugin: what whoever signs it answers for. With `--file` one of its
/// files, as it is. Exits with 1 when it is no bundle, was tampered with, or is not signed as is asked for.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The bundle: its file, or `registry.example.com/policies/production@sha256:…`
    #[arg(value_name = "FILE|REF", value_parser = place)]
    bundle: Place,
    /// Print the text of this file of it
    #[arg(long, value_name = "NAME")]
    file: Option<String>,
    #[command(flatten)]
    signed: SignedArgs,
    #[command(flatten)]
    registry: RegistryArgs,
}

/// Runs the command.
pub(super) fn run(args: &Args) -> Exit {
    ended(shown(args))
}

fn shown(args: &Args) -> Result<String, Failure> {
    let layout = args.bundle.layout(&args.registry)?;
    let digest = layout.artifact.digest();
    if let Some(demand) = args.signed.demand()? {
        let signed = layout.verify(&demand, now());
        told(&signed.map_err(|refusal| Failure::Opened(BundleError::Refused { digest, refusal }))?);
    }
    let kept = Kept::read(layout.artifact.policies()).map_err(|error| Failure::Opened(error.into()))?;
    match &args.file {
        Some(name) => {
            let found = kept.texts.into_iter().find(|(path, _)| path == Path::new(name));
            let text = found.map(|(_, text)| text).ok_or_else(|| Failure::NoSuchFile(name.clone()))?;
            Ok(text.trim_end_matches('\n').to_owned())
        }
        None => Ok(listed(&layout, &kept)),
    }
}

fn listed(layout: &Layout<Bundle>, kept: &Kept) -> String {
    let authors: Vec<&str> = layout.artifact.about().authors.iter().map(String::as_str).collect();
    let mut text = format!("{}\nauthors: {}\nfiles:\n", layout.artifact.digest(), authors.join(", "));
    // Writing into a String cannot fail.
    for (path, content) in &kept.texts {
        let _ = writeln!(text, "  {} ({} bytes)", path.display(), content.len());
    }
    text.push_str("plugins:\n");
    for (path, digest) in &kept.components {
        let _ = writeln!(text, "  {}: {digest}", path.display());
    }
    let _ = write!(text, "signatures: {}", layout.signatures.len());
    terminal_block(&text).trim_end().to_owned()
}
