//! `/tempo`: the calls that Grafana makes, answered in shapes that are read strictly, as Grafana reads them.

#[path = "tempo/shapes.rs"]
mod shapes;

use crate::{
    authority::{HOUR, decide_with, gate_with, holder},
    wire::{Response, send},
    world::Gate,
};
use opentelemetry_proto::tonic::trace::v1::TracesData;
use prost::Message;
use serde::de::DeserializeOwned;
use serde_json::Value;
use shapes::{Instant, PlainValues, Range, Search, TagNames, Tags, Values};
use std::collections::BTreeSet;
use tidegate::identity::{holder::Holder, secret::Secret};
use tokio::runtime::Handle;

const FAILS: &str =
    "<testsuite name=\"unit\"><testcase classname=\"a\" name=\"b\"><failure message=\"no\"/></testcase></testsuite>";
const PASSES: &str = "<testsuite name=\"unit\"><testcase classname=\"a\" name=\"b\"/></testsuite>";

fn token(gate: &Gate, name: &str, environments: &[&str]) -> Secret {
    let holder: Holder = serde_json::from_value(holder(name, &["decide", "audit"], environments, &["*"])).unwrap();
    Handle::current().block_on(gate.inside().tokens().create(&holder, HOUR, "test")).unwrap().0
}

fn asked(gate: &Gate, token: &Secret, path: &str, accept: &str) -> Response {
    let bearer = format!("Bearer {}", token.reveal());
    send(gate.address, "GET", &format!("/tempo{path}"), &[("authorization", &bearer), ("accept", accept)], b"")
}

/// The answer, read strictly.
fn read<T: DeserializeOwned>(gate: &Gate, token: &Secret, path: &str) -> T {
    let response = asked(gate, token, path, "application/json");
    assert_eq!(response.status, 200, "{path}: {}", response.text());
    assert_eq!(response.header("content-type"), Some("application/json"));
    serde_json::from_slice(&response.body).unwrap_or_else(|error| panic!("{path}: {error}: {}", response.text()))
}

fn refused(gate: &Gate, token: &Secret, path: &str) -> (u16, String) {
    let response = asked(gate, token, path, "application/json");
    assert_eq!(response.header("content-type"), Some("text/plain; charset=utf-8"), "{path}: {}", response.text());
    (response.status, response.text())
}

