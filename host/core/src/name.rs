//! Names: short, printable, safe to put into a path, a span attribute or a line of text.

use std::{fmt, sync::Arc};

/// Why a text is not a name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// Nothing was given.
    #[error("{what} is empty")]
    Empty {
        /// What kind of name was asked for.
        what: &'static str,
    },
    /// Longer than its kind allows.
    #[error("{what} is too long: {used} bytes used, {allowed} allowed")]
    TooLong {
        /// What kind of name was asked for.
        what: &'static str,
        /// Bytes given.
        used: usize,
        /// Bytes allowed.
        allowed: usize,
    },
    /// Holds a character that its kind does not allow.
    #[error("{what} `{}` holds {character:?}; allowed are {allowed}", text.escape_debug())]
    Character {
        /// What kind of name was asked for.
        what: &'static str,
        /// The text given.
        text: String,
        /// The first character that is not allowed.
        character: char,
        /// The allowed characters, in words.
        allowed: &'static str,
    },
}

struct Rule {
    what: &'static str,
    max: usize,
    first: fn(char) -> bool,
    rest: fn(char) -> bool,
    allowed: &'static str,
}

fn parse(text: &str, rule: &Rule) -> Result<Arc<str>, NameError> {
    let Some(first) = text.chars().next() else {
        return Err(NameError::Empty { what: rule.what });
    };
    if text.len() > rule.max {
        return Err(NameError::TooLong { what: rule.what, used: text.len(), allowed: rule.max });
    }
    let bad = if (rule.first)(first) { text.chars().find(|c| !(rule.rest)(*c)) } else { Some(first) };
    match bad {
        None => Ok(Arc::from(text)),
        Some(character) => {
            Err(NameError::Character { what: rule.what, text: text.to_owned(), character, allowed: rule.allowed })
        }
    }
}

fn lower(c: char) -> bool {
    c.is_ascii_lowercase()
}
fn identifier(c: char) -> bool {
    c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '-'
}
fn word_start(c: char) -> bool {
    c.is_ascii_alphanumeric()
}
fn word(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.')
}
fn rule_char(c: char) -> bool {
    identifier(c) || c == '.'
}
fn visible(c: char) -> bool {
    c.is_ascii_graphic()
}

macro_rules! name {
    ($(#[$doc:meta])* $type:ident, $what:literal, $max:literal, $first:ident, $rest:ident, $allowed:literal) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $type(Arc<str>);

        impl $type {
            /// Reads a name; an error says which character is not allowed, or both lengths.
            pub fn parse(text: &str) -> Result<Self, NameError> {
                parse(text, &Rule { what: $what, max: $max, first: $first, rest: $rest, allowed: $allowed }).map(Self)
            }

            /// The name as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{:?}", &*self.0)
            }
        }

        impl std::str::FromStr for $type {
            type Err = NameError;
            fn from_str(text: &str) -> Result<Self, NameError> {
                Self::parse(text)
            }
        }
    };
}

name!(
    /// A stage of a policy set, e.g. `unit_tests`.
    StageId, "stage", 64, lower, identifier, "lower-case letters, digits, `_` and `-`, beginning with a letter"
);
name!(
    /// A rule of a plugin, e.g. `tests.pass-rate`; findings cite it as `stage/rule`.
    RuleId, "rule", 64, lower, rule_char, "lower-case letters, digits, `_`, `-` and `.`, beginning with a letter"
);
name!(
    /// A policy set, e.g. `runbook`.
    PolicySetId, "policy set", 64, lower, identifier, "lower-case letters, digits, `_` and `-`, beginning with a letter"
);
name!(
    /// A plugin as a policy set names it, e.g. `quality`.
    PluginName, "plugin", 64, lower, identifier, "lower-case letters, digits, `_` and `-`, beginning with a letter"
);
name!(
    /// A waiver.
    WaiverId, "waiver", 64, word_start, word, "letters, digits, `_`, `-` and `.`, beginning with a letter or digit"
);
name!(
    /// The name a policy set binds evidence by, e.g. `unit_tests`.
    EvidenceName, "evidence name", 64, lower, identifier, "lower-case letters, digits, `_` and `-`, beginning with a letter"
);
name!(
    /// A service, e.g. `api-gateway`.
    ServiceName, "service", 128, word_start, word, "letters, digits, `_`, `-` and `.`, beginning with a letter or digit"
);
name!(
    /// An environment, e.g. `production`.
    EnvironmentName, "environment", 64, word_start, word, "letters, digits, `_`, `-` and `.`, beginning with a letter or digit"
);
name!(
    /// A version of a service or a policy set, e.g. `1.4.2+build.7`.
    Version, "version", 128, visible, visible, "visible ASCII characters"
);
name!(
    /// A revision's commit, usually 40 or 64 hexadecimal digits.
    Commit, "commit", 128, word_start, word, "letters, digits, `_`, `-` and `.`, beginning with a letter or digit"
);

impl RuleId {
    /// A rule of the host itself, which stands in the source.
    pub(crate) fn literal(text: &'static str) -> Self {
        debug_assert!(Self::parse(text).is_ok(), "`{text}` is no rule");
        Self(Arc::from(text))
    }
}

impl StageId {
    /// What stands where a stage does, and stands in the source.
    pub(crate) fn literal(text: &'static str) -> Self {
        debug_assert!(Self::parse(text).is_ok(), "`{text}` is no stage");
        Self(Arc::from(text))
    }
}

impl Version {
    /// The version of a crate, as cargo hands it to its build: always visible ASCII.
    #[must_use]
    pub fn of_crate(text: &'static str) -> Self {
        debug_assert!(Self::parse(text).is_ok(), "`{text}` is no version");
        Self(Arc::from(text))
    }
}

#[cfg(test)]
mod tests {
    use super::{NameError, ServiceName, StageId, Version};

    #[test]
    fn a_name_keeps_its_text() {
        assert_eq!(StageId::parse("unit_tests").unwrap().as_str(), "unit_tests");
        assert_eq!(ServiceName::parse("api-gateway.v2").unwrap().to_string(), "api-gateway.v2");
    }

    #[test]
    fn control_characters_and_spaces_are_refused_by_name() {
        for text in ["a b", "a\u{1b}[31m", "a\u{202e}b", "A", "1a", "a/b", "a\n"] {
            assert!(matches!(StageId::parse(text), Err(NameError::Character { .. })), "{text:?}");
        }
        assert!(Version::parse("1.0 beta").is_err());
    }

    #[test]
    fn a_length_error_says_both_numbers() {
        let error = StageId::parse(&"a".repeat(65)).unwrap_err().to_string();
        assert_eq!(error, "stage is too long: 65 bytes used, 64 allowed");
    }
}
