//! Barriers for people, and Lighthouse's score, against what is asked.
//!
//! What a tool could not decide ("needs review") makes its document unfinished: the host does not ask about such a one.

use crate::{
    issues::{filter, judged, looks_for_barriers, scans},
    rules::{BARRIERS, SCORE, remove_barriers},
    scores,
    settings::AccessibilitySettings,
};
use tidegate_sdk::parts::{Listing, Part, Seen, scans::IssueRule};

/// Of Lighthouse.
const CATEGORY: &str = "accessibility";

pub(crate) fn judge(settings: &AccessibilitySettings, seen: &Seen, listing: &mut Listing) -> Vec<Part> {
    let mut parts = Vec::new();
    if let Some(max) = settings.max {
        let mut scans = scans(seen);
        scans.retain(|(source, scan)| looks_for_barriers(&settings.evidence, source, scan));
        let rule = IssueRule {
            rule: BARRIERS,
            noun: "barrier",
            max,
            filter: filter(&settings.except, &settings.except_under, settings.include_suppressed),
            remediation: remove_barriers,
        };
        parts.push(judged(&rule, &scans, "scan for accessibility", listing));
    }
    if let Some(min) = settings.min_score {
        parts.push(scores::judge(SCORE, CATEGORY, min, settings.min_pages, seen, listing));
    }
    parts
}
