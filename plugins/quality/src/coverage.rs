//! Coverage against its minima.

mod fall;

pub(crate) use self::fall::compare;
use crate::{
    rules::{BRANCHES, LINES},
    settings::CoverageSettings,
};
use tidegate_sdk::{
    decimal::Percent,
    evidence::{Content, Source, small::Coverage},
    finding::{Finding, Remediation, Severity},
    parts::{EVIDENCE_MISSING, Part, Seen, Verdict, missing},
    report::Ratio,
};

fn documents(seen: &Seen) -> Vec<(&Source, &Coverage)> {
    seen.all(|content| if let Content::Coverage(coverage) = content { Some(coverage) } else { None }).collect()
}

pub(crate) fn judge(settings: &CoverageSettings, seen: &Seen) -> Part {
    let documents = documents(seen);
    if documents.is_empty() {
        return missing("coverage");
    }
    let mut part = Part::fulfilled(None);
    let mut summaries = Vec::new();
    if let Some(min) = settings.min_lines {
        let lines = sum(documents.iter().map(|(_, coverage)| coverage.lines));
        summaries.push(against(LINES, "lines", min, lines, &mut part));
    }
    if let Some(min) = settings.min_branches {
        match documents.iter().find(|(_, coverage)| coverage.branches.is_none()) {
            Some((source, _)) => {
                let message = format!("document `{}` ({}) does not count branches", source.name, source.format);
                let finding = Finding::new(EVIDENCE_MISSING, Severity::High, message);
                part.stated.push(finding.subject("branch coverage").evidence(&source.digest));
                part.verdict = Verdict::Inconclusive;
                summaries.push("branches not counted".to_owned());
            }
            None => {
                let branches = sum(documents.iter().filter_map(|(_, coverage)| coverage.branches));
                summaries.push(against(BRANCHES, "branches", min, branches, &mut part));
            }
        }
    }
    part.summary = summaries.join(", ");
    part
}

fn against(rule: &str, what: &str, min: Percent, covered: Ratio, part: &mut Part) -> String {
    let fulfilled = min.fulfilled_by(covered);
    part.share = Some(part.share.map_or(fulfilled, |share| share.min(fulfilled)));
    let summary = format!("{} of {what} covered", covered.percent());
    if !min.is_met_by(covered) {
        let Ratio { numerator, denominator } = covered;
        let message = format!("{summary} ({numerator} of {denominator}), {min} required");
        let finding = Finding::new(rule, Severity::Medium, message).subject(what).decisive();
        part.stated.push(finding.remediation(Remediation::new("cover what the change added or touched")));
        part.verdict = part.verdict.max(Verdict::Failed);
    }
    summary
}

/// Of all documents together. Sums that 64 bits cannot hold are nobody's coverage; they are taken for nothing covered.
fn sum(ratios: impl Iterator<Item = Ratio>) -> Ratio {
    let mut sum = Some((0_u64, 0_u64));
    for ratio in ratios {
        sum = sum.and_then(|(numerator, denominator)| {
            Some((numerator.checked_add(ratio.numerator)?, denominator.checked_add(ratio.denominator)?))
        });
    }
    match sum {
        Some((numerator, denominator)) if denominator > 0 => Ratio { numerator, denominator },
        _ => Ratio::ZERO,
    }
}
