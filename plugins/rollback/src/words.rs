//! What people read.

use crate::plan::{Bound, OnSignal};
use tidegate_sdk::{
    span::in_words,
    text::{bounded, counted},
};

/// Bytes of a foreign text in a message, at most.
const FOREIGN_BYTES_MAX: usize = 256;

/// A span.
pub(crate) fn long(nanos: u64) -> String {
    in_words(nanos)
}

/// A span that something lasted so far; not rounded down to nothing.
pub(crate) fn after(nanos: u64) -> String {
    if nanos > 0 && nanos < 1_000_000_000 { "less than 1s".to_owned() } else { in_words(nanos) }
}

/// `above 2000 ms`.
pub(crate) fn violated(trigger: &OnSignal) -> String {
    let side = match trigger.bound {
        Bound::Above(_) => "above",
        Bound::Below(_) => "below",
    };
    let unit = trigger.unit.as_ref().map(|unit| format!(" {unit}")).unwrap_or_default();
    format!("{side} {}{unit}", trigger.bound.threshold())
}

pub(crate) fn of_samples(count: usize) -> String {
    counted(count as u64, "sample")
}

/// A text that somebody else wrote.
pub(crate) fn foreign(text: &str) -> String {
    bounded(text.to_owned(), FOREIGN_BYTES_MAX)
}
