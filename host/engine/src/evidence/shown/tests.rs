//! An evaluation sees the documents handed in with it, in one order, and no others.

use super::{Shown, ShownBaseline};
use crate::evidence::{
    rows::{BaselineRow, ContentRow},
    small,
};
use std::sync::Arc;
use tidegate_core::{
    digest::Digest,
    evidence::{
        Baseline, BillOfMaterials, Completeness, Content, Coverage, Document, DocumentTime, Evidence, Fact,
        Measurement, Provenance, ScanReport, Standing, Statement, TestReport, Value, Zone,
    },
    name::{EvidenceName, ServiceName},
    ratio::Ratio,
    time::Timestamp,
    vulnerability::VulnerabilityReport,
};

fn evidence(name: &str, bytes: &str, contents: Vec<Content>) -> Evidence {
    Evidence {
        name: EvidenceName::parse(name).unwrap(),
        service: None,
        document: Arc::new(Document {
            format: "junit".into(),
            digest: Digest::of(bytes.as_bytes()),
            tool: None,
            produced_at: None,
            author: None,
            subjects: Vec::new(),
            revision: None,
            about: Default::default(),
            signer: None,
            completeness: Completeness::Complete,
            contents,
            bytes: bytes.as_bytes().into(),
        }),
        declared_at: None,
        received_at: Timestamp::from_nanos(11),
        stated_in: None,
    }
}

fn one_of_each() -> Vec<Content> {
    let at = Timestamp::from_nanos(9);
    vec![
        Content::Tests(Arc::new(TestReport::default())),
        Content::Scan(Arc::new(ScanReport::default())),
        Content::Vulnerabilities(Arc::new(VulnerabilityReport::default())),
        Content::Components(Arc::new(BillOfMaterials::default())),
        Content::Coverage(Coverage { lines: Ratio::new(1, 2).unwrap(), branches: None }),
        Content::Measurements(Arc::new([Measurement {
            name: "p95".into(),
            subject: None,
            value: 1.5,
            unit: "ms".into(),
        }])),
        Content::Statements([Some(at), None].map(statement).into()),
        Content::Provenance(Arc::new(Provenance {
            builder: "b".into(),
            build_type: "t".into(),
            repository: "r".into(),
            commit: "c".into(),
            ref_name: "main".into(),
            materials: vec![Digest::of(b"m")],
        })),
        Content::Facts(Arc::new([
            Fact { name: "text".into(), subject: None, value: Value::Text("v".into()) },
            Fact { name: "number".into(), subject: None, value: Value::Number(1.0) },
            Fact { name: "flag".into(), subject: None, value: Value::Flag(true) },
            Fact { name: "time".into(), subject: None, value: Value::Time(at) },
        ])),
    ]
}

fn statement(at: Option<Timestamp>) -> Statement {
    let (item, by, note) = ("backup".into(), "alice".into(), "".into());
    Statement { item, standing: Standing::Met, by, at, link: None, note }
}

fn names(shown: &Shown, places: std::ops::Range<usize>) -> Vec<(String, String)> {
    let source = |place| small::source(shown.document(super::place(place)).unwrap());
    places.map(source).map(|source| (source.name, source.digest)).collect()
}

#[test]
fn documents_come_by_name_and_digest_whatever_order_they_arrived_in() {
    let given = [evidence("b", "2", vec![]), evidence("a", "2", vec![]), evidence("a", "1", vec![])];
    let mut other = given.to_vec();
    other.reverse();
    let shown = [&given[..], &other].map(|given| Shown::new(given, &Baseline::NotAsked));
    let [one, two] = shown.each_ref().map(|shown| names(shown, shown.own()));
    assert_eq!(one, two);
    let mut sorted = one.clone();
    sorted.sort();
    assert_eq!(one, sorted);
}

#[test]
fn the_baseline_stands_apart() {
    let now = [evidence("tests", "now", vec![])];
    let before = Baseline::Documents(vec![evidence("tests", "before", vec![])]);
    let shown = Shown::new(&now, &before);
    assert_eq!(names(&shown, shown.own()), [("tests".to_owned(), Digest::of(b"now").to_string())]);
    assert_eq!(names(&shown, shown.earlier()), [("tests".to_owned(), Digest::of(b"before").to_string())]);
    let BaselineRow::Documents(handles) = small::baseline(&shown) else { panic!("documents") };
    assert_eq!(handles.iter().map(wasmtime::component::Resource::rep).collect::<Vec<_>>(), [1]);
}

