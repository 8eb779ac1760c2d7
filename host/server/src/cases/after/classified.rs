//! What is known of an incident, and how urgent a severity plugin calls it.

use super::{Answered, Bench, compare, deployment, end, fitting, moment, unanswered};
use crate::{
    api::incidents::KnownBody,
    cases::{coverage::What, expected::difference, read::CaseError},
    gate::incidents::classify::About,
};
use serde::Deserialize;
use serde_json::{Value, json};
use std::{path::Path, sync::LazyLock};
use tidegate_bundle::document;
use tidegate_core::{
    fault::Refusal,
    incident::{Classification, believed},
    name::RuleId,
};
use tidegate_engine::evaluate::Cost;

/// The published JSON Schema of such a case.
pub(crate) const SCHEMA_TEXT: &str = include_str!("../../../../../policies/schema/incident-case.schema.json");

/// A part of this program; that it is JSON is tested, and without it no case is accepted.
static SCHEMA: LazyLock<Value> = LazyLock::new(|| serde_json::from_str(SCHEMA_TEXT).unwrap_or(Value::Bool(false)));

#[derive(Debug, Deserialize)]
struct File {
    description: String,
    at: String,
    settings: Value,
    incident: FileIncident,
    expect: Expected,
}

#[derive(Debug, Deserialize)]
struct FileIncident {
    title: String,
    users_affected_percent: Option<f64>,
    service: Option<String>,
    data: Option<String>,
    security: Option<String>,
    features: Option<String>,
    performance: Option<String>,
    #[serde(default)]
    rollback_required: bool,
}

#[derive(Debug, Default, Deserialize)]
struct Expected {
    priority: Option<String>,
    rule: Option<String>,
    #[serde(default)]
    reasons: Vec<String>,
    refusal: Option<String>,
}

pub(super) fn answered(bench: Bench<'_>, folder: &Path, file: &str, text: &str) -> Result<Answered, CaseError> {
    let (read, positions) = document::read::<File>(text, file, &SCHEMA).map_err(CaseError::Mistakes)?;
    let at = moment(&positions, "/at", &read.at)?;
    let settings = fitting(bench, &positions, &read.settings)?;
    let FileIncident {
        title,
        users_affected_percent,
        service,
        data,
        security,
        features,
        performance,
        rollback_required,
    } = read.incident;
    let known = KnownBody { users_affected_percent, service, data, security, features, performance, rollback_required };
    let deployment = Some(deployment(folder, at)?);
    let about = About { title: title.into(), deployment, detected_at: at, settings, triggers: Vec::new() };
    let asked = known.incident(about);
    let evaluated = bench.engine.classify(bench.plugin, &asked, end(bench));
    let declared: Vec<RuleId> = bench.plugin.description.rules.iter().map(|rule| rule.id.clone()).collect();
    let answer = evaluated.result.and_then(|answer| believed(answer, &declared).map_err(Refusal::Fault));
    Ok(match answer {
        Ok(answer) => said(read.description, &read.expect, &answer, evaluated.cost),
        Err(refusal) => {
            unanswered(read.description, &refusal, read.expect.refusal.as_deref(), "priority", evaluated.cost)
        }
    })
}

fn said(description: String, expected: &Expected, answer: &Classification, cost: Cost) -> Answered {
    let mut differences = Vec::new();
    let (priority, rule) = (answer.priority.word(), answer.rule.as_str());
    if let Some(refusal) = &expected.refusal {
        differences.push(difference("refusal", refusal, &format!("it said {priority}")));
    }
    compare(&mut differences, "priority", expected.priority.as_deref(), priority);
    compare(&mut differences, "rule", expected.rule.as_deref(), rule);
    let reasons = answer.reasons.join("; ");
    for part in
        expected.reasons.iter().filter(|part| !answer.reasons.iter().any(|reason| reason.contains(part.as_str())))
    {
        differences.push(difference("reasons", part, &reasons));
    }
    Answered {
        description,
        came_to: format!("{priority} by {rule}: {reasons}"),
        differences,
        hint: None,
        found: vec![("priority", json!(priority)), ("rule", json!(rule)), ("reasons", json!(answer.reasons))],
        reached: vec![What::Rule(rule.to_owned())],
        cost,
    }
}
