//! The compilation target of plugins, installed when it is missing.

use crate::cargo;
use std::{io, path::Path, process::Command};

/// What plugins are compiled for.
pub const WASM_TARGET: &str = "wasm32-unknown-unknown";

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
        "the target `{WASM_TARGET}` is missing, and `rustup` cannot be run to add it: {0}\n\
         hint: install the target with your package manager (often called `rust-std-wasm32` or `rustlib-wasm32`), or use rustup"
    )]
    NoRustup(io::Error),
    /// rustup failed.
    #[error(
        "`rustup target add {WASM_TARGET}` failed: {0}\nhint: it needs the network once; run it by hand to see more"
    )]
    Rustup(String),
}

/// Adds the target with rustup, for the toolchain that `folder` uses, unless it is there.
pub fn ensure_wasm_target(folder: &Path) -> Result<WasmTarget, TargetError> {
    if is_installed(folder)? {
        return Ok(WasmTarget::Present);
    }
    let mut rustup = Command::new("rustup");
    rustup.args(["target", "add", WASM_TARGET]).current_dir(folder);
    let output = rustup.output().map_err(TargetError::NoRustup)?;
    if !output.status.success() {
        return Err(TargetError::Rustup(cargo::tail(&output.stderr)));
    }
    Ok(WasmTarget::Added)
}

fn is_installed(folder: &Path) -> Result<bool, TargetError> {
    let mut rustc = Command::new("rustc");
    rustc.args(["--print", "target-libdir", "--target", WASM_TARGET]).current_dir(folder);
    let output = rustc.output().map_err(TargetError::NoRustc)?;
    if !output.status.success() {
        return Err(TargetError::Rustc(cargo::tail(&output.stderr)));
    }
    let folder = String::from_utf8_lossy(&output.stdout);
    Ok(Path::new(folder.trim()).is_dir())
}

#[cfg(test)]
mod tests {
    use super::{WasmTarget, ensure_wasm_target};
    use std::path::Path;

    #[test]
    fn an_installed_target_is_left_alone() {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        ensure_wasm_target(here).unwrap();
        assert_eq!(ensure_wasm_target(here).unwrap(), WasmTarget::Present);
    }
}
