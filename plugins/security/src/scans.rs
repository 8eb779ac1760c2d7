//! Which scans a group judges, and misconfigurations against their limits.

use crate::{remediations::configure, rules::MISCONFIGURATIONS, settings::scans::MisconfigurationSettings};
use tidegate_sdk::{
    evidence::{
        Content, Source,
        scan::{IssueFilter, ScanKind, ScanReport},
    },
    finding::{Finding, Severity},
    parts::{
        EVIDENCE_MISSING, Listing, Part, Seen, Verdict, missing,
        scans::{IssueRule, Scans, suppressed},
    },
};

/// Scans of that kind, and those under these names, whose format cannot say what they looked for.
pub(crate) fn of_kind<'a>(seen: &'a Seen, kind: ScanKind, names: &[String]) -> Vec<(&'a Source, &'a ScanReport)> {
    let mut scans = all(seen);
    scans.retain(|(source, scan)| scan.kind() == kind || names.contains(&source.name));
    scans
}

/// All scans.
pub(crate) fn all(seen: &Seen) -> Vec<(&Source, &ScanReport)> {
    seen.all(|content| if let Content::Scan(scan) = content { Some(scan) } else { None }).collect()
}

/// What it comes to that there is nothing of that kind.
pub(crate) fn absent(what: &str, required: bool, seen: &Seen) -> Part {
    if required || seen.is_empty() {
        return missing(what);
    }
    Part { summary: format!("no {what}"), ..Part::fulfilled(None) }
}

/// Names under which there has to be a scan and is none.
pub(crate) fn expect_named(names: &[String], scans: &Scans<'_>, what: &str, part: &mut Part) {
    for name in names.iter().filter(|name| !scans.iter().any(|(source, _)| source.name == **name)) {
        let message = format!("no document of `{name}` holds a {what}");
        part.stated.push(Finding::new(EVIDENCE_MISSING, Severity::High, message).subject(name));
        part.worsen(Verdict::Inconclusive);
    }
}

/// What is suppressed, in words to follow a summary; empty when nothing is.
pub(crate) fn suppressed_in_words(scans: &Scans<'_>, filter: &IssueFilter) -> String {
    let (trusted, claimed) = suppressed(scans, filter);
    let mut words = String::new();
    if trusted > 0 {
        let counts = if filter.include_suppressed { "counted" } else { "not counted" };
        words.push_str(&format!(", {trusted} suppressed ({counts})"));
    }
    if claimed > 0 {
        words.push_str(&format!(", {claimed} suppressed on nobody's word (counted)"));
    }
    words
}

pub(crate) fn filter(except: &[String], except_under: &[String], include_suppressed: bool) -> IssueFilter {
    IssueFilter {
        at_least: Severity::Info,
        include_suppressed,
        score_at_least: None,
        only: Vec::new(),
        except: except.to_vec(),
        except_under: except_under.to_vec(),
    }
}

pub(crate) fn misconfigurations(settings: &MisconfigurationSettings, seen: &Seen, listing: &mut Listing) -> Part {
    const WHAT: &str = "scan for misconfigurations";
    let scans = of_kind(seen, ScanKind::Misconfigurations, &settings.evidence);
    if scans.is_empty() {
        return absent(WHAT, settings.required, seen);
    }
    let rule = IssueRule {
        rule: MISCONFIGURATIONS,
        noun: "misconfiguration",
        max: settings.max,
        filter: filter(&settings.except, &settings.except_under, settings.include_suppressed),
        remediation: configure,
    };
    let mut part = rule.judge(&scans, listing);
    part.summary.push_str(&suppressed_in_words(&scans, &rule.filter));
    if settings.required {
        expect_named(&settings.evidence, &scans, WHAT, &mut part);
    }
    part
}
