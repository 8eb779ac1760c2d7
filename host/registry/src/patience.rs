//! How often something that may pass is tried, and how long is waited in between.

use std::time::Duration;

/// How patiently a registry is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Patience {
    /// How often it is tried in all, at least once.
    pub attempts: u32,
    /// The first wait; each further one is twice as long.
    pub wait_first: Duration,
    /// The longest wait, also where the registry asks for a longer one.
    pub wait_max: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { attempts: 5, wait_first: Duration::from_millis(500), wait_max: Duration::from_secs(30) }
    }
}

impl Patience {
    /// How long to wait after so many attempts that failed, where the registry asked for `wished`; `None`: no more of them.
    #[must_use]
    pub fn after(&self, failed: u32, wished: Option<Duration>) -> Option<Duration> {
        if failed >= self.attempts {
            return None;
        }
        let doubled = 2_u32.saturating_pow(failed.saturating_sub(1));
        let own = self.wait_first.saturating_mul(doubled);
        Some(wished.map_or(own, |wished| wished.max(own)).min(self.wait_max))
    }
}

#[cfg(test)]
mod tests {
    use super::Patience;
    use std::time::Duration;

    #[test]
    fn waits_double_up_to_the_longest_and_end() {
        let patience = Patience { attempts: 5, wait_first: Duration::from_secs(1), wait_max: Duration::from_secs(3) };
        let waits: Vec<Option<u64>> = (1..=6).map(|n| patience.after(n, None).map(|wait| wait.as_secs())).collect();
        assert_eq!(waits, [Some(1), Some(2), Some(3), Some(3), None, None]);
        assert_eq!(
            Patience { attempts: u32::MAX, ..patience }.after(4_000_000_000, None),
            Some(Duration::from_secs(3))
        );
    }

    #[test]
    fn what_the_registry_asks_for_counts_within_bounds() {
        let patience = Patience { attempts: 2, wait_first: Duration::from_secs(1), wait_max: Duration::from_secs(3) };
        for (wished, expected) in [(0, 1), (2, 2), (3600, 3)] {
            assert_eq!(patience.after(1, Some(Duration::from_secs(wished))), Some(Duration::from_secs(expected)));
        }
    }
}
