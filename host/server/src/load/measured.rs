//! What came of many questions.

use std::{collections::BTreeMap, time::Duration};

/// Different failures that are told apart, at most.
const FAILURES_MAX: usize = 16;

/// What came of many questions.
#[derive(Debug, Default)]
pub struct Measured {
    /// How many answers had which status.
    pub statuses: BTreeMap<u16, u64>,
    /// How many questions had no answer, by the reason.
    pub failures: BTreeMap<String, u64>,
    /// How long the answers took.
    pub latencies: Latencies,
    /// From the first question to the last answer.
    pub took: Duration,
}

impl Measured {
    pub(super) fn take(&mut self, answer: Result<u16, String>, took: Duration) {
        match answer {
            Ok(status) => {
                *self.statuses.entry(status).or_default() += 1;
                self.latencies.0.push(u64::try_from(took.as_micros()).unwrap_or(u64::MAX));
            }
            Err(why) => self.failed(why, 1),
        }
    }

    fn failed(&mut self, why: String, times: u64) {
        let is_known = self.failures.contains_key(&why) || self.failures.len() < FAILURES_MAX;
        *self.failures.entry(if is_known { why } else { "others".to_owned() }).or_default() += times;
    }

    pub(super) fn add(&mut self, other: Self) {
        for (status, times) in other.statuses {
            *self.statuses.entry(status).or_default() += times;
        }
        other.failures.into_iter().for_each(|(why, times)| self.failed(why, times));
        self.latencies.0.extend(other.latencies.0);
    }

    /// Questions, answered or not.
    #[must_use]
    pub fn asked(&self) -> u64 {
        self.answered() + self.failures.values().sum::<u64>()
    }

    /// Questions that were answered.
    #[must_use]
    pub fn answered(&self) -> u64 {
        self.statuses.values().sum()
    }

    /// Decisions: what was answered with 200 or 409.
    #[must_use]
    pub fn decided(&self) -> u64 {
        [200, 409].iter().filter_map(|status| self.statuses.get(status)).sum()
    }

    /// Decisions a second.
    #[must_use]
    pub fn a_second(&self) -> f64 {
        let seconds = self.took.as_secs_f64();
        let decided = self.decided() as f64;
        if seconds > 0.0 { decided / seconds } else { 0.0 }
    }
}

/// How long answers took, in microseconds.
#[derive(Debug, Default)]
pub struct Latencies(Vec<u64>);

impl Latencies {
    /// So many percent of the answers took no longer; none: there were no answers.
    #[must_use]
    pub fn percentile(&self, percent: f64) -> Option<Duration> {
        let mut sorted = self.0.clone();
        sorted.sort_unstable();
        let rank = (percent / 100.0 * sorted.len() as f64).ceil() as usize;
        sorted
            .get(rank.saturating_sub(1).min(sorted.len().saturating_sub(1)))
            .map(|micros| Duration::from_micros(*micros))
    }
}

#[cfg(test)]
mod tests {
    use super::Measured;
    use std::time::Duration;

    #[test]
    fn percentiles_are_the_nearest_rank() {
        let mut measured = Measured::default();
        (1..=100).rev().for_each(|millis| measured.take(Ok(200), Duration::from_millis(millis)));
        for (percent, millis) in [(0.0, 1), (50.0, 50), (90.0, 90), (99.0, 99), (99.9, 100), (100.0, 100)] {
            assert_eq!(measured.latencies.percentile(percent), Some(Duration::from_millis(millis)), "{percent}");
        }
        assert_eq!(Measured::default().latencies.percentile(50.0), None);
    }

    #[test]
    fn what_is_no_decision_counts_as_none() {
        let mut measured = Measured { took: Duration::from_secs(2), ..Measured::default() };
        for answer in [Ok(200), Ok(409), Ok(503), Err("x".to_owned())] {
            measured.take(answer, Duration::from_millis(1));
        }
        assert_eq!((measured.asked(), measured.answered(), measured.decided()), (4, 3, 2));
        assert!((measured.a_second() - 1.0).abs() < 1e-9);
    }

    #[test]
    fn failures_of_many_kinds_are_counted_together() {
        let mut measured = Measured::default();
        (0..40).for_each(|number| measured.take(Err(format!("failure {number}")), Duration::ZERO));
        assert_eq!((measured.failures.len(), measured.asked()), (17, 40));
    }
}
