//! The spans of a decision, from the request down.

use super::{
    Told,
    attributes::{flag, maybe, number, text, texts},
    identity::{DECISION, REQUEST, SPAN_BYTES, Trace},
    stage::stages,
};
use crate::{gate::ruling::Ruled, telemetry::names};
use opentelemetry_proto::tonic::{
    common::v1::{InstrumentationScope, KeyValue},
    resource::v1::Resource,
    trace::v1::{
        ResourceSpans, ScopeSpans, Span, Status, TracesData,
        span::{Event, Link, SpanKind},
        status::StatusCode,
    },
};
use tidegate_core::{
    deployment::{Deployment, Service},
    stage_result::{Blocker, Conclusion},
};

/// Reasons against a decision that are listed, at most.
const BLOCKERS_MAX: usize = 100;
/// As W3C has it: sampled, whatever the caller's flag says.
const SAMPLED: u32 = 0x01;
/// As OTLP has it: it is known whether the parent is remote.
const HAS_IS_REMOTE: u32 = 0x100;
/// As OTLP has it: the parent is of another process.
const IS_REMOTE: u32 = 0x200;

/// The number of the span of the policy resolution, and of the evidence's; stages follow.
const RESOLUTION: usize = 2;
const EVIDENCE: usize = 3;
const STAGES: usize = 4;

/// All of them: request, decision, policy resolution, evidence, and the stages in their order.
pub(super) fn spans(told: Told<'_>) -> Vec<Span> {
    let mut spans = vec![request(told), decision(told), resolution(told), evidence(told)];
    spans.extend(stages(told, STAGES));
    spans
}

/// As OTLP transports them.
pub(super) fn data(spans: Vec<Span>) -> TracesData {
    let version = env!("CARGO_PKG_VERSION");
    let scope = InstrumentationScope { name: "tidegate".to_owned(), version: version.to_owned(), ..Default::default() };
    let attributes =
        vec![text(names::RESOURCE_SERVICE_NAME, "tidegate"), text(names::RESOURCE_SERVICE_VERSION, version)];
    let scoped = ScopeSpans { scope: Some(scope), spans, ..ScopeSpans::default() };
    let resource = Some(Resource { attributes, ..Resource::default() });
    TracesData {
        resource_spans: vec![ResourceSpans { resource, scope_spans: vec![scoped], ..ResourceSpans::default() }],
    }
}

/// Says on the first span how much was left out; nothing when it is all there.
pub(super) fn note_cut(spans: &mut [Span], cut: i64) {
    if let Some(first) = spans.first_mut().filter(|_| cut > 0) {
        first.attributes.push(number(names::CUT, cut));
    }
}

/// A span inside of this process, without times.
pub(super) fn inner(trace: &Trace, number: usize, parent: usize, name: &str) -> Span {
    Span {
        trace_id: trace.id.to_vec(),
        span_id: trace.span(number).to_vec(),
        parent_span_id: trace.span(parent).to_vec(),
        trace_state: trace.state.clone(),
        flags: SAMPLED | HAS_IS_REMOTE,
        name: name.to_owned(),
        kind: SpanKind::Internal.into(),
        ..Span::default()
    }
}

fn request(told: Told<'_>) -> Span {
    let (trace, moments) = (told.trace, told.moments);
    let remote = if trace.parent.is_some() { IS_REMOTE } else { 0 };
    let method_and_route = [text(names::HTTP_METHOD, "POST"), text(names::HTTP_ROUTE, "/v1/decisions")];
    let mut attributes = vec![text(names::DECISION_ID, &trace.decision)];
    attributes.extend(method_and_route);
    attributes.extend(who(&told.ruled.judgement.deployment));
    Span {
        parent_span_id: trace.parent.map(|parent: [u8; SPAN_BYTES]| parent.to_vec()).unwrap_or_default(),
        flags: SAMPLED | HAS_IS_REMOTE | remote,
        kind: SpanKind::Server.into(),
        start_time_unix_nano: moments.nanos(moments.received),
        end_time_unix_nano: moments.nanos(moments.built),
        attributes,
        ..inner(trace, REQUEST, REQUEST, names::SPAN_REQUEST)
    }
}

fn decision(told: Told<'_>) -> Span {
    let (trace, moments, ruled) = (told.trace, told.moments, told.ruled);
    let (decision, deployment) = (&ruled.judgement.decision, &ruled.judgement.deployment);
    let end = moments.nanos(ruled.moments.decided);
    let mut events: Vec<Event> = deployment.services().iter().map(|one| service(one, end)).collect();
    events.extend(decision.blocking.iter().take(BLOCKERS_MAX).map(|one| blocker(one, end)));
    let omitted = decision.blocking.len().saturating_sub(BLOCKERS_MAX);
    let set = &decision.decided_by;
    let mut attributes = vec![
        text(names::DECISION_ID, &trace.decision),
        text(names::DECISION_OUTCOME, decision.outcome.word()),
        flag(names::DECISION_ALLOWED, decision.permission.allowed()),
        flag(names::DECISION_FORCED, decision.forced.is_some()),
        text(names::DECISION_SCORE, &decision.score.to_string()),
        number(names::DECISION_BLOCKING, decision.blocking.len()),
        text(names::POLICY_SET_ID, set.id.as_str()),
        text(names::POLICY_SET_VERSION, &set.version.to_string()),
        text(names::POLICY_SET_DIGEST, &set.digest.to_string()),
    ];
    attributes.extend(what(deployment));
    attributes.extend(who(deployment));
    Span {
        start_time_unix_nano: moments.nanos(moments.deciding),
        end_time_unix_nano: end,
        attributes,
        events,
        dropped_events_count: u32::try_from(omitted).unwrap_or(u32::MAX),
        links: told.linked.iter().map(link).collect(),
        status: broke(ruled).then(|| error("a stage that blocks could not be judged")),
        ..inner(trace, DECISION, REQUEST, names::SPAN_DECISION)
    }
}