/// As a client writes it behind a question mark.
fn encoded(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

fn search(gate: &Gate, token: &Secret, query: &str) -> Search {
    read(gate, token, &format!("/api/search?q={}&limit=20&spss=3", encoded(query)))
}

/// The ids of the decisions that a search finds, by the attribute that it asks for.
fn decisions(found: &Search) -> BTreeSet<String> {
    let attributes = found.traces.iter().flat_map(|trace| &trace.span_sets).flat_map(|set| &set.spans);
    let ids = attributes.flat_map(|span| &span.attributes).filter(|pair| pair.key == "tidegate.decision.id");
    ids.map(|pair| pair.value.text()).collect()
}

/// Two decisions in production, of which one was refused, and one in staging.
fn three(gate: &Gate) -> (Secret, [String; 3]) {
    let all = token(gate, "ci", &["*"]);
    let ids = [("production", PASSES), ("production", FAILS), ("staging", PASSES)].map(|(environment, report)| {
        let answer = decide_with(gate, &all, environment, &["api"], Some(report), &[]);
        answer.json()["id"].as_str().unwrap_or_else(|| panic!("{}", answer.text())).to_owned()
    });
    (all, ids)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_finds_decisions_by_what_they_say() {
    gate_with("", |gate, _| {
        let (all, [passed, failed, staged]) = three(gate);
        let of = |query: &str| decisions(&search(gate, &all, &format!("{query} | select(span.tidegate.decision.id)")));
        let ids = |ids: &[&String]| ids.iter().map(|id| (*id).clone()).collect::<BTreeSet<String>>();
        for (query, wanted) in [
            ("{ span.tidegate.decision.id != nil }", ids(&[&passed, &failed, &staged])),
            ("{ name = \"tidegate.decision\" && span.deployment.environment.name = \"staging\" }", ids(&[&staged])),
            ("{ span.tidegate.decision.allowed = false }", ids(&[&failed])),
            ("{ span.tidegate.decision.outcome =~ \"REM.*|HOLD\" }", ids(&[&failed])),
            ("{ .tidegate.decision.blocking > 0 }", ids(&[&failed])),
            ("{ span.tidegate.decision.id = \"none\" }", ids(&[])),
            ("{ span.nobody.knows.this = \"x\" }", ids(&[])),
        ] {
            assert_eq!(of(query), wanted, "{query}");
        }
        let found = search(
            gate,
            &all,
            "{ span.tidegate.stage.result = \"fail\" } && { event.tidegate.finding.severity != \"\" }",
        );
        assert_eq!(found.traces.len(), 1, "{found:?}");
        let trace = &found.traces[0];
        assert_eq!(
            (trace.root_service_name.as_str(), trace.root_trace_name.as_str()),
            ("tidegate", "tidegate.request")
        );
        assert_eq!((trace.trace_id.len(), trace.span_sets.len()), (32, 1));
        assert!(trace.start_time_unix_nano.parse::<u64>().unwrap() > 0);
        let newest = search(gate, &all, "{ rootName = \"tidegate.request\" } | select(span.tidegate.decision.id)");
        let starts: Vec<u64> = newest.traces.iter().map(|trace| trace.start_time_unix_nano.parse().unwrap()).collect();
        assert!(starts.is_sorted_by(|later, earlier| later >= earlier), "{starts:?}");
        assert!(
            newest.traces.iter().all(|trace| trace.span_sets[0].matched > 3 && trace.span_sets[0].spans.len() == 3)
        );
        let one: Search = read(gate, &all, "/api/search?limit=1");
        assert_eq!(one.traces.len(), 1);
        let none: Search = read(gate, &all, "/api/search?q=%7B%7D&start=1&end=2");
        assert_eq!((none.traces.len(), none.metrics.inspected_traces), (0, 0));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_by_tags_asks_the_same() {
    gate_with("", |gate, _| {
        let (all, _) = three(gate);
        let count = |parameters: &str| read::<Search>(gate, &all, &format!("/api/search?{parameters}")).traces.len();
        for (tags, wanted) in [
            ("service.name=tidegate", 3),
            ("deployment.environment.name=production", 2),
            ("deployment.environment.name=\"production\" tidegate.decision.allowed=true", 1),
            ("name=tidegate.decision", 3),
            ("tidegate.decision.blocking=1", 1),
            ("status=error", 0),
            ("nobody.knows=this", 0),
        ] {
            assert_eq!(count(&format!("tags={}", encoded(tags))), wanted, "{tags}");
        }
        assert_eq!(count("minDuration=1h"), 0);
        assert_eq!(count("maxDuration=1h&minDuration=1ns"), 3);
    })
    .await;
}

/// Tempo's answer to the question for a trace: written from the description of its format.
#[derive(Clone, PartialEq, Message)]
struct TraceById {
    #[prost(message, optional, tag = "1")]
    trace: Option<TracesData>,
    #[prost(int32, tag = "3")]
    status: i32,
    #[prost(string, tag = "4")]
    message: String,
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trace_is_that_of_the_record_in_either_form() {
    gate_with("", |gate, _| {
        let (all, [passed, ..]) = three(gate);
        let query = format!("{{ span.tidegate.decision.id = \"{passed}\" }}");
        let trace = search(gate, &all, &query).traces[0].trace_id.clone();
        let bearer = format!("Bearer {}", all.reveal());
        let kept =
            send(gate.address, "GET", &format!("/v1/decisions/{passed}/trace"), &[("authorization", &bearer)], b"");
        let kept = kept.json()["resourceSpans"][0]["scopeSpans"][0]["spans"].as_array().unwrap().len();
        let count = |data: &TracesData| {
            data.resource_spans.iter().flat_map(|one| &one.scope_spans).map(|one| one.spans.len()).sum::<usize>()
        };

        let answer = asked(gate, &all, &format!("/api/v2/traces/{trace}?start=1&end=2"), "application/protobuf");
        assert_eq!((answer.status, answer.header("content-type")), (200, Some("application/protobuf")));
        let answer = TraceById::decode(&*answer.body).unwrap();
        assert_eq!((answer.status, answer.message.as_str()), (0, ""));
        let data = answer.trace.unwrap();
        assert_eq!(count(&data), kept);
        let older = asked(gate, &all, &format!("/api/traces/{trace}"), "application/protobuf");
        assert_eq!(TracesData::decode(&*older.body).unwrap(), data);

        let json = asked(gate, &all, &format!("/api/v2/traces/{}", trace.to_uppercase()), "application/json").json();
        assert_eq!((&json["status"], json["metrics"].as_object().unwrap().len()), (&Value::from("COMPLETE"), 0));
        let span = &json["trace"]["resourceSpans"][0]["scopeSpans"][0]["spans"][0];
        assert_eq!(
            (&span["name"], &span["kind"]),
            (&Value::from("tidegate.request"), &Value::from("SPAN_KIND_SERVER"))
        );
        assert_eq!(span["traceId"].as_str().unwrap().len(), 24, "16 bytes in base64");
        let older = asked(gate, &all, &format!("/api/traces/{trace}"), "*/*").json();
        assert_eq!(older["batches"], json["trace"]["resourceSpans"]);

        for path in ["/api/v2/traces/0123456789abcdef", "/api/traces/none", "/api/v2/traces/%27%20OR%201"] {
            assert_eq!(refused(gate, &all, path), (404, "trace not found".to_owned()), "{path}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tags_and_values_are_those_of_the_spans() {
    gate_with("", |gate, _| {
        let (all, _) = three(gate);
        let tags: Tags = read(gate, &all, "/api/v2/search/tags?limit=100&start=1&end=2");
        let scopes: Vec<&str> = tags.scopes.iter().map(|scope| scope.name.as_str()).collect();
        assert_eq!(scopes, ["span", "resource", "event", "intrinsic"]);
        assert!(tags.scopes[0].tags.contains(&"tidegate.decision.outcome".to_owned()), "{tags:?}");
        assert_eq!(tags.scopes[1].tags, ["service.name", "service.version"]);
        let one: Tags = read(gate, &all, "/api/v2/search/tags?scope=resource");
        assert_eq!(one.scopes, tags.scopes[1..2]);
        let names: TagNames = read(gate, &all, "/api/search/tags");
        assert!(names.tag_names.contains(&"status".to_owned()) && names.tag_names.is_sorted(), "{names:?}");

        let values = |tag: &str| {
            let values: Values = read(gate, &all, &format!("/api/v2/search/tag/{}/values", encoded(tag)));
            values.tag_values.into_iter().map(|value| (value.value_type, value.value)).collect::<Vec<_>>()
        };
        let typed = |value_type: &str, all: &[&str]| {
            all.iter().map(|value| (value_type.to_owned(), (*value).to_owned())).collect::<Vec<_>>()
        };
        for (tag, wanted) in [
            ("span.deployment.environment.name", typed("string", &["production", "staging"])),
            (".service.name", typed("string", &["tidegate"])),
            ("resource.service.name", typed("string", &["tidegate"])),
            ("span.tidegate.decision.allowed", typed("bool", &["false", "true"])),
            ("span.tidegate.decision.blocking", typed("int", &["0", "1"])),
            ("status", typed("keyword", &["unset", "ok", "error"])),
            ("kind", typed("keyword", &["unspecified", "internal", "server", "client", "producer", "consumer"])),
            ("rootName", typed("string", &["tidegate.request"])),
            ("span.nobody.knows.this", Vec::new()),
            ("duration", Vec::new()),
        ] {
            assert_eq!(values(tag), wanted, "{tag}");
        }
        let plain: PlainValues = read(gate, &all, "/api/search/tag/deployment.environment.name/values");
        assert_eq!(plain.tag_values, ["production", "staging"]);
        let narrowed = encoded("{ span.tidegate.decision.allowed = false }");
        let narrowed: PlainValues =
            read(gate, &all, &format!("/api/search/tag/deployment.environment.name/values?q={narrowed}"));
        assert_eq!(narrowed.tag_values, ["production"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_metric_counts_spans_over_time_by_what_they_say() {
    gate_with("", |gate, _| {
        let (all, _) = three(gate);
        let query =
            encoded("{ name = \"tidegate.decision\" } | count_over_time() by (span.deployment.environment.name)");
        let counted = |instant: &Instant| {
            let series = instant.series.iter().map(|series| (series.labels[0].value.text(), series.value));
            series.collect::<Vec<_>>()
        };
        let instant: Instant = read(gate, &all, &format!("/api/metrics/query?q={query}"));
        let mut found = counted(&instant);
        found.sort_by(|left, right| left.0.cmp(&right.0));
        assert_eq!(found, [("production".to_owned(), 2.0), ("staging".to_owned(), 1.0)]);
        assert_eq!(instant.series[0].labels[0].key, "span.deployment.environment.name");

        let range: Range =
            read(gate, &all, &format!("/api/metrics/query_range?q={query}&step=60s&exemplars=100&since=10m"));
        assert_eq!(range.series.len(), 2);
        for series in &range.series {
            assert!((10..=12).contains(&series.samples.len()), "{series:?}");
            let times: Vec<u64> = series.samples.iter().map(|sample| sample.timestamp_ms.parse().unwrap()).collect();
            assert!(
                times.windows(2).all(|pair| pair[1] - pair[0] == 60_000) && times[0].is_multiple_of(60_000),
                "{times:?}"
            );
        }
        let sum: f64 = range.series.iter().flat_map(|series| &series.samples).map(|sample| sample.value).sum();
        assert_eq!(sum, 3.0);
        let rate = encoded("{ name = \"tidegate.decision\" } | rate()");
        let rate: Instant = read(gate, &all, &format!("/api/metrics/query?q={rate}&since=300s"));
        assert_eq!((rate.series[0].labels[0].key.as_str(), rate.series[0].value), ("__name__", 0.01));
        let nothing: Range = read(gate, &all, &format!("/api/metrics/query_range?q={query}&start=1&end=100"));
        assert_eq!(nothing.series.len(), 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_lies_beyond_a_grant_does_not_exist() {
    gate_with("", |gate, _| {
        let (all, [.., staged]) = three(gate);
        let production = token(gate, "production", &["production"]);
        let elsewhere = token(gate, "elsewhere", &["elsewhere"]);
        let everything = "{ name = \"tidegate.decision\" }";
        let query = encoded(&format!("{everything} | count_over_time()"));
        let trace =
            search(gate, &all, &format!("{{ span.tidegate.decision.id = \"{staged}\" }}")).traces[0].trace_id.clone();
        for (who, traces, environments, status) in [
            (&all, 3, &["production", "staging"][..], 200),
            (&production, 2, &["production"], 404),
            (&elsewhere, 0, &[], 404),
        ] {
            assert_eq!(search(gate, who, everything).traces.len(), traces);
            let values: PlainValues = read(gate, who, "/api/search/tag/deployment.environment.name/values");
            assert_eq!(values.tag_values, environments);
            let counted: Instant = read(gate, who, &format!("/api/metrics/query?q={query}"));
            let counted: f64 = counted.series.iter().map(|series| series.value).sum();
            assert_eq!(counted, f64::from(u32::try_from(traces).unwrap()));
            for version in ["/api/v2", "/api"] {
                assert_eq!(asked(gate, who, &format!("{version}/traces/{trace}"), "*/*").status, status);
            }
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_answered_is_told_in_plain_text() {
    gate_with("", |gate, _| {
        let (all, _) = three(gate);
        let query = |text: &str| refused(gate, &all, &format!("/api/search?q={}", encoded(text)));
        for (text, why) in [
            ("{ .a = 1 ", "invalid TraceQL query: column 10: expected `&&`, `||` or `}`, found the end"),
            ("{.a=1} >> {.b=2}", "invalid TraceQL query: column 8: structural operator `>>` is not supported"),
            ("{} | rate()", "invalid TraceQL query: a metric is asked for at `/api/metrics/query_range`"),
            ("{} | topk(1)", "invalid TraceQL query: column 6: `topk()` is not supported"),
        ] {
            assert_eq!(query(text), (400, why.to_owned()), "{text}");
        }
        for (path, why) in [
            ("/api/search?limit=many", "invalid parameter `limit`: expected a whole number, found `many`"),
            (
                "/api/search?start=soon",
                "invalid parameter `start`: expected seconds since 1970, or RFC 3339, found `soon`",
            ),
            ("/api/search?tags=a", "invalid parameter `tags`: expected `name=value`, with spaces between, found `a`"),
            (
                "/api/metrics/query?q=%7B%7D",
                "invalid TraceQL query: a metric ends with `| rate()` or `| count_over_time()`",
            ),
            (
                "/api/metrics/query_range?q=%7B%7D%7Crate()&step=x",
                "invalid parameter `step`: expected a duration, as `30s`, or seconds, found `x`",
            ),
            (
                "/api/metrics/query_range?q=%7B%7D%7Crate()&start=2&end=1",
                "invalid parameter `start`: expected a moment before `end`, found `2`",
            ),
            (
                "/api/metrics/query_range?q=%7B%7D%7Crate()&step=1&start=0&end=11001",
                "invalid TraceQL query: points of a series: 11001 used, 11000 allowed",
            ),
            (
                "/api/metrics/query?q=%7B%7D%26%26%7B%7D%7Crate()",
                "invalid TraceQL query: `&&` of spansets here is not supported",
            ),
        ] {
            assert_eq!(refused(gate, &all, path), (400, why.to_owned()), "{path}");
        }
        for (path, text) in [("/api/echo", "echo"), ("/ready", "ready\n")] {
            assert_eq!(asked(gate, &all, path, "*/*").text(), text);
        }
        let build: Value = asked(gate, &all, "/api/status/buildinfo", "*/*").json();
        assert_eq!(build["version"], env!("CARGO_PKG_VERSION"));
    })
    .await;
}
