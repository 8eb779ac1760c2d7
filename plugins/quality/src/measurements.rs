//! Measurements against their thresholds.

use crate::{
    evidence::{Seen, missing},
    part::{Part, Verdict},
    rules::{EVIDENCE_MISSING, THRESHOLD},
    settings::Threshold,
};
use tidegate_sdk::{
    evidence::{Content, Source, small::Measurement},
    finding::{Finding, Severity},
    text::counted,
};

pub(crate) fn judge(thresholds: &[Threshold], seen: &Seen) -> Part {
    let measured: Vec<(&Source, &Measurement)> = seen
        .all(|content| if let Content::Measurements(measurements) = content { Some(measurements) } else { None })
        .flat_map(|(source, all)| all.iter().map(move |one| (source, one)))
        .collect();
    if measured.is_empty() {
        return missing("measurements");
    }
    let mut part = Part { verdict: Verdict::Fulfilled, share: None, stated: vec![], summary: String::new() };
    let mut kept = 0;
    for threshold in thresholds {
        let named: Vec<_> = measured.iter().filter(|(_, one)| one.name == threshold.name).copied().collect();
        match value(threshold, &named) {
            Ok((source, one)) => {
                let missed = missed(threshold, source, one);
                kept += u64::from(missed.is_empty());
                part.verdict = part.verdict.max(if missed.is_empty() { Verdict::Fulfilled } else { Verdict::Failed });
                part.stated.extend(missed);
            }
            Err(why) => {
                let message = format!("measurement `{}` {why}", threshold.name);
                let finding = Finding::new(EVIDENCE_MISSING, Severity::High, message);
                part.stated.push(finding.subject(threshold.name.clone()));
                part.verdict = Verdict::Inconclusive;
            }
        }
    }
    part.summary = format!("{kept} of {} kept", counted(thresholds.len() as u64, "threshold"));
    part
}

/// The one value that the documents agree on, or why there is none.
fn value<'a>(
    threshold: &Threshold,
    named: &[(&'a Source, &'a Measurement)],
) -> Result<(&'a Source, &'a Measurement), String> {
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

fn missed(threshold: &Threshold, source: &Source, one: &Measurement) -> Vec<Finding> {
    let above = threshold.max.filter(|max| one.value > *max).map(|max| format!("at most {max}"));
    let below = threshold.min.filter(|min| one.value < *min).map(|min| format!("at least {min}"));
    let finding = |required: String| {
        let message = format!("`{}` is {}, {required} required", one.name, shown(one));
        Finding::new(THRESHOLD, Severity::Medium, message).subject(one.name.clone()).evidence(&source.digest).decisive()
    };
    above.into_iter().chain(below).map(finding).collect()
}

fn shown(one: &Measurement) -> String {
    if one.unit.is_empty() { one.value.to_string() } else { format!("{} {}", one.value, one.unit) }
}