fn resolution(told: Told<'_>) -> Span {
    let (moments, ruled) = (told.moments, told.ruled);
    let set = &ruled.judgement.decision.decided_by;
    Span {
        start_time_unix_nano: moments.nanos(ruled.moments.began),
        end_time_unix_nano: moments.nanos(ruled.moments.resolved),
        attributes: vec![
            text(names::POLICY_SET_ID, set.id.as_str()),
            text(names::POLICY_SET_VERSION, &set.version.to_string()),
            text(names::POLICY_SET_DIGEST, &set.digest.to_string()),
            text(names::BUNDLE_DIGEST, &ruled.judgement.bundle.to_string()),
        ],
        ..inner(told.trace, RESOLUTION, DECISION, names::SPAN_RESOLUTION)
    }
}

fn evidence(told: Told<'_>) -> Span {
    let (moments, ruled) = (told.moments, told.ruled);
    let bytes: usize = ruled.documents.iter().map(|document| document.bytes.len()).sum();
    Span {
        start_time_unix_nano: moments.nanos(ruled.moments.chosen),
        end_time_unix_nano: moments.nanos(ruled.moments.read),
        attributes: vec![
            number(names::EVIDENCE_DOCUMENTS, ruled.documents.len()),
            number(names::EVIDENCE_BYTES, bytes),
        ],
        // What is read is read by the signers that the chosen set knows: a part of finding out what is asked.
        ..inner(told.trace, EVIDENCE, RESOLUTION, names::SPAN_EVIDENCE)
    }
}

fn what(deployment: &Deployment) -> Vec<KeyValue> {
    let labelled =
        |name: &str| deployment.labels().iter().find(|label| &*label.name == name).map(|label| &*label.value);
    let mut attributes = vec![
        text(names::ENVIRONMENT, deployment.environment().as_str()),
        text(names::DEPLOYMENT_ID, deployment.id()),
        text(names::CAUSE, deployment.cause().word()),
        texts(names::SERVICES, deployment.services().iter().map(|service| service.name.as_str())),
    ];
    attributes.extend(maybe(names::PIPELINE_RUN_ID, labelled("pipeline_run")));
    attributes.extend(maybe(names::PIPELINE_NAME, labelled("pipeline")));
    if let Some(revision) = deployment.revision() {
        attributes.push(text(names::REPOSITORY, &revision.repository));
        attributes.push(text(names::REVISION, &revision.commit.to_string()));
        attributes.push(text(names::REF_NAME, &revision.ref_name));
    }
    if let [only] = deployment.services() {
        attributes.extend(artifact(only));
    }
    attributes
}

/// What is deployed of a service.
pub(super) fn artifact(service: &Service) -> Vec<KeyValue> {
    let mut attributes = vec![text(names::ARTIFACT_VERSION, &service.version.to_string())];
    attributes
        .extend(service.artifact.as_ref().map(|artifact| text(names::ARTIFACT_HASH, &artifact.digest.to_string())));
    attributes
}

fn who(deployment: &Deployment) -> Vec<KeyValue> {
    let mut attributes = vec![text(names::USER_ID, deployment.actor())];
    attributes.extend(maybe(names::USER_NAME, deployment.person()));
    attributes
}

fn service(service: &Service, at: u64) -> Event {
    let mut attributes = vec![
        text(names::SERVICE_NAME, service.name.as_str()),
        text(names::SERVICE_VERSION, &service.version.to_string()),
    ];
    attributes.extend(artifact(service));
    event(names::EVENT_SERVICE, at, attributes)
}

fn blocker(blocker: &Blocker, at: u64) -> Event {
    let mut attributes =
        vec![text(names::STAGE_ID, blocker.stage.as_str()), text(names::BLOCKER_WHY, blocker.why.word())];
    attributes.extend(maybe(names::STAGE_SERVICE, blocker.service.as_ref().map(|service| service.as_str())));
    event(names::EVENT_BLOCKER, at, attributes)
}

pub(super) fn event(name: &str, at: u64, attributes: Vec<KeyValue>) -> Event {
    Event { time_unix_nano: at, name: name.to_owned(), attributes, dropped_attributes_count: 0 }
}

fn link(linked: &super::Linked) -> Link {
    Link {
        trace_id: linked.trace.to_vec(),
        span_id: linked.span().to_vec(),
        attributes: vec![text(names::LINK_KIND, linked.kind), text(names::DECISION_ID, &linked.decision)],
        flags: SAMPLED,
        ..Link::default()
    }
}

/// Whether a stage that blocks broke: then nobody knows what would have been decided.
fn broke(ruled: &Ruled) -> bool {
    let broken = |conclusion: &Conclusion| matches!(conclusion, Conclusion::Error(_));
    ruled.judgement.decision.stages.iter().any(|stage| !stage.blocking.is_empty() && broken(&stage.conclusion))
}

pub(super) fn error(message: &str) -> Status {
    Status { message: message.to_owned(), code: StatusCode::Error.into() }
}
