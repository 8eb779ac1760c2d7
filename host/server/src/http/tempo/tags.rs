//! `GET /tempo/api/search/tags`, `/tempo/api/search/tag/{tag}/values`, and both with `v2`.

use super::{
    asked::{Parameters, readable, sight},
    refused::{NotAnswered, in_time},
};
use crate::{
    api::tempo::{NoMetrics, PlainValuesBody, ScopeBody, TagNamesBody, TagsBody, ValueBody, ValuesBody},
    gate::Gate,
    http::reply::json,
    identity::principal::Principal,
};
use axum::{
    Extension,
    extract::{Path, State},
    http::{StatusCode, Uri},
    response::{IntoResponse as _, Response},
};
use std::{collections::BTreeSet, sync::Arc};
use tidegate_ledger::{
    trace_search::VALUES_MAX,
    traceql::{
        ast::{Field, Intrinsic, KINDS, STATUSES, Scope, Value},
        names::field_of,
        parse,
    },
};

/// What every span has by itself, as it is offered.
const OWN: [&str; 16] = [
    "duration",
    "event:name",
    "instrumentation:name",
    "instrumentation:version",
    "kind",
    "link:spanID",
    "link:traceID",
    "name",
    "rootName",
    "rootServiceName",
    "span:id",
    "span:parentID",
    "status",
    "statusMessage",
    "trace:id",
    "traceDuration",
];

/// Names of attributes by scope.
pub async fn tags(State(gate): State<Arc<Gate>>, uri: Uri) -> Response {
    let body = scopes(&gate, &uri).await.map(|scopes| TagsBody { scopes });
    replied(body)
}

/// Names of attributes.
pub async fn names(State(gate): State<Arc<Gate>>, uri: Uri) -> Response {
    let body = scopes(&gate, &uri).await.map(|scopes| {
        let all: BTreeSet<String> = scopes.into_iter().flat_map(|scope| scope.tags).collect();
        TagNamesBody { tag_names: all.into_iter().collect() }
    });
    replied(body)
}

async fn scopes(gate: &Gate, uri: &Uri) -> Result<Vec<ScopeBody>, NotAnswered> {
    let asked = Parameters::of(uri)?;
    let all = in_time(gate.ledger().span_tags()).await?;
    let wanted = asked.text("scope").filter(|scope| *scope != "none");
    let of = |scope: Scope| match scope {
        Scope::Intrinsic => OWN.iter().map(|name| (*name).to_owned()).collect(),
        _ => all.iter().filter(|(of, _)| *of == scope).map(|(_, name)| name.clone()).collect(),
    };
    let scopes = Scope::ALL.into_iter().filter(|scope| wanted.is_none_or(|wanted| wanted == scope.word()));
    let scopes = scopes.map(|scope| ScopeBody { name: scope.word(), tags: of(scope) });
    Ok(scopes.filter(|scope| !scope.tags.is_empty()).collect())
}

/// Values of an attribute, with their types.
pub async fn typed_values(
    State(gate): State<Arc<Gate>>,
    Extension(principal): Extension<Arc<Principal>>,
    Path(tag): Path<String>,
    uri: Uri,
) -> Response {
    let found = found(&gate, &principal, &tag, &uri).await;
    replied(found.map(|tag_values| ValuesBody { tag_values, metrics: NoMetrics {} }))
}

/// Values of an attribute.
pub async fn values(
    State(gate): State<Arc<Gate>>,
    Extension(principal): Extension<Arc<Principal>>,
    Path(tag): Path<String>,
    uri: Uri,
) -> Response {
    let found = found(&gate, &principal, &tag, &uri).await;
    let plain = |values: Vec<ValueBody>| values.into_iter().map(|value| value.value).collect();
    replied(found.map(|values| PlainValuesBody { tag_values: plain(values) }))
}

async fn found(gate: &Gate, principal: &Principal, tag: &str, uri: &Uri) -> Result<Vec<ValueBody>, NotAnswered> {
    let asked = Parameters::of(uri)?;
    let Some(field) = field_of(tag) else { return Ok(Vec::new()) };
    let keywords = |words: &[&str]| {
        words.iter().map(|word| ValueBody { value_type: "keyword", value: (*word).to_owned() }).collect()
    };
    match field {
        Field::Own(Intrinsic::Status) => return Ok(keywords(&STATUSES)),
        Field::Own(Intrinsic::Kind) => return Ok(keywords(&KINDS)),
        _ => (),
    }
    let (limit, window) = (asked.number("limit", VALUES_MAX, VALUES_MAX)?, asked.window()?);
    // What Grafana's editor sends while a query is being written may be half of one: it then narrows nothing.
    let of = asked.text("q").and_then(|text| parse(text).ok());
    let readable = readable(principal);
    let sight = sight(principal, &readable);
    let values = in_time(gate.ledger().span_values(&field, of.as_ref(), window, sight, limit)).await?;
    Ok(values.iter().map(typed).collect())
}

fn typed(value: &Value) -> ValueBody {
    let value_type = match value {
        Value::Text(_) => "string",
        Value::Int(_) => "int",
        Value::Float(_) => "float",
        Value::Bool(_) => "bool",
    };
    ValueBody { value_type, value: value.text() }
}

fn replied<T: serde::Serialize>(body: Result<T, NotAnswered>) -> Response {
    match body {
        Ok(body) => json(StatusCode::OK, "application/json", &body),
        Err(error) => error.into_response(),
    }
}
