//! What documents hold, as JSON: rows of one kind under one key.

mod rows;

use serde_json::{Map, Value, json};
use tidegate_sdk::{
    evidence::{
        Content,
        scan::{IssueFields, IssueFilter, ScanReport},
        tests::{TestReport, TestStatus},
        vulnerabilities::{VulnerabilityFilter, VulnerabilityReport},
    },
    finding::Severity,
};

/// Rows of one document, at most: rules see all of them or none.
const ROWS_MAX: usize = 20_000;
/// Every way in which a case can end.
const STATUSES: [TestStatus; 5] =
    [TestStatus::Passed, TestStatus::Failed, TestStatus::Errored, TestStatus::Skipped, TestStatus::Flaky];
/// Rows asked for at once.
const PAGE_ROWS: u32 = 4096;

/// Everything that a document holds. A key is there only if the document holds something of its kind, however little.
pub(super) fn held(contents: &[Content]) -> Result<Map<String, Value>, String> {
    let mut held = Held::default();
    for content in contents {
        match content {
            Content::Tests(tests) => held.tests(tests)?,
            Content::Scan(scan) => held.scan(scan)?,
            Content::Vulnerabilities(report) => held.vulnerabilities(report)?,
            Content::Components(components) => {
                let listed = pages(components.count(), |offset, limit| components.components(offset, limit))?;
                held.rows("components", listed.iter().map(rows::component))?;
            }
            Content::Coverage(coverage) => held.rows("coverage", [rows::coverage(coverage)])?,
            Content::Measurements(all) => held.rows("measurements", all.iter().map(rows::measurement))?,
            Content::Statements(all) => held.rows("statements", all.iter().map(rows::statement))?,
            Content::Provenance(provenance) => held.rows("provenance", [rows::provenance(provenance)])?,
            Content::Facts(all) => held.rows("facts", all.iter().map(rows::fact))?,
        }
    }
    Ok(held.by_kind)
}

#[derive(Default)]
struct Held {
    by_kind: Map<String, Value>,
    rows: usize,
}

impl Held {
    fn rows(&mut self, kind: &str, rows: impl IntoIterator<Item = Value>) -> Result<(), String> {
        let list = self.by_kind.entry(kind).or_insert_with(|| Value::Array(Vec::new()));
        if let Value::Array(list) = list {
            let before = list.len();
            list.extend(rows);
            self.rows += list.len() - before;
        }
        if self.rows > ROWS_MAX { Err(too_many(self.rows)) } else { Ok(()) }
    }

    fn tests(&mut self, tests: &TestReport) -> Result<(), String> {
        let totals = tests.totals();
        let count = totals.passed + totals.failed + totals.errored + totals.skipped + totals.flaky;
        let cases = pages(count, |offset, limit| tests.cases(&STATUSES, offset, limit))?;
        self.rows += cases.len();
        self.rows("tests", [rows::tests(tests, &totals, &cases)])
    }

    fn scan(&mut self, scan: &ScanReport) -> Result<(), String> {
        let filter = IssueFilter {
            at_least: Severity::Info,
            include_suppressed: true,
            score_at_least: None,
            only: Vec::new(),
            except: Vec::new(),
            except_under: Vec::new(),
        };
        let fields = IssueFields { message: true, location: true, fingerprint: true, tags: true };
        let counts = scan.count(&filter);
        let count = Severity::ALL.iter().map(|severity| counts[*severity]).sum();
        let kind = scan.kind();
        let issues = pages(count, |offset, limit| scan.issues(&filter, fields, offset, limit))?;
        self.rows("issues", issues.iter().map(|issue| rows::issue(kind, issue)))
    }

    fn vulnerabilities(&mut self, report: &VulnerabilityReport) -> Result<(), String> {
        let filter = VulnerabilityFilter {
            at_least: Severity::Info,
            only_fixable: false,
            include_not_affected: true,
            only_known_exploited: false,
            epss_at_least: None,
            published_before: None,
            except: Vec::new(),
        };
        let counts = report.count(&filter);
        let count = Severity::ALL.iter().map(|severity| counts[*severity]).sum();
        let found = pages(count, |offset, limit| report.vulnerabilities(&filter, offset, limit))?;
        self.rows("vulnerabilities", found.iter().map(rows::vulnerability))?;
        self.rows("vulnerability_databases", [json!({ "made_at": report.database_at() })])
    }
}

/// All rows, page after page; `count` is how many there are.
fn pages<T>(count: u32, page: impl Fn(u32, u32) -> Vec<T>) -> Result<Vec<T>, String> {
    let count = count as usize;
    if count > ROWS_MAX {
        return Err(too_many(count));
    }
    let mut all = Vec::with_capacity(count);
    while all.len() < count {
        let more = page(u32::try_from(all.len()).unwrap_or(u32::MAX), PAGE_ROWS);
        if more.is_empty() {
            return Err(format!("rows are missing: {} read of {count}", all.len()));
        }
        all.extend(more);
    }
    Ok(all)
}

fn too_many(used: usize) -> String {
    format!("too many rows for rules: {used} used, {ROWS_MAX} allowed")
}
