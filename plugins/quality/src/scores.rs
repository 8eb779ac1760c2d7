//! Lighthouse's score of a category, on every page.

use crate::rules::profile;
use std::collections::BTreeSet;
use tidegate_sdk::{
    decimal::Percent,
    evidence::{Content, Source, small::Measurement},
    finding::{Finding, Severity},
    parts::{EVIDENCE_MISSING, Listing, Part, Seen, Verdict, missing},
    text::counted,
};

/// Every page has to reach it; of two scores of one page both.
pub(crate) fn judge(
    rule: &str,
    category: &str,
    min: Percent,
    min_pages: Option<u64>,
    seen: &Seen,
    listing: &mut Listing,
) -> Part {
    let name = format!("lighthouse.{category}");
    let scored: Vec<(&Source, &Measurement)> = seen
        .all(|content| if let Content::Measurements(all) = content { Some(all) } else { None })
        .flat_map(|(source, all)| all.iter().map(move |one| (source, one)))
        .filter(|(_, one)| one.name == name)
        .collect();
    if scored.is_empty() {
        return missing(&format!("the measurement `{name}`"));
    }
    let pages: BTreeSet<&str> = scored.iter().map(|(_, one)| page(one)).collect();
    let mut reached = 0_u64;
    let mut part = Part::fulfilled(None);
    for (source, one) in &scored {
        match score(one) {
            Some(score) if score.is_at_least(min) => reached += 1,
            Some(_) => {
                part.worsen(Verdict::Failed);
                listing.push(missed(rule, category, min, source, one));
            }
            None => {
                part.worsen(Verdict::Inconclusive);
                let message = format!("`{name}` of {} is {} {}, which is no score", page(one), one.value, one.unit);
                listing.push(Finding::new(EVIDENCE_MISSING, Severity::High, message).subject(page(one)));
            }
        }
    }
    if let Some(min_pages) = min_pages.filter(|min_pages| (pages.len() as u64) < *min_pages) {
        part.worsen(Verdict::Inconclusive);
        let pages = counted(pages.len() as u64, "page");
        let message = format!("`{name}` is there for {pages}, at least {min_pages} expected");
        part.stated.push(Finding::new(EVIDENCE_MISSING, Severity::High, message).subject(name));
    }
    part.summary = format!("{category} reached {min} in {reached} of {}", counted(scored.len() as u64, "score"));
    part
}

fn missed(rule: &str, category: &str, min: Percent, source: &Source, one: &Measurement) -> Finding {
    let message = format!("{} scores {}% in {category}, {min} required", page(one), one.value);
    Finding::new(rule, Severity::Medium, message)
        .subject(page(one))
        .evidence(&source.digest)
        .remediation(profile())
        .decisive()
}

fn page(one: &Measurement) -> &str {
    one.subject.as_deref().unwrap_or("the page")
}

/// A value that is no percentage is no score.
fn score(one: &Measurement) -> Option<Percent> {
    Some(Percent::new(one.value)).filter(|score| one.unit == "%" && score.problem().is_none())
}
