//! What a collector's answer makes of a batch, and how long one waits.

use super::{
    answer::{Verdict, verdict},
    batch::{Sizes, body},
    pause,
};
use crate::{
    config::TracesConfig,
    egress::{Response, error::EgressError},
};
use opentelemetry_proto::tonic::{
    collector::trace::v1::{ExportTracePartialSuccess, ExportTraceServiceRequest, ExportTraceServiceResponse},
    trace::v1::{ResourceSpans, TracesData},
};
use prost::Message as _;
use std::time::Duration;
use tidegate_ledger::{id::DecisionId, spans::SpanTree};

fn answered(status: u16, retry_after: Option<u64>, body: Vec<u8>) -> Option<Result<Response, EgressError>> {
    Some(Ok(Response { status, retry_after: retry_after.map(Duration::from_secs), body }))
}

fn read(answer: Option<Result<Response, EgressError>>) -> Verdict {
    verdict(answer.as_ref())
}

fn again(why: &str, after: Option<u64>) -> Verdict {
    Verdict::Again { why: why.to_owned(), after: after.map(Duration::from_secs) }
}

#[test]
fn only_what_was_sent_can_be_refused_for_good() {
    for status in [429, 500, 502, 503, 504, 401, 403, 404, 408] {
        assert_eq!(read(answered(status, Some(7), Vec::new())), again(&format!("status {status}"), Some(7)));
    }
    for status in [400, 413, 415, 422] {
        let why = format!("status {status}");
        assert_eq!(read(answered(status, None, Vec::new())), Verdict::Refused { why });
    }
    let slow = EgressError::TooSlow { destination: "c".to_owned(), allowed: Duration::from_millis(5) };
    assert_eq!(read(Some(Err(slow))), again("destination `c`: over 5 ms used, 5 allowed", None));
}

#[test]
fn a_partial_success_is_read_and_its_message_is_one_short_line() {
    let partial =
        ExportTracePartialSuccess { rejected_spans: 3, error_message: format!("too\nold{}", "!".repeat(999)) };
    let body = ExportTraceServiceResponse { partial_success: Some(partial) }.encode_to_vec();
    let Verdict::Taken { rejected: 3, message } = read(answered(200, None, body)) else { panic!("it was taken") };
    assert!(message.starts_with("too\\u{a}old!") && message.chars().count() < 320, "{message}");
}

#[test]
fn a_collector_that_took_it_and_says_so_in_other_words_took_it() {
    let taken = Verdict::Taken { rejected: 0, message: String::new() };
    for body in [Vec::new(), b"{}".to_vec(), b"ok".to_vec(), vec![0xff; 8]] {
        assert_eq!(read(answered(200, None, body)), taken);
    }
    assert_eq!(read(None), taken, "there was nothing to send");
}

#[test]
fn trees_after_each_other_are_one_request() {
    let tree = |url: &str| {
        let spans = ResourceSpans { schema_url: url.to_owned(), ..ResourceSpans::default() };
        let bytes = TracesData { resource_spans: vec![spans] }.encode_to_vec();
        SpanTree { leaf_index: 0, decision: DecisionId::parse("d").unwrap(), bytes: Some(bytes) }
    };
    let gone = SpanTree { bytes: None, ..tree("gone") };
    let request = ExportTraceServiceRequest::decode(&*body(&[tree("a"), gone, tree("b")])).unwrap();
    let urls: Vec<String> = request.resource_spans.into_iter().map(|spans| spans.schema_url).collect();
    assert_eq!(urls, ["a", "b"]);
}

#[test]
fn a_refused_batch_is_halved_down_to_one_and_grows_again() {
    let mut sizes = Sizes::default();
    let most = sizes.trees;
    let mut halves = Vec::new();
    for sent in [64, 32, 16, 8, 4, 2, 1] {
        sizes.halve(sent);
        halves.push(sizes.trees);
    }
    assert_eq!(halves, [32, 16, 8, 4, 2, 1, 1]);
    (0..20).for_each(|_| sizes.grow());
    assert_eq!(sizes.trees, most);
}

#[test]
fn waits_double_up_to_their_bound() {
    let second = Duration::from_secs;
    let config = TracesConfig { export: None, retry_first: second(1), retry_max: second(6) };
    let waits =
        [0, 1, 2, 3, 4_000_000_000].map(|failed| pause(config.retry_first, config.retry_max, failed, None).as_secs());
    assert_eq!(waits, [1, 2, 4, 6, 6]);
}
