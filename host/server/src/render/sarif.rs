//! SARIF 2.1.0, for code-scanning views: one run, one result for each finding.

use super::{
    escape::{self, uri},
    findings::{NAME_CHARS_MAX, TEXT_CHARS_MAX, cited, objects, result_in_words, subject},
};
use crate::api::answer::{Answer, EvaluationBody, FindingBody, StageBody};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use tidegate_core::digest::Digest;

/// Where the shape is defined.
const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

pub(super) fn render(answer: &Answer) -> String {
    let rules = rules(answer);
    let mut results = Vec::new();
    for stage in &answer.stages {
        for evaluation in &stage.evaluations {
            for finding in &evaluation.findings {
                results.push(result(stage, evaluation, finding, &rules));
            }
        }
    }
    let listed: Vec<Value> = rules.iter().map(|(id, (_, stage))| rule(id, stage)).collect();
    let log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": { "name": "tidegate", "semanticVersion": env!("CARGO_PKG_VERSION"), "rules": listed } },
            "automationDetails": { "id": format!("tidegate/{}/", uri(&answer.deployment.environment, NAME_CHARS_MAX)) },
            "invocations": [invocation(answer)],
            "results": results,
            "properties": properties(answer),
        }],
    });
    // Strings, numbers and lists: there is nothing in it that JSON cannot hold.
    escape::json(&serde_json::to_string_pretty(&log).unwrap_or_default()) + "\n"
}

/// Every rule that found something, in order, with its position and its stage's title.
fn rules(answer: &Answer) -> BTreeMap<String, (usize, String)> {
    let mut rules = BTreeMap::new();
    for stage in &answer.stages {
        for finding in stage.evaluations.iter().flat_map(|evaluation| &evaluation.findings) {
            rules.insert(short(&cited(stage, finding)), (0, stage.title.clone()));
        }
    }
    for (index, (position, _)) in rules.values_mut().enumerate() {
        *position = index;
    }
    rules
}

fn rule(id: &str, stage: &str) -> Value {
    json!({ "id": id, "shortDescription": { "text": escape::sarif(&format!("{id}, a rule of {stage}"), TEXT_CHARS_MAX) } })
}

fn result(
    stage: &StageBody,
    evaluation: &EvaluationBody,
    finding: &FindingBody,
    rules: &BTreeMap<String, (usize, String)>,
) -> Value {
    let id = short(&cited(stage, finding));
    let index = rules.get(&id).map(|(index, _)| *index);
    let mut result = json!({
        "ruleId": id,
        "ruleIndex": index,
        "level": level(stage, finding),
        "message": { "text": escape::sarif(&message(finding), 2 * TEXT_CHARS_MAX) },
        "locations": [location(stage, evaluation, finding)],
        "partialFingerprints": { "tidegateFinding/v1": fingerprint(stage, evaluation, finding) },
        "properties": { "severity": short(&finding.severity), "decisive": finding.decisive, "stage": short(&stage.id) },
    });
    if let (Some(waiver), Some(members)) = (&finding.waived_by, result.as_object_mut()) {
        let justification = escape::sarif(&format!("waived by {waiver}"), NAME_CHARS_MAX);
        let suppression = json!({ "kind": "external", "status": "accepted", "justification": justification });
        members.insert("suppressions".to_owned(), json!([suppression]));
    }
    result
}

fn short(text: &str) -> String {
    escape::sarif(text, NAME_CHARS_MAX)
}

/// Never empty: SARIF wants a text.
fn message(finding: &FindingBody) -> String {
    let message = if finding.message.is_empty() { &finding.rule } else { &finding.message };
    match &finding.remediation {
        Some(remediation) => format!("{message} – the plugin suggests: {}", remediation.title),
        None => message.clone(),
    }
}

/// What blocks is an error; the rest goes by its severity.
fn level(stage: &StageBody, finding: &FindingBody) -> &'static str {
    match finding.severity.as_str() {
        _ if finding.decisive && finding.waived_by.is_none() && stage.blocking => "error",
        "info" | "low" => "note",
        _ => "warning",
    }
}

fn location(stage: &StageBody, evaluation: &EvaluationBody, finding: &FindingBody) -> Value {
    let about = finding.subject.clone().unwrap_or_else(|| subject(stage, evaluation));
    let logical = json!([{ "fullyQualifiedName": short(&about) }]);
    let Some(place) = finding.location.as_ref().filter(|place| !place.uri.is_empty()) else {
        return json!({ "logicalLocations": logical });
    };
    let mut physical = json!({ "artifactLocation": { "uri": uri(&place.uri, TEXT_CHARS_MAX) } });
    // SARIF counts from 1, too.
    if let (Some(line @ 1..), Some(members)) = (place.line, physical.as_object_mut()) {
        members.insert("region".to_owned(), json!({ "startLine": line }));
    }
    json!({ "physicalLocation": physical, "logicalLocations": logical })
}

/// The plugin's, or else one of what stays the same when a line moves.
fn fingerprint(stage: &StageBody, evaluation: &EvaluationBody, finding: &FindingBody) -> String {
    let uri = finding.location.as_ref().map(|location| location.uri.as_str());
    let own = finding.fingerprint.as_deref();
    let parts = [
        Some(stage.id.as_str()),
        evaluation.service.as_deref(),
        Some(finding.rule.as_str()),
        own.or(finding.subject.as_deref()),
        own.or(uri),
        own.or(Some(finding.message.as_str())),
    ];
    // As JSON the parts cannot run into each other.
    Digest::of(json!(parts).to_string().as_bytes()).hex()
}

/// Whether everything could be judged, and what could not.
fn invocation(answer: &Answer) -> Value {
    let mut notes = Vec::new();
    let mut undecided = false;
    for stage in &answer.stages {
        for evaluation in stage.evaluations.iter().filter(|evaluation| objects(evaluation)) {
            let decided = matches!(evaluation.result.as_str(), "fail" | "hold");
            undecided |= !decided;
            let words =
                format!("{}: {}: {}", subject(stage, evaluation), result_in_words(evaluation), evaluation.summary);
            let level = if decided { "note" } else { "error" };
            notes.push(json!({ "level": level, "message": { "text": escape::sarif(&words, 2 * TEXT_CHARS_MAX) } }));
        }
    }
    json!({ "executionSuccessful": !undecided, "toolExecutionNotifications": notes })
}

fn properties(answer: &Answer) -> Value {
    json!({
        "outcome": short(&answer.outcome),
        "allowed": answer.allowed,
        "score": short(&answer.score.text),
        "decision": answer.id.as_deref().map(short),
        "policySet": short(&answer.policy_set.id),
        "policySetVersion": short(&answer.policy_set.version),
    })
}
