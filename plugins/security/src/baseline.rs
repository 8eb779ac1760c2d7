//! What is new since the last deployment that succeeded.

mod issues;
mod vulnerabilities;

use crate::settings::BaselineSettings;
use tidegate_sdk::{
    evidence::Evidence,
    finding::{Finding, Severity},
    gate::Failure,
    limits::{Limited, SeverityLimits, Tally},
    parts::{Listing, Part, Seen, Verdict, baseline::Before},
};

/// Rows that the host compares at once, at most: as many may be cut, and what was cut is not known.
const ROWS_MAX: u32 = 4096;

pub(crate) fn judge(
    settings: &BaselineSettings,
    seen: &Seen,
    evidence: &Evidence,
    listing: &mut Listing,
) -> Result<Vec<Part>, Failure> {
    let before = match Before::of(evidence)? {
        Before::Documents(before) => before,
        Before::Concluded(part) => return Ok(vec![part]),
    };
    let BaselineSettings { new_vulnerabilities, new_issues } = settings;
    let vulnerabilities = new_vulnerabilities.as_ref().map(|new| vulnerabilities::judge(new, seen, &before, listing));
    let issues = new_issues.as_ref().map(|new| issues::judge(new, seen, &before, listing));
    Ok(vulnerabilities.into_iter().chain(issues).collect())
}

/// New rows against their limits; those of a severity that has too many are listed.
fn against<R>(
    max: SeverityLimits,
    words: (&str, &str),
    rows: &[(Severity, R)],
    finding: impl Fn(&R) -> Finding,
    listing: &mut Listing,
    part: &mut Part,
) {
    let mut tally = Tally::default();
    for (severity, _) in rows {
        tally.add_of(*severity, 1);
    }
    let limited: Vec<Limited> = max.against(tally).collect();
    for one in &limited {
        part.clause(!one.is_exceeded());
        if one.is_exceeded() {
            part.worsen(Verdict::Failed);
            for (_, row) in rows.iter().filter(|(severity, _)| *severity == one.severity) {
                listing.push(finding(row).decisive());
            }
        }
    }
    let summary: Vec<String> = limited.iter().map(|one| in_words(one, words)).collect();
    part.summary = summary.join(", ");
}

fn in_words(one: &Limited, (singular, plural): (&str, &str)) -> String {
    let noun = if one.count == 1 { singular } else { plural };
    format!("{} new {} {noun}", one.count, one.severity.word())
}

/// The comparison was cut: nobody knows what else is new. At most a few are stated.
fn cut(rule: &str, name: &str, part: &mut Part) {
    let message = format!("`{name}` cannot be compared: {ROWS_MAX} rows or more differ, fewer than {ROWS_MAX} allowed");
    part.stated.push(Finding::new(rule, Severity::High, message).subject(name));
    part.worsen(Verdict::Inconclusive);
}
