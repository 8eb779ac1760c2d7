//! The compilation targets of plugins, installed when they are missing.

use crate::cargo;
use std::{io, path::Path, process::Command};

/// What a plugin is compiled for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Platform {
    /// No machine at all.
    #[default]
    Bare,
    /// A machine as WASI describes it; a policy set has to say `wasi: inert` of such a plugin.
    Wasi,
}

impl Platform {
    const ALL: [Self; 2] = [Self::Bare, Self::Wasi];

    /// The name of the compilation target.
    #[must_use]
    pub fn target(self) -> &'static str {
        match self {
            Self::Bare => "wasm32-unknown-unknown",
            Self::Wasi => "wasm32-wasip2",
        }
    }

    /// The platform whose target that is.
    #[must_use]
    pub fn of_target(target: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|platform| platform.target() == target)
    }
}

/// What was there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WasmTarget {
    /// It was installed already.
    Present,
    /// rustup has just installed it.
    Added,
}

/// The target is missing and could not be installed.
#[derive(Debug, thiserror::Error)]
pub enum TargetError {
    /// There is no Rust compiler.
    #[error("cannot run `rustc`: {0}\nhint: install Rust with rustup (https://rustup.rs) and try again")]
    NoRustc(io::Error),
    /// The compiler could not say where its targets lie.
    #[error("`rustc --print target-libdir` failed: {0}")]
    Rustc(String),
    /// rustup is not there to install it.
    #[error(
        "the target `{target}` is missing, and `rustup` cannot be run to add it: {source}\n\
         hint: install the target with your package manager (often called `rust-std-wasm32` or `rustlib-wasm32`), or use rustup"
    )]
    NoRustup {
        /// The missing target.
        target: &'static str,
        /// Why rustup cannot be run.
        source: io::Error,
    },
    /// rustup failed.
    #[error(
        "`rustup target add {target}` failed: {output}\nhint: it needs the network once; run it by hand to see more"
    )]
    Rustup {
        /// The missing target.
        target: &'static str,
        /// What rustup said.
        output: String,
    },
}

/// Adds the platform's target with rustup, for the toolchain that `folder` uses, unless it is there.
pub fn ensure_wasm_target(folder: &Path, platform: Platform) -> Result<WasmTarget, TargetError> {
    let target = platform.target();
    if is_installed(folder, target)? {
        return Ok(WasmTarget::Present);
    }
    let mut rustup = Command::new("rustup");
    rustup.args(["target", "add", target]).current_dir(folder);
    let output = rustup.output().map_err(|source| TargetError::NoRustup { target, source })?;
    if !output.status.success() {
        return Err(TargetError::Rustup { target, output: cargo::tail(&output.stderr) });
    }
    Ok(WasmTarget::Added)
}

fn is_installed(folder: &Path, target: &str) -> Result<bool, TargetError> {
    let mut rustc = Command::new("rustc");
    rustc.args(["--print", "target-libdir", "--target", target]).current_dir(folder);
    let output = rustc.output().map_err(TargetError::NoRustc)?;
    if !output.status.success() {
        return Err(TargetError::Rustc(cargo::tail(&output.stderr)));
    }
    let folder = String::from_utf8_lossy(&output.stdout);
    Ok(Path::new(folder.trim()).is_dir())
}

#[cfg(test)]
mod tests {
    use super::{Platform, WasmTarget, ensure_wasm_target};
    use std::path::Path;

    #[test]
    fn an_installed_target_is_left_alone() {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        ensure_wasm_target(here, Platform::Bare).unwrap();
        assert_eq!(ensure_wasm_target(here, Platform::Bare).unwrap(), WasmTarget::Present);
    }

    #[test]
    fn a_target_is_one_of_ours_or_none() {
        for platform in Platform::ALL {
            assert_eq!(Platform::of_target(platform.target()), Some(platform));
        }
        assert_eq!(Platform::of_target("wasm32-wasip1"), None);
    }
}
