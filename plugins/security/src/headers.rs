//! Headers that every endpoint has to send.

use crate::{
    endpoints::{ERROR_FACT, Observation, Observed, STATUS_FACT, expect, misread, observed, unreached},
    remediations::send_header,
    rules::HEADERS,
    settings::endpoints::{HeaderExpectation, HeaderSettings},
};
use tidegate_sdk::{
    evidence::{Source, small::Value},
    finding::{Finding, Severity},
    parts::{Listing, Part, Seen, Verdict, missing},
    pattern,
    text::{bounded, counted},
};

/// What a fact of a header begins with.
const FACT: &str = "header.";
const HSTS: &str = "strict-transport-security";
const DAY_SECONDS: u64 = 24 * 3600;
/// Bytes of a header's value that are shown, at most.
const SHOWN_BYTES_MAX: usize = 120;

pub(crate) fn judge(settings: &HeaderSettings, seen: &Seen, listing: &mut Listing) -> Part {
    // An endpoint that answered counts, whether it sent one of the headers or not.
    let observed = observed(seen, |name| name == STATUS_FACT || name == ERROR_FACT || name.starts_with(FACT));
    if observed.is_empty() {
        return missing("facts about headers");
    }
    let mut part = Part::fulfilled(None);
    let (silent, answering): (Observed<'_>, Observed<'_>) = observed
        .clone()
        .into_iter()
        .partition(|(_, observations)| observations.iter().any(|(_, name, _)| *name == ERROR_FACT));
    for (subject, observations) in &silent {
        listing.push(unreached(subject, observations, "its headers are unknown"));
        part.worsen(Verdict::Inconclusive);
    }
    let all = answering.len() as u64;
    let mut expected = settings.expected.clone();
    if settings.min_hsts_days.is_some() && !expected.iter().any(|header| header.name == HSTS) {
        expected.push(HeaderExpectation { name: HSTS.to_owned(), any_of: Vec::new() });
    }
    let mut kept = 0_u64;
    for header in &expected {
        let mut worst = Verdict::Fulfilled;
        for (subject, observations) in &answering {
            let (verdict, finding) = look(header, settings, subject, observations);
            worst = worst.max(verdict);
            if let Some(finding) = finding {
                listing.push(finding);
            }
        }
        part.worsen(worst);
        part.clause(worst == Verdict::Fulfilled);
        kept += u64::from(worst == Verdict::Fulfilled);
    }
    expect("the headers", settings.min_endpoints, &settings.expected_subjects, &observed, &mut part);
    let headers = counted(expected.len() as u64, "header");
    part.summary = format!("{kept} of {headers} sent by {}", counted(all, "endpoint"));
    part
}

/// A header that is sent twice has to be right both times: which one counts is the browser's choice.
fn look(
    header: &HeaderExpectation,
    settings: &HeaderSettings,
    subject: &str,
    observations: &[Observation<'_>],
) -> (Verdict, Option<Finding>) {
    let is_it = |name: &str| name.strip_prefix(FACT).is_some_and(|name| name == header.name);
    let sent = observations.iter().filter(|(_, name, _)| is_it(name));
    // One document's word that it is there cannot cure another's that saw it missing.
    let sees_it = |one: &Source| sent.clone().any(|(source, ..)| std::ptr::eq(*source, one));
    if !observations.iter().all(|(source, ..)| sees_it(source)) {
        let message = format!("{subject} does not send `{}`", header.name);
        return (Verdict::Failed, Some(finding(header, subject, message)));
    }
    for observation in sent {
        let (source, _, value) = observation;
        let Value::Text(value) = value else {
            return (Verdict::Inconclusive, Some(misread(subject, observation, "a text")));
        };
        if let Some(wrong) = wrong(header, settings, value) {
            let shown = bounded(value.clone(), SHOWN_BYTES_MAX);
            let message = format!("{subject} sends `{}: {shown}`, {wrong}", header.name);
            return (Verdict::Failed, Some(finding(header, subject, message).evidence(&source.digest)));
        }
    }
    (Verdict::Fulfilled, None)
}

fn finding(header: &HeaderExpectation, subject: &str, message: String) -> Finding {
    Finding::new(HEADERS, Severity::Medium, message)
        .subject(subject)
        .fingerprint(format!("{} {subject}", header.name))
        .remediation(send_header())
        .decisive()
}

/// What is wrong with the value, in words to follow it.
fn wrong(header: &HeaderExpectation, settings: &HeaderSettings, value: &str) -> Option<String> {
    let value = value.trim().to_ascii_lowercase();
    if value.is_empty() {
        return Some("which is empty".to_owned());
    }
    let accepted = |pattern: &String| pattern::matches(&pattern.to_ascii_lowercase(), &value);
    if !header.any_of.is_empty() && !header.any_of.iter().any(accepted) {
        return Some(format!("`{}` expected", header.any_of.join("` or `")));
    }
    if header.name != HSTS {
        return None;
    }
    // Without a `max-age` the header is void, and one of 0 takes the protection back.
    let seconds = max_age(&value).unwrap_or_default();
    let days = settings.min_hsts_days.unwrap_or_default();
    let enough = seconds > 0 && seconds >= days.saturating_mul(DAY_SECONDS);
    let least = if days == 0 { "above 0".to_owned() } else { format!("of at least {}", counted(days, "day")) };
    (!enough).then(|| format!("a `max-age` {least} expected"))
}

/// Seconds, of the first directive of that name.
fn max_age(value: &str) -> Option<u64> {
    let directive =
        value.split(';').find_map(|directive| directive.trim().strip_prefix("max-age")?.trim().strip_prefix('='));
    directive?.trim().trim_matches('"').parse().ok()
}

#[cfg(test)]
mod tests {
    use super::max_age;

    #[test]
    fn the_age_of_strict_transport_security_is_read() {
        for (value, seconds) in [
            ("max-age=31536000; includesubdomains", Some(31_536_000)),
            ("includesubdomains; max-age = \"60\"", Some(60)),
            ("max-age=0", Some(0)),
            ("max-age", None),
            ("max-agex=9", None),
            ("max-age=-1", None),
            ("max-age=99999999999999999999", None),
            ("preload", None),
        ] {
            assert_eq!(max_age(value), seconds, "{value}");
        }
    }
}
