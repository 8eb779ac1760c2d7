//! Reports of other people's tools, where `TIDEGATE_SAMPLES` says they lie. The counts were taken from the files by other
//! means (an XML and a JSON library, and grep), not from this reader.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on should stop")]

use std::{collections::BTreeMap, env, fs, path::PathBuf};
use tidegate_core::{
    evidence::{Completeness, Content, Document, ScanReport, Suppression, TestReport, TestStatus, Zone},
    finding::Severity,
    vex::VexStatus,
};
use tidegate_evidence::{Limits, ReadError, read};

fn folder() -> Option<PathBuf> {
    let folder = env::var_os("TIDEGATE_SAMPLES").map(PathBuf::from);
    if folder.is_none() {
        println!("TIDEGATE_SAMPLES is not set: samples not read");
    }
    folder
}

fn sample(folder: &std::path::Path, name: &str) -> Result<Document, ReadError> {
    read(fs::read(folder.join(name)).unwrap().into(), None, &Limits::default())
}

fn tests(document: &Document) -> &TestReport {
    let [Content::Tests(report)] = document.contents.as_slice() else { panic!("{:?}", document.contents) };
    report
}

fn scan(document: &Document) -> &ScanReport {
    let [Content::Scan(report)] = document.contents.as_slice() else { panic!("{:?}", document.contents) };
    report
}

/// Passed, failed, errored, skipped, flaky.
fn totals(report: &TestReport) -> [usize; 5] {
    use TestStatus::{Errored, Failed, Flaky, Passed, Skipped};
    [Passed, Failed, Errored, Skipped, Flaky]
        .map(|status| report.cases.iter().filter(|case| case.status == status).count())
}

#[test]
fn junit_samples_are_counted_by_their_cases() {
    let Some(folder) = folder() else { return };
    for (name, expected, suites, duration_ms, contradictions, produced) in [
        ("junit-jest.xml", [1, 4, 0, 1, 0], 2, 7, 0, Some(("2020-10-27T21:39:41Z", Zone::Assumed))),
        ("junit-pytest.xml", [6, 2, 0, 2, 0], 1, 7, 1, Some(("2025-11-15T16:51:49.548396Z", Zone::Stated))),
        ("junit4-basic.xml", [5, 1, 0, 0, 0], 2, 11_327, 0, None),
        ("junit-surefire-flaky.xml", [0, 0, 0, 0, 1], 1, 1, 1, None),
    ] {
        let document = sample(&folder, name).unwrap();
        let report = tests(&document);
        assert_eq!(document.completeness, Completeness::Complete, "{name}");
        assert_eq!((totals(report), report.suites.len()), (expected, suites), "{name}");
        assert_eq!(report.cases.iter().map(|case| case.duration_ms).sum::<u64>(), duration_ms, "{name}");
        assert_eq!(report.contradictions.len(), contradictions, "{name}: {:?}", report.contradictions);
        let found = document.produced_at.map(|time| (time.at.to_string(), time.zone));
        assert_eq!(found, produced.map(|(at, zone)| (at.to_owned(), zone)), "{name}");
    }
}

#[test]
fn the_flaky_sample_is_one_flaky_pass_with_a_contradiction_noted() {
    let Some(folder) = folder() else { return };
    let document = sample(&folder, "junit-surefire-flaky.xml").unwrap();
    let report = tests(&document);
    let [case] = report.cases.as_slice() else { panic!("{:?}", report.cases) };
    assert_eq!(
        (&*case.name, case.status, &*case.message),
        ("io.olamy.FlakyTest.testApp", TestStatus::Flaky, "obvious fail")
    );
    let [contradiction] = report.contradictions.as_slice() else { panic!("{:?}", report.contradictions) };
    assert_eq!(
        &**contradiction,
        "suite `io.olamy.FlakyTest` says tests=`3`, failures=`2`; counted: 1 tests, 0 failures, 0 errors, 0 skipped"
    );
}

