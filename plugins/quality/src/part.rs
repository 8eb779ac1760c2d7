//! What one group of settings concluded, and all of them together.

use crate::listing::Listing;
use tidegate_sdk::{
    finding::Finding,
    report::{Outcome, Ratio, Report},
    text::bounded,
};

/// Bytes of a summary, at most.
const SUMMARY_BYTES_MAX: usize = 1024;

/// One group's conclusion.
#[derive(Debug)]
pub(crate) struct Part {
    pub(crate) verdict: Verdict,
    /// How much of what the group asked is fulfilled, when that is a share.
    pub(crate) share: Option<Ratio>,
    /// Findings of which there are few.
    pub(crate) stated: Vec<Finding>,
    pub(crate) summary: String,
}

/// From best to worst: a failure that a waiver lifts must not take what was never seen along.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Verdict {
    Fulfilled,
    Failed,
    Inconclusive,
}

impl Part {
    /// No conclusion, because of this.
    pub(crate) fn inconclusive(summary: &str, finding: Finding) -> Self {
        Self { verdict: Verdict::Inconclusive, share: None, stated: vec![finding], summary: summary.to_owned() }
    }

    /// One report of all parts: the worst verdict, the smallest share.
    pub(crate) fn together(parts: Vec<Self>, listing: Listing) -> Report {
        let verdict = parts.iter().map(|part| part.verdict).max();
        let outcome = match verdict {
            Some(Verdict::Fulfilled) => Outcome::Pass,
            Some(Verdict::Failed) => Outcome::Fail,
            // Settings that ask nothing are refused before; an answer to nothing would not be a pass either.
            Some(Verdict::Inconclusive) | None => Outcome::Inconclusive,
        };
        let score = if outcome == Outcome::Inconclusive { None } else { Self::score(&parts) };
        let summaries: Vec<&str> = parts.iter().map(|part| part.summary.as_str()).collect();
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
    fn score(parts: &[Self]) -> Option<Ratio> {
        let smallest = parts.iter().filter_map(|part| part.share).reduce(Ratio::min)?;
        let failed = parts.iter().any(|part| part.share.is_none() && part.verdict == Verdict::Failed);
        Some(if failed { Ratio::ZERO } else { smallest })
    }
}
