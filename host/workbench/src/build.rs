//! From a plugin's folder to a component.

use crate::{
    cargo::{self, CargoError, Talk},
    component::{ComponentError, componentise, largest_module_bytes},
    files::{FileError, write_atomically},
    languages::{
        Language,
        javascript::{self, JavaScriptError},
        python::{self, PythonError},
    },
    target::{Platform, TargetError, ensure_wasm_target},
};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// How to build.
#[derive(Debug, Clone)]
pub struct BuildOptions {
    /// Where cargo builds, for plugins in Rust; by default `guests` in the package's own target folder, so that a build that runs us is not waited
    /// for. Builds that share it wait for each other.
    pub target_dir: Option<PathBuf>,
    /// Where the words of cargo, npm or componentize-py go.
    pub talk: Talk,
}

impl Default for BuildOptions {
    fn default() -> Self {
        Self { target_dir: None, talk: Talk::Captured }
    }
}

/// A plugin as built.
#[derive(Debug, Clone)]
pub struct Built {
    /// The package's name.
    pub name: String,
    /// The package's version.
    pub version: String,
    /// The component.
    pub component: Vec<u8>,
    /// The size of the core module in it that is the plugin's own, or its language's runtime: the largest.
    pub core_module_bytes: usize,
}

/// Why a plugin was not built.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// The folder holds no package.
    #[error("`{}` has no Cargo.toml, package.json or pyproject.toml\nhint: name the folder of a plugin", .0.display())]
    NoManifest(PathBuf),
    /// npm or the project failed.
    #[error(transparent)]
    JavaScript(#[from] JavaScriptError),
    /// componentize-py or the project failed.
    #[error(transparent)]
    Python(#[from] PythonError),
    /// The compilation target is missing.
    #[error(transparent)]
    Target(#[from] TargetError),
    /// cargo failed.
    #[error(transparent)]
    Cargo(#[from] CargoError),
    /// The module is no plugin.
    #[error(transparent)]
    Component(#[from] ComponentError),
    /// A file could not be read or written.
    #[error(transparent)]
    File(#[from] FileError),
}

/// Builds the plugin in that folder, by the language whose manifest lies in it.
pub fn build(dir: &Path, options: &BuildOptions) -> Result<Built, BuildError> {
    match Language::of(dir) {
        Some(Language::Rust) => build_rust(dir, options),
        Some(Language::TypeScript) => Ok(javascript::build(dir, options.talk)?),
        Some(Language::Python) => Ok(python::build(dir, options.talk)?),
        None => Err(BuildError::NoManifest(dir.to_owned())),
    }
}

/// Adds the compilation target first where it is missing.
fn build_rust(dir: &Path, options: &BuildOptions) -> Result<Built, BuildError> {
    let package = cargo::package(dir)?;
    ensure_wasm_target(dir, package.platform)?;
    let target_dir = options.target_dir.clone().unwrap_or_else(|| package.target_dir.join("guests"));
    let file = cargo::compile(&package, &target_dir, options.talk)?;
    let bytes = fs::read(&file).map_err(|source| FileError::new("read", &file, source))?;
    let component = match package.platform {
        Platform::Bare => componentise(&bytes)?,
        // The target's own linker has done so.
        Platform::Wasi => bytes,
    };
    let core_module_bytes = largest_module_bytes(&component);
    Ok(Built { name: package.name, version: package.version, component, core_module_bytes })
}

/// Builds the plugin in that folder into a file, which is replaced only when the build succeeds.
pub fn build_into(dir: &Path, file: &Path, options: &BuildOptions) -> Result<Built, BuildError> {
    let built = build(dir, options)?;
    write_atomically(file, &built.component)?;
    Ok(built)
}
