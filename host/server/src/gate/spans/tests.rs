//! What a tree may hold, and how it is shown.

use super::{
    TREE_BYTES_MAX,
    attributes::{flag, number, text, texts},
    bounded,
    identity::{DECISION, Linked, REQUEST, Trace, hex},
    json,
    tree::{data, event, inner},
};
use crate::telemetry::{context::remote_parent, names};
use opentelemetry_proto::tonic::trace::v1::{Span, Status, TracesData, span::Link};
use prost::Message as _;
use serde_json::json;

const CALLER: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00";

fn trace() -> Trace {
    Trace::new("d1", remote_parent(Some(CALLER), Some("rojo=1")).as_ref())
}

fn spans(count: usize, events: usize) -> Vec<Span> {
    let message = "x".repeat(200);
    let one = |number| Span {
        events: vec![event(names::EVENT_FINDING, 1, vec![text(names::FINDING_MESSAGE, &message)]); events],
        ..inner(&trace(), number, REQUEST, names::SPAN_STAGE)
    };
    (0..count).map(one).collect()
}

fn decoded(bytes: &[u8]) -> Vec<Span> {
    let data = TracesData::decode(bytes).unwrap();
    data.resource_spans.into_iter().flat_map(|one| one.scope_spans).flat_map(|one| one.spans).collect()
}

#[test]
fn a_caller_that_does_not_sample_is_joined_all_the_same() {
    let trace = trace();
    assert_eq!(trace.hex(), "4bf92f3577b34da6a3ce929d0e0e4736");
    assert_eq!(trace.parent.map(|parent| hex(&parent)).as_deref(), Some("00f067aa0ba902b7"));
    let span = inner(&trace, DECISION, REQUEST, names::SPAN_DECISION);
    assert_eq!(span.flags & 1, 1, "it is sampled");
    assert_eq!(span.trace_state, "rojo=1");
}

#[test]
fn ids_follow_from_the_decision_s_and_from_nothing_else() {
    let (a, again, b) = (Trace::new("d1", None), Trace::new("d1", None), Trace::new("d2", None));
    assert_eq!(a, again);
    assert_ne!(a.id, b.id);
    assert_ne!(a.span(REQUEST), a.span(DECISION));
    assert_ne!(a.span(REQUEST), b.span(REQUEST));
    let linked = Linked { kind: "retried", decision: "d1".to_owned(), trace: a.id };
    assert_eq!(linked.span(), a.span(DECISION), "a link leads to the decision's span");
}

#[test]
fn a_tree_that_fits_is_left_as_it_is() {
    let spans = spans(10, 3);
    assert_eq!(decoded(&bounded(spans.clone(), TREE_BYTES_MAX)), spans);
}

#[test]
fn events_go_before_spans_and_the_first_spans_stay() {
    let whole = data(spans(40, 20)).encoded_len();
    for allowed in [whole - 2000, whole / 4, 6_000, 2_000] {
        let bytes = bounded(spans(40, 20), allowed);
        assert!(bytes.len() <= allowed, "{} of {allowed}", bytes.len());
        let left = decoded(&bytes);
        assert!(left.len() >= 2);
        assert!(left.len() == 40 || left.iter().all(|span| span.events.is_empty()), "{allowed}: events go first");
        let dropped: u32 = left.iter().map(|span| span.dropped_events_count).sum();
        assert!(dropped > 0, "{allowed}");
        let cut = json::traces(&data(left));
        assert!(cut.to_string().contains(names::CUT), "{allowed}: it says that something was left out");
    }
}

#[test]
fn hostile_text_is_short_and_on_one_line() {
    let hostile = format!("a\nb\u{1b}[31m\u{202e}{}", "y".repeat(10_000));
    let shown = json::traces(&data(vec![Span { attributes: vec![text("k", &hostile)], ..Span::default() }]));
    let shown = shown["resourceSpans"][0]["scopeSpans"][0]["spans"][0]["attributes"][0]["value"]["stringValue"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(shown.starts_with("a\\u{a}b\\u{1b}[31m\\u{202e}yyy"), "{shown}");
    assert!(shown.chars().count() < 400 && shown.ends_with('…'), "{shown}");
}

#[test]
fn json_is_as_the_specification_has_it() {
    let trace = trace();
    let span = Span {
        start_time_unix_nano: 1_790_000_000_000_000_001,
        end_time_unix_nano: 1_790_000_000_000_000_002,
        attributes: vec![
            number("n", i64::MAX),
            flag("f", false),
            texts("all", ["a", "b"].into_iter()),
            text("empty", ""),
        ],
        links: vec![Link { trace_id: vec![0xab; 16], span_id: vec![1; 8], ..Link::default() }],
        status: Some(Status { message: "no".to_owned(), code: 2 }),
        events: vec![event("e", 3, Vec::new())],
        ..inner(&trace, DECISION, REQUEST, "s")
    };
    let shown = json::traces(&data(vec![span]));
    let shown = &shown["resourceSpans"][0]["scopeSpans"][0]["spans"][0];
    assert_eq!(shown["traceId"], "4bf92f3577b34da6a3ce929d0e0e4736");
    assert_eq!(shown["startTimeUnixNano"], "1790000000000000001");
    assert_eq!(
        shown["attributes"],
        json!([
            {"key": "n", "value": {"intValue": "9223372036854775807"}},
            {"key": "f", "value": {"boolValue": false}},
            {"key": "all", "value": {"arrayValue": {"values": [{"stringValue": "a"}, {"stringValue": "b"}]}}},
            {"key": "empty", "value": {"stringValue": ""}},
        ])
    );
    assert_eq!(shown["links"], json!([{"traceId": "ab".repeat(16), "spanId": "01".repeat(8)}]));
    assert_eq!(shown["events"], json!([{"timeUnixNano": "3", "name": "e"}]));
    assert_eq!(shown["status"], json!({"message": "no", "code": 2}));
    assert_eq!(shown["kind"], 1);
}
