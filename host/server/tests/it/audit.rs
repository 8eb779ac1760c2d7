//! What an auditor asks: over HTTP and by `tidegate audit`, as far as their grants reach.

use crate::{
    authority::{decide_with, gate_with, holder},
    openapi::fits,
    wire::{Response, send},
    world::Gate,
};
use serde_json::{Value, json};
use std::{
    fs,
    process::{Command, Output},
};
use tidegate::identity::secret::Secret;

const GREEN: &str = "<testsuite name=\"unit\"><testcase classname=\"a\" name=\"b\"/></testsuite>";
const RED: &str =
    "<testsuite name=\"unit\"><testcase classname=\"a\" name=\"b\"><failure message=\"no\"/></testcase></testsuite>";

fn get(gate: &Gate, token: &Secret, path: &str) -> Response {
    send(gate.address, "GET", path, &[("authorization", &format!("Bearer {}", token.reveal()))], b"")
}

/// `tidegate audit` with these arguments, as the holder of that token.
fn audit(gate: &Gate, token: &Secret, arguments: &[&str]) -> Output {
    let file = gate.data.path().join("auditor.token");
    fs::write(&file, token.reveal()).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_tidegate"));
    command.arg("audit").args(arguments).args(["--server", &gate.url, "--token-file"]).arg(&file);
    command.env_remove("TIDEGATE_SERVER").env_remove("TIDEGATE_TOKEN").output().unwrap()
}

fn out(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// Three decisions: of the shop, of billing, and of both.
fn decided(gate: &Gate, token: &dyn Fn(Value) -> Secret) -> Secret {
    let ci = token(holder("ci", &["decide"], &["*"], &["*"]));
    let labels = [("label.ticket", "SHOP-7"), ("label.pipeline_run", "run-1")];
    let answers = [
        decide_with(gate, &ci, "production", &["shop-api"], Some(GREEN), &labels),
        decide_with(gate, &ci, "production", &["billing"], Some(RED), &[]),
        decide_with(gate, &ci, "staging", &["billing", "shop-api"], Some(GREEN), &[]),
    ];
    assert_eq!(answers.map(|answer| answer.status), [200, 409, 200]);
    token(holder("auditor", &["audit"], &["*"], &["*"]))
}

fn services(response: &Response) -> Vec<Vec<String>> {
    let body = response.json();
    let names = |one: &Value| {
        let names =
            one["services"].as_array().unwrap().iter().map(|service| service["name"].as_str().unwrap().to_owned());
        names.collect()
    };
    body["decisions"].as_array().unwrap_or_else(|| panic!("{}", response.text())).iter().map(names).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn decisions_are_found_by_what_they_were_about() {
    gate_with("", |gate, token| {
        let auditor = decided(gate, token);
        let all = get(gate, &auditor, "/v1/decisions");
        fits("DecisionsBody", &all);
        assert_eq!(services(&all), [vec!["billing", "shop-api"], vec!["billing"], vec!["shop-api"]]);
        for (query, found) in [
            ("environment=production", 2),
            ("environment=production&outcome=DEPLOY", 1),
            ("service=billing", 2),
            ("ticket=SHOP-7", 1),
            ("ticket=SHOP-8", 0),
            ("pipeline_run=run-1&actor=ci", 1),
            ("stage=unit_tests:blocking", 1),
            ("rule=unit_tests%2Ftests.pass-rate&policy_set=all", 1),
            ("forced=true", 0),
            ("forced=false", 3),
            ("to=2020-01-01T00:00:00Z", 0),
            ("from=2020-01-01T00:00:00Z&limit=500", 3),
        ] {
            let response = get(gate, &auditor, &format!("/v1/decisions?{query}"));
            assert_eq!(services(&response).len(), found, "{query}: {}", response.text());
        }
        let first = get(gate, &auditor, "/v1/decisions?limit=2");
        let next = first.json()["next"].as_str().unwrap().to_owned();
        let second = get(gate, &auditor, &format!("/v1/decisions?limit=2&cursor={next}"));
        assert_eq!((services(&second).len(), second.json().get("next")), (1, None));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_parameter_is_named() {
    gate_with("", |gate, token| {
        let auditor = token(holder("auditor", &["audit"], &["*"], &["*"]));
        let refused = get(gate, &auditor, "/v1/decisions?enviroment=production&limit=0");
        assert_eq!((refused.status, &refused.json()["type"]), (400, &json!("/problems/malformed-request")));
        let places: Vec<Value> =
            refused.json()["errors"].as_array().unwrap().iter().map(|error| error["place"].clone()).collect();
        assert_eq!(places, ["enviroment", "limit"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_shows_what_its_reader_may_read_one_by_one() {
    gate_with("", |gate, token| {
        let auditor = decided(gate, token);
        let every: Vec<Value> = get(gate, &auditor, "/v1/decisions").json()["decisions"].as_array().unwrap().clone();
        for (roles, environments, names, count) in [
            (["audit"], &["production"][..], &["shop-*"][..], 1),
            (["decide"], &["*"], &["shop-api"], 1),
            (["operate"], &["*"], &["billing", "shop-*"], 3),
            (["confirm"], &["staging"], &["*"], 1),
            (["audit"], &["sta"], &["*"], 0),
        ] {
            let reader = token(holder("reader", &roles, environments, names));
            let listed = get(gate, &reader, "/v1/decisions?limit=500").json()["decisions"].as_array().unwrap().clone();
            let readable: Vec<Value> = every
                .iter()
                .filter(|one| {
                    let path = format!("/v1/decisions/{}", one["id"].as_str().unwrap());
                    get(gate, &reader, &path).status == 200
                })
                .cloned()
                .collect();
            assert_eq!(listed, readable, "{roles:?} {environments:?} {names:?}");
            assert_eq!(listed.len(), count);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_auditor_lists_and_shows_decisions_at_a_terminal() {
    gate_with("", |gate, token| {
        let auditor = decided(gate, token);
        let table = out(&audit(gate, &auditor, &["list", "--environment", "production"]));
        assert_eq!(table.lines().count(), 3, "{table}");
        assert!(table.starts_with("evaluated_at  ") && table.contains("shop-api@1.0.0"), "{table}");
        let csv = out(&audit(gate, &auditor, &["list", "--service", "billing", "--csv"]));
        assert!(csv.contains(",billing@1.0.0 shop-api@1.0.0,DEPLOY,by_the_rules,0,all@1,ci\n"), "{csv}");
        let listed: Value =
            serde_json::from_str(&out(&audit(gate, &auditor, &["list", "--from", "24h", "--json"]))).unwrap();
        let id = listed["decisions"][1]["id"].as_str().unwrap();
        let shown = out(&audit(gate, &auditor, &["show", id]));
        assert!(shown.contains("REMEDIATE") && shown.contains("Why unit_tests blocks"), "{shown}");
        let page = audit(gate, &auditor, &["list", "--limit", "1"]);
        assert!(String::from_utf8_lossy(&page.stderr).contains("--cursor"), "whoever sees a part is told so");
        assert_eq!(audit(gate, &auditor, &["list", "--outcome", "maybe"]).status.code(), Some(2));
    })
    .await;
}
