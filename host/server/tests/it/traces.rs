//! The span tree of a decision: what it says, who may read it, and that it is what the record has.

pub(crate) mod collector;
mod export;
mod rotel;

use crate::{
    authority::{HOUR, decide_with, gate_with, holder},
    crash::folder,
    wire::{Form, Response, send},
    world::{Gate, listens},
};
use prost::Message as _;
use serde_json::{Value, json};
use std::{
    io::{BufRead as _, BufReader},
    process::{Command, Stdio},
};
use tidegate::identity::{holder::Holder, secret::Secret};
use tidegate_core::digest::Digest;
use tidegate_ledger::id::DecisionId;
use tokio::runtime::Handle;

const FAILS: &str =
    "<testsuite name=\"unit\"><testcase classname=\"a\" name=\"b\"><failure message=\"no\"/></testcase></testsuite>";
const CALLER: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00";
const WHY: &str = "checkout is down for everybody, and this mends it";
const FORCIBLE: &str = "break_glass: { minimum_evidence: [unit_tests], second_human: false }\n";

fn token(gate: &Gate, name: &str, roles: &[&str], environments: &[&str]) -> Secret {
    let holder: Holder = serde_json::from_value(holder(name, roles, environments, &["*"])).unwrap();
    Handle::current().block_on(gate.inside().tokens().create(&holder, HOUR, "test")).unwrap().0
}

fn read(gate: &Gate, token: &Secret, id: &str) -> Response {
    let bearer = format!("Bearer {}", token.reveal());
    send(gate.address, "GET", &format!("/v1/decisions/{id}/trace"), &[("authorization", &bearer)], b"")
}

fn id(answer: &Response) -> String {
    answer.json()["id"].as_str().unwrap_or_else(|| panic!("{}", answer.text())).to_owned()
}

fn spans(tree: &Value) -> Vec<Value> {
    tree["resourceSpans"][0]["scopeSpans"][0]["spans"].as_array().unwrap().clone()
}

fn named<'a>(spans: &'a [Value], name: &str) -> &'a Value {
    spans.iter().find(|span| span["name"] == name).unwrap_or_else(|| panic!("no `{name}` in {spans:?}"))
}

fn attribute(of: &Value, key: &str) -> Value {
    let pairs = of["attributes"].as_array().unwrap();
    let found = pairs.iter().find(|pair| pair["key"] == key);
    found.map_or(Value::Null, |pair| pair["value"].as_object().unwrap().values().next().unwrap().clone())
}

