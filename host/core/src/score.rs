//! The overall score: exact, and never the reason by itself.

use crate::{
    policy::Mode,
    ratio::percent,
    stage_result::{Conclusion, StageResult},
};
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::Zero as _;
use std::fmt;

/// Σ wᵢ·rᵢ / Σ wᵢ over the stages that passed or failed, exact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Score {
    /// `None` when no stage could be counted.
    pub share: Option<BigRational>,
    /// Stages counted.
    pub counted: usize,
    /// Stages that could have been: scored, not skipped and concerned.
    pub of: usize,
}

/// The score of these stages: counted are those of mode block or warn and weight > 0 that passed or failed.
#[must_use]
pub fn score(stages: &[StageResult]) -> Score {
    let scored = |stage: &&StageResult| {
        matches!(stage.mode, Mode::Block | Mode::Warn)
            && stage.weight > 0
            && !matches!(stage.conclusion, Conclusion::Skipped | Conclusion::NotApplicable)
    };
    let (mut sum, mut weights, mut counted, mut of) = (BigRational::zero(), BigInt::zero(), 0, 0);
    for stage in stages.iter().filter(scored) {
        of += 1;
        if let Some(ratio) = &stage.ratio {
            let weight = BigInt::from(stage.weight);
            sum += ratio * BigRational::from_integer(weight.clone());
            weights += weight;
            counted += 1;
        }
    }
    let share = (!weights.is_zero()).then(|| sum / BigRational::from_integer(weights));
    Score { share, counted, of }
}

impl fmt::Display for Score {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.share {
            None => f.write_str("n/a"),
            Some(share) if self.counted == self.of => f.write_str(&percent(share)),
            Some(share) => write!(f, "{} ({} of {} stages)", percent(share), self.counted, self.of),
        }
    }
}