#[test]
fn why_there_is_no_baseline_is_told() {
    let row = |baseline| small::baseline(&Shown::new(&[], &baseline));
    assert!(matches!(row(Baseline::NotAsked), BaselineRow::NotAsked));
    assert!(matches!(row(Baseline::First), BaselineRow::First));
    assert!(
        matches!(row(Baseline::Unavailable("redacted".into())), BaselineRow::Unavailable(why) if &*why == "redacted")
    );
    assert!(matches!(Shown::nothing().baseline(), ShownBaseline::NotAsked));
}

#[test]
fn every_kind_of_content_is_handed_over_and_handles_find_it_again() {
    let given = [evidence("a", "1", one_of_each()), evidence("b", "2", one_of_each())];
    let shown = Shown::new(&given, &Baseline::NotAsked);
    for place in 0..2 {
        let document = shown.document(place).unwrap();
        let made_at = document.evidence.made_at().nanos();
        let rows = small::contents(&shown, document);
        assert_eq!(rows.len(), 9);
        for row in rows {
            match row {
                ContentRow::Tests(handle) => {
                    assert!(shown.tests(handle.rep()).is_ok() && shown.scan(handle.rep()).is_err())
                }
                ContentRow::Scan(handle) => {
                    assert!(shown.scan(handle.rep()).is_ok() && shown.tests(handle.rep()).is_err())
                }
                ContentRow::Vulnerabilities(handle) => assert!(shown.vulnerabilities(handle.rep()).is_ok()),
                ContentRow::Components(handle) => assert!(shown.components(handle.rep()).is_ok()),
                ContentRow::Coverage(coverage) => assert_eq!(coverage.branches, None),
                ContentRow::Measurements(rows) => assert_eq!(rows.len(), 1),
                // The second one names no time: it counts from its document's.
                ContentRow::Statements(rows) => {
                    assert_eq!(rows.iter().map(|row| row.at).collect::<Vec<_>>(), [9, made_at])
                }
                ContentRow::Provenance(row) => assert_eq!(row.materials, [Digest::of(b"m").to_string()]),
                ContentRow::Facts(rows) => assert_eq!(rows.len(), 4),
            }
        }
    }
}

#[test]
fn a_handle_to_nothing_is_the_hosts_fault() {
    let shown = Shown::nothing();
    assert!(shown.document(0).is_err());
    assert!(shown.vulnerabilities(u32::MAX).is_err() && shown.components(0).is_err());
}

#[test]
fn a_source_says_everything_that_ties_and_vouches() {
    let mut given = evidence("scan", "bytes", vec![]);
    given.service = Some(ServiceName::parse("api").unwrap());
    let document = Arc::make_mut(&mut given.document);
    document.tool = Some("tool 1.2".into());
    document.produced_at = Some(DocumentTime { at: Timestamp::from_nanos(5), zone: Zone::Stated });
    document.author = Some("tool".into());
    document.subjects = vec![Digest::of(b"artifact")];
    document.signer = Some("ci".into());
    document.completeness = Completeness::Incomplete("did not finish".into());
    let shown = Shown::new(&[given], &Baseline::NotAsked);
    let source = small::source(shown.document(0).unwrap());
    assert_eq!((source.name.as_str(), source.service.as_deref(), &*source.format), ("scan", Some("api"), "junit"));
    assert_eq!(
        (source.tool.as_deref(), source.produced_at, source.signer.as_deref()),
        (Some("tool 1.2"), Some(5), Some("ci"))
    );
    assert_eq!((source.subjects, source.complete), (vec![Digest::of(b"artifact").to_string()], false));
}

#[test]
fn bytes_come_in_pieces_and_end() {
    let shown = Shown::new(&[evidence("a", "0123456789", vec![])], &Baseline::NotAsked);
    let document = shown.document(0).unwrap();
    for (offset, len, expected) in
        [(0, 4, "0123"), (8, 4, "89"), (10, 1, ""), (11, 1, ""), (u64::MAX, u32::MAX, ""), (0, u32::MAX, "0123456789")]
    {
        assert_eq!(small::bytes(document, offset, len), expected.as_bytes(), "{offset} {len}");
    }
    let large = Shown::new(&[evidence("a", &"x".repeat(2 << 20), vec![])], &Baseline::NotAsked);
    assert_eq!(small::bytes(large.document(0).unwrap(), 0, u32::MAX).len(), 1 << 20);
}
