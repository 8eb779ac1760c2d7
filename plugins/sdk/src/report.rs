//! What a gate answers.

use crate::{deployment::Timestamp, finding::Finding};
use std::cmp::Reverse;

/// Findings listed in one report, at most (the host's default limit); [`Report::of`] counts further ones.
pub const FINDINGS_LISTED_MAX: usize = 1000;

/// A conclusion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The rules are fulfilled.
    Pass,
    /// They are not.
    Fail,
    /// Not now; ask again at that moment, when known.
    Hold(Option<Timestamp>),
    /// The rules do not concern this deployment.
    NotApplicable,
    /// The evidence allows no conclusion. Never counts as a pass.
    Inconclusive,
}

/// An exact share: `0 <= numerator <= denominator`, `denominator > 0`; anything else is a malformed report.
#[derive(Debug, Clone, Copy)]
pub struct Ratio {
    /// Of the whole, so much.
    pub numerator: u64,
    /// The whole.
    pub denominator: u64,
}

impl Ratio {
    /// Nothing of what was asked.
    pub const ZERO: Self = Self { numerator: 0, denominator: 1 };

    /// The smaller one; the comparison is exact.
    #[must_use]
    pub fn min(self, other: Self) -> Self {
        let (this, that) = (u128::from(self.numerator), u128::from(other.numerator));
        if this * u128::from(other.denominator) <= that * u128::from(self.denominator) { self } else { other }
    }

    /// As a percentage with at most one decimal, rounded half up, never 100 when below 1.
    #[must_use]
    pub fn percent(self) -> String {
        let (numerator, denominator) = (u128::from(self.numerator), u128::from(self.denominator).max(1));
        let mut tenths = (numerator * 2000 + denominator) / (denominator * 2);
        if numerator < denominator {
            tenths = tenths.min(999);
        }
        let (whole, rest) = (tenths / 10, tenths % 10);
        if rest == 0 { format!("{whole}%") } else { format!("{whole}.{rest}%") }
    }
}

/// Equal shares are equal, however they are written.
impl PartialEq for Ratio {
    fn eq(&self, other: &Self) -> bool {
        u128::from(self.numerator) * u128::from(other.denominator)
            == u128::from(other.numerator) * u128::from(self.denominator)
    }
}

impl Eq for Ratio {}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The conclusion.
    pub outcome: Outcome,
    /// How much of what was asked is fulfilled.
    pub score: Option<Ratio>,
    /// In one sentence.
    pub summary: String,
    /// The most important first.
    pub findings: Vec<Finding>,
    /// Findings beyond those listed.
    pub omitted: u32,
    /// Whether one of those is decisive.
    pub omitted_decisive: bool,
}

impl Report {
    /// `fail` when one finding is decisive, else `pass`. Decisive findings first, then the worst; those above
    /// [`FINDINGS_LISTED_MAX`] are counted, not listed.
    #[must_use]
    pub fn of(findings: Vec<Finding>, score: Option<Ratio>) -> Self {
        let decisive = findings.iter().any(|finding| finding.decisive);
        Self::concluded(if decisive { Outcome::Fail } else { Outcome::Pass }, findings, score)
    }

    /// No conclusion, because of these.
    #[must_use]
    pub fn inconclusive(findings: Vec<Finding>) -> Self {
        Self::concluded(Outcome::Inconclusive, findings, None)
    }

    /// That conclusion, with the findings ordered and counted as in [`Report::of`].
    #[must_use]
    pub fn concluded(outcome: Outcome, mut findings: Vec<Finding>, score: Option<Ratio>) -> Self {
        findings.sort_by_key(|finding| (Reverse(finding.decisive), Reverse(finding.severity)));
        let unlisted = findings.split_off(findings.len().min(FINDINGS_LISTED_MAX));
        Self {
            outcome,
            score,
            summary: String::new(),
            findings,
            omitted: u32::try_from(unlisted.len()).unwrap_or(u32::MAX),
            omitted_decisive: unlisted.iter().any(|finding| finding.decisive),
        }
    }

    /// With this summary.
    #[must_use]
    pub fn summary(self, summary: impl Into<String>) -> Self {
        Self { summary: summary.into(), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::{FINDINGS_LISTED_MAX, Outcome, Ratio, Report};
    use crate::finding::{Finding, Severity};

    fn ratio(numerator: u64, denominator: u64) -> Ratio {
        Ratio { numerator, denominator }
    }

    #[test]
    fn one_decisive_finding_fails() {
        let minor = Finding::new("a", Severity::Critical, "minor");
        let decisive = Finding::new("b", Severity::Low, "decisive").decisive();
        assert_eq!(Report::of(vec![], None).outcome, Outcome::Pass);
        assert_eq!(Report::of(vec![minor.clone()], None).outcome, Outcome::Pass);
        let report = Report::of(vec![minor.clone(), decisive.clone()], None);
        assert_eq!(report.outcome, Outcome::Fail);
        assert_eq!(report.findings, [decisive.clone(), minor.clone()]);
        assert_eq!(Report::inconclusive(vec![minor, decisive]).outcome, Outcome::Inconclusive);
    }

    #[test]
    fn findings_above_the_limit_are_counted_and_a_decisive_one_among_them_is_said() {
        let decisive = |count| vec![Finding::new("a", Severity::Low, "m").decisive(); count];
        let report = Report::of(decisive(FINDINGS_LISTED_MAX), None);
        assert_eq!((report.findings.len(), report.omitted, report.omitted_decisive), (FINDINGS_LISTED_MAX, 0, false));
        let report = Report::of(decisive(FINDINGS_LISTED_MAX + 2), None);
        assert_eq!((report.findings.len(), report.omitted, report.omitted_decisive), (FINDINGS_LISTED_MAX, 2, true));
    }

    #[test]
    fn the_smaller_share_is_found_exactly() {
        let big = u64::MAX;
        assert_eq!(ratio(1, 2).min(ratio(2, 3)).denominator, 2);
        assert_eq!(ratio(big - 1, big).min(ratio(1, 1)).numerator, big - 1);
        assert_eq!(ratio(big - 2, big - 1).min(ratio(big - 1, big)).numerator, big - 2);
        assert_eq!(ratio(1, 2), ratio(2, 4));
        assert_ne!(ratio(big - 2, big - 1), ratio(big - 1, big));
    }

    #[test]
    fn below_one_is_never_printed_as_100() {
        let printed = [ratio(17, 20), ratio(39, 40), ratio(1, 1), ratio(9_999, 10_000), ratio(u64::MAX - 1, u64::MAX)];
        assert_eq!(printed.map(Ratio::percent), ["85%", "97.5%", "100%", "99.9%", "99.9%"]);
    }
}
