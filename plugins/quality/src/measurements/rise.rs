//! Measurements against those of the baseline, each on whatever it was measured.

use super::{Measured, measured, on_subjects, shown, unknown, value};
use crate::{rules::RISE, settings::Threshold};
use tidegate_sdk::{
    evidence::{Source, small::Measurement},
    finding::{Finding, Remediation, Severity},
    parts::{Listing, Part, Seen, Verdict},
    text::counted,
};

/// The thresholds that say how much may be more than before. What was not measured then is nothing to rise from.
pub(crate) fn compare(thresholds: &[Threshold], seen: &Seen, before: &Seen, listing: &mut Listing) -> Part {
    let (now, before) = (measured(seen), measured(before));
    let mut part = Part::fulfilled(None);
    let mut compared = 0;
    for threshold in thresholds {
        let Some(max) = threshold.rise_max_percent else { continue };
        let then = on_subjects(threshold, &before);
        for (subject, values) in on_subjects(threshold, &now) {
            // That it has no value is said of it already.
            let Ok((source, one)) = value(threshold, &values) else { continue };
            match then.get(&subject).map(|values| value(threshold, values)) {
                None => listing.push(new(one)),
                Some(Err(why)) => {
                    listing.push(unknown(threshold, subject, &format!("in the earlier deployment {why}")));
                    part.worsen(Verdict::Inconclusive);
                }
                Some(Ok(earlier)) => {
                    compared += 1;
                    part.worsen(against((max, threshold), (source, one), earlier, listing));
                }
            }
        }
    }
    part.summary = format!("{} compared", counted(compared, "measurement"));
    part
}

fn new(one: &Measurement) -> Finding {
    let message = format!("the earlier deployment has no `{}` to compare with", one.name);
    Finding::new(RISE, Severity::Info, message).subject(one.name.clone())
}

/// A hundredth more than allowed is more.
fn against(
    (max, threshold): (f64, &Threshold),
    (source, now): (&Source, &Measurement),
    (_, before): Measured<'_>,
    listing: &mut Listing,
) -> Verdict {
    if now.unit != before.unit {
        let why = format!("is in `{}`, and was in `{}`", now.unit, before.unit);
        listing.push(unknown(threshold, now.subject.as_deref(), &why));
        return Verdict::Inconclusive;
    }
    if now.value * 100.0 <= before.value * (100.0 + max) {
        return Verdict::Fulfilled;
    }
    let on = now.subject.as_ref().map(|subject| format!(" on {subject}")).unwrap_or_default();
    let message =
        format!("`{}`{on} is {}, {} before: at most {max} % more allowed", now.name, shown(now), shown(before));
    let subject = now.subject.as_ref().map_or_else(|| now.name.clone(), |on| format!("{} {on}", now.name));
    let finding = Finding::new(RISE, Severity::Medium, message).subject(subject).evidence(&source.digest).decisive();
    listing.push(finding.remediation(Remediation::new("find out what became slower since the last deployment")));
    Verdict::Failed
}
