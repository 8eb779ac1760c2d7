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

/// Rows asked for at once.
const PAGE_ROWS: u32 = 4096;
/// New rows of one document that are looked at, at most: whoever has more compares with another product.
const ROWS_MAX: usize = 16_384;

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

/// All rows, page after page, and whether there are more than are looked at.
fn pages<R>(page: impl Fn(u32) -> Vec<R>) -> (Vec<R>, bool) {
    let mut rows = Vec::new();
    loop {
        let offset = u32::try_from(rows.len()).unwrap_or(u32::MAX);
        let more = page(offset);
        if more.is_empty() {
            return (rows, false);
        }
        rows.extend(more);
        if rows.len() > ROWS_MAX {
            return (rows, true);
        }
    }
}

/// The comparison was cut: nobody knows what else is new. At most a few are stated.
fn cut(rule: &str, name: &str, part: &mut Part) {
    let message = format!("`{name}` cannot be compared: more than {ROWS_MAX} rows differ, {ROWS_MAX} allowed");
    part.stated.push(Finding::new(rule, Severity::High, message).subject(name));
    part.worsen(Verdict::Inconclusive);
}
