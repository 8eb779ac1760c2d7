//! A new plugin project: a template with its name filled in, and the SDK and the contract beside it, so that it builds wherever it lies.

mod manifest;
mod name;

pub use self::name::{ProjectName, ProjectNameError};

use crate::{
    embedded,
    files::{FileError, write_atomically},
    languages::Language,
};
use std::{
    borrow::Cow,
    fs, io,
    path::{Path, PathBuf},
};
use tidegate_engine::manifest::Kind;

/// Where projects keep the SDK, and those in Rust the contract beside it.
const VENDOR: &str = "vendor";

/// What to make.
#[derive(Debug, Clone)]
pub struct Project {
    /// The plugin's name.
    pub name: ProjectName,
    /// What it is written in.
    pub language: Language,
    /// What it is asked.
    pub kind: Kind,
}

/// Why no project was made.
#[derive(Debug, thiserror::Error)]
pub enum ScaffoldError {
    /// Somebody's files would be lost among ours.
    #[error("`{}` is there already, and not empty\nhint: name another folder with `--dir`", .0.display())]
    Taken(PathBuf),
    /// The folder cannot be looked at.
    #[error("cannot look at `{}`: {source}", path.display())]
    Folder {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file of it.
    #[error(transparent)]
    File(#[from] FileError),
}

/// Writes the project into that folder, which must not be there yet or be empty. Returns its files, sorted, as paths from there on.
pub fn scaffold(dir: &Path, project: &Project) -> Result<Vec<PathBuf>, ScaffoldError> {
    if !is_free(dir)? {
        return Err(ScaffoldError::Taken(dir.to_owned()));
    }
    let mut written = Vec::new();
    for (path, bytes) in files(project) {
        write_atomically(&dir.join(&path), &bytes)?;
        written.push(path);
    }
    written.sort();
    Ok(written)
}

fn is_free(dir: &Path) -> Result<bool, ScaffoldError> {
    match fs::read_dir(dir) {
        Ok(mut entries) => Ok(entries.next().is_none()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(true),
        Err(source) => Err(ScaffoldError::Folder { path: dir.to_owned(), source }),
    }
}

fn files(project: &Project) -> Vec<(PathBuf, Cow<'static, [u8]>)> {
    let language = format!("templates/{}", project.language.word());
    let folders = [format!("{language}/shared"), format!("{language}/{}", project.kind.word())];
    let mut files = Vec::new();
    for (path, bytes) in folders.iter().flat_map(|folder| embedded::below(folder)) {
        files.push((PathBuf::from(dotted(&project.fill(path))), project.filled(bytes)));
    }
    files.extend(match project.language {
        Language::Rust => rust_sdk(),
        Language::TypeScript => sdk("sdk/typescript", "tidegate-sdk"),
        Language::Python => sdk("sdk/python", ""),
    });
    files
}

/// The SDK as it is, in that folder among what came with the project.
fn sdk(embedded_in: &str, folder: &str) -> Vec<(PathBuf, Cow<'static, [u8]>)> {
    let vendor = Path::new(VENDOR).join(folder);
    embedded::below(embedded_in).map(|(path, bytes)| (vendor.join(path), Cow::Borrowed(bytes))).collect()
}

/// The SDK and the contract as they lie beside each other in the repository, and the versions of what the SDK needs.
fn rust_sdk() -> Vec<(PathBuf, Cow<'static, [u8]>)> {
    let vendor = &Path::new(VENDOR).join("tidegate");
    let mut files =
        vec![(PathBuf::from("Cargo.lock"), Cow::Borrowed(embedded::text("workspace/Cargo.lock").as_bytes()))];
    let sources = embedded::below("sdk").filter(|(path, _)| path.starts_with("src/"));
    files.extend(sources.map(|(path, bytes)| (vendor.join("plugins/sdk").join(path), Cow::Borrowed(bytes))));
    files.extend(embedded::below("wit").map(|(path, bytes)| (vendor.join("wit").join(path), Cow::Borrowed(bytes))));
    let manifest = manifest::alone(embedded::text("sdk/Cargo.toml"), embedded::text("workspace/Cargo.toml"));
    files.push((vendor.join("plugins/sdk/Cargo.toml"), Cow::Owned(manifest.into_bytes())));
    files
}

/// Templates have no hidden files: what is hidden is easily forgotten.
fn dotted(path: &str) -> String {
    match path.split_once('/').unwrap_or((path, "")) {
        ("gitignore", _) => ".gitignore".to_owned(),
        ("github", rest) => format!(".github/{rest}"),
        _ => path.to_owned(),
    }
}

impl Project {
    /// Templates are sound projects of the name `plugin-name`.
    fn fill(&self, text: &str) -> String {
        text.replace("plugin-name", self.name.as_str())
            .replace("plugin_name", &self.name.snake())
            .replace("PluginName", &self.name.camel())
            .replace("plugin-kind", self.kind.word())
    }

    fn filled(&self, bytes: &'static [u8]) -> Cow<'static, [u8]> {
        match std::str::from_utf8(bytes) {
            Ok(text) => Cow::Owned(self.fill(text).into_bytes()),
            Err(_) => Cow::Borrowed(bytes),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Project, ProjectName, ScaffoldError, scaffold};
    use crate::languages::Language;
    use std::{fs, path::Path};
    use tidegate_engine::manifest::Kind;

    fn project(kind: Kind) -> Project {
        Project { name: ProjectName::parse("no-friday").unwrap(), language: Language::Rust, kind }
    }

    fn texts(folder: &Path) -> Vec<String> {
        let mut texts = Vec::new();
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                texts.extend(texts_below(&path));
            } else {
                texts.push(fs::read_to_string(&path).unwrap());
            }
        }
        texts
    }

    fn texts_below(path: &Path) -> Vec<String> {
        if path.ends_with("vendor") { Vec::new() } else { texts(path) }
    }

    #[test]
    fn every_kind_has_a_template_in_every_language_and_no_placeholder_stays() {
        for language in Language::ALL {
            for kind in Kind::ALL {
                let folder = tempfile::tempdir().unwrap();
                let files = scaffold(folder.path(), &Project { language, ..project(kind) }).unwrap();
                for file in ["README.md", ".gitignore", ".github/workflows/plugin.yml", "ci.sh"] {
                    assert!(files.contains(&file.into()), "{language:?} {kind:?}: {file}");
                }
                assert!(files.iter().any(|file| file.starts_with("cases")), "{language:?} {kind:?}");
                for text in texts(folder.path()) {
                    for placeholder in ["plugin-name", "plugin_name", "PluginName", "plugin-kind"] {
                        assert!(!text.contains(placeholder), "{language:?} {kind:?}: {placeholder} in {text}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_folder_with_something_in_it_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("mine"), "").unwrap();
        assert!(matches!(scaffold(folder.path(), &project(Kind::Gate)), Err(ScaffoldError::Taken(_))));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
