//! `tidegate bundle build`

use super::place::write;
use crate::{
    cli::{
        exit::Exit,
        registry::failure::{Failure, ended},
        talk,
    },
    gate::{
        material::{Material, kept},
        offline,
        plugins::{Active, Pinning, PolicyError},
    },
    registries::Registries,
};
use bytes::Bytes;
use std::path::PathBuf;
use tidegate_registry::{
    bundle::{Bundle, BundleConfig},
    layout::Layout,
    stored::Stored as _,
};

/// Put policies, their plugins and who wrote them into one file
///
/// Policy sets, overrides, waivers and identities as they are, every plugin's component (pulled, where a set names a registry), and a lock
/// of their digests: everything that a gate needs. Loads it all as a gate would. The same files of the same authors are the same bundle.
/// Prints its digest, which is what people sign. Exits with 1 when a gate would refuse the policies.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Policy sets, overrides, waivers and identities, or folders of them
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,
    /// Who wrote it, by the name that signers have; whoever wrote all of it does not count among those who signed it
    #[arg(long = "author", value_name = "NAME", required = true)]
    authors: Vec<String>,
    /// Where the file goes
    #[arg(short, long, value_name = "FILE")]
    out: PathBuf,
}

/// Runs the command.
pub(super) fn run(args: &Args) -> Exit {
    ended(built(args))
}

fn built(args: &Args) -> Result<String, Failure> {
    let about = BundleConfig::of(args.authors.iter().cloned()).map_err(Failure::Authors)?;
    let engine = offline::engine().map_err(|problem| Failure::Engine(problem.detail))?;
    let registries = Registries::of_this_user();
    let component_bytes = engine.limits().component_bytes_max;
    let material = Material::read(&args.paths, component_bytes, &mut registries.pulling());
    let material = material.map_err(PolicyError::from)?;
    let active = Active::assemble(&engine, &material, Pinning::Optional, None)?;
    let components = material.components.values().filter_map(|component| component.as_ref().ok());
    let components = components.map(|component| Bytes::from_owner(component.clone())).collect();
    let policies = Bytes::from_owner(kept::written(&material));
    let artifact = Bundle::of(policies, components, about).map_err(Failure::Bundle)?;
    let digest = artifact.digest();
    let (texts, plugins) = (material.texts.len(), artifact.components().len());
    write(&args.out, &Layout { artifact, signatures: Vec::new(), tag: None })?;
    talk::note(&format!(
        "{texts} file(s) and {plugins} component(s) in `{}`; as policies they are {}",
        args.out.display(),
        active.bundle().digest()
    ));
    talk::hint(&"`tidegate bundle sign` signs it");
    Ok(digest.to_string())
}
