//! Facts of probes, by the endpoint that they are true of, and endpoints that have to be among them.

use std::collections::BTreeMap;
use tidegate_sdk::{
    evidence::{
        Content, Source,
        small::{Fact, Value},
    },
    finding::{Finding, Severity},
    parts::{EVIDENCE_MISSING, Part, Seen, Verdict},
    pattern,
    text::counted,
};

/// The status of an endpoint that answered.
pub(crate) const STATUS_FACT: &str = "http.status";
/// Why an endpoint could not be reached: it has no status then.
pub(crate) const ERROR_FACT: &str = "probe.error";

/// A fact's name and value, and the document it is in.
pub(crate) type Observation<'a> = (&'a Source, &'a str, &'a Value);

/// What was observed of each endpoint.
pub(crate) type Observed<'a> = BTreeMap<&'a str, Vec<Observation<'a>>>;

/// Facts of these names. One without a subject is true of everything that its document speaks of, by the document's name.
pub(crate) fn observed(seen: &Seen, wanted: impl Fn(&str) -> bool) -> Observed<'_> {
    let mut observed = Observed::new();
    let facts = seen.all(|content| if let Content::Facts(facts) = content { Some(facts) } else { None });
    for (source, facts) in facts {
        for Fact { name, subject, value } in facts.iter().filter(|fact| wanted(&fact.name)) {
            let subject = subject.as_deref().unwrap_or(&source.name);
            observed.entry(subject).or_default().push((source, name, value));
        }
    }
    observed
}

/// Endpoints that have to be there: an endpoint that was not looked at is not one that is well.
pub(crate) fn expect(what: &str, min: Option<u64>, subjects: &[String], observed: &Observed<'_>, part: &mut Part) {
    let count = observed.len() as u64;
    if let Some(min) = min.filter(|min| count < *min) {
        let message = format!("{what} of {} observed, at least {min} expected", counted(count, "endpoint"));
        part.stated.push(Finding::new(EVIDENCE_MISSING, Severity::High, message).subject(what));
        part.worsen(Verdict::Inconclusive);
    }
    let is_there = |expected: &str| {
        let expected = without_slash(expected);
        observed.keys().any(|subject| pattern::matches(expected, without_slash(subject)))
    };
    for expected in subjects.iter().filter(|expected| !is_there(expected)) {
        let message = format!("{what} of {expected} was not observed");
        part.stated.push(Finding::new(EVIDENCE_MISSING, Severity::High, message).subject(expected));
        part.worsen(Verdict::Inconclusive);
    }
}

/// `https://a.example` and `https://a.example/` are one place.
fn without_slash(url: &str) -> &str {
    url.strip_suffix('/').unwrap_or(url)
}

/// The kind of a value, for people.
pub(crate) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Text(_) => "a text",
        Value::Number(_) => "a number",
        Value::Flag(_) => "a flag",
        Value::Time(_) => "a time",
    }
}

/// A fact of the wrong kind: whoever wrote it meant something else.
pub(crate) fn misread(subject: &str, (source, name, value): &Observation<'_>, expected: &str) -> Finding {
    let message = format!("the fact `{name}` of {subject} is {}, not {expected}", kind(value));
    Finding::new(EVIDENCE_MISSING, Severity::High, message).subject(subject).evidence(&source.digest)
}

/// An endpoint that could not be reached, and what is unknown for that.
pub(crate) fn unreached(subject: &str, observations: &[Observation<'_>], unknown: &str) -> Finding {
    let why = observations.iter().find_map(|(_, name, value)| match value {
        Value::Text(why) if *name == ERROR_FACT => Some(why.as_str()),
        _ => None,
    });
    let message = format!("{subject} could not be reached ({}): {unknown}", why.unwrap_or("no reason given"));
    Finding::new(EVIDENCE_MISSING, Severity::High, message).subject(subject)
}
