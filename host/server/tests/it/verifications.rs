//! Verifications, as those meet them who deploy: what the gate sees of a deployment that went out, and what comes of it.

mod shop;
mod stack;

use self::shop::{Fares, Shop};
use crate::{
    crash::PAUSE,
    replay::all_equal,
    wire::{Form, Response, send},
    world::{self, Gate, World, loopback, root},
};
use serde_json::{Value, json};
use std::{
    fs,
    path::Path,
    process::Command,
    time::{Duration, Instant},
};
use tempfile::TempDir;

const PASSES: &str = "<testsuite name=\"unit\"><testcase classname=\"a\" name=\"b\"/></testsuite>";
/// How long a test waits for what has to happen.
const PATIENCE: Duration = Duration::from_secs(120);

/// What is looked at, by the endpoints and systems of one shop.
const LOOKS: &str = "  endpoints:
    - { address: https://shop.example/health, destination: shop, path: [health] }
    - { address: https://shop.example/version, destination: shop, path: [version] }
  items:
    - { item: services_healthy, evidence: running, healthy: { endpoint: https://shop.example/health, at: /services } }
    - { item: version_deployed, evidence: running, version: { endpoint: https://shop.example/version, at: /version, service: api } }
    - { item: rate_limited, evidence: running, burst: { endpoint: https://shop.example/health, requests: 10 } }
    - { item: error_rate_normal, evidence: monitoring, prometheus: { destination: metrics, query: 'ratio{service=~\"{{ service }}\"}', max: 0.01 } }
    - { item: targets_up, evidence: monitoring, targets: { destination: metrics } }
    - { item: alertmanager_receiving, evidence: monitoring, alertmanager: { destination: alerts, prometheus: metrics } }
    - { item: no_active_alerts, evidence: monitoring, no_alerts: { alertmanager: { destination: alerts }, except: [Watchdog] } }
";

/// What judges it.
const STAGES: &str = "stages:
  - id: health
    title: Health
    plugin: security
    evidence: [{ name: health, documents: { min: 1 }, max_age: 1h, bind: none, vouched: uploader }]
    settings: { endpoints: { expected_subjects: ['https://shop.example/health', 'https://shop.example/version'] }, headers: { expected: [{ name: strict-transport-security }, { name: x-frame-options }] } }
  - id: response_times
    title: Response times
    plugin: quality
    evidence: [{ name: health, documents: { min: 1 }, max_age: 1h, bind: none, vouched: uploader }]
    settings: { measurements: [{ name: http.duration, max: 60000, unit: ms, min_subjects: 2 }] }
  - id: running
    title: Running
    plugin: readiness
    evidence: [{ name: running, documents: { min: 1 }, max_age: 1h, bind: none, vouched: uploader }]
    settings: { items: { services_healthy: { title: Healthy, remediation: { title: See which is not } }, version_deployed: { title: Version }, rate_limited: { title: Rate } } }
  - id: monitoring
    title: Monitoring
    plugin: readiness
    evidence: [{ name: monitoring, documents: { min: 1 }, max_age: 1h, bind: none, vouched: uploader }]
    settings: { items: { error_rate_normal: { title: Errors }, targets_up: { title: Targets }, alertmanager_receiving: { title: Alertmanager }, no_active_alerts: { title: Alerts } } }
  - id: performance
    title: Performance
    plugin: quality
    optional: true
    baseline: true
    evidence: [{ name: performance, documents: { min: 1 }, max_age: 1h, bind: none, vouched: uploader }]
    settings: { measurements: [{ name: http_req_duration.p95, max: 2000, unit: ms, rise_max_percent: 20 }] }
";

/// A set that decides before, which says how it is looked at, and one that judges what was seen.
fn policies(looks: &str) -> TempDir {
    world::plugins();
    let plugin = |name: &str| format!("{{ path: {} }}", root().join(format!("plugins/{name}.wasm")).display());
    let folder = tempfile::tempdir().unwrap();
    let deciding = format!(
        "policy_set: shop\nversion: \"1\"\nowner: Test\nmatch: {{ environments: [production, staging], services: [\"*\"] }}\n\
         plugins: {{ quality: {} }}\nstages:\n  - id: unit_tests\n    title: Unit Tests\n    plugin: quality\n    \
         evidence: [{{ name: unit_tests, documents: {{ min: 1 }} }}]\n    settings: {{ tests: {{ min_pass_rate: 100 }} }}\n\
         {looks}",
        plugin("quality"),
    );
    let judging = format!(
        "policy_set: verification\nversion: \"1\"\nowner: Test\nmatch: {{ environments: [verification], services: [\"*\"] }}\n\
         plugins: {{ quality: {}, security: {}, readiness: {} }}\n{STAGES}",
        plugin("quality"),
        plugin("security"),
        plugin("readiness"),
    );
    fs::write(folder.path().join("shop.yaml"), deciding).unwrap();
    fs::write(folder.path().join("verification.yaml"), judging).unwrap();
    folder
}

fn by_hand() -> String {
    format!("verification:\n  environment: verification\n  within: 5s\n{LOOKS}")
}

fn gate(policies: &Path, shop: &Shop) -> World {
    let address = shop.address;
    world::gate().policies(policies.to_owned()).configured(|config| {
        for (name, path) in [("shop", ""), ("metrics", "/metrics"), ("alerts", "/alerts")] {
            let destination = loopback(&format!("http://{address}{path}"), Duration::from_secs(5));
            config.egress.insert(name.to_owned(), destination);
        }
    })
}

/// What a test does with a gate, in a thread that may wait.
async fn with<T: Send + 'static>(gate: Gate, test: impl FnOnce(&Gate) -> T + Send + 'static) -> (Gate, T) {
    tokio::task::spawn_blocking(move || {
        let done = test(&gate);
        (gate, done)
    })
    .await
    .unwrap()
}

/// Decides about a version of the shop, says what became of it, and names the decision.
fn deployed(gate: &Gate, name: &str, version: &str, events: &[&str]) -> String {
    let services = json!([{"name": "api", "version": version, "previous_version": "1.0.0"}]);
    let deployment = json!({"environment": "production", "services": services, "id": name});
    let form = Form::default().field("deployment", deployment.to_string()).file("unit_tests", "unit.xml", PASSES);
    let answer = form.post(gate.address, "/v1/decisions", &[]);
    assert_eq!(answer.status, 200, "{}", answer.text());
    events.iter().for_each(|event| told(gate, name, event));
    answer.json()["id"].as_str().unwrap().to_owned()
}

fn told(gate: &Gate, name: &str, event: &str) {
    let path = format!("/v1/deployments/{name}/events");
    let said = json!({"event": event}).to_string();
    let said = send(gate.address, "POST", &path, &[("content-type", "application/json")], said.as_bytes());
    assert_eq!(said.status, 201, "{}", said.text());
}

/// What ApacheBench prints of a run whose requests took so long.
fn ab(p95: u32) -> String {
    format!(
        "This is ApacheBench, Version 2.3 <$Revision: 1913912 $>\n\nServer Hostname:        shop.example\nServer Port:            443\n\
         SSL/TLS Protocol:       TLSv1.3\nDocument Path:          /health\nComplete requests:      1000\nFailed requests:        0\n\
         Requests per second:    156.25 [#/sec] (mean)\n\nConnection Times (ms)\nTotal:         1    2   0.2      2       9\n\n  95%     {p95}\n"
    )
}

fn verified(gate: &Gate, decision: &str, p95: u32) -> Response {
    let form = Form::default().file("performance", "ab.txt", ab(p95));
    let answer = form.post(gate.address, &format!("/v1/decisions/{decision}/verify"), &[]);
    crate::openapi::fits("Answer", &answer);
    answer
}

/// Every message of a stage.
fn said(answer: &Value, stage: &str) -> Vec<String> {
    let stage = answer["stages"].as_array().unwrap().iter().find(|one| one["id"] == stage).unwrap();
    let evaluations = stage["evaluations"].as_array().unwrap().iter();
    let findings = evaluations.flat_map(|evaluation| evaluation["findings"].as_array().unwrap());
    findings.map(|finding| finding["message"].as_str().unwrap().to_owned()).collect()
}

fn history(gate: &Gate, name: &str) -> Value {
    let answer = send(gate.address, "GET", &format!("/v1/deployments/{name}"), &[], b"");
    assert_eq!(answer.status, 200, "{}", answer.text());
    crate::openapi::fits("DeploymentHistory", &answer);
    answer.json()["decisions"][0]["verifications"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deployment_that_is_as_it_should_be_may_stay_and_its_verification_replays() {
    let shop = Shop::new("v1.1.0");
    let policies = tokio::task::spawn_blocking(|| policies(&by_hand())).await.unwrap();
    let gate = gate(policies.path(), &shop).run_with_token().await;
    let (gate, ()) = with(gate, |gate| {
        let decision = deployed(gate, "release", "1.1.0", &["started", "succeeded"]);
        let answer = verified(gate, &decision, 100);
        assert_eq!(answer.status, 200, "{}", answer.text());
        let answer = answer.json();
        assert_eq!((&answer["verifies"], &answer["outcome"]), (&json!(decision), &json!("DEPLOY")), "{answer}");
        assert_eq!(answer["deployment"]["services"][0]["version"], "1.1.0");
        let listed = history(gate, "release");
        assert_eq!((&listed[0]["decision"], &listed[0]["passed"]), (&answer["id"], &json!(true)), "{listed}");
        let id = answer["id"].as_str().unwrap();
        let read = send(gate.address, "GET", &format!("/v1/decisions/{id}"), &[], b"");
        assert_eq!(read.json()["verifies"], json!(decision));
        assert_eq!(all_equal(gate), 2);
    })
    .await;
    gate.stop().await;
}

type Fault = (fn(&mut Fares), &'static str, &'static str, &'static str);

/// What is wrong, what comes of it, which stage says so, and in which words.
const FAULTS: &[Fault] = &[
    (|fares| fares.version = "1.0.9".to_owned(), "REMEDIATE", "running", "`api` runs 1.0.9, not 1.1.0"),
    (
        |fares| fares.health["services"]["database"]["status"] = json!("down"),
        "REMEDIATE",
        "running",
        "1 of 2 not healthy: `database` is `down`",
    ),
    (|fares| fares.health["services"] = json!({}), "HOLD", "running", "`/services` is empty: nothing says how it is"),
    (|fares| fares.rate = None, "REMEDIATE", "running", "none of 10 requests in a row was answered with 429"),
    (|fares| fares.headers.truncate(1), "REMEDIATE", "health", "x-frame-options"),
    (|fares| fares.status = 503, "REMEDIATE", "health", "503"),
    (|fares| fares.errors = Some(0.2), "REMEDIATE", "monitoring", "it is 0.2, at most 0.01 allowed"),
    (|fares| fares.errors = None, "HOLD", "monitoring", "neither true nor false: destination `metrics`: "),
    (|fares| fares.warning = true, "HOLD", "monitoring", "it may be partial: a store was slow"),
    (|fares| fares.targets = vec!["up", "down"], "REMEDIATE", "monitoring", "1 of 2 are down: shop h:1"),
    (|fares| fares.targets = Vec::new(), "HOLD", "monitoring", "it has no target"),
    (|fares| fares.receivers = 0, "REMEDIATE", "monitoring", "sends its alerts to no Alertmanager"),
    (|fares| fares.alerts = vec!["Watchdog", "Breach"], "REMEDIATE", "monitoring", "1 fire: `Breach`"),
];

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_wrong_is_a_finding_and_what_is_not_known_never_passes() {
    let policies = tokio::task::spawn_blocking(|| policies(&by_hand())).await.unwrap();
    for (fault, outcome, stage, words) in FAULTS {
        let shop = Shop::new("1.1.0");
        shop.now(fault);
        let gate = gate(policies.path(), &shop).run_with_token().await;
        let (gate, ()) = with(gate, move |gate| {
            let decision = deployed(gate, "release", "1.1.0", &["succeeded"]);
            let answer = verified(gate, &decision, 100);
            assert_eq!(
                (answer.status, &answer.json()["outcome"]),
                (409, &json!(outcome)),
                "{words}: {}",
                answer.text()
            );
            let said = said(&answer.json(), stage);
            assert!(said.iter().any(|message| message.contains(words)), "{words}: {said:?}");
            assert_eq!(history(gate, "release")[0]["passed"], json!(false));
        })
        .await;
        gate.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_says_that_all_is_well_does_not_outweigh_what_the_gate_cannot_see() {
    let shop = Shop::new("1.1.0");
    shop.now(|fares| fares.errors = None);
    let policies = tokio::task::spawn_blocking(|| policies(&by_hand())).await.unwrap();
    let gate = gate(policies.path(), &shop).run_with_token().await;
    let (gate, ()) = with(gate, |gate| {
        let decision = deployed(gate, "release", "1.1.0", &["succeeded"]);
        let statement = |item: &str| json!({"item": item, "satisfied": true, "by": "ada@shop.example"});
        let statements: Vec<Value> = ["error_rate_normal", "targets_up"].map(statement).to_vec();
        let document = json!({"format": "tidegate/statements/v1", "produced_at": now(), "statements": statements});
        let asked = json!({"evidence": [
            {"name": "monitoring", "text": document.to_string()}, {"name": "performance", "text": ab(100)},
        ]});
        let path = format!("/v1/decisions/{decision}/verify");
        let headers = [("content-type", "application/json")];
        let answer = send(gate.address, "POST", &path, &headers, asked.to_string().as_bytes());
        assert_eq!((answer.status, &answer.json()["outcome"]), (409, &json!("HOLD")), "{}", answer.text());
        let said = said(&answer.json(), "monitoring");
        assert!(
            said.iter().any(|message| message.contains("Errors: the fact about it is neither true nor false")),
            "{said:?}"
        );
    })
    .await;
    gate.stop().await;
}

fn now() -> String {
    tidegate::gate::clock::now().to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_became_slower_than_at_the_last_deployment_that_was_verified_is_a_finding() {
    let shop = Shop::new("1.1.0");
    let policies = tokio::task::spawn_blocking(|| policies(&by_hand())).await.unwrap();
    let gate = gate(policies.path(), &shop).run_with_token().await;
    let (gate, ()) = with(gate, move |gate| {
        let first = deployed(gate, "first", "1.1.0", &["succeeded"]);
        assert_eq!(verified(gate, &first, 100).status, 200, "there is nothing to be slower than");
        shop.now(|fares| (fares.version, fares.rate) = ("1.2.0".to_owned(), Some(5)));
        let second = deployed(gate, "second", "1.2.0", &["succeeded"]);
        let answer = verified(gate, &second, 121);
        assert_eq!((answer.status, &answer.json()["outcome"]), (409, &json!("REMEDIATE")), "{}", answer.text());
        let said = said(&answer.json(), "performance");
        let slower = "`http_req_duration.p95` on https://shop.example/health is 121 ms, 100 ms before: at most 20 % more allowed";
        assert_eq!(said, [slower]);
        shop.now(|fares| fares.rate = Some(5));
        let again = verified(gate, &second, 120);
        assert_eq!(again.status, 200, "{}", again.text());
        assert_eq!(all_equal(gate), 5);
    })
    .await;
    gate.stop().await;
}

/// Waits until so many looks are in the record.
fn looked(gate: &Gate, name: &str, count: usize) -> Value {
    let since = Instant::now();
    loop {
        let seen = gate.leaves();
        let looks = history(gate, name);
        if looks.as_array().map_or(0, Vec::len) >= count {
            return looks;
        }
        while gate.leaves() == seen {
            assert!(since.elapsed() < PATIENCE, "{looks}");
            std::thread::sleep(PAUSE);
        }
    }
}

fn by_itself(after: &str) -> String {
    let after = format!("  after: [{after}]\n  skip: [performance]\n  within: 5s\n");
    format!("verification:\n  environment: verification\n{after}{LOOKS}")
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_rollback_the_gate_looks_once_by_itself_also_after_a_restart() {
    let shop = Shop::new("1.0.0");
    let policies = tokio::task::spawn_blocking(|| policies(&by_itself("rollback"))).await.unwrap();
    let first = gate(policies.path(), &shop).run_with_token().await;
    let scripted = shop.clone();
    let (first, asked) = with(first, move |gate| {
        let decision = deployed(gate, "release", "1.1.0", &["started", "succeeded", "rolled_back"]);
        let looks = looked(gate, "release", 1);
        assert_eq!((looks.as_array().unwrap().len(), &looks[0]["passed"]), (1, &json!(true)), "{looks}");
        let id = looks[0]["decision"].as_str().unwrap();
        let read = send(gate.address, "GET", &format!("/v1/decisions/{id}"), &[], b"").json();
        assert_eq!((&read["verifies"], &read["skipped"]), (&json!(decision), &json!(["performance"])), "{read}");
        // What was gone back to, and not what was deployed.
        assert_eq!(read["deployment"]["services"][0]["version"], "1.0.0");
        assert_eq!(read["deployment"]["actor"], "tidegate");
        scripted.asked()
    })
    .await;
    let data = first.stop().await;
    let second = gate(policies.path(), &shop).over(data).run_with_token().await;
    let (second, ()) = with(second, move |gate| {
        shop.now(|fares| (fares.version, fares.rate) = ("1.0.0".to_owned(), Some(5)));
        // Another one is looked at, and the first one is not again.
        deployed(gate, "other", "1.2.0", &["started", "succeeded", "rolled_back"]);
        looked(gate, "other", 1);
        assert_eq!(history(gate, "release").as_array().unwrap().len(), 1);
        assert!(shop.asked() > asked);
        assert_eq!(all_equal(gate), 4);
    })
    .await;
    second.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_looked_at_before_the_gate_stopped_is_looked_at_after_its_start() {
    let shop = Shop::new("1.1.0");
    let quiet = tokio::task::spawn_blocking(|| policies(&by_hand())).await.unwrap();
    let first = gate(quiet.path(), &shop).run_with_token().await;
    let (first, ()) = with(first, |gate| drop(deployed(gate, "release", "1.1.0", &["succeeded"]))).await;
    let data = first.stop().await;
    let looking = tokio::task::spawn_blocking(|| policies(&by_itself("success"))).await.unwrap();
    let second = gate(looking.path(), &shop).over(data).run_with_token().await;
    let (second, ()) = with(second, |gate| {
        let looks = looked(gate, "release", 1);
        assert_eq!((looks.as_array().unwrap().len(), &looks[0]["passed"]), (1, &json!(true)), "{looks}");
        assert!(looks[0]["after_event"].as_u64().is_some(), "{looks}");
    })
    .await;
    second.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_looked_at_is_refused_and_nobody_is_asked() {
    let shop = Shop::new("1.1.0");
    let policies = tokio::task::spawn_blocking(|| policies("")).await.unwrap();
    let gate = gate(policies.path(), &shop).run_with_token().await;
    let unasked = shop.clone();
    let (gate, ()) = with(gate, move |gate| {
        let decision = deployed(gate, "release", "1.1.0", &["succeeded"]);
        let path = |id: &str| format!("/v1/decisions/{id}/verify");
        let refused = send(gate.address, "POST", &path(&decision), &[], b"");
        assert_eq!((refused.status, &refused.json()["type"]), (422, &json!("/problems/verification-refused")));
        assert_eq!(send(gate.address, "POST", &path("nothing"), &[], b"").status, 404);
        let more = Form::default().field("environment", "production").field("service", "api").field("version", "1");
        let more = more.post(gate.address, &path(&decision), &[]);
        assert_eq!(more.status, 400, "{}", more.text());
        assert_eq!(unasked.asked(), 0);
    })
    .await;
    gate.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_may_not_decide_where_it_is_judged_has_nobody_asked() {
    let shop = Shop::new("1.1.0");
    let policies = tokio::task::spawn_blocking(|| policies(&by_hand())).await.unwrap();
    let gate = gate(policies.path(), &shop).run().await;
    let tokens = gate.inside().tokens();
    let grant = json!({"roles": ["decide"], "environments": ["production"], "services": ["*"]});
    let holder = serde_json::from_value(json!({"name": "pipeline", "grants": [grant]})).unwrap();
    let (token, _) = tokens.create(&holder, Duration::from_secs(3600), "tests").await.unwrap();
    crate::wire::carry(gate.address, token.reveal());
    let unasked = shop.clone();
    let (gate, ()) = with(gate, move |gate| {
        let decision = deployed(gate, "release", "1.1.0", &[]);
        let refused = verified_raw(gate, &decision);
        assert_eq!(refused.status, 403, "{}", refused.text());
        assert_eq!(unasked.asked(), 0);
    })
    .await;
    gate.stop().await;
}

fn verified_raw(gate: &Gate, decision: &str) -> Response {
    send(gate.address, "POST", &format!("/v1/decisions/{decision}/verify"), &[], b"")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_hands_reports_in_and_ends_as_the_decision_says() {
    let shop = Shop::new("1.1.0");
    let policies = tokio::task::spawn_blocking(|| policies(&by_hand())).await.unwrap();
    let gate = gate(policies.path(), &shop).run().await;
    let tokens = gate.inside().tokens();
    let grant = json!({"roles": ["decide"], "environments": ["*"], "services": ["*"]});
    let holder = serde_json::from_value(json!({"name": "pipeline", "grants": [grant]})).unwrap();
    let (token, _) = tokens.create(&holder, Duration::from_secs(3600), "tests").await.unwrap();
    crate::wire::carry(gate.address, token.reveal());
    let (gate, ()) = with(gate, move |gate| {
        let decision = deployed(gate, "release", "1.1.0", &["succeeded"]);
        let folder = tempfile::tempdir().unwrap();
        let report = folder.path().join("ab.txt");
        fs::write(&report, ab(100)).unwrap();
        let run = |evidence: &[String]| {
            let program = Command::new(env!("CARGO_BIN_EXE_tidegate"))
                .args(["verify", &decision, "--server", &gate.url])
                .args(evidence)
                .env("TIDEGATE_TOKEN", token.reveal())
                .output()
                .unwrap();
            (program.status.code(), String::from_utf8_lossy(&program.stdout).into_owned())
        };
        let (code, text) = run(&["--evidence".to_owned(), format!("performance={}", report.display())]);
        assert_eq!(code, Some(0), "{text}");
        assert!(text.contains("Decision: DEPLOY"), "{text}");
        shop.now(|fares| (fares.version, fares.rate) = ("1.0.0".to_owned(), Some(5)));
        let (code, text) = run(&["--evidence".to_owned(), format!("performance={}", report.display())]);
        assert_eq!(code, Some(1), "{text}");
        let (code, _) = run(&[]);
        assert_eq!(code, Some(1), "a failed stage is a refusal, whatever else is missing");
    })
    .await;
    gate.stop().await;
}
