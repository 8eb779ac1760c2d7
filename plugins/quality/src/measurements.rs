//! Measurements against their thresholds, each on whatever it was measured.

mod rise;

pub(crate) use self::rise::compare;
use crate::{rules::THRESHOLD, settings::Threshold};
use std::collections::BTreeMap;
use tidegate_sdk::{
    evidence::{Content, Source, small::Measurement},
    finding::{Finding, Severity},
    parts::{EVIDENCE_MISSING, Listing, Part, Seen, Verdict, missing},
    pattern,
    text::counted,
};

/// A measurement and the document it is in.
type Measured<'a> = (&'a Source, &'a Measurement);

fn measured(seen: &Seen) -> Vec<Measured<'_>> {
    seen.all(|content| if let Content::Measurements(measurements) = content { Some(measurements) } else { None })
        .flat_map(|(source, all)| all.iter().map(move |one| (source, one)))
        .collect()
}

/// What a threshold means of these, by what it was measured on.
fn on_subjects<'a>(threshold: &Threshold, named: &[Measured<'a>]) -> BTreeMap<Option<&'a str>, Vec<Measured<'a>>> {
    let meant = |one: &Measurement| match &threshold.subject {
        Some(pattern) => one.subject.as_deref().is_some_and(|subject| pattern::matches(pattern, subject)),
        None => true,
    };
    let mut subjects: BTreeMap<Option<&str>, Vec<Measured<'_>>> = BTreeMap::new();
    for one in named.iter().filter(|(_, one)| one.name == threshold.name && meant(one)) {
        subjects.entry(one.1.subject.as_deref()).or_default().push(*one);
    }
    subjects
}

pub(crate) fn judge(thresholds: &[Threshold], seen: &Seen, listing: &mut Listing) -> Part {
    let measured = measured(seen);
    if measured.is_empty() {
        return missing("measurements");
    }
    // Once for all thresholds, each of which looks at its own name alone.
    let mut by_name: BTreeMap<&str, Vec<Measured<'_>>> = BTreeMap::new();
    for one in measured {
        by_name.entry(&one.1.name).or_default().push(one);
    }
    let mut part = Part::fulfilled(None);
    let mut kept = 0;
    for threshold in thresholds {
        let named = by_name.get(threshold.name.as_str()).map(Vec::as_slice).unwrap_or_default();
        let verdict = against(threshold, named, listing, &mut part.stated);
        kept += u64::from(verdict == Verdict::Fulfilled);
        part.worsen(verdict);
    }
    part.summary = format!("{kept} of {} kept", counted(thresholds.len() as u64, "threshold"));
    part
}

/// Each subject by itself: what is measured on one page says nothing about another.
fn against(threshold: &Threshold, named: &[Measured<'_>], listing: &mut Listing, stated: &mut Vec<Finding>) -> Verdict {
    let subjects = on_subjects(threshold, named);
    if subjects.is_empty() {
        stated.push(unknown(threshold, None, "is in no document"));
        return Verdict::Inconclusive;
    }
    let mut verdict = Verdict::Fulfilled;
    let found = subjects.len() as u64;
    if let Some(min) = threshold.min_subjects.filter(|min| found < *min) {
        let why = format!("is measured on {found}, at least {min} expected");
        stated.push(unknown(threshold, None, &why));
        verdict = Verdict::Inconclusive;
    }
    for (subject, values) in subjects {
        match value(threshold, &values) {
            Ok((source, one)) => {
                for finding in missed(threshold, source, one) {
                    listing.push(finding);
                    verdict = verdict.max(Verdict::Failed);
                }
            }
            Err(why) => {
                listing.push(unknown(threshold, subject, &why));
                verdict = Verdict::Inconclusive;
            }
        }
    }
    verdict
}

fn unknown(threshold: &Threshold, subject: Option<&str>, why: &str) -> Finding {
    let on = subject.or(threshold.subject.as_deref()).map(|subject| format!(" on {subject}")).unwrap_or_default();
    let message = format!("measurement `{}`{on} {why}", threshold.name);
    Finding::new(EVIDENCE_MISSING, Severity::High, message).subject(threshold.name.clone())
}

/// The one value that the documents agree on, or why there is none.
fn value<'a>(threshold: &Threshold, named: &[Measured<'a>]) -> Result<Measured<'a>, String> {
    let Some((source, first)) = named.first() else { return Err("is in no document".to_owned()) };
    if let Some((_, one)) = named.iter().find(|(_, one)| !one.value.is_finite()) {
        return Err(format!("is {}, which is no number to compare", one.value));
    }
    if let Some((_, other)) = named.iter().find(|(_, one)| one.value != first.value || one.unit != first.unit) {
        return Err(format!("has two values: {} and {}", shown(first), shown(other)));
    }
    match &threshold.unit {
        Some(unit) if *unit != first.unit => Err(format!("is in `{}`, not in `{unit}`", first.unit)),
        _ => Ok((source, first)),
    }
}

/// The name alone is the finding's subject where it was measured on no page in particular, so that waivers keep their meaning.
fn missed(threshold: &Threshold, source: &Source, one: &Measurement) -> Vec<Finding> {
    let above = threshold.max.filter(|max| one.value > *max).map(|max| format!("at most {max}"));
    let below = threshold.min.filter(|min| one.value < *min).map(|min| format!("at least {min}"));
    let on = one.subject.as_ref().map(|subject| format!(" on {subject}")).unwrap_or_default();
    let finding = |required: String| {
        let message = format!("`{}`{on} is {}, {required} required", one.name, shown(one));
        let subject = one.subject.as_ref().map_or_else(|| one.name.clone(), |on| format!("{} {on}", one.name));
        Finding::new(THRESHOLD, Severity::Medium, message).subject(subject).evidence(&source.digest).decisive()
    };
    above.into_iter().chain(below).map(finding).collect()
}

fn shown(one: &Measurement) -> String {
    if one.unit.is_empty() { one.value.to_string() } else { format!("{} {}", one.value, one.unit) }
}
