//! `GET /tempo/api/v2/traces/{id}` and `GET /tempo/api/traces/{id}`.

use super::{
    asked::{readable, sight},
    protojson,
    refused::{NotAnswered, in_time},
};
use crate::{
    gate::{Gate, error::GateError},
    http::reply::json,
    identity::principal::Principal,
};
use axum::{
    Extension,
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use opentelemetry_proto::tonic::trace::v1::TracesData;
use prost::Message;
use serde_json::json;
use std::sync::Arc;

const PROTOBUF: &str = "application/protobuf";

/// Tempo's `TraceByIDResponse`. The trace is there even where it is empty: Grafana does not ask whether it is.
#[derive(Clone, PartialEq, Message)]
struct TraceById {
    #[prost(message, optional, tag = "1")]
    trace: Option<TracesData>,
    #[prost(enumeration = "Status", tag = "3")]
    status: i32,
    #[prost(string, tag = "4")]
    message: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, prost::Enumeration)]
#[repr(i32)]
enum Status {
    Complete = 0,
    Partial = 1,
}

/// What may be seen of a trace.
struct Whole {
    data: TracesData,
    /// Why it is not all of it.
    lacks: Option<&'static str>,
}

/// A trace with what is said of it.
pub async fn v2(
    State(gate): State<Arc<Gate>>,
    Extension(principal): Extension<Arc<Principal>>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Response {
    let Whole { data, lacks } = match whole(&gate, &principal, &id).await {
        Ok(whole) => whole,
        Err(error) => return error.into_response(),
    };
    let status = if lacks.is_some() { Status::Partial } else { Status::Complete };
    let message = lacks.unwrap_or_default();
    if wants_protobuf(&headers) {
        let body = TraceById { trace: Some(data), status: status.into(), message: message.to_owned() };
        return protobuf(body.encode_to_vec());
    }
    let word = if lacks.is_some() { "PARTIAL" } else { "COMPLETE" };
    let mut body = json!({ "trace": { "resourceSpans": protojson::resources(&data) }, "metrics": {}, "status": word });
    if let (Some(_), Some(fields)) = (lacks, body.as_object_mut()) {
        fields.insert("message".to_owned(), message.into());
    }
    json(StatusCode::OK, "application/json", &body)
}

/// A trace alone.
pub async fn v1(
    State(gate): State<Arc<Gate>>,
    Extension(principal): Extension<Arc<Principal>>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Response {
    match whole(&gate, &principal, &id).await {
        Err(error) => error.into_response(),
        Ok(Whole { data, .. }) if wants_protobuf(&headers) => protobuf(data.encode_to_vec()),
        Ok(Whole { data, .. }) => {
            json(StatusCode::OK, "application/json", &json!({ "batches": protojson::resources(&data) }))
        }
    }
}

/// The trees of all decisions of the trace that may be seen.
async fn whole(gate: &Gate, principal: &Principal, id: &str) -> Result<Whole, NotAnswered> {
    let readable = readable(principal);
    let (trees, cut) = in_time(gate.ledger().trace_trees(id, sight(principal, &readable))).await?;
    if trees.is_empty() {
        return Err(NotAnswered::NoTrace);
    }
    gate.read_named(principal, &format!("/tempo/api/traces/{id:0>32}")).await?;
    let mut lacks = cut.then_some("the trace is too large: its later decisions are left out");
    let mut data = TracesData::default();
    for tree in trees {
        let Some(bytes) = tree.bytes else {
            lacks = lacks.or(Some("the tree of one of its decisions is not kept any more"));
            continue;
        };
        let tree = TracesData::decode(&*bytes)
            .map_err(|error| NotAnswered::Ledger(GateError::Internal(format!("a span tree: {error}")).into()))?;
        data.resource_spans.extend(tree.resource_spans);
    }
    Ok(Whole { data, lacks })
}

fn wants_protobuf(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or("");
    let first = accept.split(',').next().and_then(|part| part.split(';').next()).unwrap_or("").trim();
    matches!(first, PROTOBUF | "application/x-protobuf")
}

fn protobuf(body: Vec<u8>) -> Response {
    ([(header::CONTENT_TYPE, PROTOBUF)], body).into_response()
}