#[test]
fn sarif_samples_have_their_issues() {
    let Some(folder) = folder() else { return };
    let document = sample(&folder, "codeql.sarif").unwrap();
    assert_eq!(document.tool.as_deref(), Some("LGTM.com 1.24.0-SNAPSHOT, CodeQL command-line toolchain 2.0.0"));
    assert_eq!(document.completeness, Completeness::Complete);
    let issues = &scan(&document).issues;
    let rules: Vec<&str> = issues.iter().map(|issue| &*issue.rule).collect();
    assert_eq!(rules, ["js/unused-local-variable", "js/unused-local-variable", "js/inconsistent-use-of-new"]);
    assert!(issues.iter().all(|issue| issue.severity == Severity::Low && issue.suppression == Suppression::None));
    let places: Vec<_> = issues.iter().map(|issue| issue.location.as_ref().map(|at| (&*at.uri, at.line))).collect();
    let expected = [("main.js", Some(2)), ("main.js", Some(2)), ("src/promiseUtils.js", Some(2))].map(Some);
    assert_eq!(places, expected);

    let document = sample(&folder, "trivy-alpine.sarif").unwrap();
    assert_eq!(document.tool.as_deref(), Some("Trivy dev"));
    let issues = &scan(&document).issues;
    let mut by_rule: BTreeMap<&str, usize> = BTreeMap::new();
    for issue in issues {
        *by_rule.entry(&issue.rule).or_default() += 1;
        assert_eq!((issue.severity, issue.tags.len()), (Severity::Medium, 3));
    }
    assert_eq!(by_rule, BTreeMap::from([("CVE-2019-1549", 2), ("CVE-2019-1551", 2)]));
}

#[test]
fn the_invalid_sarif_sample_is_refused_with_its_path() {
    let Some(folder) = folder() else { return };
    let error = sample(&folder, "invalid.sarif").unwrap_err().to_string();
    assert_eq!(
        error,
        "sarif: at `runs[0].results` (line 14, column 19): invalid type: integer `42`, expected a sequence"
    );
}

#[test]
fn the_coverage_sample_is_recounted() {
    let Some(folder) = folder() else { return };
    let document = sample(&folder, "cobertura-gcovr.xml").unwrap();
    assert_eq!(document.tool.as_deref(), Some("gcovr 5.0"));
    assert_eq!(document.produced_at.map(|time| time.at.to_string()).as_deref(), Some("2021-09-25T05:54:55Z"));
    let [Content::Coverage(coverage)] = document.contents.as_slice() else { panic!("{:?}", document.contents) };
    let branches = coverage.branches.unwrap();
    assert_eq!((coverage.lines.numerator(), coverage.lines.denominator()), (345, 572));
    assert_eq!((branches.numerator(), branches.denominator()), (100, 252));
}

#[test]
fn the_openvex_sample_is_one_fix_in_two_packages() {
    let Some(folder) = folder() else { return };
    let document = sample(&folder, "openvex-demo.json").unwrap();
    assert_eq!(document.completeness, Completeness::Complete);
    assert_eq!(document.author.as_deref(), Some("Wolfi J Inkinson"));
    let produced = document.produced_at.map(|time| time.at.to_string());
    assert_eq!(produced.as_deref(), Some("2023-12-05T03:55:19.945014473Z"));
    let [Content::Vex(report)] = document.contents.as_slice() else { panic!("{:?}", document.contents) };
    let [statement] = report.statements.as_slice() else { panic!("{:?}", report.statements) };
    assert_eq!(statement.vulnerabilities, ["CVE-2014-123456".into()]);
    assert_eq!(statement.status, VexStatus::Fixed);
    assert_eq!(statement.at.map(|at| at.to_string()).as_deref(), Some("2023-12-05T03:55:19.945015302Z"));
    let products: Vec<_> = statement.products.iter().map(|product| (&*product.id, product.parts.len())).collect();
    let git = ["pkg:apk/distro/git@2.39.0-r1?arch=armv7", "pkg:apk/distro/git@2.39.0-r1?arch=x86_64"];
    assert_eq!(products, git.map(|id| (id, 0)));
}

