//! Reads texts of a file as what they mean, and keeps the mistakes with their places.

use crate::document::{Mistakes, Positions, nearest, quoted, steers};
use std::{fmt::Display, time::Duration};
use tidegate_core::time::Timestamp;

pub(super) struct Reader<'a> {
    pub(super) positions: &'a Positions,
    pub(super) mistakes: &'a mut Mistakes,
}

impl Reader<'_> {
    pub(super) fn mistake(&mut self, pointer: &str, message: String, hint: Option<String>) {
        self.mistakes.push_if_first(self.positions.at(pointer), pointer.to_owned(), message, hint);
    }

    /// A name of core's; its error says what is wrong with which text.
    pub(super) fn name<T, E: Display>(
        &mut self,
        pointer: &str,
        text: &str,
        parse: fn(&str) -> Result<T, E>,
    ) -> Option<T> {
        parse(text).map_err(|error| self.mistake(pointer, error.to_string(), None)).ok()
    }

    /// A text whose error says only what is wrong, not with which text.
    pub(super) fn text<T, E: Display>(
        &mut self,
        pointer: &str,
        text: &str,
        parse: fn(&str) -> Result<T, E>,
    ) -> Option<T> {
        parse(text).map_err(|error| self.mistake(pointer, format!("{} {error}", quoted(text)), None)).ok()
    }

    /// One of a few words; the first one is what counts when nothing is said.
    pub(super) fn word<T: Copy>(&mut self, pointer: &str, text: Option<&str>, words: &[(&str, T)]) -> Option<T> {
        let Some(text) = text else { return words.first().map(|(_, meaning)| *meaning) };
        if let Some((_, meaning)) = words.iter().find(|(word, _)| *word == text) {
            return Some(*meaning);
        }
        let known: Vec<String> = words.iter().map(|(word, _)| format!("`{word}`")).collect();
        let hint = nearest(text, words.iter().map(|(word, _)| *word)).map(|near| format!("did you mean `{near}`?"));
        self.mistake(pointer, format!("{} is not one of {}", quoted(text), known.join(", ")), hint);
        None
    }

    /// A span of time, if there is one.
    pub(super) fn span(&mut self, pointer: &str, text: Option<&str>) -> Option<Duration> {
        text.and_then(|text| self.text(pointer, text, super::span))
    }

    /// A text that people read: one line that cannot steer a terminal.
    pub(super) fn line(&mut self, pointer: &str, text: &str) {
        if text.chars().any(steers) {
            self.mistake(pointer, format!("{} holds a control character", quoted(text)), None);
        }
    }

    /// The end of a day, so that the day itself still counts.
    pub(super) fn day(&mut self, pointer: &str, text: &str) -> Option<Timestamp> {
        let end = Timestamp::parse(&format!("{text}T23:59:59Z")).ok();
        if end.is_none() {
            self.mistake(pointer, format!("{} is not a day of the calendar", quoted(text)), None);
        }
        end
    }

    /// A moment; of a bare date, its beginning.
    pub(super) fn moment(&mut self, pointer: &str, text: &str) -> Option<Timestamp> {
        let written = if text.len() == 10 { format!("{text}T00:00:00Z") } else { text.to_owned() };
        let moment = Timestamp::parse(&written).ok();
        if moment.is_none() {
            let message = format!("{} is neither a date nor a time with its offset", quoted(text));
            self.mistake(pointer, message, Some("e.g. `2027-03-31` or `2027-03-31T14:30:00Z`".to_owned()));
        }
        moment
    }
}
