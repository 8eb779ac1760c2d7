//! Issues of scans against their limits.

use crate::{
    rules::{ISSUES, lint_fix},
    settings::Settings,
};
use tidegate_sdk::{
    evidence::{
        Content, Source,
        scan::{IssueFilter, ScanKind, ScanReport},
    },
    finding::Severity,
    parts::{
        Listing, Part, Seen, missing,
        scans::{IssueRule, Scans},
    },
};

/// All scans.
pub(crate) fn scans(seen: &Seen) -> Vec<(&Source, &ScanReport)> {
    seen.all(|content| if let Content::Scan(scan) = content { Some(scan) } else { None }).collect()
}

/// Scans of code that no other group of the settings judges. What looked for barriers, secrets or the like says nothing of code, so it
/// does not stand for a scan that does.
pub(crate) fn judge(all: &Settings, seen: &Seen, listing: &mut Listing) -> Option<Part> {
    let settings = all.issues.as_ref()?;
    let accessibility = all.accessibility.as_ref().filter(|group| group.max.is_some());
    let load_tests = all.performance.as_ref().is_some_and(|group| group.max_breached.is_some());
    let mut scans = scans(seen);
    scans.retain(|(source, scan)| {
        let is_load_test = load_tests && is_load_test(source);
        scan.kind() == ScanKind::Analysis
            && !is_load_test
            && !accessibility.is_some_and(|group| looks_for_barriers(&group.evidence, source, scan))
    });
    let rule = IssueRule {
        rule: ISSUES,
        noun: "issue",
        max: settings.max,
        filter: filter(&settings.except, &settings.except_under, settings.include_suppressed),
        remediation: lint_fix,
    };
    Some(judged(&rule, &scans, "scan", listing))
}

/// A limit on issues is kept or not; how far it is exceeded is no share of anything.
pub(crate) fn judged(rule: &IssueRule<'_>, scans: &Scans<'_>, what: &str, listing: &mut Listing) -> Part {
    if scans.is_empty() {
        return missing(what);
    }
    Part { share: None, ..rule.judge(scans, listing) }
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

/// Whether the scan looks for barriers: by its kind, or because the policy set says so of its name.
pub(crate) fn looks_for_barriers(names: &[String], source: &Source, scan: &ScanReport) -> bool {
    scan.kind() == ScanKind::Accessibility || names.contains(&source.name)
}

/// Whether the scan holds the breached thresholds of a load test.
pub(crate) fn is_load_test(source: &Source) -> bool {
    source.format == "k6"
}
