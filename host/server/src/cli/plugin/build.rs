//! `tidegate plugin build`

use crate::cli::{exit::Exit, talk};
use std::path::{Path, PathBuf};
use tidegate_workbench::{
    build::{BuildError, BuildOptions, Built, build},
    cargo::Talk,
    files::{FileError, write_atomically},
    inspect::{VerifyError, verify},
};

/// Build a plugin from its folder
///
/// Compiles the crate for wasm32-unknown-unknown, or for wasm32-wasip2 where `[package.metadata.tidegate]` in its Cargo.toml says
/// `target = "wasm32-wasip2"`; the target is added with rustup when it is missing. Makes a component of it, loads that as a gate would,
/// and writes it to a file, which is replaced only when all of this succeeds.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The folder of the plugin, with its Cargo.toml
    #[arg(default_value = ".", value_name = "DIR")]
    dir: PathBuf,
    /// Where the component goes [default: <the package's name>.wasm, in the plugin's folder]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    Build(#[from] BuildError),
    #[error("what was built is {0}")]
    Verify(#[from] VerifyError),
    #[error(transparent)]
    File(#[from] FileError),
}

/// Runs the command.
pub(super) fn run(args: &Args) -> Exit {
    match build_into(&args.dir, args.out.as_deref()) {
        Ok((built, file)) => {
            let sizes =
                format!("{} bytes, of which {} are its core module", built.component.len(), built.core_module_bytes);
            talk::note(&format!("built `{}` {}: {sizes}", built.name, built.version));
            written(&file)
        }
        Err(error) => {
            talk::error(&error);
            Exit::Undecided
        }
    }
}

fn build_into(dir: &Path, out: Option<&Path>) -> Result<(Built, PathBuf), Failure> {
    let built = build(dir, &BuildOptions { talk: Talk::Shown, ..BuildOptions::default() })?;
    let plugin = verify(&built.component)?;
    if !plugin.wasi.is_empty() {
        talk::note(&"it imports WASI: a policy set that uses it has to say `wasi: inert` in its entry");
    }
    let file = out.map_or_else(|| dir.join(format!("{}.wasm", built.name)), Path::to_owned);
    write_atomically(&file, &built.component)?;
    Ok((built, file))
}

/// The file's name is the command's data: `tidegate plugin inspect "$(tidegate plugin build)"`.
fn written(file: &Path) -> Exit {
    match talk::data(&format!("{}\n", file.display())) {
        Ok(()) => Exit::Allowed,
        Err(error) => {
            talk::error(&format!("cannot write to stdout: {error}"));
            Exit::Undecided
        }
    }
}
