//! A cargo of our own: asked where a package lies, told to compile it.

mod metadata;

use crate::target::Platform;
use metadata::{Metadata, MetadataPackage, Target};
use serde::Deserialize;
use std::{
    env,
    ffi::OsStr,
    io,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

/// Bytes of cargo's words that an error repeats, at most: the last ones.
const TAIL_BYTES_MAX: usize = 16 * 1024;

/// Where cargo's words go while it compiles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Talk {
    /// Into the error, should there be one.
    Captured,
    /// To our stderr, as they come.
    Shown,
}

/// cargo failed.
#[derive(Debug, thiserror::Error)]
pub enum CargoError {
    /// It could not be started.
    #[error("cannot run cargo: {0}\nhint: install Rust with rustup (https://rustup.rs) and try again")]
    Start(io::Error),
    /// It could not read the package.
    #[error("cargo cannot read the package: {0}")]
    Metadata(String),
    /// It could not compile the plugin.
    #[error("cargo cannot build the plugin: {0}")]
    Build(String),
    /// It said something that we do not understand.
    #[error("cargo's answer cannot be read: {0}")]
    Answer(#[from] serde_json::Error),
    /// The folder is a workspace without a package of its own.
    #[error("`{}` holds no package", .0.display())]
    NoPackage(PathBuf),
    /// The package is to be compiled for something that no gate runs.
    #[error(
        "package `{package}` asks for the target `{target}`\nhint: `[package.metadata.tidegate]` may say `target = \"wasm32-wasip2\"`, or nothing"
    )]
    NoPlatform {
        /// The package's name.
        package: String,
        /// As it says.
        target: String,
    },
    /// The package is a library of another kind, or a program.
    #[error("package `{0}` is no plugin\nhint: add `[lib]` with `crate-type = [\"cdylib\"]` to its Cargo.toml")]
    NoPlugin(String),
}

/// A package as cargo knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Package {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Its Cargo.toml, absolute.
    pub manifest: PathBuf,
    /// Its workspace's folder.
    pub workspace: PathBuf,
    /// Where its workspace builds.
    pub target_dir: PathBuf,
    /// What it is compiled for: `target` of `[package.metadata.tidegate]` in its Cargo.toml.
    pub platform: Platform,
}

#[derive(Deserialize)]
struct Message {
    reason: String,
    manifest_path: Option<PathBuf>,
    target: Option<Target>,
    filenames: Option<Vec<PathBuf>>,
}

/// Asks cargo for the package in that folder, without looking at its dependencies.
pub fn package(dir: &Path) -> Result<Package, CargoError> {
    let manifest = dir.join("Cargo.toml");
    let manifest = manifest.canonicalize().unwrap_or(manifest);
    let mut cargo = cargo(dir);
    cargo.args(["metadata", "--no-deps", "--format-version", "1", "--manifest-path"]).arg(&manifest);
    if let Some(target_dir) = env::var_os("CARGO_TARGET_DIR") {
        cargo.env("CARGO_TARGET_DIR", target_dir);
    }
    let output = cargo.output().map_err(CargoError::Start)?;
    if !output.status.success() {
        return Err(CargoError::Metadata(tail(&output.stderr)));
    }
    let Metadata { packages, workspace_root, target_directory } = serde_json::from_slice(&output.stdout)?;
    let found = packages.into_iter().find(|package| package.manifest_path == manifest);
    let found = found.ok_or_else(|| CargoError::NoPackage(dir.to_owned()))?;
    if !found.targets.iter().any(Target::is_cdylib) {
        return Err(CargoError::NoPlugin(found.name));
    }
    let platform = found.platform().map_err(|target| {
        let package = found.name.clone();
        CargoError::NoPlatform { package, target }
    })?;
    let MetadataPackage { name, version, manifest_path, .. } = found;
    let (manifest, workspace, target_dir) = (manifest_path, workspace_root, target_directory);
    Ok(Package { name, version, manifest, workspace, target_dir, platform })
}

