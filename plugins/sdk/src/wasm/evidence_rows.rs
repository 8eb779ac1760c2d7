//! Rows of evidence: from the bindings' types to the author's, and filters the other way.

use super::{
    bindings::tidegate::policy::evidence as wit,
    nouns::{location, severity, severity_back},
};
use crate::{
    evidence::{
        Source,
        components::Component,
        scan::{Issue, IssueFields, IssueFilter, ScanKind, SeverityCounts, Suppression},
        small::{Fact, Measurement, Provenance, Standing, Statement, Value},
        tests::{TestCase, TestStatus},
        vulnerabilities::{Exploitability, VexClaim, VexStatus, Vulnerability, VulnerabilityFilter},
    },
    finding::Severity,
};

pub(super) fn source(given: wit::Source) -> Source {
    let wit::Source { name, service, format, digest, tool, author, produced_at, subjects, signer, complete } = given;
    Source { name, service, format, digest, tool, author, produced_at, subjects, signer, complete }
}

pub(super) fn test_case(given: wit::TestCase) -> TestCase {
    let wit::TestCase { suite, name, status, duration_ms, message } = given;
    let status = match status {
        wit::TestStatus::Passed => TestStatus::Passed,
        wit::TestStatus::Failed => TestStatus::Failed,
        wit::TestStatus::Errored => TestStatus::Errored,
        wit::TestStatus::Skipped => TestStatus::Skipped,
        wit::TestStatus::Flaky => TestStatus::Flaky,
    };
    TestCase { suite, name, status, duration_ms, message }
}

pub(super) fn status_back(status: TestStatus) -> wit::TestStatus {
    match status {
        TestStatus::Passed => wit::TestStatus::Passed,
        TestStatus::Failed => wit::TestStatus::Failed,
        TestStatus::Errored => wit::TestStatus::Errored,
        TestStatus::Skipped => wit::TestStatus::Skipped,
        TestStatus::Flaky => wit::TestStatus::Flaky,
    }
}

pub(super) fn issue(given: wit::Issue) -> Issue {
    let wit::Issue { rule, severity: given_severity, message, location: at, fingerprint, score, tags, .. } = given;
    Issue {
        rule,
        severity: severity(given_severity),
        message,
        location: at.map(location),
        fingerprint,
        score,
        suppression: match given.suppression {
            wit::Suppression::None => Suppression::None,
            wit::Suppression::Claimed => Suppression::Claimed,
            wit::Suppression::Trusted => Suppression::Trusted,
        },
        tags,
    }
}

pub(super) fn scan_kind(given: wit::ScanKind) -> ScanKind {
    match given {
        wit::ScanKind::Analysis => ScanKind::Analysis,
        wit::ScanKind::Secrets => ScanKind::Secrets,
        wit::ScanKind::Misconfigurations => ScanKind::Misconfigurations,
        wit::ScanKind::Accessibility => ScanKind::Accessibility,
        wit::ScanKind::Licenses => ScanKind::Licenses,
    }
}

pub(super) fn claim(given: wit::VexClaim) -> VexClaim {
    let wit::VexClaim { vulnerability, package, status, by, justification, counts } = given;
    let status = match status {
        wit::VexStatus::Fixed => VexStatus::Fixed,
        wit::VexStatus::NotAffected => VexStatus::NotAffected,
        wit::VexStatus::UnderInvestigation => VexStatus::UnderInvestigation,
        wit::VexStatus::Affected => VexStatus::Affected,
    };
    VexClaim { vulnerability, package, status, by, justification, counts }
}

pub(super) fn issue_filter(filter: &IssueFilter) -> wit::IssueFilter {
    wit::IssueFilter {
        at_least: severity_back(filter.at_least),
        include_suppressed: filter.include_suppressed,
        score_at_least: filter.score_at_least,
        only: filter.only.clone(),
        except: filter.except.clone(),
        except_under: filter.except_under.clone(),
    }
}

pub(super) fn issue_fields(fields: IssueFields) -> wit::IssueFields {
    [
        (fields.message, wit::IssueFields::MESSAGE),
        (fields.location, wit::IssueFields::LOCATION),
        (fields.fingerprint, wit::IssueFields::FINGERPRINT),
        (fields.tags, wit::IssueFields::TAGS),
    ]
    .into_iter()
    .filter(|(wanted, _)| *wanted)
    .fold(wit::IssueFields::empty(), |all, (_, field)| all | field)
}

pub(super) fn counts(given: wit::SeverityCounts) -> SeverityCounts {
    let wit::SeverityCounts { info, low, medium, high, critical } = given;
    let mut counts = SeverityCounts::default();
    for (severity, count) in Severity::ALL.into_iter().zip([info, low, medium, high, critical]) {
        counts[severity] = count;
    }
    counts
}

pub(super) fn vulnerability(given: wit::Vulnerability) -> Vulnerability {
    let wit::Vulnerability { id, aliases, severity: rated, cvss, epss, published, package, purl, .. } = given;
    Vulnerability {
        id,
        aliases,
        severity: severity(rated),
        cvss,
        epss,
        published,
        package,
        purl,
        installed: given.installed,
        fixed: given.fixed,
        exploitability: match given.exploitability {
            wit::Exploitability::Unknown => Exploitability::Unknown,
            wit::Exploitability::NotAffected => Exploitability::NotAffected,
            wit::Exploitability::UnderInvestigation => Exploitability::UnderInvestigation,
            wit::Exploitability::Affected => Exploitability::Affected,
            wit::Exploitability::KnownExploited => Exploitability::KnownExploited,
        },
    }
}

pub(super) fn vulnerability_filter(filter: &VulnerabilityFilter) -> wit::VulnerabilityFilter {
    wit::VulnerabilityFilter {
        at_least: severity_back(filter.at_least),
        only_fixable: filter.only_fixable,
        include_not_affected: filter.include_not_affected,
        only_known_exploited: filter.only_known_exploited,
        epss_at_least: filter.epss_at_least,
        published_before: filter.published_before,
        except: filter.except.clone(),
    }
}

pub(super) fn component(given: wit::Component) -> Component {
    let wit::Component { name, version, purl, licenses } = given;
    Component { name, version, purl, licenses }
}

pub(super) fn measurement(given: wit::Measurement) -> Measurement {
    let wit::Measurement { name, subject, value, unit } = given;
    Measurement { name, subject, value, unit }
}

pub(super) fn statement(given: wit::Statement) -> Statement {
    let wit::Statement { item, standing, by, at, link, note } = given;
    let standing = match standing {
        wit::Standing::Met => Standing::Met,
        wit::Standing::Unmet => Standing::Unmet,
        wit::Standing::NotApplicable => Standing::NotApplicable,
    };
    Statement { item, standing, by, at, link, note }
}

pub(super) fn provenance(given: wit::Provenance) -> Provenance {
    let wit::Provenance { builder, build_type, repository, commit, ref_name, materials } = given;
    Provenance { builder, build_type, repository, commit, ref_name, materials }
}

pub(super) fn fact(given: wit::Fact) -> Fact {
    let value = match given.value {
        wit::Value::Text(text) => Value::Text(text),
        wit::Value::Number(number) => Value::Number(number),
        wit::Value::Flag(flag) => Value::Flag(flag),
        wit::Value::Time(time) => Value::Time(time),
    };
    Fact { name: given.name, subject: given.subject, value }
}
