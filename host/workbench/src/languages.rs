//! Plugins in other languages than Rust: their own toolchains make the component, and are told the contract that this program knows.
//!
//! **Invariant:** what is built imports the contract and nothing else; every switch that would bring WASI in is off.
//! **Invariant:** nothing is taken from a network here but by a project's own lock file (`npm ci`).

mod contract;
pub mod javascript;
pub mod python;
mod tool;

use std::path::Path;

/// What a plugin is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// Built by cargo.
    Rust,
    /// TypeScript or JavaScript, built by npm.
    TypeScript,
    /// Built by componentize-py.
    Python,
}

impl Language {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Rust, Self::TypeScript, Self::Python];

    /// Its word on the command line, and its folder among the templates.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Rust => "rust",
            Self::TypeScript => "typescript",
            Self::Python => "python",
        }
    }

    /// By what lies in the folder; the first one where it holds several manifests.
    #[must_use]
    pub fn of(folder: &Path) -> Option<Self> {
        Self::ALL.into_iter().find(|language| folder.join(language.manifest()).is_file())
    }

    /// The file that makes a folder a project of this language.
    #[must_use]
    pub fn manifest(self) -> &'static str {
        match self {
            Self::Rust => "Cargo.toml",
            Self::TypeScript => "package.json",
            Self::Python => "pyproject.toml",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Language;
    use std::fs;

    #[test]
    fn a_folder_is_of_the_language_whose_manifest_it_holds() {
        for (files, expected) in [
            (&["Cargo.toml"][..], Some(Language::Rust)),
            (&["package.json", "tsconfig.json"], Some(Language::TypeScript)),
            (&["pyproject.toml"], Some(Language::Python)),
            (&["README.md"], None),
            (&["package.json", "Cargo.toml"], Some(Language::Rust)),
        ] {
            let folder = tempfile::tempdir().unwrap();
            files.iter().for_each(|file| fs::write(folder.path().join(file), "").unwrap());
            assert_eq!(Language::of(folder.path()), expected, "{files:?}");
        }
    }
}
