//! Moments, as nanoseconds since the Unix epoch, UTC. Always handed in: nothing here reads a clock.

use std::{fmt, time::Duration};

/// Nanoseconds since the Unix epoch, UTC.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(u64);

/// A text that is not a moment.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{}` is not a time: expected RFC 3339, e.g. `2026-03-31T14:30:00Z`", text.escape_debug())]
pub struct TimestampError {
    /// The text given, cut after 80 characters.
    pub text: String,
}

impl Timestamp {
    /// A moment from nanoseconds since the epoch.
    #[must_use]
    pub const fn from_nanos(nanos: u64) -> Self {
        Self(nanos)
    }

    /// Nanoseconds since the epoch.
    #[must_use]
    pub const fn nanos(self) -> u64 {
        self.0
    }

    /// Reads RFC 3339 with an offset; moments before 1970 or after 2554 are refused.
    pub fn parse(text: &str) -> Result<Self, TimestampError> {
        let error = || TimestampError { text: text.chars().take(80).collect() };
        let time: jiff::Timestamp = text.parse().map_err(|_| error())?;
        u64::try_from(time.as_nanosecond()).map(Self).map_err(|_| error())
    }

    /// This moment and `span` later, or the last one that can be written.
    #[must_use]
    pub fn plus(self, span: Duration) -> Self {
        Self(u64::try_from(span.as_nanos()).map_or(u64::MAX, |nanos| self.0.saturating_add(nanos)))
    }

    /// How long after `earlier` this is; zero when it is not after.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_nanos(self.0.saturating_sub(earlier.0))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_nanosecond(i128::from(self.0)) {
            Ok(time) => write!(f, "{time}"),
            // Past the year 9999 cannot happen with 64 bits of nanoseconds; the number is still the truth.
            Err(_) => write!(f, "{}ns", self.0),
        }
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A span of time in words a person reads: `36s`, `20m`, `24h`, `1h30m`; exact to the second, `0s` when shorter.
#[must_use]
pub fn in_words(span: Duration) -> String {
    let seconds = span.as_secs();
    let parts = [(seconds / 3600, "h"), (seconds / 60 % 60, "m"), (seconds % 60, "s")];
    let text: String = parts.iter().filter(|(n, _)| *n > 0).map(|(n, unit)| format!("{n}{unit}")).collect();
    if text.is_empty() { "0s".to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::{Timestamp, in_words};
    use std::time::Duration;

    #[test]
    fn a_moment_is_written_as_it_is_read() {
        for text in ["1970-01-01T00:00:00Z", "2026-03-31T14:30:00.123456789Z"] {
            assert_eq!(Timestamp::parse(text).unwrap().to_string(), text);
        }
        assert_eq!(Timestamp::parse("2026-03-31T16:30:00+02:00").unwrap().to_string(), "2026-03-31T14:30:00Z");
    }

    #[test]
    fn a_local_time_is_not_a_moment() {
        assert!(Timestamp::parse("2026-03-31T14:30:00").is_err());
        assert!(Timestamp::parse("1969-12-31T23:59:59Z").is_err());
    }

    #[test]
    fn spans_read_as_people_write_them() {
        assert_eq!(in_words(Duration::from_secs(5400)), "1h30m");
        assert_eq!(in_words(Duration::from_secs(86400)), "24h");
        assert_eq!(in_words(Duration::from_millis(3)), "0s");
    }
}
