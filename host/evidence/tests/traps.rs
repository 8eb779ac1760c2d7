//! The traps of each format, and what shows that the reader does not step into them: a fixture of our own, read as its text beside it
//! says (`readers.rs` holds it to that), and where there is one a report of somebody else's tool (`samples.rs` counts it).

use std::{collections::BTreeSet, fs, path::Path};

/// The format, the trap, the fixture, what its reading has to say, and the sample that has the same trap.
type Trap = (&'static str, &'static str, &'static str, &'static str, &'static str);

const TRAPS: &[Trap] = &[
    ("sarif", "a level that is absent is the rule's, else a warning", "levels.sarif", "default of its rule", ""),
    (
        "sarif",
        "a kind other than `fail` is no finding, an open one no conclusion",
        "kinds_and_baseline.sarif",
        "open or needs a review",
        "",
    ),
    ("sarif", "an execution that failed is missing, not clean", "execution_failed.sarif", "not successful", ""),
    ("sarif", "no result and rules is clean", "clean_with_rules.sarif", "completeness: complete", ""),
    ("sarif", "no result and no rule looked at nothing", "looked_at_nothing.sarif", "completeness: empty", ""),
    ("sarif", "a file has several runs", "several_runs.sarif", "tool: scan 1.2, other", ""),
    ("sarif", "a suppression under review does not count", "suppressions.sarif", "\"under review\" at -,", ""),
    ("sarif", "the security score is a text in the properties", "levels.sarif", "score", ""),
    (
        "sarif",
        "a document that is none is refused with its path",
        "results_not_a_list.sarif",
        "error: sarif",
        "invalid.sarif",
    ),
    ("junit", "cases are counted, not attributes", "contradictions.xml", "contradiction: ", "junit-pytest.xml"),
    ("junit", "a flaky failure is a pass in the end", "flaky.xml", "Flaky: ", "junit-surefire-flaky.xml"),
    ("junit", "a suite without cases is missing evidence", "empty.xml", "completeness: empty", ""),
    ("junit", "suites are nested", "nested_suites.xml", "[inner]", ""),
    ("junit", "durations have thousands separators", "durations_and_names.xml", "1234500 ms", ""),
    ("junit", "times lack a zone", "times_without_zone.xml", "Assumed", "junit-jest.xml"),
    ("cobertura", "older reports have no counts: lines are recounted", "lines.xml", "lines: ", ""),
    ("cobertura", "attributes contradict the lines", "attributes_contradict_lines.xml", "lines: 1 of 2", ""),
    ("cobertura", "another tool's root element is the same", "clover.xml", "error: ", ""),
    ("lcov", "summaries are recounted", "summaries.info", "lines: 8 of 11", ""),
    ("lcov", "a file that ends in the middle", "cut_off.info", "ends before `end_of_record`", ""),
    ("ab", "a run that was broken off", "broken_off.out", "completeness: incomplete", ""),
    (
        "ab",
        "failures and other statuses are counted apart",
        "failures.out",
        "http_req_failed.rate of http://api.shop.example:8080/health = 0.08",
        "",
    ),
    ("jacoco", "counters stand at every level, and are counted once", "groups.xml", "lines: ", ""),
    ("cyclonedx", "the digest of its subject binds it", "normal.json", "subjects: sha256:", ""),
    (
        "cyclonedx",
        "an analysis says that a vulnerability does not matter",
        "normal.json",
        "VexStatement",
        "cyclonedx-vex.json",
    ),
    ("spdx", "version 3 is another format", "third.json", "error: spdx: this is SPDX 3.0", ""),
    (
        "spdx",
        "packages that the document describes are its subjects",
        "described_by_relationships.json",
        "subjects: ",
        "",
    ),
    ("github-reviews", "the latest opinion of each counts", "latest_opinion_counts.json", "Met by alice", ""),
    (
        "github-reviews",
        "an approval of an earlier commit is stale",
        "approved_an_earlier_commit.json",
        "Met by bob",
        "",
    ),
    ("github-reviews", "what was dismissed is no opinion", "dismissed.json", "completeness: incomplete", ""),
    ("github-reviews", "a program approves nothing", "bots.json", "completeness: incomplete", ""),
    ("github-reviews", "a whole page may go on", "a_whole_page.json", "30 reviews are a whole page", ""),
    ("gitlab-approvals", "approved where none is required", "nobody_and_none_required.json", "nobody approved", ""),
    ("gitlab-approvals", "approvals are missing", "some_are_missing.json", "Unmet by GitLab", ""),
    ("openvex", "in v0.0.1 the vulnerability is a text", "old-shape.json", "OpenVEX v0.0.1", ""),
    ("openvex", "`not_affected` says why", "not-affected-without-why.json", "needs a `justification`", ""),
    ("openvex", "a status that nobody knows", "unknown-status.json", "error: openvex", ""),
    ("trivy", "before schema 2 the document is a list", "old-list.json", "error: trivy: a list", ""),
    ("trivy", "without `Results` clean is not told from nothing", "no-results.json", "--list-all-pkgs", ""),
    ("trivy", "one document holds several kinds", "image.json", "issues (", ""),
    ("grype", "severities are capitalised, not in capitals", "image.json", "critical: ", ""),
    ("grype", "what is being exploited is said apart", "image.json", "KnownExploited", ""),
    ("grype", "ignored matches are claims, not absences", "ignored.json", "VexStatement", ""),
    (
        "k6",
        "in the exported summary values lie beside the thresholds",
        "summary_export.json",
        "http_req_duration.p95 = 310.25 [ms]",
        "",
    ),
    ("k6", "both shapes name a measurement the same", "handle_summary.json", "http_req_duration.p95 = 310.25 [ms]", ""),
    ("k6", "a threshold on a metric without samples", "threshold_on_no_sample.json", "completeness: incomplete", ""),
    (
        "k6",
        "in the exported summary `true` is a threshold that was crossed",
        "summary_export.json",
        "\"p(95)<300\" at -",
        "",
    ),
    ("jacoco", "a DOCTYPE names an external file, which is not fetched", "lines.xml", "lines: 2 of 3", ""),
    ("trivy", "what was suppressed is listed elsewhere", "suppressed.json", "critical: CVE-2026-3002", ""),
    ("lighthouse", "a score is null", "score_null.json", "completeness: incomplete", ""),
    ("lighthouse", "a run failed", "run_failed.json", "the run failed", ""),
    ("axe", "what needs a review is no pass", "needs_review.json", "needs review by a person", ""),
];

#[test]
fn every_trap_has_a_fixture_that_shows_it() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let samples = fs::read_to_string(folder.join("samples.rs")).unwrap();
    for (format, trap, fixture, said, sample) in TRAPS {
        let file = folder.join("fixtures").join(format).join(fixture);
        assert!(file.exists(), "{format}: {trap}: no {fixture}");
        let reading = fs::read_to_string(folder.join("fixtures").join(format).join(format!("{fixture}.txt"))).unwrap();
        assert!(reading.contains(said), "{format}: {trap}: no `{said}` in {fixture}.txt:\n{reading}");
        assert!(
            sample.is_empty() || samples.contains(&format!("\"{sample}\"")),
            "{format}: {trap}: nobody counts {sample}"
        );
    }
    let distinct: BTreeSet<_> = TRAPS.iter().map(|(format, trap, ..)| (format, trap)).collect();
    assert_eq!(distinct.len(), TRAPS.len(), "a trap is named twice");
}
