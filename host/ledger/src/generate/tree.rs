//! The span tree of a made-up decision: nine spans, with the attributes that the gate gives them.

use super::decision::Told;
use opentelemetry_proto::tonic::{
    common::v1::{AnyValue, InstrumentationScope, KeyValue, any_value::Value},
    resource::v1::Resource,
    trace::v1::{ResourceSpans, ScopeSpans, Span, TracesData, span::Event},
};
use prost::Message as _;
use tidegate_core::{
    digest::Digest,
    stage_result::{Conclusion, StageResult},
};

const INTERNAL: i32 = 1;
const SERVER: i32 = 2;
const MICROSECOND: u64 = 1_000;

pub(super) fn encoded(mut told: Told<'_>) -> Vec<u8> {
    let mut spans = vec![request(&mut told), decision(&mut told), resolution(&told), evidence(&mut told)];
    let stages = &told.judgement.decision.stages;
    for (number, result) in (4..).zip(stages) {
        let took = 200 * MICROSECOND + told.chance.below(4_000) * MICROSECOND;
        spans.push(stage(&told, number, result, took));
    }
    let version = env!("CARGO_PKG_VERSION");
    let scope = InstrumentationScope { name: "tidegate".to_owned(), version: version.to_owned(), ..Default::default() };
    let attributes = vec![text("service.name", "tidegate"), text("service.version", version)];
    let scoped = ScopeSpans { scope: Some(scope), spans, ..ScopeSpans::default() };
    let resource = Some(Resource { attributes, ..Resource::default() });
    let resource = ResourceSpans { resource, scope_spans: vec![scoped], ..ResourceSpans::default() };
    TracesData { resource_spans: vec![resource] }.encode_to_vec()
}

fn pair(key: &str, value: Value) -> KeyValue {
    KeyValue { key: key.to_owned(), value: Some(AnyValue { value: Some(value) }), ..KeyValue::default() }
}

fn text(key: &str, text: &str) -> KeyValue {
    pair(key, Value::StringValue(text.to_owned()))
}

fn number(key: &str, number: u64) -> KeyValue {
    pair(key, Value::IntValue(i64::try_from(number).unwrap_or(i64::MAX)))
}

fn flag(key: &str, flag: bool) -> KeyValue {
    pair(key, Value::BoolValue(flag))
}

/// The first bytes of a digest over the decision's id.
fn id(of: &Told<'_>, what: &str, bytes: usize) -> Vec<u8> {
    let digest = Digest::of(format!("generated {what} {}", of.id).as_bytes());
    digest.as_bytes().iter().take(bytes).copied().collect()
}

/// The n-th span, under another, from so many nanoseconds after the request on.
fn span(of: &Told<'_>, place: usize, parent: Option<usize>, name: &str, after: u64, took: u64) -> Span {
    let start = of.received_ns.saturating_add(after);
    Span {
        trace_id: id(of, "trace", 16),
        span_id: id(of, &format!("span {place}"), 8),
        parent_span_id: parent.map(|parent| id(of, &format!("span {parent}"), 8)).unwrap_or_default(),
        name: name.to_owned(),
        kind: INTERNAL,
        start_time_unix_nano: start,
        end_time_unix_nano: start.saturating_add(took),
        flags: 1,
        ..Span::default()
    }
}

fn request(told: &mut Told<'_>) -> Span {
    let took = 20_000 * MICROSECOND + told.chance.below(80_000) * MICROSECOND;
    Span {
        kind: SERVER,
        attributes: vec![text("http.request.method", "POST"), text("http.route", "/v1/decisions")],
        ..span(told, 0, None, "tidegate.request", 0, took)
    }
}

fn decision(told: &mut Told<'_>) -> Span {
    let took = 10_000 * MICROSECOND + told.chance.below(9_000) * MICROSECOND;
    let decision = &told.judgement.decision;
    let deployment = &told.judgement.deployment;
    let mut attributes = vec![
        text("tidegate.decision.id", told.id),
        text("tidegate.decision.outcome", decision.outcome.word()),
        flag("tidegate.decision.allowed", decision.permission.allowed()),
        flag("tidegate.decision.forced", false),
        number("tidegate.decision.blocking", decision.blocking.len() as u64),
        text("deployment.environment.name", deployment.environment().as_str()),
        text("deployment.id", deployment.id()),
        text("tidegate.deployment.cause", deployment.cause().word()),
        text("user.id", deployment.actor()),
    ];
    attributes.extend(set(told));
    for service in deployment.services() {
        attributes.push(text("tidegate.deployment.services", service.name.as_str()));
        attributes.push(text("artifact.version", &service.version.to_string()));
        attributes
            .extend(service.artifact.as_ref().map(|artifact| text("artifact.hash", &artifact.digest.to_string())));
    }
    if let Some(revision) = deployment.revision() {
        attributes.push(text("vcs.repository.url.full", &revision.repository));
        attributes.push(text("vcs.ref.head.revision", &revision.commit.to_string()));
        attributes.push(text("vcs.ref.head.name", &revision.ref_name));
    }
    Span { attributes, ..span(told, 1, Some(0), "tidegate.decision", 500 * MICROSECOND, took) }
}

fn set(told: &Told<'_>) -> [KeyValue; 3] {
    let set = &told.judgement.decision.decided_by;
    [
        text("tidegate.policy_set.id", set.id.as_str()),
        text("tidegate.policy_set.version", &set.version.to_string()),
        text("tidegate.policy_set.digest", &set.digest.to_string()),
    ]
}

fn resolution(told: &Told<'_>) -> Span {
    let mut attributes = set(told).to_vec();
    attributes.push(text("tidegate.bundle.digest", &told.judgement.bundle.to_string()));
    let took = 300 * MICROSECOND;
    Span { attributes, ..span(told, 2, Some(1), "tidegate.policy_resolution", 600 * MICROSECOND, took) }
}

fn evidence(told: &mut Told<'_>) -> Span {
    let bytes = 10_000 + told.chance.below(400_000);
    Span {
        attributes: vec![number("tidegate.evidence.documents", 4), number("tidegate.evidence.bytes", bytes)],
        ..span(told, 3, Some(2), "tidegate.evidence", 650 * MICROSECOND, 200 * MICROSECOND)
    }
}

fn stage(told: &Told<'_>, place: usize, result: &StageResult, took: u64) -> Span {
    let failed = result.conclusion == Conclusion::Fail;
    let attributes = vec![
        text("tidegate.stage.id", result.stage.as_str()),
        text("tidegate.stage.result", if failed { "fail" } else { "pass" }),
        text("tidegate.stage.mode", "block"),
        flag("tidegate.stage.blocking", failed),
        number("tidegate.stage.findings", u64::from(failed)),
        text("tidegate.plugin.name", result.plugin.name.as_str()),
        text("tidegate.plugin.version", &result.plugin.version),
        text("tidegate.plugin.digest", &result.plugin.digest.to_string()),
        number("tidegate.plugin.call_ns", took),
    ];
    let finding = Event {
        name: "tidegate.finding".to_owned(),
        attributes: vec![
            text("tidegate.rule.id", "made-up"),
            text("tidegate.finding.severity", "high"),
            text("tidegate.finding.message", &format!("{} of {}", result.stage, told.id)),
        ],
        ..Event::default()
    };
    let events = if failed { vec![finding] } else { Vec::new() };
    let after = 1_000 * MICROSECOND + place as u64 * 100 * MICROSECOND;
    Span { attributes, events, ..span(told, place, Some(1), "tidegate.stage", after, took) }
}
