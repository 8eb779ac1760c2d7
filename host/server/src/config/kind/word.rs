//! One word of a few.

use crate::config::{LogFormat, LogLevel, kind::Given, mistake::Refused};
use tidegate_bundle::document::{nearest, quoted};

/// A type whose values are words.
pub(in crate::config) trait Word: Copy + PartialEq + 'static {
    /// All of them, with their words.
    const ALL: &'static [(&'static str, Self)];
}

impl Word for bool {
    const ALL: &'static [(&'static str, Self)] = &[("true", true), ("false", false)];
}

impl Word for LogFormat {
    const ALL: &'static [(&'static str, Self)] = &[("text", Self::Text), ("json", Self::Json)];
}

impl Word for LogLevel {
    const ALL: &'static [(&'static str, Self)] = &[
        ("error", Self::Error),
        ("warn", Self::Warn),
        ("info", Self::Info),
        ("debug", Self::Debug),
        ("trace", Self::Trace),
    ];
}

/// One of the words.
pub(in crate::config) fn read<W: Word>(given: Given<'_>) -> Result<W, Refused> {
    let text = given.text()?;
    let found = W::ALL.iter().find(|(word, _)| *word == text);
    found.map(|(_, value)| *value).ok_or_else(|| {
        let words: Vec<String> = W::ALL.iter().map(|(word, _)| quoted(word)).collect();
        let refused = Refused::because(format!("{} is not one of {}", quoted(text), words.join(", ")));
        match nearest(text, W::ALL.iter().map(|(word, _)| *word)) {
            Some(near) => refused.hint(format!("did you mean `{near}`?")),
            None => refused,
        }
    })
}

/// Its word.
pub(in crate::config) fn show<W: Word>(value: &W) -> Vec<String> {
    W::ALL.iter().filter(|(_, known)| known == value).map(|(word, _)| (*word).to_owned()).collect()
}
