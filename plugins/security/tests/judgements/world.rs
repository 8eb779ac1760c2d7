//! Evidence in few words.

use security::{Security, settings::Settings};
use tidegate_sdk::{
    deployment::{Artifact, Revision, Timestamp},
    evidence::{
        components::Component,
        scan::{Issue, Suppression},
        small::{Fact, Provenance, Value},
        vulnerabilities::{Exploitability, Vulnerability},
    },
    finding::{Location, Severity},
    fixture::{BaselineFixture, DocumentFixture, evidence_with_baseline, request},
    gate::{Failure, Gate as _, Request},
    report::{Outcome, Report},
    settings::read,
};

/// The moment of every judgement here.
pub(crate) const NOW: Timestamp = 1_000 * DAY;
/// A day.
pub(crate) const DAY: Timestamp = 24 * HOUR;
/// An hour.
pub(crate) const HOUR: Timestamp = 3_600 * SECOND;
/// A second.
pub(crate) const SECOND: Timestamp = 1_000_000_000;
/// The commit that is deployed.
pub(crate) const COMMIT: &str = "4f2a9c0d1e";
/// The artifact that is deployed.
pub(crate) const ARTIFACT: &str = "sha256:aaaa";

/// Settings, documents, outcome, decisive rules, other rules.
pub(crate) type Case = (&'static str, Vec<DocumentFixture>, Outcome, Rules, Rules);
/// Rule ids, sorted.
pub(crate) type Rules = &'static [&'static str];

/// Each case ends so.
#[track_caller]
pub(crate) fn hold(all: Vec<Case>) {
    for (settings, documents, outcome, decisive, others) in all {
        cites(settings, &judged(settings, documents), outcome, decisive, others);
    }
}

/// The report ends so, with decisive findings of these rules and others of those.
#[track_caller]
pub(crate) fn cites(settings: &str, report: &Report, outcome: Outcome, decisive: Rules, others: Rules) {
    let rules = |wanted: bool| {
        let mut rules: Vec<&str> =
            report.findings.iter().filter(|f| f.decisive == wanted).map(|f| f.rule.as_str()).collect();
        rules.sort_unstable();
        rules.dedup();
        rules
    };
    let said = format!("{settings}: {} {:?}", report.summary, report.findings);
    assert_eq!(report.outcome, outcome, "{said}");
    assert_eq!(rules(true), decisive, "{said}");
    assert_eq!(rules(false), others, "{said}");
    let score = report.score.map(|score| score.numerator < score.denominator);
    assert!(score.is_none_or(|below_all| below_all == (outcome == Outcome::Fail)), "{said}: {:?}", report.score);
}

/// The report over these documents.
#[track_caller]
pub(crate) fn judged(settings: &str, documents: Vec<DocumentFixture>) -> Report {
    judged_against(settings, documents, BaselineFixture::NotAsked).unwrap()
}

/// The report over these documents, compared with that baseline.
#[track_caller]
pub(crate) fn judged_against(
    settings: &str,
    documents: Vec<DocumentFixture>,
    baseline: BaselineFixture,
) -> Result<Report, Failure> {
    Security::evaluate(&asked(settings), &evidence_with_baseline(documents, baseline))
}

/// The question: one service with an artifact, of a commit.
#[track_caller]
pub(crate) fn asked(settings: &str) -> Request<Settings> {
    let mut request = request(read::<Security>(settings).unwrap());
    request.evaluated_at = NOW;
    request.deployment.revision = Some(Revision {
        repository: "https://github.com/acme/shop".to_owned(),
        commit: COMMIT.to_owned(),
        ref_name: "main".to_owned(),
    });
    for service in &mut request.deployment.services {
        service.artifact = Some(Artifact { uri: String::new(), digest: ARTIFACT.to_owned() });
    }
    request
}

/// A document under the name `security`.
pub(crate) fn doc() -> DocumentFixture {
    DocumentFixture::new("security", "trivy")
}

/// A scan of packages with these vulnerabilities, and a database of an hour ago.
pub(crate) fn packages(found: impl IntoIterator<Item = Vulnerability>) -> DocumentFixture {
    doc().vulnerabilities(found, Some(NOW - HOUR))
}

/// A vulnerability of `openssl` with a fix, published a year ago.
pub(crate) fn cve(id: &str, severity: Severity) -> Vulnerability {
    Vulnerability {
        id: id.to_owned(),
        aliases: vec![],
        severity,
        cvss: None,
        epss: None,
        published: Some(NOW - 365 * DAY),
        package: "openssl".to_owned(),
        purl: Some("pkg:deb/debian/openssl@3.0.1".to_owned()),
        installed: "3.0.1".to_owned(),
        fixed: Some("3.0.14".to_owned()),
        exploitability: Exploitability::Unknown,
    }
}

/// An issue of that rule in that file.
pub(crate) fn issue(rule: &str, severity: Severity, uri: &str) -> Issue {
    Issue {
        rule: rule.to_owned(),
        severity,
        message: format!("message of {rule}"),
        location: Some(Location { uri: uri.to_owned(), line: Some(7) }),
        fingerprint: format!("print of {rule} {uri}"),
        score: None,
        suppression: Suppression::None,
        tags: vec![],
    }
}

/// A component under these licences.
pub(crate) fn component(name: &str, licenses: &[&str]) -> Component {
    Component {
        name: name.to_owned(),
        version: "1.0.0".to_owned(),
        purl: Some(format!("pkg:npm/{name}@1.0.0")),
        licenses: licenses.iter().map(|&license| license.to_owned()).collect(),
    }
}

/// A provenance that fits what is deployed.
pub(crate) fn provenance() -> Provenance {
    Provenance {
        builder: "https://github.com/actions/runner".to_owned(),
        build_type: "https://actions.github.io/buildtypes/workflow/v1".to_owned(),
        repository: "git+https://github.com/acme/shop@refs/heads/main".to_owned(),
        commit: COMMIT.to_owned(),
        ref_name: "refs/heads/main".to_owned(),
        materials: vec![],
    }
}

/// A fact about an endpoint.
pub(crate) fn fact(subject: &str, name: &str, value: Value) -> Fact {
    Fact { name: name.to_owned(), subject: Some(subject.to_owned()), value }
}

/// A document of a probe.
pub(crate) fn probed(facts: impl IntoIterator<Item = Fact>) -> DocumentFixture {
    DocumentFixture::new("probe", "probe").facts(facts)
}
