//! `--watch`: when something in the plugin's folder was changed last.

use std::{path::Path, thread, time::Duration, time::SystemTime};
use tidegate_workbench::files;

/// Between two looks: nobody saves a file and waits for less.
const LOOK_EVERY: Duration = Duration::from_millis(300);

/// The latest change of anything in the folder but what a build leaves there; nothing while it cannot be read.
pub(super) fn newest(dir: &Path) -> Option<SystemTime> {
    let entries = std::fs::read_dir(dir).ok()?;
    let sources = entries.filter_map(Result::ok).map(|entry| entry.path()).filter(|path| is_source(path));
    sources.filter_map(|path| files::newest(&path).ok().flatten()).max()
}

/// Waits until something is newer than that.
pub(super) fn wait(dir: &Path, seen: Option<SystemTime>) {
    while newest(dir) == seen {
        thread::sleep(LOOK_EVERY);
    }
}

fn is_source(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    !(name.starts_with('.')
        || name.ends_with(".wasm")
        || ["target", "build", "node_modules", "Cargo.lock"].contains(&&*name))
}

#[cfg(test)]
mod tests {
    use super::newest;
    use std::{
        fs::{self, File},
        time::{Duration, SystemTime},
    };

    #[test]
    fn what_a_build_leaves_is_no_change_and_a_case_is_one() {
        let folder = tempfile::tempdir().unwrap();
        let at = |seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
        for name in ["target", "build", "cases"] {
            fs::create_dir(folder.path().join(name)).unwrap();
        }
        for (file, seconds) in [
            ("src.rs", 1),
            ("target/out", 9),
            ("build/out", 9),
            ("plugin.wasm", 8),
            ("Cargo.lock", 7),
            ("cases/case.yaml", 5),
        ] {
            fs::write(folder.path().join(file), "").unwrap();
            File::open(folder.path().join(file)).unwrap().set_modified(at(seconds)).unwrap();
        }
        File::open(folder.path().join("cases")).unwrap().set_modified(at(2)).unwrap();
        assert_eq!(newest(folder.path()), Some(at(5)));
    }
}
