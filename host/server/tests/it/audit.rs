//! What an auditor asks: over HTTP and by `tidegate audit`, as far as their grants reach.

use crate::{
    authority::{gate_with, holder},
    openapi::fits,
    wire::{Form, Response, send},
    world::{self, Gate},
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

/// A decision; its pipeline's run is called by where it goes, its ticket by what for.
fn decide(gate: &Gate, token: &Secret, environment: &str, services: &[&str], report: &str) -> Response {
    let (labels, services): (_, Vec<Value>) = (
        json!({"ticket": services.join("+"), "pipeline_run": environment}),
        services.iter().map(|name| json!({"name": name, "version": "1.0.0"})).collect(),
    );
    let deployment = json!({"environment": environment, "services": services, "labels": labels});
    let form = Form::default().field("deployment", deployment.to_string()).file("unit_tests", "unit.xml", report);
    form.post(gate.address, "/v1/decisions", &[("authorization", &format!("Bearer {}", token.reveal()))])
}

/// Three decisions: of the shop, of billing, and of both.
fn decided(gate: &Gate, token: &dyn Fn(Value) -> Secret) -> Secret {
    let ci = token(holder("ci", &["decide"], &["*"], &["*"]));
    let answers = [
        decide(gate, &ci, "production", &["shop-api"], GREEN),
        decide(gate, &ci, "production", &["billing"], RED),
        decide(gate, &ci, "staging", &["billing", "shop-api"], GREEN),
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
            ("ticket=shop-api", 1),
            ("ticket=shop", 0),
            ("pipeline_run=staging&actor=ci", 1),
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
        assert!(csv.contains(",billing@1.0.0 shop-api@1.0.0,DEPLOY,by_the_rules,0,all@1,ci,\n"), "{csv}");
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

/// Kinds of leaves that somebody's reading left, as their route.
fn readings(gate: &Gate, auditor: &Secret) -> Vec<String> {
    let body = get(gate, auditor, "/v1/changes?kind=ledger_read&limit=500").json();
    let changes = body["changes"].as_array().unwrap().iter();
    changes.map(|one| format!("{} {}", one["by"].as_str().unwrap(), one["what"].as_str().unwrap())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_reads_a_decision_of_others_stands_in_the_record_and_its_own_caller_does_not() {
    gate_with("", |gate, token| {
        let ci = token(holder("ci", &["decide"], &["*"], &["*"]));
        let other = token(holder("other", &["decide"], &["*"], &["*"]));
        let stranger = token(holder("stranger", &["audit"], &["staging"], &["*"]));
        let made = decide(gate, &ci, "production", &["shop-api"], GREEN).json();
        let own = format!("/v1/decisions/{}", made["id"].as_str().unwrap());
        let tempo = format!("/tempo/api/traces/{}", made["trace_id"].as_str().unwrap());
        let (trace, receipt) = (format!("{own}/trace"), format!("{own}/receipt"));
        let statuses = |reader: &Secret, paths: &[&String]| -> Vec<u16> {
            paths.iter().map(|path| get(gate, reader, path).status).collect()
        };
        let leaves = gate.leaves();
        for _ in 0..40 {
            assert_eq!(statuses(&ci, &[&own, &trace, &receipt]), [200; 3]);
        }
        assert_eq!(statuses(&stranger, &[&own, &trace, &receipt, &tempo]), [404; 4]);
        assert_eq!(gate.leaves(), leaves, "a pipeline that waits, and somebody who is told nothing");
        for _ in 0..3 {
            assert_eq!(statuses(&other, &[&own, &trace, &receipt, &tempo]), [200; 4]);
        }
        let auditor = token(holder("auditor", &["audit"], &["*"], &["*"]));
        let expected = [&tempo, &receipt, &trace, &own].map(|path| format!("other {path}"));
        assert_eq!(readings(gate, &auditor), expected);
        for number in 0..31 {
            get(gate, &other, &format!("/v1/decisions?service=s{number}"));
        }
        assert_eq!(readings(gate, &auditor).len(), 4 + 1 + 30, "names use up no questions");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_for_traces_is_a_question_like_others() {
    gate_with("", |gate, token| {
        let auditor = decided(gate, token);
        for moment in 1..4 {
            let window = format!("start={moment}&end=4000000000&step={}s", 4_000_000 + moment);
            for path in ["search?q={}", "metrics/query_range?q={}|rate()", "metrics/query?q={}|rate()"] {
                let path = format!("/tempo/api/{path}&{window}").replace("{}", "%7B%7D").replace('|', "%7C");
                let answer = get(gate, &auditor, &path);
                assert_eq!(answer.status, 200, "{path}: {}", answer.text());
            }
        }
        let routes =
            ["metrics/query", "metrics/query_range", "search"].map(|path| format!("auditor /tempo/api/{path}"));
        assert_eq!(readings(gate, &auditor), routes);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_reads_the_record_stands_in_it_and_cannot_flood_it() {
    gate_with("", |gate, token| {
        let auditor = decided(gate, token);
        let leaves = gate.leaves();
        for _ in 0..3 {
            for query in ["service=billing", "service=billing&limit=1", "service=billing&from=2020-01-01T00:00:00Z"] {
                get(gate, &auditor, &format!("/v1/decisions?{query}"));
            }
        }
        assert_eq!(gate.leaves(), leaves + 1, "one question is one leaf, whatever its pages");
        assert_eq!(get(gate, &auditor, "/v1/stats/stages").status, 200);
        assert_eq!(readings(gate, &auditor), ["auditor /v1/stats/stages", "auditor /v1/decisions"]);
        let (leaves, before) = (gate.leaves(), readings(gate, &auditor).len());
        for number in 0..100 {
            assert_eq!(get(gate, &auditor, &format!("/v1/decisions?service=s{number}")).status, 200);
        }
        assert_eq!(gate.leaves() - leaves, 30 - before as u64, "as many as a reader has in an hour");
        let other = token(holder("other", &["audit"], &["staging"], &["*"]));
        let leaves = gate.leaves();
        assert_eq!(get(gate, &other, "/v1/decisions?service=api").status, 200);
        assert_eq!(gate.leaves(), leaves + 1, "nobody uses up what others have");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_read_that_the_record_cannot_keep() {
    let gate = world::gate().run().await;
    let ask = |path: &'static str| {
        let address = gate.address;
        tokio::task::spawn_blocking(move || send(address, "GET", path, &[], b""))
    };
    assert_eq!(ask("/v1/decisions").await.unwrap().status, 200);
    gate.close_ledger().await;
    for path in ["/v1/decisions?service=billing", "/v1/stats/rules", "/v1/changes"] {
        let refused = ask(path).await.unwrap();
        assert_eq!(refused.status, 503, "{path}: {}", refused.text());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn counts_and_acts_reach_as_far_as_their_reader() {
    gate_with("", |gate, token| {
        let auditor = decided(gate, token);
        for name in ["stages", "rules", "overrides", "plugins", "would-block", "waivers"] {
            let counted = get(gate, &auditor, &format!("/v1/stats/{name}"));
            fits("StatsBody", &counted);
            assert_eq!(counted.json()["decisions"], 3, "{name}");
        }
        let shop = token(holder("shop", &["audit"], &["*"], &["shop-*"]));
        let counted = get(gate, &shop, "/v1/stats/stages").json();
        assert_eq!((&counted["decisions"], &counted["rows"][0]["blocking"]), (&json!(1), &json!(0)));
        fits("ChangesBody", &get(gate, &auditor, "/v1/changes"));
        let kinds = get(gate, &auditor, "/v1/changes?kind=token_created").json();
        assert_eq!(kinds["changes"].as_array().unwrap().len(), 3);
        assert_eq!(get(gate, &shop, "/v1/changes").status, 403, "acts are of everything");
        for (path, status, place) in [
            ("/v1/stats/nothing", 404, None),
            ("/v1/stats/stages?since=1h", 400, Some("since")),
            ("/v1/changes?kind=", 400, Some("kind")),
        ] {
            let refused = get(gate, &auditor, path);
            assert_eq!(refused.status, status, "{path}: {}", refused.text());
            let first = refused.json()["errors"][0]["place"].as_str().map(str::to_owned);
            assert_eq!(first.as_deref(), place, "{path}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_question_has_a_command() {
    gate_with("", |gate, token| {
        let auditor = decided(gate, token);
        let run = |arguments: &[&str]| out(&audit(gate, &auditor, arguments));
        assert!(run(&["blockers"]).starts_with("stage       blocking  decisions"), "{}", run(&["blockers"]));
        assert!(run(&["rules", "--csv"]).contains("\nunit_tests,tests.pass-rate,1,"), "{}", run(&["rules", "--csv"]));
        for counted in ["overrides", "waivers", "plugins", "would-block"] {
            let body: Value = serde_json::from_str(&run(&[counted, "--json"])).unwrap();
            assert_eq!(body["decisions"], 3, "{counted}");
        }
        assert_eq!(run(&["forced"]).lines().count(), 1, "nobody forced anything");
        assert!(run(&["changes", "--kind", "bundle_activated"]).contains("sha256:"));
        let exported = run(&["export", "--environment", "production"]);
        let lines: Vec<Value> = exported.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(lines.len(), 2);
        let id = lines[0]["id"].as_str().unwrap();
        let drawn = run(&["trace", id, "--width", "72"]);
        assert!(drawn.contains("unit_tests") && drawn.contains('█'), "{drawn}");
        assert!(drawn.lines().all(|line| line.chars().count() <= 72), "{drawn}");
        let tree: Value = serde_json::from_str(&run(&["trace", id, "--json"])).unwrap();
        assert!(tree["resourceSpans"].is_array());
        assert_eq!(run(&["export", "--csv"]).lines().count(), 4);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sql_is_answered_beside_a_gate_that_serves() {
    gate_with("", |gate, token| {
        decided(gate, token);
        let folder = gate.data.path().join("data").display().to_string();
        let sql = |statement: &str, more: &[&str]| {
            let mut command = Command::new(env!("CARGO_BIN_EXE_tidegate"));
            command.args(["audit", "sql", "--data-dir", &folder, statement]).args(more).output().unwrap()
        };
        let question = "SELECT environment, COUNT(*) AS decisions FROM audit_decisions GROUP BY environment ORDER BY 1";
        assert_eq!(out(&sql(question, &["--csv"])), "environment,decisions\nproduction,2\nstaging,1\n");
        let found: Value = serde_json::from_str(&out(&sql(question, &["--json"]))).unwrap();
        assert_eq!(found[0], json!({"environment": "production", "decisions": 2}));
        let labels = out(&sql("SELECT value FROM audit_labels WHERE label = 'ticket' ORDER BY leaf_index", &[]));
        assert_eq!(labels, "value\nshop-api\nbilling\nbilling+shop-api\n");
        for (statement, code) in [("DELETE FROM decisions", 64), ("SELECT 1; SELECT 2", 64), ("SELECT x", 2)] {
            assert_eq!(sql(statement, &[]).status.code(), Some(code), "{statement}");
        }
        let part = sql("SELECT 1 UNION ALL SELECT 2", &["--rows", "1"]);
        assert!(
            String::from_utf8_lossy(&part.stderr).contains("there are more rows"),
            "whoever sees a part is told so"
        );
    })
    .await;
}
