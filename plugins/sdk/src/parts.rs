//! A judgement in parts: each group of settings needs its kind of content and concludes by itself; together they are one report.
//!
//! Inconclusive when one part is (a waiver of the other parts' findings must not hide what was never seen), else failed when one
//! failed, else passed.

pub mod baseline;
mod listing;
pub mod scans;
mod seen;

pub use self::{
    listing::Listing,
    seen::{Seen, missing},
};
use crate::{
    describe::Rule,
    finding::{Finding, Severity},
    report::{Outcome, Ratio, Report},
    text::bounded,
};

/// Bytes of a summary, at most.
const SUMMARY_BYTES_MAX: usize = 1024;

/// The rule that [`missing`] cites.
pub const EVIDENCE_MISSING: &str = "evidence.missing";
/// The rule that [`Seen::incomplete`] cites.
pub const EVIDENCE_INCOMPLETE: &str = "evidence.incomplete";

/// The two rules that every plugin in parts has.
#[must_use]
pub fn evidence_rules() -> [Rule; 2] {
    [
        Rule::new(EVIDENCE_MISSING, "What is judged is in the evidence", Severity::High)
            .help("Hand in a document that holds it."),
        Rule::new(EVIDENCE_INCOMPLETE, "Every document is finished", Severity::High)
            .help("Let the tool finish, or configure it so that its report says what it looked at."),
    ]
}

/// One group's conclusion.
#[derive(Debug)]
pub struct Part {
    /// What it is.
    pub verdict: Verdict,
    /// How much of what the group asked is fulfilled, when that is a share.
    pub share: Option<Ratio>,
    /// Findings of which there are few.
    pub stated: Vec<Finding>,
    /// In a few words.
    pub summary: String,
}

/// From best to worst: a failure that a waiver lifts must not take what was never seen along.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// Everything that was asked.
    Fulfilled,
    /// Something that was asked is not fulfilled.
    Failed,
    /// Something that was asked cannot be known.
    Inconclusive,
}

impl Part {
    /// Nothing was found wrong so far.
    #[must_use]
    pub fn fulfilled(share: Option<Ratio>) -> Self {
        Self { verdict: Verdict::Fulfilled, share, stated: Vec::new(), summary: String::new() }
    }

    /// No conclusion, because of this.
    #[must_use]
    pub fn inconclusive(summary: &str, finding: Finding) -> Self {
        Self { verdict: Verdict::Inconclusive, share: None, stated: vec![finding], summary: summary.to_owned() }
    }

    /// Not better than this.
    pub fn worsen(&mut self, verdict: Verdict) {
        self.verdict = self.verdict.max(verdict);
    }

    /// Counts one more thing that was asked towards the share, and whether it is fulfilled.
    pub fn clause(&mut self, kept: bool) {
        let share = self.share.get_or_insert(Ratio { numerator: 0, denominator: 0 });
        share.denominator += 1;
        share.numerator += u64::from(kept);
    }

    /// One report of all parts: the worst verdict, with a score where there is a conclusion.
    #[must_use]
    pub fn together(parts: Vec<Self>, listing: Listing, score: fn(&[Self]) -> Option<Ratio>) -> Report {
        let verdict = parts.iter().map(|part| part.verdict).max();
        let outcome = match verdict {
            Some(Verdict::Fulfilled) => Outcome::Pass,
            Some(Verdict::Failed) => Outcome::Fail,
            // Settings that ask nothing are refused before; an answer to nothing would not be a pass either.
            Some(Verdict::Inconclusive) | None => Outcome::Inconclusive,
        };
        let score = if outcome == Outcome::Inconclusive { None } else { score(&parts) };
        let summaries: Vec<&str> =
            parts.iter().map(|part| part.summary.as_str()).filter(|text| !text.is_empty()).collect();
        let summary = bounded(summaries.join("; "), SUMMARY_BYTES_MAX);
        let (listed, omitted, omitted_decisive) = listing.into_parts();
        let stated = parts.into_iter().flat_map(|part| part.stated);
        let report = Report::concluded(outcome, stated.chain(listed).collect(), score).summary(summary);
        Report {
            omitted: report.omitted.saturating_add(omitted),
            omitted_decisive: report.omitted_decisive || omitted_decisive,
            ..report
        }
    }

    /// The smallest share. A part that has none counts as nothing when it failed, beside one that has; alone it leaves the host
    /// to say 0 or 1.
    #[must_use]
    pub fn smallest_share(parts: &[Self]) -> Option<Ratio> {
        let smallest = parts.iter().filter_map(|part| part.share).reduce(Ratio::min)?;
        let failed = parts.iter().any(|part| part.share.is_none() && part.verdict == Verdict::Failed);
        Some(if failed { Ratio::ZERO } else { smallest })
    }

    /// All shares counted together, where each is a number of things fulfilled of things asked.
    #[must_use]
    pub fn counted_together(parts: &[Self]) -> Option<Ratio> {
        let mut all = Ratio { numerator: 0, denominator: 0 };
        for share in parts.iter().filter_map(|part| part.share) {
            all.numerator = all.numerator.saturating_add(share.numerator);
            all.denominator = all.denominator.saturating_add(share.denominator);
        }
        (all.denominator > 0).then_some(all)
    }
}

#[cfg(test)]
mod tests {
    use super::{Listing, Part, Verdict};
    use crate::report::{Outcome, Ratio};

    fn part(verdict: Verdict, share: Option<(u64, u64)>) -> Part {
        let share = share.map(|(numerator, denominator)| Ratio { numerator, denominator });
        Part { verdict, ..Part::fulfilled(share) }
    }

    #[test]
    fn the_worst_part_decides_and_what_is_not_known_outranks_what_failed() {
        use Verdict::{Failed, Fulfilled, Inconclusive};
        for (verdicts, outcome) in [
            (&[][..], Outcome::Inconclusive),
            (&[Fulfilled, Fulfilled], Outcome::Pass),
            (&[Failed, Fulfilled], Outcome::Fail),
            (&[Failed, Inconclusive, Fulfilled], Outcome::Inconclusive),
        ] {
            let parts = verdicts.iter().map(|verdict| part(*verdict, Some((1, 1)))).collect();
            let report = Part::together(parts, Listing::new(0), Part::counted_together);
            assert_eq!(report.outcome, outcome, "{verdicts:?}");
            assert_eq!(report.score.is_some(), outcome != Outcome::Inconclusive, "{verdicts:?}");
        }
    }

    #[test]
    fn shares_are_the_smallest_or_counted_together() {
        let parts = [part(Verdict::Fulfilled, Some((3, 3))), part(Verdict::Failed, Some((1, 2)))];
        assert_eq!(Part::smallest_share(&parts), Some(Ratio { numerator: 1, denominator: 2 }));
        assert_eq!(Part::counted_together(&parts), Some(Ratio { numerator: 4, denominator: 5 }));
        assert_eq!(Part::counted_together(&[part(Verdict::Fulfilled, None)]), None);
    }
}
