//! The span of a stage, for one service or for the whole deployment.

use super::{
    Told,
    attributes::{flag, maybe, number, text},
    identity::DECISION,
    tree::{artifact, error, event, inner},
};
use crate::{api::answer_of::mode, gate::judging::Measured, telemetry::names};
use opentelemetry_proto::tonic::{
    common::v1::KeyValue,
    trace::v1::{Span, span::Event},
};
use std::{cmp::Reverse, time::Instant};
use tidegate_core::{
    name::ServiceName,
    stage_result::{Conclusion, Evaluation, Marked, StageResult},
};

/// Findings that a span lists, at most; the worst.
const FINDINGS_MAX: usize = 20;
/// Lines of a plugin that a span lists, at most; the first.
const LINES_MAX: usize = 20;

/// One for each evaluation, and one for a stage that has none, in the order of the decision.
pub(super) fn stages(told: Told<'_>, first: usize) -> Vec<Span> {
    let decision = &told.ruled.judgement.decision;
    let mut spans = Vec::new();
    let mut at = told.ruled.moments.resolved;
    for stage in &decision.stages {
        let evaluations = stage.evaluations.iter().map(Some);
        let none = stage.evaluations.is_empty().then_some(None);
        for evaluation in evaluations.chain(none) {
            let service = evaluation.and_then(|evaluation| evaluation.service.as_ref());
            let measured = measured(told, stage, service);
            let (begin, end) = measured.map_or((at, at), |one| (one.began, one.ended));
            at = end;
            let span = inner(told.trace, first + spans.len(), DECISION, names::SPAN_STAGE);
            spans.push(filled(span, told, stage, evaluation, measured, (begin, end)));
        }
    }
    spans
}

fn measured<'a>(told: Told<'a>, stage: &StageResult, service: Option<&ServiceName>) -> Option<&'a Measured> {
    told.ruled.measured.iter().find(|one| one.stage == stage.stage && one.service.as_ref() == service)
}

fn filled(
    span: Span,
    told: Told<'_>,
    stage: &StageResult,
    evaluation: Option<&Evaluation>,
    measured: Option<&Measured>,
    (begin, end): (Instant, Instant),
) -> Span {
    let (begin, end) = (told.moments.nanos(begin), told.moments.nanos(end));
    let conclusion = evaluation.map_or(&stage.conclusion, |evaluation| &evaluation.conclusion);
    let mut attributes = of_stage(stage, conclusion);
    if let Some(evaluation) = evaluation {
        attributes.extend(of_evaluation(told, stage, evaluation));
    }
    attributes.extend(measured.into_iter().flat_map(of_cost));
    let findings = evaluation.map_or(&[][..], |evaluation| &evaluation.findings);
    let lines = measured.map_or(&[][..], |measured| &measured.log);
    let mut events: Vec<Event> = worst(findings).map(|marked| finding(marked, end)).collect();
    events.extend(lines.iter().take(LINES_MAX).map(|line| {
        let pairs = vec![text(names::LOG_LEVEL, line.level.word()), text(names::LOG_MESSAGE, &line.message)];
        event(names::EVENT_LOG, end, pairs)
    }));
    let dropped = (findings.len() + lines.len()).saturating_sub(events.len());
    Span {
        start_time_unix_nano: begin,
        end_time_unix_nano: end,
        attributes,
        events,
        dropped_events_count: u32::try_from(dropped).unwrap_or(u32::MAX),
        status: matches!(conclusion, Conclusion::Error(_)).then(|| error("it could not be judged")),
        ..span
    }
}

fn of_stage(stage: &StageResult, conclusion: &Conclusion) -> Vec<KeyValue> {
    let mut attributes = vec![
        text(names::STAGE_ID, stage.stage.as_str()),
        text(names::STAGE_RESULT, conclusion.word()),
        text(names::STAGE_MODE, mode(stage.mode)),
        text(names::PLUGIN_NAME, stage.plugin.name.as_str()),
        text(names::PLUGIN_VERSION, &stage.plugin.version),
        text(names::PLUGIN_DIGEST, &stage.plugin.digest.to_string()),
    ];
    match conclusion {
        Conclusion::Inconclusive(blame) => attributes.push(text(names::BLAME, blame.word())),
        Conclusion::Error(fault) => {
            attributes.push(text(names::BLAME, fault.blame.word()));
            attributes.push(text(names::ERROR_TYPE, fault.kind.word()));
        }
        Conclusion::Pass | Conclusion::Fail | Conclusion::Hold(_) | Conclusion::NotApplicable | Conclusion::Skipped => {
        }
    }
    attributes
}

fn of_evaluation(told: Told<'_>, stage: &StageResult, evaluation: &Evaluation) -> Vec<KeyValue> {
    let service = evaluation.service.as_ref();
    let blocks = stage.blocking.iter().any(|blocker| blocker.service.as_ref() == service);
    let findings = evaluation.findings.len() as u64 + u64::from(evaluation.omitted);
    let mut attributes = vec![
        flag(names::STAGE_BLOCKING, blocks),
        text(names::STAGE_SUMMARY, &evaluation.summary),
        number(names::STAGE_FINDINGS, findings),
    ];
    let ratio = evaluation.ratio.map(|ratio| format!("{}/{}", ratio.numerator(), ratio.denominator()));
    attributes.extend(maybe(names::STAGE_SCORE, ratio.as_deref()));
    if let Some(service) = service {
        attributes.push(text(names::STAGE_SERVICE, service.as_str()));
        attributes.extend(told.ruled.judgement.deployment.service(service).map(artifact).unwrap_or_default());
    }
    attributes
}

fn of_cost(measured: &Measured) -> Vec<KeyValue> {
    let cost = measured.cost;
    vec![
        number(names::PLUGIN_QUEUE_NS, cost.queued.as_nanos()),
        number(names::PLUGIN_INSTANTIATE_NS, cost.instantiate.as_nanos()),
        number(names::PLUGIN_CALL_NS, cost.call.as_nanos()),
        number(names::PLUGIN_MEMORY_PEAK, cost.memory_bytes),
    ]
}

/// The worst findings, of equal ones the first.
fn worst(findings: &[Marked]) -> impl Iterator<Item = &Marked> {
    let mut sorted: Vec<&Marked> = findings.iter().collect();
    sorted.sort_by_key(|marked| Reverse((marked.finding.decisive, marked.finding.severity)));
    sorted.into_iter().take(FINDINGS_MAX)
}

fn finding(marked: &Marked, at: u64) -> Event {
    let finding = &marked.finding;
    let mut attributes = vec![
        text(names::RULE_ID, finding.rule.as_str()),
        text(names::FINDING_SEVERITY, finding.severity.word()),
        text(names::FINDING_MESSAGE, &finding.message),
    ];
    attributes.extend(maybe(names::FINDING_SUBJECT, finding.subject.as_deref()));
    attributes.extend(maybe(names::FINDING_LOCATION, finding.location.as_ref().map(|place| place.uri.as_str())));
    attributes.extend(maybe(names::WAIVER_ID, marked.waived_by.as_ref().map(|waiver| waiver.as_str())));
    event(names::EVENT_FINDING, at, attributes)
}
