//! A Python project: componentize-py makes the component of its modules, with every WASI import stubbed out.

use super::{
    contract,
    tool::{Ran, run},
};
use crate::{build::Built, cargo::Talk, component::largest_module_bytes, files::FileError};
use serde::Deserialize;
use std::{
    env, fs, io,
    path::{Path, PathBuf},
    process::Command,
};

/// Names the program; without it the project's own virtual environment is asked, then the `PATH`.
pub const COMPONENTIZE_PY: &str = "COMPONENTIZE_PY";

/// componentize-py, or the project, failed.
#[derive(Debug, thiserror::Error)]
pub enum PythonError {
    /// The project's manifest.
    #[error(
        "cannot read `{}`: {source}\n\
         hint: it needs `[project]` with `name` and `version`, and `[tool.tidegate]` with `kind` (gate, rollback or severity)",
        path.display()
    )]
    Manifest {
        /// Which file.
        path: PathBuf,
        /// What is wrong.
        source: Box<toml::de::Error>,
    },
    /// There is no componentize-py.
    #[error(
        "cannot run `{}`: {source}\n\
         hint: `python3 -m venv .venv && .venv/bin/pip install -r requirements.txt` in the plugin's folder, or name the program by {COMPONENTIZE_PY}",
        program.display()
    )]
    NoTool {
        /// What was tried.
        program: PathBuf,
        /// Why it did not run.
        source: io::Error,
    },
    /// It failed.
    #[error("componentize-py failed: {0}\nhint: `python3 -m unittest` says more about a mistake in the plugin")]
    Build(String),
    /// A file.
    #[error(transparent)]
    File(#[from] FileError),
}

#[derive(Deserialize)]
struct Manifest {
    project: Project,
    tool: Tool,
}

#[derive(Deserialize)]
struct Project {
    name: String,
    version: String,
}

#[derive(Deserialize)]
struct Tool {
    tidegate: Tidegate,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Tidegate {
    kind: Kind,
    /// Where the modules lie.
    path: Vec<String>,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Gate,
    Rollback,
    Severity,
}

impl Kind {
    fn world(self) -> &'static str {
        match self {
            Self::Gate => "gate-plugin",
            Self::Rollback => "rollback-plugin",
            Self::Severity => "severity-plugin",
        }
    }
}

/// Builds the project in that folder.
pub fn build(dir: &Path, talk: Talk) -> Result<Built, PythonError> {
    let Manifest { project: Project { name, version }, tool: Tool { tidegate } } =
        manifest(&dir.join("pyproject.toml"))?;
    contract::write_wit(&dir.join("build/wit"))?;
    let program = program(dir);
    let mut tool = Command::new(&program);
    tool.args(["--wit-path", "build/wit", "--world", tidegate.kind.world(), "componentize", "--stub-wasi"]);
    tool.args(tidegate.path.iter().flat_map(|folder| ["--python-path", folder.as_str()]));
    // It adds packages of the environment that it finds itself in; a plugin holds what its own folders hold.
    tool.args(["--output", "build/component.wasm", "app"]).env_remove("VIRTUAL_ENV").env_remove("PYTHONPATH");
    match run(tool.current_dir(dir), talk).map_err(|source| PythonError::NoTool { program, source })? {
        Ran::Well => {}
        Ran::Badly(words) => return Err(PythonError::Build(words)),
    }
    let out = dir.join("build/component.wasm");
    let component = fs::read(&out).map_err(|source| FileError::new("read", &out, source))?;
    let core_module_bytes = largest_module_bytes(&component);
    Ok(Built { name, version, component, core_module_bytes })
}

fn manifest(path: &Path) -> Result<Manifest, PythonError> {
    let text = fs::read_to_string(path).map_err(|source| FileError::new("read", path, source))?;
    toml::from_str(&text).map_err(|source| PythonError::Manifest { path: path.to_owned(), source: Box::new(source) })
}

fn program(dir: &Path) -> PathBuf {
    // Absolute: the program is started in the project's folder.
    let dir = dir.canonicalize().unwrap_or_else(|_| dir.to_owned());
    let own = ["bin", "Scripts"].map(|folder| dir.join(".venv").join(folder).join("componentize-py"));
    let named = env::var_os(COMPONENTIZE_PY).filter(|name| !name.is_empty()).map(PathBuf::from);
    named.or_else(|| own.into_iter().find(|program| program.is_file())).unwrap_or_else(|| "componentize-py".into())
}

#[cfg(test)]
mod tests {
    use super::manifest;
    use std::fs;

    #[test]
    fn a_manifest_says_what_it_lacks() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("pyproject.toml");
        let project = "[project]\nname = \"rule\"\nversion = \"0.1.0\"\n";
        for (tidegate, expected) in [
            ("", "missing field `tool`"),
            ("[tool.tidegate]\nkind = \"door\"\npath = []\n", "unknown variant `door`"),
            ("[tool.tidegate]\nkind = \"gate\"\npaths = []\n", "unknown field `paths`"),
        ] {
            fs::write(&file, format!("{project}{tidegate}")).unwrap();
            let error = manifest(&file).err().unwrap().to_string();
            assert!(error.contains(expected) && error.contains("hint:"), "{error}");
        }
        fs::write(&file, format!("{project}[tool.tidegate]\nkind = \"severity\"\npath = [\"src\"]\n")).unwrap();
        assert_eq!(manifest(&file).ok().unwrap().tool.tidegate.kind.world(), "severity-plugin");
    }
}
