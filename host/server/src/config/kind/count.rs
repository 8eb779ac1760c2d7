//! How many.

use crate::config::{
    kind::{Given, too_large, too_small},
    mistake::Refused,
};
use std::ops::RangeInclusive;
use tidegate_bundle::document::quoted;

/// A whole number within bounds.
pub(in crate::config) fn read<T: TryFrom<u64>>(given: Given<'_>, bounds: RangeInclusive<u64>) -> Result<T, Refused> {
    let text = given.text()?;
    if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) {
        return Err(Refused::because(format!("{} is not a whole number", quoted(text))));
    }
    // Digits that no u64 holds are too large whatever the bounds.
    let number = text.parse::<u64>().unwrap_or(u64::MAX);
    if number < *bounds.start() {
        return Err(too_small(text, text, &bounds.start().to_string()));
    }
    let too_large = || too_large(text, text, &bounds.end().to_string());
    if number > *bounds.end() {
        return Err(too_large());
    }
    T::try_from(number).map_err(|_| too_large())
}

/// As it is read.
pub(in crate::config) fn show<T: ToString>(number: &T) -> Vec<String> {
    vec![number.to_string()]
}
