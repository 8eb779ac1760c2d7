//! Servers that do less than a gate: what they can do, nobody does faster.

use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, Multipart},
    routing::post,
};
use serde::Deserialize;
use std::net::{Ipv4Addr, SocketAddr};

/// Where they listen.
pub(crate) struct Yardsticks {
    /// Sends back what it is sent.
    pub(crate) echoes: SocketAddr,
    /// Reads the form, and parses each document into what a rule would look at.
    pub(crate) parses: SocketAddr,
}

#[derive(Deserialize)]
struct Sarif {
    runs: Vec<Run>,
}

#[derive(Deserialize)]
struct Run {
    results: Vec<Issue>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Issue {
    rule_id: String,
    level: String,
    message: Message,
    locations: Vec<Location>,
}

#[derive(Deserialize)]
struct Message {
    text: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    physical_location: Physical,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Physical {
    artifact_location: Artifact,
    region: Region,
}

#[derive(Deserialize)]
struct Artifact {
    uri: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: u32,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Event {
    action: String,
    package: String,
    test: Option<String>,
    elapsed: f64,
}

/// Everything of a document is looked at, so that nothing of the parsing is left out.
fn weighed(text: &[u8]) -> usize {
    if let Ok(sarif) = serde_json::from_slice::<Sarif>(text) {
        let place = |at: &Location| {
            at.physical_location.artifact_location.uri.len() + at.physical_location.region.start_line as usize
        };
        let issue = |issue: &Issue| {
            let words = issue.rule_id.len() + issue.level.len() + issue.message.text.len();
            words + issue.locations.iter().map(place).sum::<usize>()
        };
        return sarif.runs.iter().flat_map(|run| &run.results).map(issue).sum();
    }
    let event = |event: &Event| {
        event.action.len() + event.package.len() + event.test.as_ref().map_or(0, String::len) + event.elapsed as usize
    };
    serde_json::Deserializer::from_slice(text).into_iter::<Event>().map(|read| event(&read.unwrap())).sum()
}

async fn parsed(mut form: Multipart) -> String {
    let mut weight = 0;
    while let Some(field) = form.next_field().await.unwrap() {
        let is_document = field.file_name().is_some();
        let bytes = field.bytes().await.unwrap();
        if is_document {
            weight += weighed(&bytes);
        }
    }
    weight.to_string()
}

async fn serve(router: Router) -> SocketAddr {
    let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router.layer(DefaultBodyLimit::disable())).await.unwrap() });
    address
}

pub(crate) async fn start() -> Yardsticks {
    let echoes = Router::new().route("/v1/decisions", post(|body: Bytes| async { body }));
    let parses = Router::new().route("/v1/decisions", post(parsed));
    Yardsticks { echoes: serve(echoes).await, parses: serve(parses).await }
}