/// Compiles the package and says where what comes of it lies. Waits while another build uses the same folder.
pub fn compile(package: &Package, target_dir: &Path, talk: Talk) -> Result<PathBuf, CargoError> {
    let mut cargo = cargo(package.manifest.parent().unwrap_or(Path::new(".")));
    let target = package.platform.target();
    cargo.args(["build", "--release", "--lib", "--target", target, "--message-format=json-render-diagnostics"]);
    cargo.arg("--manifest-path").arg(&package.manifest).arg("--target-dir").arg(target_dir);
    cargo.args(remap(&package.workspace, target));
    for (setting, value) in
        [("PANIC", "abort"), ("LTO", "fat"), ("STRIP", "symbols"), ("OPT_LEVEL", "3"), ("CODEGEN_UNITS", "1")]
    {
        cargo.env(format!("CARGO_PROFILE_RELEASE_{setting}"), value);
    }
    cargo.stdin(Stdio::null()).stderr(match talk {
        Talk::Captured => Stdio::piped(),
        Talk::Shown => Stdio::inherit(),
    });
    let output = cargo.stdout(Stdio::piped()).spawn().and_then(|child| child.wait_with_output());
    let Output { status, stdout, stderr } = output.map_err(CargoError::Start)?;
    if !status.success() {
        return Err(CargoError::Build(match talk {
            Talk::Captured => tail(&stderr),
            Talk::Shown => format!("{status}; its own words are above"),
        }));
    }
    wasm_file(&stdout, &package.manifest)?.ok_or_else(|| CargoError::NoPlugin(package.name.clone()))
}

fn wasm_file(messages: &[u8], manifest: &Path) -> Result<Option<PathBuf>, CargoError> {
    for line in messages.split(|byte| *byte == b'\n').filter(|line| line.starts_with(b"{")) {
        let message: Message = serde_json::from_slice(line)?;
        let ours = message.reason == "compiler-artifact"
            && message.manifest_path.as_deref() == Some(manifest)
            && message.target.as_ref().is_some_and(Target::is_cdylib);
        let wasm = |file: &PathBuf| file.extension() == Some(OsStr::new("wasm"));
        if let Some(file) = message.filenames.filter(|_| ours).and_then(|files| files.into_iter().find(wasm)) {
            return Ok(Some(file));
        }
    }
    Ok(None)
}

/// Keeps folders of this machine out of the plugin, so that the same source gives the same bytes wherever it lies. As a
/// configuration, not RUSTFLAGS: those would silence the flags that the package's own configuration sets for the target.
fn remap(workspace: &Path, target: &str) -> Vec<String> {
    let home = env::var_os("CARGO_HOME").map(PathBuf::from).or_else(|| env::home_dir().map(|home| home.join(".cargo")));
    let folders = [(Some(workspace.to_owned()), "/plugin"), (home, "/cargo")];
    let flag = |(folder, name): (Option<PathBuf>, &str)| {
        let folder = folder?.into_os_string().into_string().ok()?;
        (!folder.contains('\'')).then(|| format!("'--remap-path-prefix={folder}={name}'"))
    };
    let flags: Vec<String> = folders.into_iter().filter_map(flag).collect();
    vec!["--config".to_owned(), format!("target.{target}.rustflags=[{}]", flags.join(","))]
}

/// A cargo that knows nothing of the one that may run us: no flags, no profile, no target folder, no package of it.
fn cargo(dir: &Path) -> Command {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    for (name, _) in env::vars_os() {
        if name.to_str().is_some_and(is_of_an_outer_build) {
            cargo.env_remove(name);
        }
    }
    cargo.current_dir(dir);
    cargo
}

fn is_of_an_outer_build(name: &str) -> bool {
    // How to reach registries, and nothing else, holds for any build of this user.
    const OF_THE_USER: [&str; 7] =
        ["CARGO_HOME", "CARGO_HTTP_", "CARGO_NET_", "CARGO_REGISTR", "CARGO_SOURCE_", "CARGO_TERM_", "CARGO_CACHE_"];
    const OF_A_BUILD: [&str; 5] = ["RUSTFLAGS", "RUSTDOCFLAGS", "RUSTC", "RUSTC_WRAPPER", "RUSTC_WORKSPACE_WRAPPER"];
    let of_cargo = name == "CARGO" || name.starts_with("CARGO_");
    (of_cargo && !OF_THE_USER.iter().any(|kept| name.starts_with(kept))) || OF_A_BUILD.contains(&name)
}

