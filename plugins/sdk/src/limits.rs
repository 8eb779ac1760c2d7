//! Limits per severity, as policy sets write them: `{critical: 0, high: 0}`.

use crate::{evidence::scan::SeverityCounts, finding::Severity};
use serde::Deserialize;

/// A limit per severity; one that is not named has no limit.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeverityLimits {
    info: Option<u64>,
    low: Option<u64>,
    medium: Option<u64>,
    high: Option<u64>,
    critical: Option<u64>,
}

/// How many there are of a severity, and how many there may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limited {
    /// Of these.
    pub severity: Severity,
    /// So many are there.
    pub count: u64,
    /// So many may be.
    pub max: u64,
}

impl Limited {
    /// Whether there are more than there may be.
    #[must_use]
    pub fn is_exceeded(&self) -> bool {
        self.count > self.max
    }
}

/// Counts of several documents together, from least to worst.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally([u64; 5]);

impl Tally {
    /// Adds those of one document.
    pub fn add(&mut self, counts: &SeverityCounts) {
        for (count, severity) in self.0.iter_mut().zip(Severity::ALL) {
            *count = count.saturating_add(u64::from(counts[severity]));
        }
    }

    /// Adds so many of that severity.
    pub fn add_of(&mut self, severity: Severity, more: u64) {
        let count = &mut self.0[severity as usize];
        *count = count.saturating_add(more);
    }

    /// How many there are of that severity.
    #[must_use]
    pub fn of(&self, severity: Severity) -> u64 {
        self.0[severity as usize]
    }

    /// Of all severities.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.0.iter().fold(0, |total, count| total.saturating_add(*count))
    }
}

impl SeverityLimits {
    /// The limit of a severity, when there is one.
    #[must_use]
    pub fn of(&self, severity: Severity) -> Option<u64> {
        match severity {
            Severity::Info => self.info,
            Severity::Low => self.low,
            Severity::Medium => self.medium,
            Severity::High => self.high,
            Severity::Critical => self.critical,
        }
    }

    /// The least severity that has a limit.
    #[must_use]
    pub fn least(&self) -> Option<Severity> {
        Severity::ALL.into_iter().find(|severity| self.of(*severity).is_some())
    }

    /// The severities that have a limit, the worst first, with what was counted.
    pub fn against(self, tally: Tally) -> impl Iterator<Item = Limited> {
        Severity::ALL.into_iter().rev().filter_map(move |severity| {
            self.of(severity).map(|max| Limited { severity, count: tally.of(severity), max })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Limited, SeverityLimits, Tally};
    use crate::finding::Severity;

    #[test]
    fn a_limit_is_exceeded_above_it_and_severities_without_one_do_not_count() {
        let limits: SeverityLimits = serde_json::from_str(r#"{"low": 2, "critical": 0}"#).unwrap();
        let mut tally = Tally::default();
        for (severity, count) in [(Severity::Low, 2), (Severity::High, 9), (Severity::Critical, 1)] {
            tally.add_of(severity, count);
        }
        let limited = |severity, count, max| Limited { severity, count, max };
        let found: Vec<Limited> = limits.against(tally).collect();
        assert_eq!(found, [limited(Severity::Critical, 1, 0), limited(Severity::Low, 2, 2)]);
        assert_eq!(found.iter().map(Limited::is_exceeded).collect::<Vec<_>>(), [true, false]);
        assert_eq!((limits.least(), tally.total()), (Some(Severity::Low), 12));
    }
}
