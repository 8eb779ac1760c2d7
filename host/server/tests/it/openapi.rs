//! `openapi.json` is true: it names every route and no other, and what the gate says fits its shapes to the last field.

use crate::{
    wire::{Response, deployment, send},
    world::{self, root},
};
use serde_json::{Value, json};
use std::{collections::BTreeSet, fs};

fn document() -> Value {
    let text = fs::read_to_string(root().join("host/server/openapi.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// A schema of the document, strict: a field that it does not list is an error here, though clients must accept it.
fn validator(name: &str) -> jsonschema::Validator {
    let mut schemas = document()["components"]["schemas"].clone();
    for schema in schemas.as_object_mut().unwrap().values_mut() {
        schema.as_object_mut().unwrap().insert("additionalProperties".to_owned(), Value::Bool(false));
    }
    let schema = json!({ "$ref": format!("#/components/schemas/{name}"), "components": { "schemas": schemas } });
    jsonschema::validator_for(&schema).unwrap()
}

pub(crate) fn fits(name: &str, response: &Response) {
    let body = response.json();
    let errors: Vec<String> =
        validator(name).iter_errors(&body).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{name}: {errors:?}\n{body}");
}

#[test]
fn every_route_is_described_and_no_other() {
    let source = fs::read_to_string(root().join("host/server/src/http.rs")).unwrap();
    let routes: BTreeSet<String> = source
        .split(".route(\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .map(|path| path.replace("{*", "{"))
        .collect();
    let described: BTreeSet<String> = document()["paths"].as_object().unwrap().keys().cloned().collect();
    assert_eq!(routes, described);
    assert!(routes.len() > 10);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_gate_says_fits_its_description() {
    let gate = world::gate().run().await;
    let gate = tokio::task::spawn_blocking(move || {
        let answer = deployment().post(gate.address, "/v1/decisions", &[]);
        assert_eq!(answer.status, 409, "{}", answer.text());
        fits("Answer", &answer);
        let id = answer.json()["id"].as_str().unwrap().to_owned();
        let again = send(gate.address, "GET", &format!("/v1/decisions/{id}"), &[], b"");
        assert_eq!(again.json(), answer.json(), "a decision is read back as it was answered");
        let effective = "/v1/policy-sets/runbook/effective?environment=production&service=api";
        fits("EffectiveBody", &send(gate.address, "GET", effective, &[], b""));
        let problem = send(gate.address, "POST", "/v1/decisions", &[("content-type", "application/json")], b"{");
        fits("Problem", &problem);
        fits("ReloadedBody", &send(gate.address, "POST", "/v1/reload", &[], b""));
        fits("GuideBody", &send(gate.address, "GET", "/v1/troubleshooting", &[], b""));
        let problem = send(gate.address, "GET", "/v1/troubleshooting/test_failures", &[], b"");
        fits("ProblemClassBody", &problem);
        fits("StatusBody", &send(gate.address, "GET", "/v1/status", &[], b""));
        let receipt = send(gate.address, "GET", &format!("/v1/decisions/{id}/receipt"), &[], b"");
        assert!(receipt.text().starts_with("c2sp.org/tlog-proof@v1\nextra "), "{}", receipt.text());
        let documented = document();
        let paths = documented["paths"].as_object().unwrap();
        for (path, methods) in paths {
            for method in methods.as_object().unwrap().keys() {
                let path = path
                    .replace("{id}", "runbook")
                    .replace("{digest}", "latest")
                    .replace("{name}", "internal")
                    .replace("{path}", "0/000");
                let response = send(gate.address, &method.to_uppercase(), &path, &[], b"");
                assert_ne!(response.status, 405, "{method} {path}");
                assert!(!response.text().contains("there is nothing at"), "{method} {path}");
            }
        }
        gate
    });
    gate.await.unwrap().stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_problem_type_has_a_page_with_cause_and_fix() {
    let gate = world::gate().run().await;
    let gate = tokio::task::spawn_blocking(move || {
        for page in tidegate::api::problem::PAGES {
            let response = send(gate.address, "GET", &format!("/problems/{}", page.name), &[], b"");
            assert_eq!(response.status, 200);
            assert!(response.text().contains(page.cause) && response.text().contains(page.fix), "{}", page.name);
            assert_eq!(page.kind.page().name, page.name, "a kind has one page");
        }
        gate
    });
    gate.await.unwrap().stop().await;
}
