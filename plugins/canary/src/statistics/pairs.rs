//! All differences between a value of the one sample and a value of the other, without writing them down.

/// Two samples, sorted.
#[derive(Debug)]
pub(super) struct Pairs {
    x: Vec<f64>,
    y: Vec<f64>,
}

impl Pairs {
    /// Of finite values.
    pub(super) fn of(x: &[f64], y: &[f64]) -> Self {
        // One zero: they are equal, and their order must not matter.
        let sorted = |values: &[f64]| {
            let mut sorted: Vec<f64> = values.iter().map(|value| value + 0.0).collect();
            sorted.sort_by(f64::total_cmp);
            sorted
        };
        Self { x: sorted(x), y: sorted(y) }
    }

    pub(super) fn sizes(&self) -> (usize, usize) {
        (self.x.len(), self.y.len())
    }

    /// How many differences there are.
    pub(super) fn count(&self) -> u64 {
        self.x.len() as u64 * self.y.len() as u64
    }

    /// Whether a value comes twice, in either or in both.
    pub(super) fn has_ties(&self) -> bool {
        let mut all = [self.x.as_slice(), &self.y].concat();
        all.sort_by(f64::total_cmp);
        all.windows(2).any(|two| matches!(two, [one, next] if one == next))
    }

    /// Twice the number of pairs in which `x` is above, those in which both are equal counted half: 2U.
    pub(super) fn twice_above(&self) -> u64 {
        let below = |bound: f64| self.y.partition_point(|y| *y < bound) as u64;
        let up_to = |bound: f64| self.y.partition_point(|y| *y <= bound) as u64;
        self.x.iter().map(|x| below(*x) + up_to(*x)).sum()
    }

    /// The `rank`th difference from below, counted from 1. Found by halving the numbers there are: the least one that so many
    /// differences do not exceed.
    pub(super) fn difference(&self, rank: u64) -> f64 {
        let (mut low, mut high) = (ordinal(f64::NEG_INFINITY), ordinal(f64::INFINITY));
        while low < high {
            let middle = low + (high - low) / 2;
            if self.up_to(number(middle)) >= rank { high = middle } else { low = middle + 1 }
        }
        number(low) + 0.0
    }

    /// How many differences are not above that. As `x` rises its difference to a `y` does not fall, also when it is rounded, so one
    /// way through both is enough.
    fn up_to(&self, bound: f64) -> u64 {
        let mut from = 0;
        let mut count = 0;
        for x in &self.x {
            while self.y.get(from).is_some_and(|y| x - y > bound) {
                from += 1;
            }
            count += (self.y.len() - from) as u64;
        }
        count
    }
}

/// Where a number stands among all numbers.
fn ordinal(number: f64) -> u64 {
    let bits = number.to_bits();
    if bits >> 63 == 1 { !bits } else { bits | 1 << 63 }
}

fn number(ordinal: u64) -> f64 {
    f64::from_bits(if ordinal >> 63 == 1 { ordinal & !(1 << 63) } else { !ordinal })
}
