//! Cases of plugins that are asked after a deployment: what was seen of one, or what is known of an incident.
//!
//! They need no policies: the settings stand in the case.

mod classified;
mod observed;

use super::{
    Outcome,
    coverage::{Coverage, Item, What},
    expected::{Difference, difference},
    read::CaseError,
};
use crate::{
    api::request::{DeploymentRequestBody, ServiceRequest},
    folder,
    gate::{
        deployment::{Asked, deployment_of},
        error::GateError,
    },
    identity::principal::Principal,
    render::authoring::advice,
};
use serde_json::Value;
use std::{path::Path, sync::Arc, time::Instant};
use tidegate_bundle::document::{self, Mistake, Positions};
use tidegate_core::{
    deployment::Deployment,
    fault::Refusal,
    observation::Advice,
    time::{Timestamp, TimestampError},
};
use tidegate_engine::{engine::Engine, evaluate::Cost, manifest::Kind, plugin::Plugin};

/// Who is asked.
#[derive(Debug, Clone, Copy)]
pub struct Bench<'a> {
    /// Runs the plugin.
    pub engine: &'a Engine,
    /// The plugin.
    pub plugin: &'a Plugin,
}

/// What came of one case, and what it cost.
#[derive(Debug)]
pub struct Answered {
    /// What the case shows, in a sentence.
    pub description: String,
    /// For people, in a few words.
    pub came_to: String,
    /// Everything in which it is not what the case says.
    pub differences: Vec<Difference>,
    /// What the plugin's author does next, where there is no answer.
    pub hint: Option<&'static str>,
    /// What the case would say if it said what came of it.
    pub found: Vec<(&'static str, Value)>,
    /// What it reached.
    pub reached: Vec<What>,
    /// Of the evaluation.
    pub cost: Cost,
}

/// What a case asks of such a plugin, by the file that it is.
#[must_use]
pub fn kind_of(text: &str) -> Kind {
    let examined = document::examine::<Value>(text, "case.yaml", &Value::Bool(true));
    let has = |key: &str| examined.read.as_ref().is_some_and(|(read, _)| read.get(key).is_some());
    match (has("incident"), has("deployed_at")) {
        (true, _) => Kind::Severity,
        (false, true) => Kind::Rollback,
        (false, false) => Kind::Gate,
    }
}

/// Asks the plugin what the case asks.
pub fn answered(bench: Bench<'_>, kind: Kind, folder: &Path, file: &str, text: &str) -> Result<Answered, CaseError> {
    match kind {
        Kind::Severity => classified::answered(bench, folder, file, text),
        Kind::Rollback | Kind::Gate => observed::answered(bench, folder, file, text),
    }
}

/// What cases of such a plugin can reach: each advice, or each rule.
#[must_use]
pub fn reachable(plugin: &Plugin) -> Coverage {
    let name = plugin.description.name.to_string();
    let item = |kind: Kind, what: What| Item { set: name.clone(), stage: kind.word().to_owned(), what };
    let advices = Advice::ALL.into_iter().filter(|_| plugin.is(Kind::Rollback));
    let rules = plugin.description.rules.iter().filter(|_| plugin.is(Kind::Severity));
    let advices = advices.map(|advice| item(Kind::Rollback, What::Advice(advice.word().to_owned())));
    let rules = rules.map(|rule| item(Kind::Severity, What::Rule(rule.id.to_string())));
    Coverage::of_items(advices.chain(rules))
}

/// As the run shows it.
#[must_use]
pub fn outcome(name: String, path: &Path, answered: Answered) -> Outcome {
    let Answered { description, came_to, differences, hint, found, .. } = answered;
    Outcome { name, path: path.to_owned(), description, came_to, differences, hint, found }
}

/// A moment that the case names.
fn moment(positions: &Positions, pointer: &str, text: &str) -> Result<Timestamp, CaseError> {
    Timestamp::parse(text)
        .map_err(|error: TimestampError| CaseError::Mistakes(vec![mistake(positions, pointer, &error)]))
}

fn mistake(positions: &Positions, pointer: &str, error: &dyn std::fmt::Display) -> Mistake {
    let place = positions.at(pointer);
    Mistake {
        file: positions.file().to_owned(),
        line: place.line,
        column: place.column,
        pointer: pointer.to_owned(),
        message: error.to_string(),
        hint: None,
    }
}

/// The case's own deployment, or one of a service `api` to `production`.
fn deployment(folder: &Path, at: Timestamp) -> Result<Arc<Deployment>, CaseError> {
    let file = folder.join("deployment.json");
    let body = if file.is_file() { folder::parsed(&file)? } else { some_deployment() };
    let asked = Asked { principal: Arc::new(Principal::anonymous()), at, fallback_id: "case".to_owned() };
    let deployment = deployment_of(&body, &asked);
    deployment.map(Arc::new).map_err(|error: GateError| CaseError::Deployment(error.problem().detail))
}

/// A service `api` to `production`, where nobody says what is deployed.
#[must_use]
pub fn some_deployment() -> DeploymentRequestBody {
    let service = ServiceRequest { name: "api".to_owned(), version: "1.0.0".to_owned(), ..ServiceRequest::default() };
    DeploymentRequestBody {
        environment: "production".to_owned(),
        services: vec![service],
        ..DeploymentRequestBody::default()
    }
}

/// Settings as the plugin would be handed them, if it takes them at all.
fn fitting(bench: Bench<'_>, positions: &Positions, settings: &Value) -> Result<Arc<str>, CaseError> {
    let text = settings.to_string();
    let problems = bench.plugin.settings_problems(bench.engine, &text);
    let mistakes: Vec<Mistake> = match problems {
        Ok(problems) => problems
            .iter()
            .map(|problem| mistake(positions, &format!("/settings{}", problem.pointer), &problem.message))
            .collect(),
        Err(fault) => vec![mistake(positions, "/settings", &format!("the plugin could not look at them: {fault}"))],
    };
    if mistakes.is_empty() { Ok(text.into()) } else { Err(CaseError::Mistakes(mistakes)) }
}

/// Until when the plugin has to have answered: its own limit strikes before.
fn end(bench: Bench<'_>) -> Instant {
    Instant::now() + bench.engine.limits().plugin_deadline * 2
}

fn refused(refusal: &Refusal) -> String {
    match refusal {
        Refusal::BadEvidence(why) => format!("evidence that cannot be used: {why}"),
        Refusal::Fault(fault) => fault.to_string(),
    }
}

/// Compares what was expected with what there is, where anything was.
fn compare(differences: &mut Vec<Difference>, what: &str, expected: Option<&str>, found: &str) {
    if let Some(expected) = expected.filter(|expected| *expected != found) {
        differences.push(difference(what, expected, found));
    }
}

/// What is left to say where there is no answer.
fn unanswered(description: String, refusal: &Refusal, expected: Option<&str>, wanted: &str, cost: Cost) -> Answered {
    let said = refused(refusal);
    let differences = match expected {
        Some(part) if said.contains(part) => Vec::new(),
        Some(part) => vec![difference("refusal", part, &said)],
        None => vec![difference(wanted, "an answer", &said)],
    };
    let hint = match refusal {
        Refusal::BadEvidence(_) => None,
        Refusal::Fault(fault) => Some(advice(fault.kind)),
    };
    let found = vec![("refusal", Value::from(said.clone()))];
    Answered { description, came_to: format!("no answer: {said}"), differences, hint, found, reached: Vec::new(), cost }
}
