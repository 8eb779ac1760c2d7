//! Percentages as people write them, compared exactly.

use crate::report::Ratio;
use serde::{Deserialize, Deserializer};
use std::fmt;

/// Decimals of a percentage that are kept; more are refused.
const DECIMALS: usize = 6;
/// 100 % in the unit that is counted in.
const WHOLE: u64 = 100_000_000;

/// A percentage from 0 to 100 with at most six decimals. Read from a JSON number, kept as an integer: `33.3` is 333/1000.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Percent {
    /// In millionths of a percent; `None` when what was written is no percentage.
    millionths: Option<u64>,
}

impl Percent {
    /// 100 %.
    pub const ALL: Self = Self { millionths: Some(WHOLE) };

    /// Of a number as JSON gives it: the shortest decimal that means this number is what was written.
    #[must_use]
    pub fn new(number: f64) -> Self {
        Self { millionths: exact(&format!("{number}")).filter(|millionths| *millionths <= WHOLE) }
    }

    /// What is wrong with what was written.
    #[must_use]
    pub fn problem(self) -> Option<&'static str> {
        self.millionths.is_none().then_some("not a percentage from 0 to 100 with at most six decimals")
    }

    /// Whether the share is at least this much. What is no percentage is never met.
    #[must_use]
    pub fn is_met_by(self, share: Ratio) -> bool {
        let needed = |millionths: u64| u128::from(millionths) * u128::from(share.denominator);
        self.millionths.is_some_and(|needed_of| u128::from(share.numerator) * u128::from(WHOLE) >= needed(needed_of))
    }

    /// Whether this is as much as the other or more. What is no percentage is neither.
    #[must_use]
    pub fn is_at_least(self, other: Self) -> bool {
        self.millionths.zip(other.millionths).is_some_and(|(this, that)| this >= that)
    }

    /// Whether the share is more than this. What is no percentage is always exceeded.
    #[must_use]
    pub fn is_exceeded_by(self, share: Ratio) -> bool {
        let allowed = |millionths: u64| u128::from(millionths) * u128::from(share.denominator);
        self.millionths.is_none_or(|allowed_of| u128::from(share.numerator) * u128::from(WHOLE) > allowed(allowed_of))
    }

    /// Whether the fall from one share to the other is more than so many points. `None` for shares of more than 32 bits, which
    /// nothing is counted in.
    #[must_use]
    pub fn is_exceeded_by_fall(self, before: Ratio, now: Ratio) -> Option<bool> {
        let counts = [before.numerator, before.denominator, now.numerator, now.denominator];
        if counts.iter().any(|count| *count > u64::from(u32::MAX)) {
            return None;
        }
        let [bn, bd, nn, nd] = counts.map(u128::from);
        let allowed = u128::from(self.millionths?) * bd * nd;
        Some((bn * nd).saturating_sub(nn * bd) * u128::from(WHOLE) > allowed)
    }

    /// How much of this the share fulfils: 1 when it is met, else the share divided by it. Rounded down where the exact answer
    /// needs more than 64 bits, so never up to 1.
    #[must_use]
    pub fn fulfilled_by(self, share: Ratio) -> Ratio {
        let Some(millionths) = self.millionths else { return Ratio::ZERO };
        if self.is_met_by(share) {
            return Ratio { numerator: 1, denominator: 1 };
        }
        let mut numerator = u128::from(share.numerator) * u128::from(WHOLE);
        let mut denominator = u128::from(share.denominator) * u128::from(millionths);
        while denominator > u128::from(u64::MAX) {
            numerator >>= 1;
            denominator = denominator.div_ceil(2);
        }
        let fits = |part: u128| u64::try_from(part).unwrap_or(u64::MAX);
        Ratio { numerator: fits(numerator), denominator: fits(denominator) }
    }
}

/// As it was written, with `%`.
impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(millionths) = self.millionths else { return f.write_str("no percentage") };
        let (whole, rest) = (millionths / 1_000_000, millionths % 1_000_000);
        match format!("{rest:06}").trim_end_matches('0') {
            "" => write!(f, "{whole}%"),
            decimals => write!(f, "{whole}.{decimals}%"),
        }
    }
}

impl<'de> Deserialize<'de> for Percent {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        f64::deserialize(deserializer).map(Self::new)
    }
}

