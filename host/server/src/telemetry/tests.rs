//! Spans on their way to a collector.

use super::{Guard, assemble, collector, context, memory::Memory, names};
use crate::config::{LogConfig, LogFormat, LogLevel};
use opentelemetry::trace::TraceContextExt as _;
use opentelemetry_proto::tonic::{
    collector::trace::v1::ExportTraceServiceRequest,
    common::v1::{KeyValue, any_value::Value},
    trace::v1::{Span, span::SpanKind, status::StatusCode},
};
use prost::Message as _;
use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{Receiver, Sender, channel},
    },
    thread,
    time::Duration,
};
use tracing::{Dispatch, dispatcher, info_span};
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

/// Spans that wait to be sent, at most.
const QUEUE: usize = 1_000;
/// Many more than that.
const FLOOD: usize = 10 * QUEUE;
/// Nobody waits that long for what is coming; a test that waits for nothing ends.
const ENDLESS: Duration = Duration::from_secs(60);

/// A collector on loopback: every request it gets, whether or not it answers yet.
struct FakeCollector {
    address: SocketAddr,
    requests: Receiver<ExportTraceServiceRequest>,
}

impl FakeCollector {
    /// Answers each request after `answers` lets it.
    fn listen(answers: impl Fn() + Clone + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (sender, requests) = channel();
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (sender, answers) = (sender.clone(), answers.clone());
                thread::spawn(move || serve(stream, &sender, answers));
            }
        });
        Self { address, requests }
    }

    fn spans(&self) -> Vec<Span> {
        let requests = self.requests.try_iter().flat_map(|request| request.resource_spans);
        requests.flat_map(|resource| resource.scope_spans).flat_map(|scope| scope.spans).collect()
    }
}

fn serve(stream: TcpStream, sender: &Sender<ExportTraceServiceRequest>, answers: impl Fn()) {
    let mut reader = BufReader::new(stream);
    while let Some(body) = read_request(&mut reader) {
        let _ = sender.send(ExportTraceServiceRequest::decode(body.as_slice()).unwrap());
        answers();
        let answer = b"HTTP/1.1 200 OK\r\ncontent-type: application/x-protobuf\r\ncontent-length: 0\r\n\r\n";
        if reader.get_mut().write_all(answer).is_err() {
            return;
        }
    }
}

fn read_request(reader: &mut BufReader<TcpStream>) -> Option<Vec<u8>> {
    let (mut line, mut first, mut length) = (String::new(), None, 0);
    loop {
        line.clear();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        let text = line.trim_end().to_ascii_lowercase();
        if first.get_or_insert_with(|| text.clone()) == &text {
            assert_eq!(text, "post /v1/traces http/1.1");
        } else if text.is_empty() {
            break;
        } else if let Some(value) = text.strip_prefix("content-length: ") {
            length = value.parse().unwrap();
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(body)
}

fn exporting_to(address: SocketAddr) -> (Dispatch, Guard) {
    let endpoint = format!("http://{address}");
    let (collector, mut troubles) = collector::from_variables(|name| match name {
        "OTEL_EXPORTER_OTLP_ENDPOINT" => Some(endpoint.clone()),
        "OTEL_BSP_MAX_QUEUE_SIZE" => Some(QUEUE.to_string()),
        _ => None,
    });
    let config = LogConfig { format: LogFormat::Text, level: LogLevel::Error };
    let assembled = assemble(config, Memory::default().writer(), collector, &mut troubles);
    assert!(troubles.is_empty(), "{troubles:?}");
    assembled
}

fn text<'a>(attributes: &'a [KeyValue], key: &str) -> Option<&'a str> {
    match attributes.iter().find(|pair| pair.key == key)?.value.as_ref()?.value.as_ref()? {
        Value::StringValue(text) => Some(text),
        _ => None,
    }
}

