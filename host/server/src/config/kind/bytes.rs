//! How many bytes: `512KiB`, `64MiB`, or the plain number.

use crate::config::{
    kind::{Given, too_large, too_small},
    mistake::Refused,
};
use std::ops::RangeInclusive;
use tidegate_bundle::document::quoted;

/// One kibibyte.
pub(in crate::config) const KIB: u64 = 1 << 10;
/// One mebibyte.
pub(in crate::config) const MIB: u64 = 1 << 20;
/// One gibibyte.
pub(in crate::config) const GIB: u64 = 1 << 30;

/// From the largest, so that a number is written with the largest unit that divides it.
const UNITS: [(&str, u64); 4] = [("GiB", GIB), ("MiB", MIB), ("KiB", KIB), ("B", 1)];

/// A number of bytes within bounds.
pub(in crate::config) fn read<T: TryFrom<u64>>(given: Given<'_>, bounds: RangeInclusive<u64>) -> Result<T, Refused> {
    let text = given.text()?;
    let bytes = parse(text).ok_or_else(|| {
        let message = format!("{} is not a number of bytes: expected e.g. `512KiB`, `64MiB` or `1GiB`", quoted(text));
        Refused::because(message)
    })?;
    let (used, least, most) = (in_words(bytes), in_words(*bounds.start()), in_words(*bounds.end()));
    if bytes < *bounds.start() {
        return Err(too_small(text, &used, &least));
    }
    if bytes > *bounds.end() {
        return Err(too_large(text, &used, &most));
    }
    T::try_from(bytes).map_err(|_| too_large(text, &used, &most))
}

/// As it is read.
pub(in crate::config) fn show<T: Copy + TryInto<u64>>(bytes: &T) -> Vec<String> {
    vec![in_words((*bytes).try_into().unwrap_or(u64::MAX))]
}

fn parse(text: &str) -> Option<u64> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (digits, unit) = text.split_at(end);
    let worth = if unit.is_empty() { 1 } else { UNITS.iter().find(|(name, _)| *name == unit)?.1 };
    if digits.is_empty() {
        return None;
    }
    Some(digits.parse::<u64>().map_or(u64::MAX, |count| count.saturating_mul(worth)))
}

fn in_words(bytes: u64) -> String {
    let (unit, worth) =
        UNITS.iter().find(|(_, worth)| bytes >= *worth && bytes.is_multiple_of(*worth)).copied().unwrap_or(("B", 1));
    format!("{}{unit}", bytes / worth)
}

#[cfg(test)]
mod tests {
    use super::{in_words, parse};

    #[test]
    fn sizes_are_read_as_people_write_them_and_written_as_they_are_read() {
        for (text, bytes, written) in [
            ("0", 0, "0B"),
            ("17", 17, "17B"),
            ("17B", 17, "17B"),
            ("1024", 1024, "1KiB"),
            ("512KiB", 512 << 10, "512KiB"),
            ("64MiB", 64 << 20, "64MiB"),
            ("2048MiB", 2 << 30, "2GiB"),
            ("99999999999999999999GiB", u64::MAX, "18446744073709551615B"),
        ] {
            assert_eq!(parse(text), Some(bytes), "{text}");
            assert_eq!(in_words(bytes), written);
            assert_eq!(parse(written), Some(bytes));
        }
        for text in ["", "MiB", "64 MiB", "64MB", "64mib", "-1", "1.5GiB", "64MiBs", "٣"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
