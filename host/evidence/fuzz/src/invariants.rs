//! What holds for every reader, whatever it is given. The fuzz targets assert it, and so do the tests of `tidegate-evidence`, which
//! include this file: over the corpus, and over changes of it.

use std::sync::{Arc, LazyLock};
use tidegate_core::{
    digest::Digest,
    evidence::{Completeness, Content, Document, Value},
    signer::Signers,
};
use tidegate_evidence::{
    Limits, Place, Problem, ReadError, detect, read, read_signed,
    signing::{IN_TOTO_PAYLOAD_TYPE, PAYLOAD_TYPE_PREFIX, SigningKey},
    unpack,
};

/// A message is for a person, whatever the document holds.
const MESSAGE_CHARS_MAX: usize = 2_000;

/// Who signed the corpus's envelopes: a key that is no secret.
static SIGNER: LazyLock<SigningKey> = LazyLock::new(|| SigningKey::ed25519(&[7; 32]).unwrap());
static KNOWN: LazyLock<Signers> = LazyLock::new(|| Signers::new(vec![SIGNER.known_as("corpus")]));

/// As they are by default, and so small that inputs meet them.
pub fn limits() -> [Limits; 2] {
    let small =
        Limits { depth: 12, rows: 40, text_bytes: 24, archive_members: 3, archive_bytes: 1 << 12, ..Limits::default() };
    [Limits::default(), small]
}

/// Of the reader of a format. What is changed in an envelope is not signed any more, so bytes are also sealed into one.
pub fn of_reader(format: &str, bytes: &[u8]) {
    for limits in limits() {
        let _ = of_reading(format, bytes, &limits);
        if format == "dsse" {
            sealed(bytes).iter().for_each(|envelope| drop(of_reading(format, envelope, &limits)));
        }
    }
}

/// Bytes as what somebody known signed: as a Statement, and as a document of a format.
pub fn sealed(bytes: &[u8]) -> [Vec<u8>; 2] {
    [IN_TOTO_PAYLOAD_TYPE.to_owned(), format!("{PAYLOAD_TYPE_PREFIX}statements")]
        .map(|payload_type| SIGNER.seal(&payload_type, bytes).into_bytes())
}

/// Of the reader of a format under these limits; gives back what it read.
pub fn of_reading(format: &str, bytes: &[u8], limits: &Limits) -> Result<Document, ReadError> {
    let shared: Arc<[u8]> = Arc::from(bytes);
    let first = read_signed(Arc::clone(&shared), Some(format), limits, &KNOWN);
    let second = read_signed(shared, Some(format), limits, &KNOWN);
    match (&first, &second) {
        (Ok(document), Ok(again)) => {
            assert_eq!(stated(document), stated(again), "{format}: read twice, two documents");
            assert_eq!((&*document.format, document.digest, &*document.bytes), (format, Digest::of(bytes), bytes));
            of_document(document, limits);
        }
        (Err(error), Err(again)) => {
            assert_eq!(error, again, "{format}: read twice, two refusals");
            assert_eq!(error.format, Some(format), "{error}");
            of_refusal(error);
        }
        _ => assert_eq!(first.is_ok(), second.is_ok(), "{format}: read once, refused once"),
    }
    first
}

/// Of the search for a format: what it finds is what reads.
pub fn of_detection(bytes: &[u8]) {
    for limits in limits() {
        let found = detect(bytes, &limits);
        assert_eq!(found, detect(bytes, &limits));
        match (found, read(Arc::from(bytes), None, &limits)) {
            (Ok(format), Ok(document)) => assert_eq!(&*document.format, format),
            (Ok(format), Err(error)) => assert_eq!(error.format, Some(format), "{error}"),
            (Err(error), read) => {
                assert_eq!(read.err(), Some(error.clone()));
                of_refusal(&error);
            }
        }
    }
}

/// Of what unpacks archives.
pub fn of_archives(bytes: &[u8]) {
    for limits in limits() {
        let (first, second) = (unpack(bytes, &limits), unpack(bytes, &limits));
        assert_eq!(format!("{first:?}"), format!("{second:?}"));
        match first {
            Ok(members) => {
                let members = members.unwrap_or_default();
                assert!(members.len() <= limits.archive_members, "{} members", members.len());
                let unpacked: usize = members.iter().map(|member| member.bytes.len()).sum();
                assert!(unpacked <= limits.archive_bytes, "{unpacked} bytes unpacked");
            }
            Err(error) => of_refusal(&error),
        }
    }
}

