//! How long certificates are still valid, and whether they are trusted.

use crate::{
    endpoints::{ERROR_FACT, Observation, expect, misread, observed, unreached},
    remediations::renew,
    rules::{CERTIFICATES, TRUST},
    settings::endpoints::CertificateSettings,
};
use std::collections::BTreeSet;
use tidegate_sdk::{
    deployment::Timestamp,
    evidence::{Source, small::Value},
    finding::{Finding, Severity},
    parts::{EVIDENCE_MISSING, Listing, Part, Seen, Verdict, missing},
    text::counted,
};

const END_FACT: &str = "certificate.not_after";
const TRUST_FACT: &str = "certificate.trusted";
const DAY_NANOS: u64 = 24 * 3600 * 1_000_000_000;

/// More than so many days have to be left; of several ends of one endpoint, each.
pub(crate) fn judge(settings: &CertificateSettings, seen: &Seen, now: Timestamp, listing: &mut Listing) -> Part {
    let observed = observed(seen, |name| [END_FACT, TRUST_FACT, ERROR_FACT].contains(&name));
    if !observed.values().flatten().any(|(_, name, _)| *name == END_FACT) {
        return missing("the fact `certificate.not_after`");
    }
    let mut part = Part::fulfilled(None);
    let mut well = 0_u64;
    for (subject, observations) in &observed {
        let verdict = look(settings, subject, observations, now, listing);
        part.worsen(verdict);
        well += u64::from(verdict == Verdict::Fulfilled);
    }
    let all = observed.len() as u64;
    part.clause(well == all);
    expect("the certificate", settings.min_endpoints, &settings.expected_subjects, &observed, &mut part);
    let days = counted(settings.min_days_left, "day");
    part.summary = format!("{well} of {} valid for more than {days}", counted(all, "certificate"));
    part
}

fn look(
    settings: &CertificateSettings,
    subject: &str,
    observations: &[Observation<'_>],
    now: Timestamp,
    listing: &mut Listing,
) -> Verdict {
    let mut verdict = Verdict::Fulfilled;
    if !observations.iter().any(|(_, name, _)| *name == END_FACT) {
        listing.push(unreached(subject, observations, "its certificate is unknown"));
        return Verdict::Inconclusive;
    }
    if !settings.allow_untrusted && leaves_trust_open(observations) {
        listing.push(untold(subject));
        verdict = Verdict::Inconclusive;
    }
    let least = settings.min_days_left.saturating_mul(DAY_NANOS);
    for observation in observations {
        let (source, name, value) = observation;
        let wrong = match (*name, value) {
            (END_FACT, Value::Time(end)) => {
                (end.saturating_sub(now) <= least).then(|| ends(settings, subject, *end, now))
            }
            (TRUST_FACT, Value::Flag(trusted)) => (!trusted && !settings.allow_untrusted).then(|| untrusted(subject)),
            (END_FACT, _) => {
                listing.push(misread(subject, observation, "a time"));
                verdict = Verdict::Inconclusive;
                None
            }
            (TRUST_FACT, _) if !settings.allow_untrusted => {
                listing.push(misread(subject, observation, "a flag"));
                verdict = Verdict::Inconclusive;
                None
            }
            _ => None,
        };
        if let Some(finding) = wrong {
            listing.push(finding.subject(subject).fingerprint(subject).evidence(&source.digest).decisive());
            verdict = verdict.max(Verdict::Failed);
        }
    }
    verdict
}

/// Whether a document says when a certificate ends, and not whether it is trusted. Another document's word does not stand in for it:
/// it may have seen another certificate.
fn leaves_trust_open(observations: &[Observation<'_>]) -> bool {
    let of = |wanted: &str| -> BTreeSet<*const Source> {
        let named = observations.iter().filter(|(_, name, _)| *name == wanted);
        named.map(|(source, ..)| std::ptr::from_ref(*source)).collect()
    };
    !of(END_FACT).is_subset(&of(TRUST_FACT))
}

fn ends(settings: &CertificateSettings, subject: &str, end: Timestamp, now: Timestamp) -> Finding {
    let (severity, message) = if end <= now {
        let days = counted((now - end) / DAY_NANOS, "day");
        (Severity::Critical, format!("the certificate of {subject} expired {days} ago"))
    } else {
        let days = counted((end - now) / DAY_NANOS, "day");
        let required = settings.min_days_left;
        (Severity::High, format!("the certificate of {subject} is valid for {days}, more than {required} required"))
    };
    Finding::new(CERTIFICATES, severity, message).remediation(renew())
}

fn untrusted(subject: &str) -> Finding {
    Finding::new(TRUST, Severity::High, format!("the certificate of {subject} is not trusted")).remediation(renew())
}

/// What nobody says is not true.
fn untold(subject: &str) -> Finding {
    let message = format!("whether the certificate of {subject} is trusted is not said");
    Finding::new(EVIDENCE_MISSING, Severity::High, message).subject(subject)
}
