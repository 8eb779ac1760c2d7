//! Coverage against that of the baseline.

use super::{documents, sum};
use crate::rules::FALL;
use tidegate_sdk::{
    decimal::Percent,
    finding::{Finding, Remediation, Severity},
    parts::{EVIDENCE_MISSING, Part, Seen, Verdict},
    report::Ratio,
};

/// Lines, and branches where both sides count them. A baseline without coverage is nothing to fall from.
pub(crate) fn compare(max: Percent, seen: &Seen, before: &Seen) -> Part {
    let (now, before) = (documents(seen), documents(before));
    let mut part = Part::fulfilled(None);
    if now.is_empty() || before.is_empty() {
        if !now.is_empty() {
            let message = "the earlier deployment has no coverage to compare with";
            part.stated.push(Finding::new(FALL, Severity::Info, message).subject("coverage"));
        }
        return part;
    }
    let lines = [&before, &now].map(|documents| Some(sum(documents.iter().map(|(_, coverage)| coverage.lines))));
    let branches = [&before, &now].map(|documents| {
        let counted: Option<Vec<Ratio>> = documents.iter().map(|(_, coverage)| coverage.branches).collect();
        counted.map(|counted| sum(counted.into_iter()))
    });
    for (what, sides) in [("lines", lines), ("branches", branches)] {
        if let [Some(before), Some(now)] = sides {
            against(what, max, before, now, &mut part);
        }
    }
    part
}

fn against(what: &str, max: Percent, before: Ratio, now: Ratio, part: &mut Part) {
    let shares = format!("{} of {what} covered, {} before", now.percent(), before.percent());
    match max.is_exceeded_by_fall(before, now) {
        Some(false) => {}
        Some(true) => {
            let points = max.to_string().replace('%', "");
            let message = format!("{shares}: it may fall by at most {points} points");
            let finding = Finding::new(FALL, Severity::Medium, message).subject(what).decisive();
            part.stated.push(finding.remediation(Remediation::new("cover what the change added or touched")));
            part.worsen(Verdict::Failed);
        }
        None => {
            let message = format!("{what} cannot be compared: more of them than can be counted");
            part.stated.push(Finding::new(EVIDENCE_MISSING, Severity::High, message).subject(what));
            part.worsen(Verdict::Inconclusive);
        }
    }
    if !part.summary.is_empty() {
        part.summary.push_str(", ");
    }
    part.summary.push_str(&shares);
}