fn nanos(span: &Value, key: &str) -> u64 {
    span[key].as_str().unwrap().parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tree_leads_from_the_request_to_every_stage_and_a_refusal_is_no_error() {
    gate_with("", |gate, _| {
        let ci = token(gate, "ci", &["decide", "audit"], &["*"]);
        let answer = decide_with(gate, &ci, "production", &["api", "web"], Some(FAILS), &[]);
        let spans = spans(&read(gate, &ci, &id(&answer)).json());
        let shape: Vec<(&str, &str)> = spans
            .iter()
            .map(|span| {
                let parent = spans.iter().find(|other| other["spanId"] == span["parentSpanId"]);
                (span["name"].as_str().unwrap(), parent.map_or("", |parent| parent["name"].as_str().unwrap()))
            })
            .collect();
        assert_eq!(
            shape,
            [
                ("tidegate.request", ""),
                ("tidegate.decision", "tidegate.request"),
                ("tidegate.policy_resolution", "tidegate.decision"),
                ("tidegate.evidence", "tidegate.policy_resolution"),
                ("tidegate.stage", "tidegate.decision"),
            ]
        );
        for span in &spans {
            assert!(span.get("status").is_none(), "{span}");
            assert!(nanos(span, "startTimeUnixNano") <= nanos(span, "endTimeUnixNano"), "{span}");
        }
        let (decision, stage) = (named(&spans, "tidegate.decision"), named(&spans, "tidegate.stage"));
        assert_eq!(attribute(decision, "tidegate.decision.outcome"), answer.json()["outcome"]);
        assert_eq!(attribute(decision, "tidegate.decision.allowed"), json!(false));
        assert_eq!(attribute(decision, "deployment.environment.name"), "production");
        assert_eq!(attribute(decision, "user.id"), "ci");
        assert_eq!(attribute(stage, "tidegate.stage.id"), "unit_tests");
        assert_eq!(attribute(stage, "tidegate.stage.result"), "fail");
        assert_eq!(attribute(stage, "tidegate.plugin.name"), "quality");
        for measured in ["queue_ns", "instantiate_ns", "call_ns", "memory_peak_bytes"] {
            let number = attribute(stage, &format!("tidegate.plugin.{measured}"));
            assert!(number.as_str().unwrap().parse::<u64>().is_ok(), "{measured}: {number}");
        }
        let events = stage["events"].as_array().unwrap();
        assert!(events.iter().any(|event| event["name"] == "tidegate.finding"), "{events:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tree_is_in_the_record_by_its_digest() {
    gate_with("", |gate, _| {
        let ci = token(gate, "ci", &["decide", "audit"], &["*"]);
        let decided = id(&decide_with(gate, &ci, "production", &["api"], Some(FAILS), &[]));
        let runtime = Handle::current();
        let ledger = gate.inside().ledger().clone();
        let stored = runtime.block_on(ledger.decision(&DecisionId::parse(&decided).unwrap())).unwrap().unwrap();
        let digest = stored.circumstances.spans.expect("the leaf names the tree");
        let bytes = runtime.block_on(ledger.body(&digest)).unwrap().expect("it is kept");
        assert_eq!(Digest::of(&bytes), digest);
        let data = opentelemetry_proto::tonic::trace::v1::TracesData::decode(&*bytes).unwrap();
        assert_eq!(data.encode_to_vec(), *bytes, "it is in protobuf's plain order");
        let tree = read(gate, &ci, &decided);
        crate::openapi::fits("TracesData", &tree);
        let trace = spans(&tree.json())[0]["traceId"].clone();
        assert_eq!(trace, stored.circumstances.trace.unwrap().to_string());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_s_trace_is_joined_though_the_caller_does_not_sample() {
    gate_with("", |gate, _| {
        let ci = token(gate, "ci", &["decide", "audit"], &["*"]);
        let bearer = format!("Bearer {}", ci.reveal());
        let body = json!({"deployment": {"environment": "production", "services": [{"name": "api", "version": "1"}]}});
        let headers = [
            ("authorization", bearer.as_str()),
            ("content-type", "application/json"),
            ("traceparent", CALLER),
            ("tracestate", "rojo=1"),
        ];
        let answer = send(gate.address, "POST", "/v1/decisions", &headers, body.to_string().as_bytes());
        assert_eq!(answer.json()["trace_id"], "4bf92f3577b34da6a3ce929d0e0e4736", "{}", answer.text());
        let spans = spans(&read(gate, &ci, &id(&answer)).json());
        let request = named(&spans, "tidegate.request");
        assert_eq!(request["parentSpanId"], "00f067aa0ba902b7");
        assert_eq!(request["flags"].as_u64().unwrap() & 0x301, 0x301, "sampled, and of a remote parent");
        assert!(spans.iter().all(|span| span["traceState"] == "rojo=1"), "{spans:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forced_decision_is_linked_to_the_refusal_before_it() {
    gate_with(FORCIBLE, |gate, _| {
        let alice = token(gate, "alice", &["decide", "override", "audit"], &["*"]);
        let bearer = format!("Bearer {}", alice.reveal());
        let ask = |further: &[(&str, &str)]| {
            let named = [("id", "dep-7"), ("environment", "production"), ("service", "api"), ("version", "1")];
            let fields = named.iter().chain(further);
            let form = fields.fold(Form::default(), |form, (name, value)| form.field(name, *value));
            form.file("unit_tests", "unit.xml", FAILS).post(
                gate.address,
                "/v1/decisions",
                &[("authorization", &bearer)],
            )
        };
        let refused = ask(&[]);
        let forced = ask(&[("emergency", "production_down"), ("justification", WHY)]);
        let (before, after) = (read(gate, &alice, &id(&refused)).json(), read(gate, &alice, &id(&forced)).json());
        let refusal = named(&spans(&before), "tidegate.decision").clone();
        let links = named(&spans(&after), "tidegate.decision")["links"].clone();
        assert_eq!(links[0]["spanId"], refusal["spanId"], "{links}");
        assert_eq!(links[0]["traceId"], refusal["traceId"]);
        assert_eq!(attribute(&links[0], "tidegate.link.kind"), "overridden");
        assert_eq!(attribute(&links[0], "tidegate.decision.id"), json!(id(&refused)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tree_beyond_one_s_grant_does_not_exist() {
    gate_with("", |gate, _| {
        let ci = token(gate, "ci", &["decide"], &["*"]);
        let elsewhere = token(gate, "eve", &["audit"], &["staging"]);
        let decided = id(&decide_with(gate, &ci, "production", &["api"], Some(FAILS), &[]));
        assert_eq!(read(gate, &ci, &decided).status, 200);
        assert_eq!(read(gate, &elsewhere, &decided).status, 404);
        assert_eq!(read(gate, &ci, "nothing").status, 404);
    })
    .await;
}

/// What a gate that has a collector for its own spans says until it listens.
fn said_at_the_start(more: &[(&str, &str)]) -> Vec<String> {
    let (folder, _token) = folder(None);
    let mut gate = Command::new(env!("CARGO_BIN_EXE_tidegate"))
        .args(["serve", "--listen", "127.0.0.1:0", "--data-dir"])
        .arg(folder.path().join("data"))
        .arg("--policies")
        .arg(folder.path().join("policies"))
        .envs(more.iter().copied())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let log = BufReader::new(gate.stderr.take().unwrap()).lines().map_while(Result::ok);
    let said = log.take_while(|line| listens(line).is_none()).collect();
    gate.kill().unwrap();
    gate.wait().unwrap();
    said
}

#[test]
fn a_collector_for_the_gates_own_spans_alone_is_warned_of() {
    crate::world::plugins();
    let is_warned_of = |said: &[String]| said.iter().any(|line| line.contains("spans of decisions are not exported"));
    assert!(!is_warned_of(&said_at_the_start(&[])));
    let said = said_at_the_start(&[("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")]);
    assert!(is_warned_of(&said), "{said:#?}");
    assert!(said.iter().any(|line| line.contains("`traces.export`")), "{said:#?}");
}
