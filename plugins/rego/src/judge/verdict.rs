//! What was found so far, and the report that comes of it.

use super::hits::{Hit, severity};
use crate::{
    annotations::Annotations,
    heads::Head,
    rules::{EXCEPTION, UNDEFINED},
};
use tidegate_sdk::{
    finding::{Finding, Location, Remediation, Severity},
    parts::Listing,
    report::{FINDINGS_LISTED_MAX, Outcome, Ratio, Report},
    text::counted,
};

/// Notes that are listed, at most.
const NOTES_MAX: usize = 100;

/// Findings in the making.
#[derive(Debug)]
pub(super) struct Verdict {
    listing: Listing,
    notes: Listing,
    /// Questions whose answer decides, and how many of them found nothing.
    asked: u64,
    kept: u64,
    decisive: u64,
    others: u64,
}

/// Where a hit is from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Origin<'a> {
    /// The rule of this plugin.
    pub(super) rule: &'static str,
    pub(super) is_decisive: bool,
    pub(super) severity: Severity,
    /// What waivers match on.
    pub(super) subject: &'a str,
    /// The document, where it is one.
    pub(super) digest: Option<&'a str>,
    /// Which part of the evidence: a name, an object; for a fingerprint that stays when bytes change.
    pub(super) place: &'a str,
    /// Whether that place is worth telling.
    pub(super) is_shown: bool,
}

impl Verdict {
    pub(super) fn new() -> Self {
        let room = FINDINGS_LISTED_MAX - NOTES_MAX;
        Self { listing: Listing::of(room), notes: Listing::of(NOTES_MAX), asked: 0, kept: 0, decisive: 0, others: 0 }
    }

    /// One question was answered.
    pub(super) fn asked(&mut self, is_decisive: bool, is_kept: bool) {
        self.asked += u64::from(is_decisive);
        self.kept += u64::from(is_decisive && is_kept);
    }

    /// A message of a rule.
    pub(super) fn hit(
        &mut self,
        origin: Origin<'_>,
        hit: &Hit,
        definition: Option<&Head>,
        annotations: &Annotations,
        rule: &str,
    ) {
        let worst = annotations.severity.as_deref().and_then(severity);
        let mut finding =
            Finding::new(origin.rule, hit.severity.or(worst).unwrap_or(origin.severity), hit.message.clone())
                .subject(origin.subject)
                .fingerprint(format!("{} {}: {}", origin.subject, origin.place, hit.message));
        if origin.is_shown {
            finding = finding.location(Some(Location { uri: origin.place.to_owned(), line: None }));
        }
        if let Some(digest) = origin.digest {
            finding = finding.evidence(digest);
        }
        let stands = definition
            .map_or_else(|| format!("rule `{rule}`"), |head| format!("rule `{rule}` in {}:{}", head.file, head.line));
        let title = match hit.remediation.as_ref().or(annotations.remediation.as_ref()) {
            Some(advice) => format!("{advice} ({stands})"),
            None => format!("See {stands}"),
        };
        let mut remediation = Remediation::new(title);
        if let Some(doc) = hit.doc.as_ref().or(annotations.doc.as_ref()) {
            remediation = remediation.doc(doc.clone());
        }
        finding = finding.remediation(remediation);
        self.decisive += u64::from(origin.is_decisive);
        self.others += u64::from(!origin.is_decisive);
        self.listing.push(if origin.is_decisive { finding.decisive() } else { finding });
    }

    /// A rule was passed over.
    pub(super) fn excepted(&mut self, rule: &str, messages: usize, digest: Option<&str>) {
        let message = format!("{} of rule `{rule}` passed over by an exception", counted(messages as u64, "message"));
        self.note(Finding::new(EXCEPTION, Severity::Info, message).subject(rule), digest);
    }

    /// A builtin failed, and OPA would have gone on.
    pub(super) fn undefined(&mut self, rule: &str, said: &str, digest: Option<&str>) {
        let message = format!("an expression of rule `{rule}` is undefined: {said}");
        self.note(Finding::new(UNDEFINED, Severity::Low, message).subject(rule), digest);
    }

    fn note(&mut self, finding: Finding, digest: Option<&str>) {
        self.notes.push(match digest {
            Some(digest) => finding.evidence(digest),
            None => finding,
        });
    }

    /// The report. `over`: of how much it speaks.
    pub(super) fn report(self, is_asked: bool, over: &str) -> Report {
        let outcome = match (is_asked, self.decisive) {
            (_, 1..) => Outcome::Fail,
            (true, 0) => Outcome::Pass,
            (false, 0) => Outcome::NotApplicable,
        };
        let is_scored = self.asked > 0 && outcome != Outcome::NotApplicable;
        let score = is_scored.then_some(Ratio { numerator: self.kept, denominator: self.asked });
        let summary =
            format!("{}, {} besides, {over}", counted(self.decisive, "violation"), counted(self.others, "warning"));
        let (mut findings, omitted, omitted_decisive) = self.listing.into_parts();
        let (notes, notes_omitted, _) = self.notes.into_parts();
        findings.extend(notes);
        let report = Report::concluded(outcome, findings, score).summary(summary);
        Report { omitted: omitted.saturating_add(notes_omitted), omitted_decisive, ..report }
    }
}