fn of_refusal(error: &ReadError) {
    let message = error.to_string();
    assert!(!message.chars().any(char::is_control), "a message with control characters: {message:?}");
    assert!(message.chars().count() <= MESSAGE_CHARS_MAX, "a message of {} characters", message.chars().count());
    if let Problem::OverLimit { used, allowed, .. } = error.problem {
        assert!(used > allowed, "{message}");
    }
    if let Place::Line { line, column } = error.place {
        assert!(line >= 1 && column >= 1, "{message}");
    }
}

fn of_document(document: &Document, limits: &Limits) {
    let rows: usize = document.contents.iter().map(rows).sum();
    // One more for what a document as a whole stands for.
    assert!(rows <= limits.rows + 1, "{}: {rows} rows, {} allowed", document.format, limits.rows);
    let stated = [&document.tool, &document.author, &document.revision].into_iter().flatten().map(|text| &**text);
    for text in document.contents.iter().flat_map(texts).chain(stated) {
        assert!(text.len() <= limits.text_bytes, "{}: a text of {} bytes", document.format, text.len());
    }
    let numbers = document.contents.iter().flat_map(numbers);
    assert!(numbers.into_iter().all(f64::is_finite), "{}: a number that is none", document.format);
    if document.completeness == Completeness::Complete && document.contents.iter().any(is_of_rows) {
        assert!(rows > 0, "{}: nothing, and complete", document.format);
    }
}

/// Everything but the bytes.
fn stated(document: &Document) -> String {
    let Document { tool, author, produced_at, subjects, revision, about, signer, completeness, contents, .. } =
        document;
    format!(
        "{tool:?} {author:?} {produced_at:?} {subjects:?} {revision:?} {about:?} {signer:?} {completeness:?} {contents:?}"
    )
}

/// Whether nothing in it can only mean that nothing was looked at.
fn is_of_rows(content: &Content) -> bool {
    matches!(
        content,
        Content::Tests(_)
            | Content::Components(_)
            | Content::Measurements(_)
            | Content::Statements(_)
            | Content::Facts(_)
    )
}

fn rows(content: &Content) -> usize {
    match content {
        Content::Tests(report) => report.cases.len(),
        Content::Scan(report) => report.issues.len(),
        Content::Vulnerabilities(report) => report.vulnerabilities.len(),
        Content::Components(bill) => bill.components.len(),
        Content::Coverage(_) | Content::Provenance(_) => 1,
        Content::Measurements(rows) => rows.len(),
        Content::Statements(rows) => rows.len(),
        Content::Facts(rows) => rows.len(),
        Content::Vex(report) => report.statements.len(),
    }
}

fn texts(content: &Content) -> Vec<&str> {
    match content {
        Content::Tests(report) => {
            let cases = report.cases.iter().flat_map(|case| [&*case.suite, &*case.name, &*case.message]);
            let others = report.suites.iter().chain(&report.contradictions).map(|text| &**text);
            cases.chain(others).collect()
        }
        Content::Scan(report) => report.issues.iter().flat_map(|issue| [&*issue.rule, &*issue.message]).collect(),
        Content::Vulnerabilities(report) => {
            report.vulnerabilities.iter().flat_map(|row| [&*row.id, &*row.package, &*row.installed]).collect()
        }
        Content::Components(bill) => bill.components.iter().flat_map(|row| [&*row.name, &*row.version]).collect(),
        Content::Measurements(rows) => rows.iter().flat_map(|row| [&*row.name, &*row.unit]).collect(),
        Content::Statements(rows) => rows.iter().flat_map(|row| [&*row.item, &*row.by, &*row.note]).collect(),
        Content::Facts(rows) => {
            rows.iter().flat_map(|row| [Some(&*row.name), row.subject.as_deref()]).flatten().collect()
        }
        Content::Coverage(_) | Content::Provenance(_) | Content::Vex(_) => Vec::new(),
    }
}

fn numbers(content: &Content) -> Vec<f64> {
    match content {
        Content::Measurements(rows) => rows.iter().map(|row| row.value).collect(),
        Content::Scan(report) => report.issues.iter().filter_map(|issue| issue.score).collect(),
        Content::Vulnerabilities(report) => {
            report.vulnerabilities.iter().flat_map(|row| [row.cvss, row.epss]).flatten().collect()
        }
        Content::Facts(rows) => {
            let number = |value: &Value| if let Value::Number(number) = value { Some(*number) } else { None };
            rows.iter().filter_map(|row| number(&row.value)).collect()
        }
        _ => Vec::new(),
    }
}
