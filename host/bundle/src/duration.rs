//! Spans of time as people write them: `20m`, `24h`, `1h30m`, `14d`.

use std::time::Duration;

/// The longest span that can be written: ten years.
pub const SECONDS_MAX: u64 = 3660 * 86_400;

/// A text that is not a span of time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DurationError {
    /// Not numbers with units.
    #[error("is not a span of time: expected e.g. `45s`, `20m`, `1h30m` or `14d`")]
    Form,
    /// Nothing lasts no time.
    #[error("is no time at all")]
    Zero,
    /// Over the limit.
    #[error("is too long: {used} seconds used, {SECONDS_MAX} allowed")]
    TooLong {
        /// Seconds written.
        used: u64,
    },
}

/// Reads days, hours, minutes and seconds, each at most once and in this order; at least one second.
pub fn parse(text: &str) -> Result<Duration, DurationError> {
    let mut rest = text;
    let mut seconds = 0_u64;
    for (unit, worth) in [('d', 86_400), ('h', 3_600), ('m', 60), ('s', 1)] {
        let Some((count, after)) = rest.split_once(unit) else { continue };
        if count.is_empty() || !count.bytes().all(|b| b.is_ascii_digit()) {
            return Err(DurationError::Form);
        }
        let count = count.parse::<u64>().unwrap_or(u64::MAX);
        seconds = seconds.saturating_add(count.saturating_mul(worth));
        rest = after;
    }
    match seconds {
        _ if !rest.is_empty() || text.is_empty() => Err(DurationError::Form),
        0 => Err(DurationError::Zero),
        used if used > SECONDS_MAX => Err(DurationError::TooLong { used }),
        seconds => Ok(Duration::from_secs(seconds)),
    }
}

/// The same, with the text in what is wrong with it.
pub fn named(text: &str) -> Result<Duration, String> {
    parse(text).map_err(|error| format!("`{text}` {error}"))
}

#[cfg(test)]
mod tests {
    use super::{DurationError, parse};
    use tidegate_core::time::in_words;

    #[test]
    fn spans_are_read_as_people_write_them() {
        for (text, seconds) in [
            ("1s", 1),
            ("20m", 1200),
            ("24h", 86_400),
            ("1h30m", 5400),
            ("14d", 1_209_600),
            ("1d2h3m4s", 93_784),
            ("90m", 5400),
        ] {
            let span = parse(text).unwrap();
            assert_eq!(span.as_secs(), seconds, "{text}");
            assert_eq!(parse(&in_words(span)), Ok(span), "{text}");
        }
    }

    #[test]
    fn other_texts_say_what_is_wrong() {
        for text in ["", "20", "m", "20 m", "-5m", "1.5h", "30m1h", "1h1h", "20min", "PT20M", "1w", "h1"] {
            assert_eq!(parse(text), Err(DurationError::Form), "{text}");
        }
        assert_eq!(parse("0h0m"), Err(DurationError::Zero));
        assert_eq!(parse("3661d"), Err(DurationError::TooLong { used: 316_310_400 }));
        assert_eq!(parse("99999999999999999999999h"), Err(DurationError::TooLong { used: u64::MAX }));
    }
}
