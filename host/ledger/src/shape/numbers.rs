//! Moments, spans, shares and exact numbers as texts: one form for each value.

use super::Shape;
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::Zero as _;
use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};
use std::time::Duration;
use tidegate_core::{ratio::Ratio, time::Timestamp};

const NANOS_PER_SECOND: u128 = 1_000_000_000;

/// RFC 3339 UTC with nine digits of nanoseconds, always: `2026-03-31T14:30:00.000000000Z`. Sorts as it follows.
pub(crate) fn moment_text(moment: Timestamp) -> String {
    let shortest = moment.to_string();
    let (seconds, fraction) = match shortest.trim_end_matches('Z').split_once('.') {
        Some((seconds, fraction)) => (seconds, fraction),
        None => (shortest.trim_end_matches('Z'), ""),
    };
    format!("{seconds}.{fraction:0<9}Z")
}

impl Shape for Timestamp {
    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&moment_text(*self))
    }
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

/// Nanoseconds.
impl Shape for Duration {
    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.as_nanos())
    }
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let nanos: u128 = super::read_text(deserializer)?;
        let seconds = u64::try_from(nanos / NANOS_PER_SECOND).map_err(D::Error::custom)?;
        let rest = u32::try_from(nanos % NANOS_PER_SECOND).map_err(D::Error::custom)?;
        Ok(Self::new(seconds, rest))
    }
}

/// `numerator/denominator` as stated, not reduced.
impl Shape for Ratio {
    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{}/{}", self.numerator(), self.denominator()))
    }
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let parts = text.split_once('/').and_then(|(n, d)| Some((n.parse().ok()?, d.parse().ok()?)));
        let (numerator, denominator) = parts.ok_or_else(|| D::Error::custom("a ratio is not `n/d`"))?;
        Self::new(numerator, denominator).map_err(D::Error::custom)
    }
}

/// `numerator/denominator` in lowest terms.
pub(crate) fn exact_text(number: &BigRational) -> String {
    let lowest = number.reduced();
    format!("{}/{}", lowest.numer(), lowest.denom())
}

impl Shape for BigRational {
    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&exact_text(self))
    }
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let parts = text.split_once('/').and_then(|(n, d)| Some((n.parse().ok()?, d.parse().ok()?)));
        let (numerator, denominator): (BigInt, BigInt) =
            parts.ok_or_else(|| D::Error::custom("an exact number is not `n/d`"))?;
        if denominator.is_zero() {
            return Err(D::Error::custom("an exact number is divided by zero"));
        }
        Ok(Self::new(numerator, denominator))
    }
}

#[cfg(test)]
mod tests {
    use super::moment_text;
    use tidegate_core::time::Timestamp;

    #[test]
    fn every_moment_has_one_text_of_one_length() {
        for (nanos, text) in [
            (0, "1970-01-01T00:00:00.000000000Z"),
            (1, "1970-01-01T00:00:00.000000001Z"),
            (1_500_000_000, "1970-01-01T00:00:01.500000000Z"),
            (u64::MAX, "2554-07-21T23:34:33.709551615Z"),
        ] {
            let moment = Timestamp::from_nanos(nanos);
            assert_eq!(moment_text(moment), text);
            assert_eq!(Timestamp::parse(text), Ok(moment));
        }
    }
}
