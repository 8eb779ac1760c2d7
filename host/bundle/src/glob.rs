//! Names, and beginnings of names: `production`, `payments-*`, `*`.

use std::{fmt, sync::Arc};

/// Characters of a pattern, at most: a service's name and a `*`.
pub const GLOB_BYTES_MAX: usize = 129;

/// A name, or with a trailing `*` everything that begins so.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Glob {
    /// Exactly this name.
    Name(Arc<str>),
    /// Every name that begins so; every name at all, when empty.
    Beginning(Arc<str>),
}

/// A text that is not a pattern.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GlobError {
    /// Nothing was given.
    #[error("is empty")]
    Empty,
    /// A `*` that is not the last character.
    #[error("has a `*` that is not its last character: only beginnings of names can be matched")]
    Star,
    /// A character that no name has.
    #[error("holds {0:?}; a name has letters, digits, `_`, `-` and `.`")]
    Character(char),
    /// Longer than any name.
    #[error("is too long: {used} bytes used, {GLOB_BYTES_MAX} allowed")]
    TooLong {
        /// Bytes given.
        used: usize,
    },
}

impl Glob {
    /// Reads a name or a beginning of names.
    pub fn parse(text: &str) -> Result<Self, GlobError> {
        if text.len() > GLOB_BYTES_MAX {
            return Err(GlobError::TooLong { used: text.len() });
        }
        let (name, glob): (_, fn(Arc<str>) -> Self) = match text.strip_suffix('*') {
            Some(beginning) => (beginning, Self::Beginning),
            None if text.is_empty() => return Err(GlobError::Empty),
            None => (text, Self::Name),
        };
        if name.contains('*') {
            return Err(GlobError::Star);
        }
        match name.chars().find(|c| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'))) {
            Some(character) => Err(GlobError::Character(character)),
            None => Ok(glob(Arc::from(name))),
        }
    }

    /// Whether the name fits.
    #[must_use]
    pub fn fits(&self, name: &str) -> bool {
        match self {
            Self::Name(own) => &**own == name,
            Self::Beginning(beginning) => name.starts_with(&**beginning),
        }
    }

    /// The names that fit both, if there can be any.
    #[must_use]
    pub fn common(&self, other: &Self) -> Option<Self> {
        let narrower = match (self, other) {
            (Self::Name(name), glob) | (glob, Self::Name(name)) => {
                return glob.fits(name).then(|| Self::Name(name.clone()));
            }
            (Self::Beginning(a), Self::Beginning(b)) if a.starts_with(&**b) => self,
            (Self::Beginning(a), Self::Beginning(b)) if b.starts_with(&**a) => other,
            (Self::Beginning(_), Self::Beginning(_)) => return None,
        };
        Some(narrower.clone())
    }
}

impl fmt::Display for Glob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => f.write_str(name),
            Self::Beginning(beginning) => write!(f, "{beginning}*"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Glob, GlobError};
    use proptest::{prop_assert_eq, proptest};

    /// Every name of up to five letters of a small alphabet: longer than any pattern of the property below.
    fn all_names() -> Vec<String> {
        let mut names = vec![String::new()];
        let mut last = names.clone();
        for _ in 0..5 {
            last = last.iter().flat_map(|name| ["a", "b"].map(|letter| format!("{name}{letter}"))).collect();
            names.extend(last.clone());
        }
        names.retain(|name| !name.is_empty());
        names
    }

    proptest! {
        #[test]
        fn two_patterns_have_exactly_the_names_in_common_that_fit_both(a in "[ab]{0,3}\\*|[ab]{1,4}", b in "[ab]{0,3}\\*|[ab]{1,4}") {
            let (one, other) = (Glob::parse(&a).unwrap(), Glob::parse(&b).unwrap());
            let common = one.common(&other);
            prop_assert_eq!(&common, &other.common(&one));
            for name in all_names() {
                let fits_both = one.fits(&name) && other.fits(&name);
                prop_assert_eq!(fits_both, common.as_ref().is_some_and(|glob| glob.fits(&name)), "{}", name);
            }
            let exists = all_names().iter().any(|name| one.fits(name) && other.fits(name));
            prop_assert_eq!(exists, common.is_some());
        }
    }

    #[test]
    fn a_pattern_is_written_as_it_is_read() {
        for text in ["*", "production", "payments-*", "api.v2"] {
            assert_eq!(Glob::parse(text).unwrap().to_string(), text);
        }
    }

    #[test]
    fn other_patterns_say_what_is_wrong() {
        for (text, error) in [
            ("", GlobError::Empty),
            ("**", GlobError::Star),
            ("*-api", GlobError::Star),
            ("a b", GlobError::Character(' ')),
            ("api?", GlobError::Character('?')),
            (&"a".repeat(130), GlobError::TooLong { used: 130 }),
        ] {
            assert_eq!(Glob::parse(text), Err(error), "{text}");
        }
    }
}