fn trace_id(span: &tracing::Span) -> Option<String> {
    let context = span.context();
    let context = context.span().span_context().clone();
    context.is_valid().then(|| context.trace_id().to_string())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn spans_join_the_caller_s_trace_though_the_caller_does_not_sample() {
    let collector = FakeCollector::listen(|| {});
    let (dispatch, guard) = exporting_to(collector.address);
    let caller = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00";
    let trace_id = dispatcher::with_default(&dispatch, || {
        let decision = info_span!(target: "tidegate", names::SPAN_DECISION, { names::KIND } = "server", { names::DECISION_OUTCOME } = "HOLD");
        context::remote_parent(Some(caller), Some("rojo=1")).unwrap().adopt(&decision);
        let trace_id = trace_id(&decision);
        decision.in_scope(|| {
            tracing::error!(target: "tidegate", "turned back");
            info_span!(target: "tidegate", names::SPAN_STAGE, { names::STAGE_ID } = "unit_tests").in_scope(|| {});
            info_span!(target: "hyper", "of somebody else").in_scope(|| {});
        });
        trace_id
    });
    assert_eq!(trace_id.as_deref(), Some("4bf92f3577b34da6a3ce929d0e0e4736"));
    guard.flush();
    let request = collector.requests.recv_timeout(ENDLESS).unwrap();
    let resource = request.resource_spans[0].resource.clone().unwrap();
    assert_eq!(text(&resource.attributes, "service.name"), Some("tidegate"));
    let spans = &request.resource_spans[0].scope_spans[0].spans;
    let [stage, decision] = spans.as_slice() else { panic!("two spans expected: {spans:?}") };
    assert_eq!((decision.name.as_str(), decision.kind()), (names::SPAN_DECISION, SpanKind::Server));
    assert_eq!(text(&decision.attributes, names::DECISION_OUTCOME), Some("HOLD"));
    assert_eq!(hex(&decision.trace_id), "4bf92f3577b34da6a3ce929d0e0e4736");
    assert_eq!(hex(&decision.parent_span_id), "00f067aa0ba902b7");
    assert_eq!(decision.trace_state, "rojo=1");
    assert_ne!(decision.status.clone().unwrap_or_default().code(), StatusCode::Error, "a refusal is not an error");
    assert_eq!((&stage.trace_id, &stage.parent_span_id), (&decision.trace_id, &decision.span_id));
    assert_eq!(text(&stage.attributes, names::STAGE_ID), Some("unit_tests"));
}

#[test]
fn a_span_that_could_not_be_decided_says_so() {
    let collector = FakeCollector::listen(|| {});
    let (dispatch, guard) = exporting_to(collector.address);
    dispatcher::with_default(&dispatch, || {
        info_span!(target: "tidegate", names::SPAN_DECISION, { names::STATUS } = "ERROR").in_scope(|| {});
    });
    guard.flush();
    let spans = collector.spans();
    assert_eq!(spans[0].status.clone().unwrap().code(), StatusCode::Error);
    assert!(spans[0].parent_span_id.is_empty(), "nobody asked: it is the root of its trace");
}

#[test]
fn dropping_the_guard_sends_what_is_left() {
    let collector = FakeCollector::listen(|| {});
    let (dispatch, guard) = exporting_to(collector.address);
    dispatcher::with_default(&dispatch, || info_span!(target: "tidegate", "last words").in_scope(|| {}));
    drop(guard);
    let names: Vec<String> = collector.spans().into_iter().map(|span| span.name).collect();
    assert_eq!(names, ["last words"]);
}

#[test]
fn a_collector_that_does_not_answer_holds_nobody_up() {
    let gate = Arc::new(Mutex::new(()));
    let closed = gate.lock().unwrap();
    let answers = {
        let gate = Arc::clone(&gate);
        move || drop(gate.lock().unwrap_or_else(PoisonError::into_inner))
    };
    let collector = FakeCollector::listen(answers);
    let (dispatch, guard) = exporting_to(collector.address);
    let emit = |spans| {
        dispatcher::with_default(&dispatch, || {
            (0..spans).for_each(|_| info_span!(target: "tidegate", "a span").in_scope(|| {}));
        });
    };
    emit(QUEUE);
    let first = collector.requests.recv_timeout(ENDLESS).unwrap();
    // The exporter now waits for an answer that comes only when all of these have been made: were one of them to wait for
    // room, this test would never end.
    emit(FLOOD);
    drop(closed);
    drop(guard);
    let arrived = first.resource_spans[0].scope_spans[0].spans.len() + collector.spans().len();
    assert!(arrived < QUEUE + FLOOD, "{arrived} arrived: the queue has no bound");
}

#[test]
fn a_dead_collector_costs_spans_and_nothing_else() {
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let (dispatch, guard) = exporting_to(address);
    dispatcher::with_default(&dispatch, || {
        for _ in 0..FLOOD {
            info_span!(target: "tidegate", "into the void").in_scope(|| {});
        }
    });
    guard.flush();
}