/// The last words of a program, of bounded length.
pub(crate) fn tail(output: &[u8]) -> String {
    let start = output.len().saturating_sub(TAIL_BYTES_MAX);
    String::from_utf8_lossy(&output[start..]).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::{CargoError, TAIL_BYTES_MAX, is_of_an_outer_build, package, remap, tail, wasm_file};
    use std::{
        fs,
        path::{Path, PathBuf},
    };

    #[test]
    fn an_outer_build_leaves_no_trace_and_the_users_registry_stays() {
        for name in ["CARGO", "CARGO_PKG_NAME", "CARGO_ENCODED_RUSTFLAGS", "CARGO_PROFILE_RELEASE_LTO", "RUSTFLAGS"] {
            assert!(is_of_an_outer_build(name), "{name}");
        }
        for name in ["CARGO_HOME", "CARGO_NET_OFFLINE", "CARGO_REGISTRIES_MINE_TOKEN", "PATH", "RUSTUP_TOOLCHAIN"] {
            assert!(!is_of_an_outer_build(name), "{name}");
        }
    }

    #[test]
    fn the_module_is_the_packages_own_cdylib() {
        let line = |manifest: &str, kind: &str, file: &str| {
            format!(
                r#"{{"reason":"compiler-artifact","manifest_path":"{manifest}","target":{{"crate_types":["{kind}"]}},"filenames":["{file}"]}}"#
            )
        };
        let messages = [
            line("/dep/Cargo.toml", "cdylib", "/out/dep.wasm"),
            line("/mine/Cargo.toml", "rlib", "/out/libmine.rlib"),
            "not a message".to_owned(),
            line("/mine/Cargo.toml", "cdylib", "/out/mine.wasm"),
            r#"{"reason":"build-finished","success":true}"#.to_owned(),
        ]
        .join("\n");
        let found = |manifest: &str| wasm_file(messages.as_bytes(), Path::new(manifest)).unwrap();
        assert_eq!(found("/mine/Cargo.toml"), Some(PathBuf::from("/out/mine.wasm")));
        assert_eq!(found("/other/Cargo.toml"), None);
        assert!(matches!(wasm_file(b"{", Path::new("/mine/Cargo.toml")), Err(CargoError::Answer(_))));
    }

    #[test]
    fn a_folder_that_is_no_plugin_is_refused_by_name() {
        let cases = [
            ("[package]\nname = \"plain\"\nversion = \"0.1.0\"\n", "package `plain` is no plugin"),
            ("[workspace]\nmembers = []\n", "holds no package"),
            (
                "[package]\nname = \"odd\"\nversion = \"0.1.0\"\n[lib]\ncrate-type = [\"cdylib\"]\n\
                 [package.metadata.tidegate]\ntarget = \"wasm32-wasip1\"\n",
                "package `odd` asks for the target `wasm32-wasip1`",
            ),
            ("[package\n", "cargo cannot read the package: "),
        ];
        for (manifest, expected) in cases {
            let folder = tempfile::tempdir().unwrap();
            fs::create_dir(folder.path().join("src")).unwrap();
            fs::write(folder.path().join("src/lib.rs"), "").unwrap();
            fs::write(folder.path().join("Cargo.toml"), manifest).unwrap();
            let error = package(folder.path()).unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        }
    }

    #[test]
    fn a_quote_in_a_folders_name_does_not_break_the_configuration() {
        let args = remap(Path::new("/it's/here"), "wasm32-unknown-unknown");
        assert!(args[1].starts_with("target.wasm32-unknown-unknown.rustflags=["), "{args:?}");
        assert!(!args[1].contains("it's"), "{args:?}");
        assert!(
            remap(Path::new("/plain"), "wasm32-unknown-unknown")[1].contains("'--remap-path-prefix=/plain=/plugin'")
        );
    }

    #[test]
    fn an_error_repeats_the_end_of_long_words() {
        let words = format!("{}error: the cause", "noise\n".repeat(10_000));
        let tail = tail(words.as_bytes());
        assert!(tail.ends_with("error: the cause") && tail.len() <= TAIL_BYTES_MAX, "{}", tail.len());
    }
}
