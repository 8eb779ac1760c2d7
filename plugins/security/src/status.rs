//! What endpoints answer.

use crate::{
    endpoints::{ERROR_FACT, STATUS_FACT, expect, misread, observed},
    remediations::look_at_service,
    rules::STATUS,
    settings::endpoints::EndpointSettings,
};
use tidegate_sdk::{
    evidence::small::Value,
    finding::{Finding, Severity},
    parts::{Listing, Part, Seen, Verdict, missing},
    text::counted,
};

pub(crate) fn judge(settings: &EndpointSettings, seen: &Seen, listing: &mut Listing) -> Part {
    let observed = observed(seen, |name| name == STATUS_FACT || name == ERROR_FACT);
    if observed.is_empty() {
        return missing("the fact `http.status`");
    }
    let accepted: Vec<String> = settings.status.iter().map(u16::to_string).collect();
    let accepted = accepted.join(" or ");
    let mut part = Part::fulfilled(None);
    let mut well = 0_u64;
    for (subject, observations) in &observed {
        let mut verdict = Verdict::Fulfilled;
        for observation in observations {
            let (source, name, value) = observation;
            let answered = match (*name, value) {
                (ERROR_FACT, Value::Text(why)) => format!("could not be reached: {why}"),
                (ERROR_FACT, _) => "could not be reached".to_owned(),
                (_, Value::Number(status)) if settings.status.iter().any(|code| f64::from(*code) == *status) => {
                    continue;
                }
                (_, Value::Number(status)) => format!("answers {status}"),
                _ => {
                    listing.push(misread(subject, observation, "a number"));
                    verdict = Verdict::Inconclusive;
                    continue;
                }
            };
            let message = format!("{subject} {answered}; {accepted} expected");
            let finding = Finding::new(STATUS, Severity::High, message).subject(*subject).fingerprint(*subject);
            listing.push(finding.evidence(&source.digest).remediation(look_at_service()).decisive());
            verdict = verdict.max(Verdict::Failed);
        }
        part.worsen(verdict);
        well += u64::from(verdict == Verdict::Fulfilled);
    }
    let all = observed.len() as u64;
    part.clause(well == all);
    expect("the status", settings.min_endpoints, &settings.expected_subjects, &observed, &mut part);
    part.summary = format!("{well} of {} answered {accepted}", counted(all, "endpoint"));
    part
}
