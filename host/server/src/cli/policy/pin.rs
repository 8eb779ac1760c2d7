//! `tidegate policy pin`

mod edit;

use crate::{
    cli::{exit::Exit, talk},
    config::Config,
    gate::{
        material::{Material, components::NotAsked},
        plugins::PolicyError,
    },
};
use std::{
    fmt::Write as _,
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
};
use tidegate_bundle::sources::PluginReference;
use tidegate_core::{digest::Digest, name::PluginName};

/// Say which bytes each plugin is, so that nobody can exchange it unnoticed
///
/// Prints the `sha256` of every plugin that the sets name, with the place where it belongs. `tidegate serve` asks for it, unless
/// `--dev` is given.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Policy sets, or folders of them
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,
    /// Write it into the files, and leave everything else in them as it is
    #[arg(long)]
    write: bool,
}

#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("{0}")]
    Policies(#[from] PolicyError),
    #[error("{place}: cannot read plugin `{}`: {cause}", path.display())]
    Plugin { place: String, path: PathBuf, cause: String },
    #[error("{place}: no place for `sha256` was found\nhint: add `sha256: {hex}` to plugin `{name}` by hand", hex = digest.hex())]
    NoPlace { place: String, name: PluginName, digest: Digest },
    #[error("cannot write `{}`: {source}", path.display())]
    Write { path: PathBuf, source: io::Error },
    #[error("cannot write to stdout: {0}")]
    Stdout(io::Error),
}

/// Runs the command.
pub(super) fn run(args: &Args) -> Exit {
    match pin(args) {
        Ok(()) => Exit::Allowed,
        Err(failure) => {
            talk::error(&failure);
            Exit::Undecided
        }
    }
}

fn pin(args: &Args) -> Result<(), Failure> {
    let component_bytes = Config::default().limits.component_bytes;
    let material = Material::read(&args.paths, component_bytes, &mut NotAsked).map_err(PolicyError::from)?;
    if !material.mistakes.is_empty() {
        return Err(PolicyError::Mistakes(material.mistakes).into());
    }
    let (mut said, mut open) = (String::new(), 0);
    for (path, text) in &material.texts {
        let mut text = text.clone();
        // What lies in a registry is pinned by its reference.
        let in_file = |plugin: &PluginReference<'_>| plugin.registry.is_none() && Path::new(plugin.file()) == path;
        for plugin in material.sources.plugins().filter(in_file) {
            let found = digest_of(&material, &plugin)?;
            let place = place(&plugin);
            let was = match plugin.sha256 {
                Some(pinned) if pinned == found => "as before",
                Some(_) => "another one before",
                None => "not pinned before",
            };
            // Writing into a String cannot fail.
            let _ = writeln!(said, "{place}: {}: sha256: {} ({was})", plugin.name, found.hex());
            if plugin.sha256 != Some(found) {
                open += 1;
                let no_place = || Failure::NoPlace { place: place.clone(), name: plugin.name.clone(), digest: found };
                text = edit::pinned(path, &text, plugin.name, found).ok_or_else(no_place)?;
            }
        }
        if args.write {
            write(path, &text).map_err(|source| Failure::Write { path: path.clone(), source })?;
        }
    }
    talk::data(&said).map_err(Failure::Stdout)?;
    if open > 0 && !args.write {
        talk::hint(&"`--write` puts them into the files");
    }
    Ok(())
}

fn digest_of(material: &Material, plugin: &PluginReference<'_>) -> Result<Digest, Failure> {
    let unread = |cause: &str| {
        let (place, path) = (place(plugin), plugin.path.to_owned());
        Failure::Plugin { place, path, cause: cause.to_owned() }
    };
    match material.components.get(plugin.path) {
        Some(Ok(bytes)) => Ok(Digest::of(bytes)),
        Some(Err(cause)) => Err(unread(cause)),
        None => Err(unread("it was not looked for")),
    }
}

fn place(plugin: &PluginReference<'_>) -> String {
    let at = plugin.sha256_at().unwrap_or_else(|| plugin.path_at());
    format!("{}:{}:{}", plugin.file(), at.line, at.column)
}

/// Whole or not at all; a file that says the same already is not touched.
fn write(path: &Path, text: &str) -> io::Result<()> {
    // A link stays one: what it points to is exchanged.
    let path = fs::canonicalize(path)?;
    if fs::read_to_string(&path)? == text {
        return Ok(());
    }
    let mut file = tempfile::NamedTempFile::new_in(path.parent().unwrap_or(Path::new(".")))?;
    file.write_all(text.as_bytes())?;
    file.as_file().set_permissions(fs::metadata(&path)?.permissions())?;
    file.as_file().sync_all()?;
    file.persist(&path)?;
    Ok(())
}
