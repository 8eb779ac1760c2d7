//! Exact shares, and how they are printed.

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One as _, Signed as _, ToPrimitive as _, Zero as _};

/// An exact share between 0 and 1 as a plugin or a reader states it: `0 <= numerator <= denominator`, `denominator > 0`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Ratio {
    numerator: u64,
    denominator: u64,
}

/// A share that is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{numerator}/{denominator} is not a share between 0 and 1")]
pub struct RatioError {
    /// As given.
    pub numerator: u64,
    /// As given.
    pub denominator: u64,
}

impl Ratio {
    /// A share; `numerator > denominator` and `denominator == 0` are refused.
    pub fn new(numerator: u64, denominator: u64) -> Result<Self, RatioError> {
        if denominator == 0 || numerator > denominator {
            return Err(RatioError { numerator, denominator });
        }
        Ok(Self { numerator, denominator })
    }

    /// As stated, not reduced.
    #[must_use]
    pub fn numerator(self) -> u64 {
        self.numerator
    }

    /// As stated, not reduced; never 0.
    #[must_use]
    pub fn denominator(self) -> u64 {
        self.denominator
    }

    /// As an exact rational number.
    #[must_use]
    pub fn exact(self) -> BigRational {
        BigRational::new(BigInt::from(self.numerator), BigInt::from(self.denominator))
    }
}

/// A share as a percentage with at most one decimal, rounded half up: `97.5%`, `85%`, `0%`.
/// Never `100%` when it is below 1: then `99.9%`.
#[must_use]
pub fn percent(share: &BigRational) -> String {
    let thousand = BigRational::from_integer(BigInt::from(1000));
    let half = BigRational::new(BigInt::one(), BigInt::from(2));
    let mut tenths = (share * thousand + half).floor().to_integer();
    if tenths >= BigInt::from(1000) && *share < BigRational::one() {
        tenths = BigInt::from(999);
    }
    debug_assert!(!tenths.is_negative(), "a share is not negative");
    let tenths = tenths.to_u64().unwrap_or(u64::MAX);
    let (whole, rest) = (tenths / 10, tenths % 10);
    if rest.is_zero() { format!("{whole}%") } else { format!("{whole}.{rest}%") }
}

#[cfg(test)]
mod tests {
    use super::{Ratio, percent};

    fn printed(numerator: u64, denominator: u64) -> String {
        percent(&Ratio::new(numerator, denominator).unwrap().exact())
    }

    #[test]
    fn percentages_round_half_up_to_one_decimal() {
        assert_eq!(printed(39, 40), "97.5%");
        assert_eq!(printed(17, 20), "85%");
        assert_eq!(printed(1, 3), "33.3%");
        assert_eq!(printed(2, 3), "66.7%");
        assert_eq!(printed(5, 10_000), "0.1%");
        assert_eq!(printed(0, 7), "0%");
        assert_eq!(printed(u64::MAX, u64::MAX), "100%");
    }

    #[test]
    fn below_one_is_never_printed_as_100() {
        assert_eq!(printed(9_999, 10_000), "99.9%");
        assert_eq!(printed(u64::MAX - 1, u64::MAX), "99.9%");
    }

    #[test]
    fn a_share_above_one_or_of_nothing_is_refused() {
        assert!(Ratio::new(2, 1).is_err());
        assert!(Ratio::new(0, 0).is_err());
    }
}
