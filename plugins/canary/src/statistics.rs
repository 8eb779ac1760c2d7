//! Two samples compared by their ranks.
//!
//! The interval's ends are order statistics of all differences between a value of the one and a value of the other. Which ones
//! follows from the distribution of U: exactly where both samples are small and no value comes twice, and else from its normal
//! approximation, without regard to ties, which makes the interval wider rather than too narrow. So the ends are differences that
//! were seen, not the roots of an equation.

mod exact;
mod pairs;

use pairs::Pairs;

/// From so many values on the normal approximation is good enough.
const EXACT_BELOW: usize = 50;

/// How sure an interval is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Confidence {
    /// 90 percent.
    P90,
    /// 95 percent.
    P95,
    /// 98 percent.
    P98,
    /// 99 percent.
    P99,
}

impl Confidence {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::P90, Self::P95, Self::P98, Self::P99];

    /// Of a hundred.
    #[must_use]
    pub fn percent(self) -> u32 {
        match self {
            Self::P90 => 90,
            Self::P95 => 95,
            Self::P98 => 98,
            Self::P99 => 99,
        }
    }

    /// One of so many lies beyond one end of the interval.
    fn tail(self) -> u128 {
        match self {
            Self::P90 => 20,
            Self::P95 => 40,
            Self::P98 => 100,
            Self::P99 => 200,
        }
    }

    /// The standard normal distribution's quantile of that tail.
    fn normal_quantile(self) -> f64 {
        match self {
            Self::P90 => 1.644_853_626_951_472_2,
            Self::P95 => 1.959_963_984_540_054,
            Self::P98 => 2.326_347_874_040_840_8,
            Self::P99 => 2.575_829_303_548_900_4,
        }
    }
}

/// What a comparison comes to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Comparison {
    /// By how much the first sample is shifted against the second: the median of all differences.
    pub estimate: f64,
    /// The least and the largest shift that the samples allow, with the confidence asked for.
    pub interval: (f64, f64),
    /// In how large a share of all pairs the first sample's value is above the second's; equal ones count half.
    pub effect: f64,
}

/// Why two samples cannot be compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Incomparable {
    /// So few values allow no interval that is so sure.
    TooFew,
    /// One of them is not finite.
    NotFinite,
}

/// Compares `x` with `y`, in whatever order their values are.
pub fn compare(x: &[f64], y: &[f64], confidence: Confidence) -> Result<Comparison, Incomparable> {
    if x.iter().chain(y).any(|value| !value.is_finite()) {
        return Err(Incomparable::NotFinite);
    }
    let pairs = Pairs::of(x, y);
    let rank = lower_rank(&pairs, confidence).ok_or(Incomparable::TooFew)?;
    let count = pairs.count();
    let middle = (pairs.difference(count.div_ceil(2)), pairs.difference(count / 2 + 1));
    Ok(Comparison {
        estimate: middle.0 / 2.0 + middle.1 / 2.0,
        interval: (pairs.difference(rank), pairs.difference(count + 1 - rank)),
        effect: pairs.twice_above() as f64 / (2 * count) as f64,
    })
}

/// The median; none of nothing.
#[must_use]
pub fn median(values: &[f64]) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let lower = sorted.get(sorted.len().checked_sub(1)? / 2)?;
    let upper = sorted.get(sorted.len() / 2)?;
    Some(lower / 2.0 + upper / 2.0)
}

/// Counted from 1, which of all differences is the interval's lower end; none: there is no interval that is so sure.
fn lower_rank(pairs: &Pairs, confidence: Confidence) -> Option<u64> {
    let (n, m) = pairs.sizes();
    if n == 0 || m == 0 {
        return None;
    }
    if n < EXACT_BELOW && m < EXACT_BELOW && !pairs.has_ties() {
        return exact::lower_rank(n, m, confidence.tail());
    }
    let (n, m) = (n as f64, m as f64);
    let deviation = (n * m * (n + m + 1.0) / 12.0).sqrt();
    let rank = (n * m / 2.0 - confidence.normal_quantile() * deviation).floor();
    (rank >= 1.0).then_some(rank as u64)
}
