//! How long: `500ms`, `20s`, `1m30s`. A number without a unit is refused: nobody knows what it would mean.

use crate::config::{
    kind::{Given, too_large, too_small},
    mistake::Refused,
};
use std::{ops::RangeInclusive, time::Duration};
use tidegate_bundle::document::quoted;

/// In the order in which they are written, with what they are worth in milliseconds.
const UNITS: [(&str, u64); 4] = [("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)];

/// A span of time within bounds, which are in milliseconds.
pub(in crate::config) fn read(given: Given<'_>, bounds: RangeInclusive<u64>) -> Result<Duration, Refused> {
    let text = given.text()?;
    let millis = parse(text).ok_or_else(|| {
        Refused::because(format!("{} is not a span of time: expected e.g. `500ms`, `20s` or `1m30s`", quoted(text)))
    })?;
    if millis < *bounds.start() {
        return Err(too_small(text, &in_words(millis), &in_words(*bounds.start())));
    }
    if millis > *bounds.end() {
        return Err(too_large(text, &in_words(millis), &in_words(*bounds.end())));
    }
    Ok(Duration::from_millis(millis))
}

/// As it is read.
pub(in crate::config) fn show(span: &Duration) -> Vec<String> {
    vec![span_in_words(*span)]
}

/// A span as people write it.
pub(in crate::config) fn span_in_words(span: Duration) -> String {
    in_words(u64::try_from(span.as_millis()).unwrap_or(u64::MAX))
}

/// Numbers with units, each at most once and in falling order.
fn parse(text: &str) -> Option<u64> {
    let (mut rest, mut millis, mut units) = (text, 0_u64, UNITS.iter());
    while !rest.is_empty() {
        let (digits, after) = rest.split_at(rest.find(|c: char| !c.is_ascii_digit())?);
        let (unit, next) = after.split_at(after.find(|c: char| c.is_ascii_digit()).unwrap_or(after.len()));
        let (_, worth) = units.by_ref().find(|(name, _)| *name == unit)?;
        if digits.is_empty() {
            return None;
        }
        let count = digits.parse::<u64>().unwrap_or(u64::MAX);
        millis = millis.saturating_add(count.saturating_mul(*worth));
        rest = next;
    }
    (!text.is_empty()).then_some(millis)
}

fn in_words(millis: u64) -> String {
    let (mut rest, mut text) = (millis, String::new());
    for (unit, worth) in UNITS {
        if rest >= worth {
            text.push_str(&format!("{}{unit}", rest / worth));
            rest %= worth;
        }
    }
    if text.is_empty() { "0s".to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::{in_words, parse};

    #[test]
    fn spans_are_read_as_people_write_them_and_written_as_they_are_read() {
        for (text, millis, written) in [
            ("0s", 0, "0s"),
            ("500ms", 500, "500ms"),
            ("2s", 2_000, "2s"),
            ("90s", 90_000, "1m30s"),
            ("1m30s", 90_000, "1m30s"),
            ("1h", 3_600_000, "1h"),
            ("1h2m3s4ms", 3_723_004, "1h2m3s4ms"),
            ("1s500ms", 1_500, "1s500ms"),
        ] {
            assert_eq!(parse(text), Some(millis), "{text}");
            assert_eq!(in_words(millis), written);
            assert_eq!(parse(written), Some(millis));
        }
        for text in ["", "2", "s", "2 s", "-2s", "1.5s", "30s1m", "1s1s", "2sec", "PT2S", "1d", "ms"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
