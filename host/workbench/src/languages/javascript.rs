//! A project of npm's: its own `build` script makes the component, with the tools that its lock file names.

use super::{
    contract,
    tool::{Ran, run},
};
use crate::{build::Built, cargo::Talk, component::largest_module_bytes, files::FileError};
use serde::Deserialize;
use std::{
    fs, io,
    path::{Path, PathBuf},
    process::Command,
};

/// What makes the component; where node finds it, the project's packages are installed.
const TOOL: &str = "@bytecodealliance/componentize-js";

/// npm, or the project, failed.
#[derive(Debug, thiserror::Error)]
pub enum JavaScriptError {
    /// The project's manifest.
    #[error("cannot read `{}`: {source}\nhint: it needs a `name` and a `version`", path.display())]
    Manifest {
        /// Which file.
        path: PathBuf,
        /// What is wrong.
        source: serde_json::Error,
    },
    /// There is no npm.
    #[error(
        "cannot run npm: {0}\nhint: install Node.js 20 or newer (https://nodejs.org), which brings it, and try again"
    )]
    NoNpm(io::Error),
    /// Its packages could not be installed.
    #[error(
        "`npm ci` failed: {0}\nhint: it needs a `package-lock.json` and, once, the network; run it by hand to see more"
    )]
    Install(String),
    /// Its script failed.
    #[error("`npm run build` failed: {0}\nhint: `npm test` and `npm run types` say more about a mistake in the plugin")]
    Build(String),
    /// Its script made nothing.
    #[error("`npm run build` wrote no component to `{}`\nhint: the script is told where by `--out`", .0.display())]
    NoComponent(PathBuf),
    /// A file.
    #[error(transparent)]
    File(#[from] FileError),
}

#[derive(Deserialize)]
struct Manifest {
    name: String,
    version: String,
}

/// Builds the project in that folder; installs its packages first where they are not.
pub fn build(dir: &Path, talk: Talk) -> Result<Built, JavaScriptError> {
    let Manifest { name, version } = manifest(&dir.join("package.json"))?;
    if !is_installed(dir) {
        npm(dir, &["ci"], talk, JavaScriptError::Install)?;
    }
    // In the project's own folder: a path outside could be written another way there than here.
    contract::write_wit(&dir.join("build/wit"))?;
    let out = dir.join("build/component.wasm");
    match fs::remove_file(&out) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            return Err(FileError::new("remove", &out, error).into());
        }
        _ => {}
    }
    let script = ["run", "build", "--", "--wit", "build/wit", "--out", "build/component.wasm"];
    npm(dir, &script, talk, JavaScriptError::Build)?;
    let component = fs::read(&out).map_err(|_| JavaScriptError::NoComponent(out))?;
    let core_module_bytes = largest_module_bytes(&component);
    Ok(Built { name, version, component, core_module_bytes })
}

fn manifest(path: &Path) -> Result<Manifest, JavaScriptError> {
    let text = fs::read_to_string(path).map_err(|source| FileError::new("read", path, source))?;
    serde_json::from_str(&text).map_err(|source| JavaScriptError::Manifest { path: path.to_owned(), source })
}

/// As node looks for it: here, or in a folder above.
fn is_installed(dir: &Path) -> bool {
    let dir = dir.canonicalize().unwrap_or_else(|_| dir.to_owned());
    dir.ancestors().any(|folder| folder.join("node_modules").join(TOOL).join("package.json").is_file())
}

fn npm(
    dir: &Path,
    arguments: &[&str],
    talk: Talk,
    failed: fn(String) -> JavaScriptError,
) -> Result<(), JavaScriptError> {
    let mut npm = Command::new("npm");
    npm.args(arguments)
        .args(["--no-audit", "--no-fund", "--no-update-notifier"].iter().filter(|_| arguments == ["ci"]));
    match run(npm.current_dir(dir), talk).map_err(JavaScriptError::NoNpm)? {
        Ran::Well => Ok(()),
        Ran::Badly(words) => Err(failed(words)),
    }
}

#[cfg(test)]
mod tests {
    use super::{TOOL, is_installed, manifest};
    use std::fs;

    #[test]
    fn packages_are_looked_for_in_the_folders_above_too() {
        let folder = tempfile::tempdir().unwrap();
        let project = folder.path().join("group/project");
        fs::create_dir_all(&project).unwrap();
        assert!(!is_installed(&project));
        let tool = folder.path().join("group/node_modules").join(TOOL);
        fs::create_dir_all(&tool).unwrap();
        fs::write(tool.join("package.json"), "{}").unwrap();
        assert!(is_installed(&project));
    }

    #[test]
    fn a_manifest_without_a_version_is_refused_by_name() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("package.json");
        fs::write(&file, r#"{"name": "rule"}"#).unwrap();
        let error = manifest(&file).err().unwrap().to_string();
        assert!(error.contains("package.json") && error.contains("`version`"), "{error}");
    }
}
