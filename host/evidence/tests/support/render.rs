//! A document, or why there is none, as lines that a reviewer can read.

use std::fmt::Write as _;
use tidegate_core::{
    evidence::{Completeness, Component, Content, Document, Issue, Suppression, TestCase, Value},
    signer::{Signed, SignedBy},
    vulnerability::Vulnerability,
};
use tidegate_evidence::ReadError;

/// Every field that a reader sets.
pub(crate) fn render(read: &Result<Document, ReadError>) -> String {
    let document = match read {
        Err(error) => return format!("error: {error}\n"),
        Ok(document) => document,
    };
    let mut out = format!("format: {}\n", document.format);
    let mut line = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            let _ = writeln!(out, "{name}: {value}");
        }
    };
    line("tool", document.tool.as_ref().map(ToString::to_string));
    line("produced at", document.produced_at.map(|time| format!("{} ({:?})", time.at, time.zone)));
    line("author", document.author.as_ref().map(ToString::to_string));
    let subjects: Vec<String> = document.subjects.iter().map(ToString::to_string).collect();
    line("subjects", (!subjects.is_empty()).then(|| subjects.join(", ")));
    line("revision", document.revision.as_ref().map(ToString::to_string));
    line("environment", document.about.environment.as_ref().map(ToString::to_string));
    let services: Vec<&str> = document.about.services.iter().map(|name| name.as_str()).collect();
    line("services", (!services.is_empty()).then(|| services.join(", ")));
    line("signer", document.signer.as_ref().map(signed));
    line(
        "completeness",
        Some(match &document.completeness {
            Completeness::Complete => "complete".to_owned(),
            Completeness::Empty(why) => format!("empty: {why}"),
            Completeness::Incomplete(why) => format!("incomplete: {why}"),
        }),
    );
    for content in &document.contents {
        out.push_str(&rows(content).join("\n"));
        out.push('\n');
    }
    out
}

fn rows(content: &Content) -> Vec<String> {
    match content {
        Content::Tests(report) => {
            let suites = format!("suites: {}", report.suites.join(" | "));
            let contradictions = report.contradictions.iter().map(|text| format!("contradiction: {text}"));
            std::iter::once(suites).chain(report.cases.iter().map(case)).chain(contradictions).collect()
        }
        Content::Scan(report) => {
            let head = format!("issues ({:?}): {}", report.kind, report.issues.len());
            std::iter::once(head).chain(report.issues.iter().map(issue)).collect()
        }
        Content::Coverage(coverage) => {
            let branches = coverage.branches.map_or_else(
                || "not counted".to_owned(),
                |branches| format!("{} of {}", branches.numerator(), branches.denominator()),
            );
            let (covered, valid) = (coverage.lines.numerator(), coverage.lines.denominator());
            vec![format!("lines: {covered} of {valid}"), format!("branches: {branches}")]
        }
        Content::Measurements(rows) => rows
            .iter()
            .map(|row| {
                format!("measurement: {}{} = {} [{}]", row.name, of(row.subject.as_deref()), row.value, row.unit)
            })
            .collect(),
        Content::Statements(rows) => rows
            .iter()
            .map(|row| {
                let link = row.link.as_deref().unwrap_or("-");
                let at = row.at.map_or_else(|| "an unsaid time".to_owned(), |at| at.to_string());
                format!(
                    "statement: {} {:?} by {} at {at}, link {link}, note {:?}",
                    row.item, row.standing, row.by, row.note
                )
            })
            .collect(),
        Content::Facts(rows) => rows
            .iter()
            .map(|row| format!("fact: {}{} = {}", row.name, of(row.subject.as_deref()), value(&row.value)))
            .collect(),
        Content::Vulnerabilities(report) => {
            let database = report.database_at.map_or_else(|| "-".to_owned(), |at| at.to_string());
            let head = format!("vulnerabilities: {}, database of {database}", report.vulnerabilities.len());
            std::iter::once(head).chain(report.vulnerabilities.iter().map(vulnerability)).collect()
        }
        Content::Components(bill) => {
            let head = format!("components: {}", bill.components.len());
            let row = |row: &Component| {
                let purl = row.purl.as_deref().unwrap_or("-");
                format!("component: {} {} {purl} {:?}", row.name, row.version, row.licenses)
            };
            std::iter::once(head).chain(bill.components.iter().map(row)).collect()
        }
        Content::Provenance(provenance) => vec![format!("{provenance:?}")],
        Content::Vex(report) => report.statements.iter().map(|said| format!("{said:?}")).collect(),
    }
}

/// By whom; a key is known by the beginning of its id.
fn signed(signed: &Signed) -> String {
    let by = |by: &SignedBy| format!("{} ({})", by.signer, by.key.hex().get(..8).unwrap_or_default());
    signed.by().iter().map(by).collect::<Vec<_>>().join(", ")
}

fn of(subject: Option<&str>) -> String {
    subject.map_or_else(String::new, |subject| format!(" of {subject}"))
}

fn vulnerability(row: &Vulnerability) -> String {
    let or = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
    format!(
        "{}: {} {:?} in {} {} {}, fixed {}, cvss {}, epss {}, published {}, {:?}",
        row.severity.word(),
        row.id,
        row.aliases,
        row.package,
        row.installed,
        row.purl.as_deref().unwrap_or("-"),
        row.fixed.as_deref().unwrap_or("-"),
        or(row.cvss.map(|score| score.to_string())),
        or(row.epss.map(|share| share.to_string())),
        or(row.published.map(|at| at.to_string())),
        row.exploitability,
    )
}

fn case(case: &TestCase) -> String {
    let TestCase { suite, name, status, duration_ms, message } = case;
    format!("{status:?}: [{suite}] {name:?} {duration_ms} ms {message:?}")
}

fn issue(issue: &Issue) -> String {
    let location = issue.location.as_ref().map_or_else(
        || "-".to_owned(),
        |location| {
            format!("{}:{}", location.uri, location.line.map_or_else(|| "-".to_owned(), |line| line.to_string()))
        },
    );
    let suppressed = if issue.suppression == Suppression::None { "" } else { " suppressed" };
    let score = issue.score.map_or_else(String::new, |score| format!(" score {score}"));
    let fingerprint: String = issue.fingerprint.chars().take(8).chain(issue.fingerprint.chars().skip(64)).collect();
    format!(
        "{}:{score} [{}] {:?} at {location}{suppressed}, {fingerprint}, tags {:?}",
        issue.severity.word(),
        issue.rule,
        issue.message,
        issue.tags
    )
}

fn value(value: &Value) -> String {
    match value {
        Value::Text(text) => format!("text {text:?}"),
        Value::Number(number) => format!("number {number}"),
        Value::Flag(flag) => format!("flag {flag}"),
        Value::Time(time) => format!("time {time}"),
    }
}
