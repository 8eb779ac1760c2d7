//! Hostile text in evidence and in the deployment comes through every output: whole where a program reads it, harmless where a
//! person or a terminal does.

use crate::{
    wire::{Form, deployment},
    world::{self, Gate, root},
};
use serde::Deserialize;
use std::fs;
use tidegate::{
    api::answer::Answer,
    render::{Output, render},
};

#[derive(Deserialize)]
struct Hostile {
    name: String,
    text: String,
    times: usize,
}

fn corpus() -> Vec<(String, String)> {
    let text = fs::read_to_string(root().join("host/server/tests/fixtures/hostile.json")).unwrap();
    let corpus: Vec<Hostile> = serde_json::from_str(&text).unwrap();
    assert!(corpus.len() >= 20);
    corpus.into_iter().map(|hostile| (hostile.name, hostile.text.repeat(hostile.times))).collect()
}

fn form(text: &str) -> Form {
    let sarif = serde_json::json!({ "version": "2.1.0", "runs": [{
        "tool": { "driver": { "name": text, "rules": [{ "id": "rule" }] } },
        "results": [{ "ruleId": text, "level": "error", "message": { "text": text },
            "locations": [{ "physicalLocation": { "artifactLocation": { "uri": text }, "region": { "startLine": 1 } } }] }],
    }] });
    deployment().file("code_quality", "report.sarif", sarif.to_string())
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_text_goes_through_every_output_harmlessly() {
    let gate = world::gate().run().await;
    let gate = tokio::task::spawn_blocking(move || {
        for (name, text) in corpus() {
            let answer = answered(&gate, &name, &text);
            for output in Output::ALL {
                harmless(&name, output, &render(&answer, output));
            }
        }
        let metrics = crate::wire::send(gate.address, "GET", "/metrics", &[], b"").text();
        assert!(!metrics.contains("evil"), "a metric carries a caller's text");
        gate
    });
    gate.await.unwrap().stop().await;
}

fn answered(gate: &Gate, name: &str, text: &str) -> Answer {
    let response = form(text).post(gate.address, "/v1/decisions", &[]);
    assert_eq!(response.status, 409, "{name}: {}", response.text());
    let answer: Answer = serde_json::from_slice(&response.body).unwrap();
    let findings = answer.stages[0].evaluations[0].findings.iter();
    let messages: Vec<&str> = findings.map(|finding| finding.message.as_str()).collect();
    let start: String = text.chars().take(200).collect();
    assert!(messages.iter().any(|message| message.contains(&start)), "{name}: not whole in JSON: {messages:?}");
    let id = answer.id.clone().unwrap();
    let plain =
        crate::wire::send(gate.address, "GET", &format!("/v1/decisions/{id}"), &[("accept", "text/plain")], b"");
    harmless(name, Output::Text, &plain.text());
    answer
}

/// Nothing that steers a terminal, commands a runner, or breaks the form.
fn harmless(name: &str, output: Output, text: &str) {
    if output != Output::Json {
        let control = text.chars().find(|c| c.is_control() && !matches!(c, '\n' | '\t'));
        assert_eq!(control, None, "{name}: a control character in {output}:\n{text}");
    }
    match output {
        Output::Json | Output::Sarif => {
            serde_json::from_str::<serde_json::Value>(text).unwrap_or_else(|error| panic!("{name}: {output}: {error}"));
        }
        Output::Junit => {
            let mut reader = quick_xml::Reader::from_str(text);
            while reader.read_event().unwrap_or_else(|error| panic!("{name}: {error}\n{text}"))
                != quick_xml::events::Event::Eof
            {}
        }
        Output::Github => assert!(!text.contains("<script") && !text.contains("]("), "{name}:\n{text}"),
        Output::Text => {}
    }
    let commands = text.lines().find(|line| line.trim_start().starts_with("::"));
    assert_eq!(commands, None, "{name}: a runner's command in {output}");
}
