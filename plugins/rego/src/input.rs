//! What rules of the gate's own kind see: the deployment, and every document with what it holds.

mod contents;

use crate::{
    documents::{named, parsed},
    settings::Settings,
};
use contents::held;
use serde_json::{Map, Value, json};
use tidegate_sdk::{
    deployment::{Cause, Deployment, Service},
    evidence::{Document, Source},
    gate::Request,
};

/// The whole `input`, or what is wrong with each document that cannot be shown.
pub(crate) fn of(request: &Request<Settings>, documents: &[Document]) -> Result<regorus::Value, Vec<String>> {
    let (mut shown, mut wrong) = (Vec::new(), Vec::new());
    for one in documents {
        match document(one) {
            Ok(value) => shown.push(value),
            Err(why) => wrong.push(why),
        }
    }
    if !wrong.is_empty() {
        return Err(wrong);
    }
    let parameters = request.settings.parameters.clone().unwrap_or_default();
    let mut input = Map::new();
    input.insert("deployment".to_owned(), deployment(&request.deployment));
    input.insert("service".to_owned(), json!(request.service));
    input.insert("stage".to_owned(), json!(request.stage));
    input.insert("evaluated_at".to_owned(), json!(request.evaluated_at));
    input.insert("parameters".to_owned(), Value::Object(parameters));
    let input = regorus::Value::from(Value::Object(input));
    Ok(with(input, "documents", regorus::Value::from(shown)))
}

/// An object with one more key.
pub(crate) fn with(mut object: regorus::Value, key: &str, value: regorus::Value) -> regorus::Value {
    if let Ok(entries) = object.as_object_mut() {
        entries.insert(regorus::Value::from(key), value);
    }
    object
}

fn document(document: &Document) -> Result<regorus::Value, String> {
    let source = document.source();
    let contents = document.contents();
    let mut shown = describe(&source);
    if contents.is_empty() {
        let mut values = parsed(document)?.values;
        let content = if values.len() == 1 { values.remove(0) } else { regorus::Value::from(values) };
        return Ok(with(regorus::Value::from(Value::Object(shown)), "content", content));
    }
    let held = held(&contents).map_err(|why| format!("{}: {why}", named(&source)))?;
    shown.extend(held);
    Ok(regorus::Value::from(Value::Object(shown)))
}

fn describe(source: &Source) -> Map<String, Value> {
    let Source { name, service, format, digest, tool, author, produced_at, subjects, signer, complete } = source;
    let shown = json!({
        "name": name, "service": service, "format": format, "digest": digest, "tool": tool, "author": author,
        "produced_at": produced_at, "subjects": subjects, "signer": signer, "complete": complete,
    });
    match shown {
        Value::Object(shown) => shown,
        _ => Map::new(),
    }
}

fn deployment(deployment: &Deployment) -> Value {
    let Deployment { id, environment, services, revision, cause, actor, requested_at, labels } = deployment;
    let cause = match cause {
        Cause::Push => "push",
        Cause::Manual => "manual",
        Cause::Schedule => "schedule",
        Cause::Promotion => "promotion",
        Cause::Rollback => "rollback",
    };
    let service = |service: &Service| {
        let Service { name, version, previous_version, artifact } = service;
        let artifact = artifact.as_ref().map(|artifact| json!({ "uri": artifact.uri, "digest": artifact.digest }));
        json!({ "name": name, "version": version, "previous_version": previous_version, "artifact": artifact })
    };
    let revision = revision.as_ref().map(|revision| {
        json!({ "repository": revision.repository, "commit": revision.commit, "ref_name": revision.ref_name })
    });
    let labels: Map<String, Value> = labels.iter().map(|label| (label.name.clone(), json!(label.value))).collect();
    json!({
        "id": id, "environment": environment, "services": services.iter().map(service).collect::<Vec<_>>(),
        "revision": revision, "cause": cause, "actor": actor, "requested_at": requested_at, "labels": labels,
    })
}