#[test]
fn trivy_samples_have_their_rows() {
    let Some(folder) = folder() else { return };
    for (name, expected) in [
        ("trivy-alpine.json", "vulnerabilities 4"),
        ("trivy-dockerfile.json", "Misconfigurations 1"),
        ("trivy-secrets.json", "Secrets 2"),
        ("trivy-cargo-lock.json", "vulnerabilities 0, components 7"),
    ] {
        let document = sample(&folder, name).unwrap();
        let counts: Vec<String> = document
            .contents
            .iter()
            .map(|content| match content {
                Content::Vulnerabilities(report) => format!("vulnerabilities {}", report.vulnerabilities.len()),
                Content::Scan(report) => format!("{:?} {}", report.kind, report.issues.len()),
                Content::Components(bill) => format!("components {}", bill.components.len()),
                other => panic!("{name}: {other:?}"),
            })
            .collect();
        assert_eq!(counts.join(", "), expected, "{name}");
        assert_eq!((&*document.format, &document.completeness), ("trivy", &Completeness::Complete), "{name}");
        assert_eq!(document.subjects.len(), usize::from(name == "trivy-alpine.json"), "{name}");
    }
}

#[test]
fn the_grype_sample_has_its_two_matches() {
    let Some(folder) = folder() else { return };
    let document = sample(&folder, "grype-images.json").unwrap();
    let [Content::Vulnerabilities(report)] = document.contents.as_slice() else { panic!("{:?}", document.contents) };
    let [first, second] = report.vulnerabilities.as_slice() else { panic!("{:?}", report.vulnerabilities) };
    assert_eq!((&*document.format, document.tool.as_deref()), ("grype", Some("grype")));
    assert_eq!((document.completeness, document.subjects.len()), (Completeness::Complete, 2));
    assert_eq!((&*first.id, first.cvss, first.epss), ("CVE-1999-0001", Some(8.2), Some(0.03)));
    assert_eq!((&*first.package, first.severity, first.fixed.as_deref()), ("package-1", Severity::Low, Some("1.2.1")));
    assert_eq!(&*second.id, "CVE-1999-0002");
    assert_eq!((report.database_at, document.produced_at), (None, None));
}

#[test]
fn cyclonedx_samples_have_their_rows() {
    let Some(folder) = folder() else { return };
    let document = sample(&folder, "cyclonedx-conda.json").unwrap();
    assert_eq!((&*document.format, document.tool.as_deref()), ("cyclonedx", Some("trivy dev")));
    let [Content::Components(bill)] = document.contents.as_slice() else { panic!("{:?}", document.contents) };
    let names: Vec<_> = bill.components.iter().map(|part| (&*part.name, part.licenses.join(", "))).collect();
    assert_eq!(names, [("openssl", "OpenSSL".to_owned()), ("pip", "MIT".to_owned())]);

    let document = sample(&folder, "cyclonedx-vex.json").unwrap();
    let [Content::Vulnerabilities(report), Content::Vex(said)] = document.contents.as_slice() else {
        panic!("{:?}", document.contents)
    };
    let ([found], [statement]) = (report.vulnerabilities.as_slice(), said.statements.as_slice()) else {
        panic!("{report:?} {said:?}")
    };
    assert_eq!((&*found.id, found.severity, found.cvss), ("CVE-2020-25649", Severity::High, Some(8.2)));
    assert_eq!((statement.status, statement.products.len()), (VexStatus::NotAffected, 1));
}

#[test]
fn the_spdx_sample_has_its_three_packages() {
    let Some(folder) = folder() else { return };
    let document = sample(&folder, "spdx-conda.json").unwrap();
    assert_eq!((&*document.format, document.tool.as_deref()), ("spdx", Some("trivy-dev")));
    assert_eq!(document.produced_at.map(|time| time.at.to_string()).as_deref(), Some("2021-08-25T12:20:30Z"));
    assert_eq!((document.completeness, document.subjects.len()), (Completeness::Complete, 0));
    let [Content::Components(bill)] = document.contents.as_slice() else { panic!("{:?}", document.contents) };
    let rows: Vec<_> = bill
        .components
        .iter()
        .map(|row| (&*row.name, &*row.version, row.purl.as_deref(), row.licenses.first().map(|name| &**name)))
        .collect();
    let expected = [
        ("openssl", "1.1.1q", Some("pkg:conda/openssl@1.1.1q"), Some("OpenSSL")),
        ("pip", "22.2.2", Some("pkg:conda/pip@22.2.2"), Some("MIT")),
        ("testdata/fixtures/repo/conda", "", None, None),
    ];
    assert_eq!(rows, expected);
}

#[test]
fn every_sample_has_a_test() {
    let Some(folder) = folder() else { return };
    let source = include_str!("samples.rs");
    for entry in fs::read_dir(folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(name == "README.md" || source.contains(&format!("\"{name}\"")), "{name}");
    }
}
