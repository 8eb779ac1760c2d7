//! The name of a project: a plugin's name that compilers take, too.

use std::str::FromStr;
use tidegate_core::name::{NameError, PluginName};

/// What a Rust crate cannot be called, or had better not.
const TAKEN: [&str; 47] = [
    "abstract", "alloc", "as", "async", "await", "become", "box", "break", "const", "continue", "core", "crate", "do",
    "dyn", "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "match",
    "mod", "move", "mut", "pub", "ref", "return", "self", "static", "std", "struct", "super", "test", "trait", "true",
    "try", "type", "use", "where", "while",
];

/// A plugin's name, of which a package and a type can be called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProjectName(PluginName);

/// Why a text is no such name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProjectNameError {
    /// Not a plugin's name.
    #[error(transparent)]
    Name(#[from] NameError),
    /// A word of the language, or of its library.
    #[error("`{0}` is a word of Rust\nhint: `{0}-rule`, say")]
    Taken(String),
}

impl ProjectName {
    /// Lower-case letters, digits, `_` and `-`, beginning with a letter.
    pub fn parse(text: &str) -> Result<Self, ProjectNameError> {
        if TAKEN.contains(&text) {
            return Err(ProjectNameError::Taken(text.to_owned()));
        }
        Ok(Self(PluginName::parse(text)?))
    }

    /// As the plugin and its package are called.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// As code calls the package.
    pub(super) fn snake(&self) -> String {
        self.as_str().replace('-', "_")
    }

    /// As code calls its type.
    pub(super) fn camel(&self) -> String {
        let capital = |word: &str| {
            let mut letters = word.chars();
            letters.next().map(|first| first.to_ascii_uppercase().to_string() + letters.as_str()).unwrap_or_default()
        };
        self.as_str().split(['-', '_']).map(capital).collect()
    }
}

impl FromStr for ProjectName {
    type Err = ProjectNameError;

    fn from_str(text: &str) -> Result<Self, ProjectNameError> {
        Self::parse(text)
    }
}

#[cfg(test)]
mod tests {
    use super::ProjectName;

    #[test]
    fn a_package_and_a_type_are_called_by_it() {
        let name = ProjectName::parse("no-friday_2").unwrap();
        assert_eq!(
            (name.as_str(), name.snake().as_str(), name.camel().as_str()),
            ("no-friday_2", "no_friday_2", "NoFriday2")
        );
    }

    #[test]
    fn what_a_compiler_would_not_take_is_refused() {
        for text in ["", "Friday", "2nd", "a b", "self", "std", "test"] {
            assert!(ProjectName::parse(text).is_err(), "{text}");
        }
    }
}