fn exact(written: &str) -> Option<u64> {
    let (whole, decimals) = written.split_once('.').unwrap_or((written, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(decimals) || decimals.len() > DECIMALS {
        return None;
    }
    format!("{whole}{decimals:0<DECIMALS$}").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::Percent;
    use crate::report::Ratio;

    fn ratio(numerator: u64, denominator: u64) -> Ratio {
        Ratio { numerator, denominator }
    }

    #[test]
    fn a_percentage_is_met_exactly_at_its_boundary() {
        let big = u64::MAX;
        for (percent, numerator, denominator, met) in [
            (97.5, 39, 40, true),
            (97.5, 974_999, 1_000_000, false),
            (97.5, 975_000, 1_000_000, true),
            (33.3, 333, 1000, true),
            (33.3, 332_999_999, 1_000_000_000, false),
            (0.1, 1, 1000, true),
            (0.1, 1, 1001, false),
            (100.0, big - 1, big, false),
            (100.0, big, big, true),
            (0.0, 0, 1, true),
            (99.999_999, 99_999_999, 100_000_000, true),
            (99.999_999, 99_999_998, 100_000_000, false),
        ] {
            assert_eq!(
                Percent::new(percent).is_met_by(ratio(numerator, denominator)),
                met,
                "{numerator}/{denominator}"
            );
        }
    }

    #[test]
    fn a_percentage_is_exceeded_only_above_its_boundary() {
        for (percent, numerator, denominator, exceeded) in
            [(5.0, 5, 100, false), (5.0, 500_001, 10_000_000, true), (0.0, 0, 9, false), (0.0, 1, u64::MAX, true)]
        {
            assert_eq!(Percent::new(percent).is_exceeded_by(ratio(numerator, denominator)), exceeded, "{numerator}");
        }
        assert!(Percent::new(101.0).is_exceeded_by(ratio(0, 1)));
        let at_least = |this: f64, that: f64| Percent::new(this).is_at_least(Percent::new(that));
        assert!(at_least(89.99, 89.99) && at_least(90.0, 89.99));
        assert!(!at_least(89.989_999, 89.99) && !at_least(101.0, 90.0) && !at_least(90.0, 101.0));
    }

    #[test]
    fn a_fall_is_measured_in_points() {
        for (points, before, now, exceeded) in [
            (0.5, ratio(805, 1000), ratio(80, 100), Some(false)),
            (0.5, ratio(805, 1000), ratio(79_999, 100_000), Some(true)),
            (0.0, ratio(1, 2), ratio(1, 2), Some(false)),
            (0.0, ratio(1, 2), ratio(2, 3), Some(false)),
            (0.0, ratio(2, 3), ratio(1, 2), Some(true)),
            (100.0, ratio(1, 1), ratio(0, 1), Some(false)),
            (1.0, ratio(1, u64::MAX), ratio(0, 1), None),
            (101.0, ratio(1, 2), ratio(1, 2), None),
        ] {
            assert_eq!(Percent::new(points).is_exceeded_by_fall(before, now), exceeded, "{points}: {before:?} {now:?}");
        }
    }

    #[test]
    fn what_is_no_percentage_is_said_and_never_met() {
        for number in [-1.0, -0.1, 100.000_001, 101.0, 1e300, f64::NAN, f64::INFINITY, 0.000_000_1, 33.333_333_3] {
            let percent = Percent::new(number);
            assert!(percent.problem().is_some() && !percent.is_met_by(ratio(1, 1)), "{number}");
        }
        for number in [0.0, 33.333_333, 100.0] {
            assert_eq!(Percent::new(number).problem(), None, "{number}");
        }
    }

    #[test]
    fn a_percentage_is_printed_as_it_was_written() {
        for (number, text) in [(97.5, "97.5%"), (100.0, "100%"), (0.000_001, "0.000001%"), (33.3, "33.3%")] {
            assert_eq!(Percent::new(number).to_string(), text);
        }
        assert_eq!(serde_json::from_str::<Percent>("95").unwrap(), Percent::new(95.0));
    }

    #[test]
    fn what_is_fulfilled_of_a_percentage_is_never_rounded_up_to_all() {
        assert_eq!(Percent::new(80.0).fulfilled_by(ratio(8, 10)), ratio(1, 1));
        assert_eq!(Percent::new(80.0).fulfilled_by(ratio(4, 10)), ratio(1, 2));
        assert_eq!(Percent::new(0.0).fulfilled_by(ratio(0, 10)), ratio(1, 1));
        let almost = Percent::ALL.fulfilled_by(ratio(u64::MAX - 1, u64::MAX));
        assert!(almost.numerator < almost.denominator, "{almost:?}");
    }
}
