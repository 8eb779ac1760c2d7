//! What is written to people: texts with blanks, `{{ like_this }}`, each of which is filled with what is known.
//!
//! **Invariant:** no blank goes out. What nobody could ever fill is a mistake of the policy file, and what is not known when it is filled is an
//! error that names it. What is filled in is text: a blank in it is none.

use std::collections::BTreeSet;

const OPEN: &str = "{{";
const CLOSE: &str = "}}";
/// Characters of a blank that an error repeats.
const SHOWN_CHARS: usize = 40;

/// A text that can be filled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template(Vec<Piece>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    Blank(String),
}

/// Why a text is no template.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// A blank that does not end.
    #[error("`{{{{` without `}}}}` after it")]
    Open,
    /// What is between both is no name.
    #[error("`{{{{ {0} }}}}` is no name: lower-case letters and `_`")]
    Name(String),
}

/// What is not known, and a template needs.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("nothing is known as `{0}`")]
pub struct Missing(pub String);

impl Template {
    /// Reads one.
    pub fn parse(text: &str) -> Result<Self, TemplateError> {
        let (mut pieces, mut rest) = (Vec::new(), text);
        while let Some((before, after)) = rest.split_once(OPEN) {
            let (blank, next) = after.split_once(CLOSE).ok_or(TemplateError::Open)?;
            let name = blank.trim();
            if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_') {
                return Err(TemplateError::Name(name.chars().take(SHOWN_CHARS).collect()));
            }
            pieces.extend([Piece::Text(before.to_owned()), Piece::Blank(name.to_owned())]);
            rest = next;
        }
        pieces.push(Piece::Text(rest.to_owned()));
        Ok(Self(pieces))
    }

    /// What it needs, each once, in the order of the alphabet.
    #[must_use]
    pub fn blanks(&self) -> BTreeSet<&str> {
        let blanks = self.0.iter().filter_map(|piece| match piece {
            Piece::Blank(name) => Some(name.as_str()),
            Piece::Text(_) => None,
        });
        blanks.collect()
    }

    /// Fills it with what `known` says. What is empty is not known.
    pub fn filled(&self, known: impl Fn(&str) -> Option<String>) -> Result<String, Missing> {
        let mut all = String::new();
        for piece in &self.0 {
            match piece {
                Piece::Text(text) => all.push_str(text),
                Piece::Blank(name) => {
                    let value = known(name).filter(|value| !value.trim().is_empty());
                    all.push_str(&value.ok_or_else(|| Missing(name.clone()))?);
                }
            }
        }
        Ok(all)
    }
}

#[cfg(test)]
mod tests {
    use super::{Missing, Template, TemplateError};

    fn known(name: &str) -> Option<String> {
        match name {
            "title" => Some("a {{ priority }} of {b}".to_owned()),
            "empty" => Some("  ".to_owned()),
            _ => None,
        }
    }

    #[test]
    fn every_blank_is_filled_or_named_and_what_is_filled_in_is_text() {
        for (text, expected) in [
            ("no blank", Ok("no blank")),
            ("It is {{ title }}.", Ok("It is a {{ priority }} of {b}.")),
            ("{{title}}{{ title }}", Ok("a {{ priority }} of {b}a {{ priority }} of {b}")),
            ("{{ title }} {{ other }}", Err("other")),
            ("{{ empty }}", Err("empty")),
        ] {
            let filled = Template::parse(text).unwrap().filled(known);
            assert_eq!(filled, expected.map(str::to_owned).map_err(|name| Missing(name.to_owned())), "{text}");
        }
    }

    #[test]
    fn what_is_no_template_is_said() {
        let name = |name: &str| Err(TemplateError::Name(name.to_owned()));
        for (text, expected) in [
            ("{{ title", Err(TemplateError::Open)),
            ("{{ }}", name("")),
            ("{{ a b }}", name("a b")),
            ("{{ a.b }}", name("a.b")),
            ("{{{ a }}", name("{ a")),
        ] {
            assert_eq!(Template::parse(text), expected, "{text}");
        }
        let both = Template::parse("{{ b }}{{ a }}{{ b }}").unwrap();
        assert_eq!(both.blanks().into_iter().collect::<Vec<_>>(), ["a", "b"]);
    }
}
