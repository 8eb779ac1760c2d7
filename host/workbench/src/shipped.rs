//! The plugins that come with Tidegate, built from the sources beside the policies that name them.

use crate::{
    build::{BuildError, BuildOptions, build},
    cargo,
    files::{FileError, newest, write_atomically},
};
use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    time::SystemTime,
};

/// The folders in `plugins/`, each also the name of its file.
pub const SHIPPED: [&str; 9] =
    ["quality", "security", "readiness", "change-window", "rollback", "severity", "canary", "cel", "rego"];

/// What every shipped plugin is made from besides its own folder.
const SHARED_SOURCES: [&str; 4] = ["plugins/sdk", "wit", "Cargo.toml", "Cargo.lock"];

/// One step on the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// The file is newer than its sources.
    Fresh(&'static str),
    /// It is being built now.
    Building(&'static str),
    /// It has been built.
    Built(&'static str),
}

/// Those that policies in this folder name by their files.
pub fn named_in(policies: &Path) -> Result<Vec<&'static str>, FileError> {
    let read = |source| FileError::new("read", policies, source);
    let mut texts = String::new();
    for entry in fs::read_dir(policies).map_err(read)? {
        let path = entry.map_err(read)?.path();
        if path.extension().is_some_and(|extension| extension == "yaml") {
            texts.push_str(&fs::read_to_string(&path).map_err(|source| FileError::new("read", &path, source))?);
        }
    }
    Ok(SHIPPED.into_iter().filter(|name| texts.contains(&format!("plugins/{name}.wasm"))).collect())
}

/// Builds all of them, as [`build_these`] does.
pub fn build_all(root: &Path, options: &BuildOptions, progress: impl FnMut(Step)) -> Result<Vec<PathBuf>, BuildError> {
    build_these(root, &SHIPPED, options, progress)
}

/// Builds what is missing or older than its sources into `<root>/plugins/<name>.wasm`, and returns those files. Processes that do
/// this at the same time wait for each other.
pub fn build_these(
    root: &Path,
    names: &[&'static str],
    options: &BuildOptions,
    mut progress: impl FnMut(Step),
) -> Result<Vec<PathBuf>, BuildError> {
    let mut files = Vec::new();
    let mut lock = None;
    for name in names.iter().copied() {
        let file = root.join("plugins").join(format!("{name}.wasm"));
        if is_fresh(root, name, &file)? {
            progress(Step::Fresh(name));
        } else {
            if lock.is_none() {
                lock = Some(lock_builds(root, options)?);
            }
            // Another process may have built it while this one waited for the lock.
            if is_fresh(root, name, &file)? {
                progress(Step::Fresh(name));
            } else {
                progress(Step::Building(name));
                build_one(root, name, &file, options)?;
                progress(Step::Built(name));
            }
        }
        files.push(file);
    }
    Ok(files)
}

fn build_one(root: &Path, name: &str, file: &Path, options: &BuildOptions) -> Result<(), BuildError> {
    let started = SystemTime::now();
    let built = build(&root.join("plugins").join(name), options)?;
    write_atomically(file, &built.component)?;
    // As old as the sources it was made from: an edit during the build makes it stale.
    let dated = File::options().write(true).open(file).and_then(|file| file.set_modified(started));
    dated.map_err(|source| FileError::new("date", file, source))?;
    Ok(())
}

fn is_fresh(root: &Path, name: &str, file: &Path) -> Result<bool, FileError> {
    let Some(built) = newest(file)? else { return Ok(false) };
    let own = format!("plugins/{name}");
    for source in SHARED_SOURCES.into_iter().chain([own.as_str()]) {
        if newest(&root.join(source))?.is_some_and(|edited| edited >= built) {
            return Ok(false);
        }
    }
    Ok(true)
}

fn lock_builds(root: &Path, options: &BuildOptions) -> Result<File, BuildError> {
    let folder = match &options.target_dir {
        Some(folder) => folder.clone(),
        None => cargo::package(&root.join("plugins").join(SHIPPED[0]))?.target_dir.join("guests"),
    };
    fs::create_dir_all(&folder).map_err(|source| FileError::new("create", &folder, source))?;
    let path = folder.join("shipped.lock");
    let locked = File::create(&path).and_then(|file| file.lock().map(|()| file));
    Ok(locked.map_err(|source| FileError::new("lock", &path, source))?)
}

#[cfg(test)]
mod tests {
    use super::{is_fresh, named_in};
    use std::{
        fs::{self, File},
        path::Path,
        time::{Duration, SystemTime},
    };

    fn dated(path: &Path, seconds: u64) {
        File::open(path).unwrap().set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)).unwrap();
    }

    #[test]
    fn policies_name_plugins_by_their_files() {
        let folder = tempfile::tempdir().unwrap();
        for (file, text) in [
            ("a.yaml", "plugins: { cel: { path: ../plugins/cel.wasm } }"),
            ("b.yaml", "plugins:\n  q: { path: ../plugins/quality.wasm }\n  mine: { path: ../plugins/mine.wasm }"),
            ("c.txt", "plugins/rego.wasm"),
        ] {
            fs::write(folder.path().join(file), text).unwrap();
        }
        assert_eq!(named_in(folder.path()).unwrap(), ["quality", "cel"]);
        assert!(named_in(&folder.path().join("nowhere")).is_err());
    }

    #[test]
    fn a_plugin_is_fresh_only_when_newer_than_every_source() {
        let sources = ["plugins/quality/lib.rs", "plugins/sdk/lib.rs", "wit/gate.wit", "Cargo.lock"];
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        let file = root.join("plugins/quality.wasm");
        for source in sources {
            fs::create_dir_all(root.join(source).parent().unwrap()).unwrap();
            fs::write(root.join(source), "").unwrap();
        }
        fs::write(&file, "").unwrap();
        for path in sources.into_iter().chain(["plugins/quality", "plugins/sdk", "wit"]) {
            dated(&root.join(path), 100);
        }
        dated(&file, 200);
        assert!(is_fresh(root, "quality", &file).unwrap());
        for source in sources {
            dated(&root.join(source), 200);
            assert!(!is_fresh(root, "quality", &file).unwrap(), "{source}");
            dated(&root.join(source), 100);
        }
        fs::remove_file(&file).unwrap();
        assert!(!is_fresh(root, "quality", &file).unwrap());
    }
}
