//! The kinds of values: how each is read from text, within which bounds, and how it is written.
//! What is written reads as the same value again.

pub(super) mod address;
pub(super) mod bytes;
pub(super) mod count;
pub(super) mod keepings;
pub(super) mod origin;
pub(super) mod path;
pub(super) mod span;
pub(super) mod url;
pub(super) mod witnesses;
pub(super) mod word;

use super::mistake::Refused;
use std::path::Path;
use tidegate_bundle::document::quoted;

/// A value as somebody wrote it; a list has several texts.
#[derive(Debug, Clone, Copy)]
pub(super) struct Given<'a> {
    /// The texts.
    pub(super) texts: &'a [String],
    /// What relative paths are relative to; empty: where the program was started.
    pub(super) folder: &'a Path,
}

impl<'a> Given<'a> {
    /// The only text.
    pub(super) fn text(self) -> Result<&'a str, Refused> {
        match self.texts {
            [text] => Ok(text),
            _ => Err(Refused::because(format!("expected one value, found {}", self.texts.len()))),
        }
    }
}

fn too_small(text: &str, used: &str, least: &str) -> Refused {
    Refused::because(format!("{} is too small: {used} given, at least {least} needed", quoted(text)))
}

fn too_large(text: &str, used: &str, allowed: &str) -> Refused {
    Refused::because(format!("{} is too large: {used} used, {allowed} allowed", quoted(text)))
}
