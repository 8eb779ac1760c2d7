//! `tidegate plugin push`

use crate::cli::{
    exit::Exit,
    file::read,
    registry::{
        RegistryArgs,
        failure::{Failure, ended},
        key::key,
        reference, wait,
    },
    talk,
};
use std::path::{Path, PathBuf};
use tidegate_core::time::Timestamp;
use tidegate_registry::{
    artifact::{About, Artifact},
    contract::Interfaces,
    reference::Reference,
};
use tidegate_workbench::inspect::inspect;

/// Push a plugin to an OCI registry, and sign it
///
/// Loads the file as a gate would, and pushes it in the CNCF's layout for wasm. The same file has the same digest wherever and
/// whenever it is pushed. Prints the reference with the digest, as policy sets and `plugin pull` take it. Exits with 1 when a gate would
/// refuse the plugin.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The plugin's component
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Where it goes: `registry.example.com/team/plugin:1.2.0`
    #[arg(value_name = "REF", value_parser = reference)]
    reference: Reference,
    /// Sign it with this private key, as cosign does: PKCS #8 in PEM, Ed25519 or ECDSA P-256 (`tidegate evidence key` makes one)
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
    /// When it was made, in RFC 3339; with it the digest is another one each time [default: nothing is said]
    #[arg(long, value_name = "TIME", value_parser = moment)]
    created: Option<String>,
    #[command(flatten)]
    registry: RegistryArgs,
}

/// As it was written: only its form matters.
fn moment(text: &str) -> Result<String, String> {
    Timestamp::parse(text).map(|_| text.to_owned()).map_err(|error| error.to_string())
}

/// Runs the command.
pub(super) fn run(args: &Args) -> Exit {
    ended(pushed(args))
}

fn pushed(args: &Args) -> Result<String, Failure> {
    // Whoever cannot sign pushes nothing.
    let key = args.key.as_deref().map(key).transpose()?;
    let artifact = artifact(&args.file, args.created.clone())?;
    let client = args.registry.client()?;
    wait(async {
        let pinned = client.push(&artifact, &args.reference).await?;
        talk::note(&format!("pushed `{}`: {} bytes", args.file.display(), artifact.component.len()));
        if let Some(key) = &key {
            client.sign(&pinned, &|message| key.sign(message)).await?;
            talk::note(&format!("signed with key {}", key.id().hex()));
        }
        Ok(pinned.to_string())
    })
}

fn artifact(path: &Path, created: Option<String>) -> Result<Artifact, Failure> {
    let bytes = read(path)?;
    let inspection = inspect(&bytes).map_err(|source| Failure::Inspect { path: path.to_owned(), source })?;
    let plugin = inspection.plugin.map_err(|source| Failure::NotLoaded { path: path.to_owned(), source })?;
    let interfaces = Interfaces { imports: inspection.imports, exports: inspection.exports };
    let about = About { version: Some(plugin.description.version.to_string()), created };
    let refused = |source| Failure::Artifact { path: path.to_owned(), source };
    Artifact::of(bytes.into(), interfaces, &about).map_err(refused)
}
