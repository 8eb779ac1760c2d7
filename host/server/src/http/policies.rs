//! What is in force: plugins and policy sets.

use crate::{
    api::{
        answer_of::enforcement,
        problem::{Problem, ProblemKind},
        waivers::WaiversBody,
    },
    gate::{Gate, clock, plugins::Active},
    http::reply::{Refused, json},
};
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use serde_json::{Value, json as object};
use std::sync::Arc;
use tidegate_bundle::bundle::LoadedSet;
use tidegate_engine::plugin::Rule;

/// Every loaded plugin, with its rules and the schema of its settings.
pub async fn plugins(State(gate): State<Arc<Gate>>) -> Response {
    let active = gate.active();
    let plugins: Vec<Value> = active
        .plugins()
        .map(|(set, name, loaded)| {
            let description = &loaded.plugin.description;
            object!({
                "policy_set": set.as_str(),
                "name": name.as_str(),
                "plugin": description.name.as_str(),
                "version": description.version.as_str(),
                "summary": description.summary,
                "digest": loaded.plugin.digest.to_string(),
                "rules": description.rules.iter().map(rule).collect::<Vec<_>>(),
                "settings_schema": description.settings_schema,
            })
        })
        .collect();
    json(StatusCode::OK, "application/json", &object!({ "plugins": plugins }))
}

fn rule(rule: &Rule) -> Value {
    object!({ "id": rule.id.as_str(), "title": rule.title, "severity": rule.severity.word(), "help": rule.help, "doc": rule.doc })
}

/// Every waiver, with where it stands now.
pub async fn waivers(State(gate): State<Arc<Gate>>) -> Response {
    let in_force = gate.in_force();
    let bench = &in_force.bench;
    let body = WaiversBody::of(bench.active.bundle().waivers(), &bench.agreements, clock::now());
    json(StatusCode::OK, "application/json", &body)
}

/// Every policy set in force.
pub async fn sets(State(gate): State<Arc<Gate>>) -> Response {
    let active = gate.active();
    let sets: Vec<Value> = active.bundle().all_sets().map(head).collect();
    let bundle = active.bundle().digest().to_string();
    json(StatusCode::OK, "application/json", &object!({ "policy_sets": sets, "bundle": bundle }))
}

/// One policy set.
pub async fn set(State(gate): State<Arc<Gate>>, Path(id): Path<String>) -> Result<Response, Refused> {
    let active = gate.active();
    let set = found(&active, &id)?;
    let mut body = head(set);
    let stages: Vec<Value> = set.set.stages.iter().map(stage).collect();
    if let Some(object) = body.as_object_mut() {
        object.insert("stages".to_owned(), Value::from(stages));
    }
    Ok(json(StatusCode::OK, "application/json", &body))
}

/// The set of that name.
pub(super) fn found<'a>(active: &'a Active, id: &str) -> Result<&'a LoadedSet, Refused> {
    let set = active.bundle().all_sets().find(|set| set.set.id.as_str() == id);
    set.ok_or_else(|| {
        Refused(Problem::new(ProblemKind::NotFound, "there is no such policy set; /v1/policy-sets lists them"))
    })
}

fn head(set: &LoadedSet) -> Value {
    object!({
        "id": set.set.id.as_str(),
        "version": set.set.version.as_str(),
        "digest": set.set.digest.to_string(),
        "enforcement": enforcement(set.set.enforcement),
        "shadow_of": set.shadow_of.as_ref().map(ToString::to_string),
        "owner": set.owner,
        "reviewers": set.reviewers,
        "next_review": set.set.next_review.map(|at| at.to_string()),
        "contacts": set.contacts,
        "links": set.links,
    })
}

fn stage(stage: &tidegate_core::policy::Stage) -> Value {
    object!({
        "id": stage.id.as_str(),
        "title": &*stage.title,
        "plugin": stage.plugin.as_str(),
        "weight": stage.weight,
        "optional": stage.optional,
        "evidence": stage.evidence.iter().map(|requirement| requirement.name.as_str()).collect::<Vec<_>>(),
    })
}
