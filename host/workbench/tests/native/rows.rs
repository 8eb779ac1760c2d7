//! Rows as a plugin's author writes them, as the host holds them.

use crate::document::Rows;
use std::sync::Arc;
use tidegate_core::{
    digest::Digest,
    evidence::{
        BillOfMaterials, Component, Content, Coverage, Fact, Issue, IssueLocation, Measurement, Provenance, ScanKind,
        ScanReport, Suppression, TestCase, TestReport, TestStatus, Value,
    },
    finding::Severity,
    ratio::Ratio,
    time::Timestamp,
    vex::{VexClaim, VexStatus},
    vulnerability::{Exploitability, Vulnerability, VulnerabilityReport},
};
use tidegate_sdk::{
    evidence::{components, scan, small, tests, vulnerabilities},
    finding, report,
};

pub(crate) fn content(rows: &Rows) -> Content {
    match rows {
        Rows::Tests(cases) => {
            let cases: Vec<TestCase> = cases.iter().map(case).collect();
            let mut suites: Vec<Arc<str>> = cases.iter().map(|case| Arc::clone(&case.suite)).collect();
            suites.dedup();
            Content::Tests(Arc::new(TestReport { suites, cases, contradictions: vec![] }))
        }
        Rows::Scan(kind, issues) => {
            let issues = issues.iter().map(issue).collect();
            Content::Scan(Arc::new(ScanReport { kind: scan_kind(*kind), issues }))
        }
        Rows::Vulnerabilities(found, claims, at) => Content::Vulnerabilities(Arc::new(VulnerabilityReport {
            vulnerabilities: found.iter().map(vulnerability).collect(),
            database_at: at.map(Timestamp::from_nanos),
            claims: claims.iter().map(claim).collect(),
        })),
        Rows::Components(all) => {
            Content::Components(Arc::new(BillOfMaterials { components: all.iter().map(component).collect() }))
        }
        Rows::Coverage(coverage) => {
            let branches = coverage.branches.map(ratio);
            Content::Coverage(Coverage { lines: ratio(coverage.lines), branches })
        }
        Rows::Measurements(all) => Content::Measurements(all.iter().map(measurement).collect()),
        Rows::Provenance(stated) => Content::Provenance(Arc::new(provenance(stated))),
        Rows::Facts(facts) => Content::Facts(facts.iter().map(fact).collect()),
    }
}

pub(crate) fn severity(given: finding::Severity) -> Severity {
    Severity::ALL.into_iter().find(|severity| severity.word() == given.word()).unwrap()
}

fn ratio(given: report::Ratio) -> Ratio {
    Ratio::new(given.numerator, given.denominator).unwrap()
}

fn scan_kind(given: scan::ScanKind) -> ScanKind {
    match given {
        scan::ScanKind::Analysis => ScanKind::Analysis,
        scan::ScanKind::Secrets => ScanKind::Secrets,
        scan::ScanKind::Misconfigurations => ScanKind::Misconfigurations,
        scan::ScanKind::Accessibility => ScanKind::Accessibility,
        scan::ScanKind::Licenses => ScanKind::Licenses,
    }
}

fn case(given: &tests::TestCase) -> TestCase {
    let status = match given.status {
        tests::TestStatus::Passed => TestStatus::Passed,
        tests::TestStatus::Failed => TestStatus::Failed,
        tests::TestStatus::Errored => TestStatus::Errored,
        tests::TestStatus::Skipped => TestStatus::Skipped,
        tests::TestStatus::Flaky => TestStatus::Flaky,
    };
    let text = |text: &str| Arc::<str>::from(text);
    TestCase {
        suite: text(&given.suite),
        name: text(&given.name),
        status,
        duration_ms: given.duration_ms,
        message: text(&given.message),
    }
}

fn issue(given: &scan::Issue) -> Issue {
    Issue {
        rule: given.rule.as_str().into(),
        severity: severity(given.severity),
        message: given.message.as_str().into(),
        location: given.location.as_ref().map(|at| IssueLocation { uri: at.uri.as_str().into(), line: at.line }),
        fingerprint: given.fingerprint.as_str().into(),
        score: given.score,
        suppression: match given.suppression {
            scan::Suppression::None => Suppression::None,
            scan::Suppression::Claimed => Suppression::Claimed,
            scan::Suppression::Trusted => Suppression::Trusted,
        },
        tags: given.tags.iter().map(|tag| Arc::from(tag.as_str())).collect(),
    }
}

fn vulnerability(given: &vulnerabilities::Vulnerability) -> Vulnerability {
    use vulnerabilities::Exploitability as Native;
    Vulnerability {
        id: given.id.as_str().into(),
        aliases: given.aliases.iter().map(|alias| Arc::from(alias.as_str())).collect(),
        severity: severity(given.severity),
        cvss: given.cvss,
        epss: given.epss,
        published: given.published.map(Timestamp::from_nanos),
        package: given.package.as_str().into(),
        purl: given.purl.as_deref().map(Arc::from),
        installed: given.installed.as_str().into(),
        fixed: given.fixed.as_deref().map(Arc::from),
        exploitability: match given.exploitability {
            Native::Unknown => Exploitability::Unknown,
            Native::NotAffected => Exploitability::NotAffected,
            Native::UnderInvestigation => Exploitability::UnderInvestigation,
            Native::Affected => Exploitability::Affected,
            Native::KnownExploited => Exploitability::KnownExploited,
        },
    }
}

fn claim(given: &vulnerabilities::VexClaim) -> VexClaim {
    VexClaim {
        vulnerability: given.vulnerability.as_str().into(),
        package: given.package.as_str().into(),
        status: match given.status {
            vulnerabilities::VexStatus::Fixed => VexStatus::Fixed,
            vulnerabilities::VexStatus::NotAffected => VexStatus::NotAffected,
            vulnerabilities::VexStatus::UnderInvestigation => VexStatus::UnderInvestigation,
            vulnerabilities::VexStatus::Affected => VexStatus::Affected,
        },
        by: given.by.as_str().into(),
        justification: given.justification.as_str().into(),
        counts: given.counts,
    }
}

fn component(given: &components::Component) -> Component {
    Component {
        name: given.name.as_str().into(),
        version: given.version.as_str().into(),
        purl: given.purl.as_deref().map(Arc::from),
        licenses: given.licenses.iter().map(|license| Arc::from(license.as_str())).collect(),
    }
}

fn measurement(given: &small::Measurement) -> Measurement {
    let subject = given.subject.as_deref().map(Arc::from);
    Measurement { name: given.name.as_str().into(), subject, value: given.value, unit: given.unit.as_str().into() }
}

fn provenance(given: &small::Provenance) -> Provenance {
    Provenance {
        builder: given.builder.as_str().into(),
        build_type: given.build_type.as_str().into(),
        repository: given.repository.as_str().into(),
        commit: given.commit.as_str().into(),
        ref_name: given.ref_name.as_str().into(),
        materials: given.materials.iter().map(|digest| Digest::parse(digest).unwrap()).collect(),
    }
}

fn fact(given: &small::Fact) -> Fact {
    let value = match &given.value {
        small::Value::Text(text) => Value::Text(text.as_str().into()),
        small::Value::Number(number) => Value::Number(*number),
        small::Value::Flag(flag) => Value::Flag(*flag),
        small::Value::Time(time) => Value::Time(Timestamp::from_nanos(*time)),
    };
    Fact { name: given.name.as_str().into(), subject: given.subject.as_deref().map(Arc::from), value }
}
