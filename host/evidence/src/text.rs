//! Texts of a document, which are hostile: cut to length for the model, made printable for messages.

use crate::{error::Place, limits::Limits};
use std::{collections::HashSet, sync::Arc};

/// As many characters of a document's text as a message repeats.
const QUOTED_CHARS: usize = 80;
/// As many characters as a message has.
const MESSAGE_CHARS: usize = 400;

/// The text for the model: at most `text_bytes` long, cut at a character and marked with `…`.
pub(crate) fn bounded(text: &str, limits: &Limits) -> Arc<str> {
    if text.len() <= limits.text_bytes {
        return Arc::from(text);
    }
    let room = limits.text_bytes.saturating_sub('…'.len_utf8());
    let end = (0..=room).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    Arc::from(format!("{}…", text.get(..end).unwrap_or_default()))
}

/// The text in backticks, printable, at most 80 characters of it.
pub(crate) fn quoted(text: &str) -> String {
    format!("`{}`", cut(text, QUOTED_CHARS))
}

/// The text without control and direction-changing characters, at most 400 characters of it.
pub(crate) fn printable(text: &str) -> String {
    cut(text, MESSAGE_CHARS)
}

fn cut(text: &str, chars: usize) -> String {
    let mut shown = String::new();
    for (index, c) in text.chars().enumerate() {
        if index == chars {
            shown.push('…');
            break;
        }
        if c.is_control() || is_invisible(c) { shown.extend(c.escape_unicode()) } else { shown.push(c) }
    }
    shown
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// Line and column of a byte offset.
pub(crate) fn place_of(text: &str, offset: usize) -> Place {
    let before = text.as_bytes().get(..offset).unwrap_or(text.as_bytes());
    let line = 1 + before.iter().filter(|byte| **byte == b'\n').count();
    let start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |newline| newline + 1);
    let is_first_byte = |byte: &&u8| **byte & 0xC0 != 0x80;
    let column = 1 + before.get(start..).unwrap_or_default().iter().filter(is_first_byte).count();
    Place::Line { line, column }
}

/// Texts that come again and again, kept once.
#[derive(Debug, Default)]
pub(crate) struct Interner(HashSet<Arc<str>>);

impl Interner {
    pub(crate) fn bounded(&mut self, text: &str, limits: &Limits) -> Arc<str> {
        if let Some(known) = self.0.get(text) {
            return Arc::clone(known);
        }
        let kept = bounded(text, limits);
        self.0.insert(Arc::clone(&kept));
        kept
    }
}

#[cfg(test)]
mod tests {
    use super::{bounded, place_of, quoted};
    use crate::{Limits, Place};

    #[test]
    fn a_long_text_is_cut_at_a_character_and_marked() {
        let limits = Limits { text_bytes: 8, ..Limits::default() };
        for (text, kept) in [("short", "short"), ("12345678", "12345678"), ("123456789", "12345…"), ("ééééé", "éé…")]
        {
            assert_eq!(&*bounded(text, &limits), kept);
            assert!(bounded(text, &limits).len() <= 8);
        }
    }

    #[test]
    fn messages_hold_no_control_or_direction_characters() {
        assert_eq!(quoted("a\u{1b}[31m\u{202e}\n"), "`a\\u{1b}[31m\\u{202e}\\u{a}`");
        assert_eq!(quoted(&"x".repeat(100)).chars().count(), 83);
    }

    #[test]
    fn places_count_lines_and_characters_from_one() {
        let at = |offset| match place_of("aé\nbc", offset) {
            Place::Line { line, column } => (line, column),
            other => panic!("{other:?}"),
        };
        assert_eq!([at(0), at(3), at(4), at(5), at(99)], [(1, 1), (1, 3), (2, 1), (2, 2), (2, 3)]);
    }
}
