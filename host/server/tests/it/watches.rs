//! Watches, as those meet them who deploy: what is sampled, what comes of it, and what survives a restart.

mod alertmanager;
mod alerts;
mod canary;
pub(crate) mod demo;
mod incidents;
mod observations;
mod ordered;
pub(crate) mod prometheus;
mod shown;
mod sources;
mod superseded;
mod taken_over;
mod traced;

use self::sources::Sources;
use crate::{
    authority::{HOUR, holder},
    crash::PAUSE,
    wire::{self, Form, Response, send},
    world::{self, Gate, World, loopback, root},
};
use serde_json::{Value, json};
use std::{
    collections::BTreeSet,
    fs,
    path::Path,
    process::Command,
    time::{Duration, Instant},
};
use tempfile::TempDir;
use tidegate::gate::watches::{
    plan::Plan,
    written::{Answer, Window},
};
use tidegate_core::{digest::Digest, observation::believed};
use tidegate_engine::{config::EngineConfig, engine::Engine};
use tidegate_ledger::id::DecisionId;

const PASSES: &str = "<testsuite name=\"unit\"><testcase classname=\"a\" name=\"b\"/></testsuite>";
/// How long a test waits for what has to happen.
const PATIENCE: Duration = Duration::from_secs(120);

/// One set for everything: more than two failed health checks in a row, or errors for more than a second, undo a deployment.
fn policies(lasts: &str, starts: &str) -> TempDir {
    world::plugins();
    let pinned = |name: &str| {
        let path = root().join(format!("plugins/{name}.wasm"));
        let pin = Digest::of(&fs::read(&path).unwrap()).hex();
        format!("{{ path: {}, sha256: {pin} }}", path.display())
    };
    let set = format!(
        "policy_set: all\nversion: \"1\"\nowner: Test\nmatch: {{ environments: [\"*\"], services: [\"*\"] }}\n\
         plugins: {{ quality: {}, rollback: {} }}\nstages:\n  - id: unit_tests\n    title: Unit Tests\n    plugin: quality\n    \
         evidence: [{{ name: unit_tests, documents: {{ min: 1 }} }}]\n    settings: {{ tests: {{ min_pass_rate: 100 }} }}\n\
         contacts: {{ security: security@shop.example }}\n\
         break_glass: {{ minimum_evidence: [unit_tests], second_human: false }}\n\
         rollback:\n  step: 1s\n  triggers:\n    - {{ name: health, signal: health.failed, gt: 0, consecutive: {{ gt: 2 }} }}\n    \
         - {{ name: errors, signal: error_ratio, gt: 0.1, for: {{ gt: 1s }} }}\n  by_hand: [previous]\n\
         watch:\n  plugin: rollback\n  for: {lasts}\n  starts: {starts}\n  signals:\n    \
         - {{ name: health.failed, health: {{ destination: api, path: [health] }} }}\n    \
         - {{ name: error_ratio, prometheus: {{ destination: metrics, query: 'ratio{{env=\"{{{{ environment }}}}\"}}' }} }}\n",
        pinned("quality"),
        pinned("rollback"),
    );
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("all.yaml"), set).unwrap();
    folder
}

fn gate(policies: &Path, sources: &Sources) -> World {
    let address = sources.address;
    world::gate().policies(policies.to_owned()).configured(|config| {
        for (name, path) in [("api", "api"), ("metrics", "prometheus")] {
            let destination = loopback(&format!("http://{address}/{path}"), Duration::from_secs(5));
            config.egress.insert(name.to_owned(), destination);
        }
    })
}

/// A deployment that every set here lets through.
fn deployment_form(environment: &str) -> Form {
    let deployment =
        json!({"environment": environment, "services": [{"name": "api", "version": "1.0.0"}], "id": "release-7"});
    Form::default().field("deployment", deployment.to_string()).file("unit_tests", "unit.xml", PASSES)
}

/// Decides about a deployment, and names it.
fn decided(gate: &Gate, environment: &str) -> (String, String) {
    let answer = deployment_form(environment).post(gate.address, "/v1/decisions", &[]);
    assert_eq!(answer.status, 200, "{}", answer.text());
    (answer.json()["id"].as_str().unwrap().to_owned(), "release-7".to_owned())
}

fn asked(gate: &Gate, method: &str, path: &str, body: &Value) -> Response {
    send(gate.address, method, path, &[("content-type", "application/json")], body.to_string().as_bytes())
}

fn read(gate: &Gate, path: &str) -> Value {
    let answer = send(gate.address, "GET", path, &[], b"");
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

fn started(gate: &Gate, decision: &str) -> String {
    let answer = asked(gate, "POST", "/v1/watches", &json!({"decision": decision}));
    assert_eq!(answer.status, 201, "{}", answer.text());
    crate::openapi::fits("WatchBody", &answer);
    answer.json()["id"].as_str().unwrap().to_owned()
}

/// The watch once this holds of it. It is read whenever something was recorded.
fn until(gate: &Gate, id: &str, holds: impl Fn(&Value) -> bool) -> Value {
    let since = Instant::now();
    loop {
        let seen = gate.leaves();
        let answer = send(gate.address, "GET", &format!("/v1/watches/{id}"), &[], b"");
        crate::openapi::fits("WatchBody", &answer);
        let watch = answer.json();
        if holds(&watch) {
            return watch;
        }
        while gate.leaves() == seen {
            assert!(since.elapsed() < PATIENCE, "{watch}");
            std::thread::sleep(PAUSE);
        }
    }
}

fn ended(gate: &Gate, id: &str) -> Value {
    until(gate, id, |watch| watch["state"] != "running")
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

#[tokio::test(flavor = "multi_thread")]
async fn a_deployment_that_nothing_stands_against_is_healthy_at_the_end_of_its_watch() {
    let (policies, sources) = (policies("2s", "by_hand"), Sources::new());
    let gate = gate(policies.path(), &sources).run_with_token().await;
    let sampled = sources.clone();
    let (gate, ()) = with(gate, move |gate| {
        let (decision, deployment) = decided(gate, "staging");
        let said = asked(gate, "POST", &format!("/v1/deployments/{deployment}/events"), &json!({"event": "succeeded"}));
        assert_eq!(said.status, 201, "{}", said.text());
        assert_eq!(read(gate, "/v1/watches")["watches"], json!([]), "somebody has to ask for it");
        let id = started(gate, &decision);
        assert_eq!(started(gate, &decision), id, "of one decision one watch runs");
        let watch = ended(gate, &id);
        assert_eq!(
            (&watch["state"], &watch["advice"], &watch["cause"]),
            (&json!("healthy"), &json!("proceed"), &json!("by_hand")),
            "{watch}"
        );
        assert!(watch["triggers"].as_array().unwrap().iter().all(|trigger| trigger["state"] == "ok"), "{watch}");
        let listed = read(gate, &format!("/v1/watches?decision={decision}&state=healthy"));
        assert_eq!(listed["watches"][0]["id"], json!(id));
        assert!(sampled.queries().iter().all(|query| query == "ratio{env=\"staging\"}"), "{:?}", sampled.queries());
    })
    .await;
    gate.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_fires_ends_the_watch_with_the_advice_and_each_change_replays() {
    let (policies, sources) = (policies("1h", "on_success"), Sources::new());
    let gate = gate(policies.path(), &sources).run_with_token().await;
    let scripted = sources.clone();
    let (gate, (decision, id)) = with(gate, move |gate| {
        let (decision, deployment) = decided(gate, "staging");
        let path = format!("/v1/deployments/{deployment}/events");
        for _ in 0..2 {
            assert_eq!(asked(gate, "POST", &path, &json!({"event": "succeeded"})).status, 201);
        }
        let watches = read(gate, &format!("/v1/watches?decision={decision}"))["watches"].clone();
        assert_eq!((watches.as_array().unwrap().len(), &watches[0]["cause"]), (1, &json!("event")), "{watches}");
        let id = watches[0]["id"].as_str().unwrap().to_owned();
        until(gate, &id, |watch| watch["advice"] == "proceed");
        scripted.health(503);
        let watch = ended(gate, &id);
        assert_eq!((&watch["state"], &watch["advice"]), (&json!("rolled_back"), &json!("roll_back")), "{watch}");
        let fired = watch["triggers"].as_array().unwrap().iter().find(|trigger| trigger["name"] == "health").unwrap();
        assert_eq!(fired["state"], "firing");
        // Nobody is named who could be told.
        let rollback = &read(gate, "/v1/rollbacks")["rollbacks"][0];
        assert_eq!((&rollback["watch"], &rollback["withheld"]), (&json!(id), &json!("no_order")), "{rollback}");
        (decision, id)
    })
    .await;

    let ledger = gate.inside().ledger();
    let watch = ledger.watch(&id).await.unwrap().unwrap();
    let plan: Plan = serde_json::from_slice(&ledger.body(&watch.begun.plan).await.unwrap().unwrap()).unwrap();
    let stored = ledger.decision(&DecisionId::parse(&decision).unwrap()).await.unwrap().unwrap();
    let component = ledger.body(&plan.component_digest().unwrap()).await.unwrap().unwrap();
    let engine = Engine::new(&EngineConfig::default()).unwrap();
    let plugin = engine.load(&component).unwrap();
    let mut replayed = 0;
    for index in watch.leaf_index..ledger.tree_head().await.unwrap().size {
        let leaf: Value = serde_json::from_str(&ledger.leaf(index).await.unwrap().unwrap().text).unwrap();
        let digest = |key: &str| Digest::parse(leaf["judgement"][key].as_str()?).ok();
        let (Some(window), Some(answer)) = (digest("window"), digest("answer")) else { continue };
        let window: Window = serde_json::from_slice(&ledger.body(&window).await.unwrap().unwrap()).unwrap();
        let answer: Answer = serde_json::from_slice(&ledger.body(&answer).await.unwrap().unwrap()).unwrap();
        let question = window.asked(stored.judgement.deployment.clone(), plan.settings_text()).unwrap();
        let again = engine.observe(&plugin, &question, Instant::now() + HOUR).result.unwrap();
        assert_eq!(Answer::of(&believed(again).unwrap()), answer, "leaf {index}");
        replayed += 1;
    }
    assert!(replayed >= 3, "{replayed}");
    gate.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_metrics_server_that_dies_is_inconclusive_and_never_healthy() {
    let (policies, sources) = (policies("3s", "by_hand"), Sources::new());
    let gate = gate(policies.path(), &sources).run_with_token().await;
    let scripted = sources.clone();
    let (gate, ()) = with(gate, move |gate| {
        let (decision, _) = decided(gate, "staging");
        let id = started(gate, &decision);
        until(gate, &id, |watch| watch["advice"] == "proceed");
        scripted.metrics(None);
        let watch = ended(gate, &id);
        assert_eq!((&watch["state"], &watch["advice"]), (&json!("inconclusive"), &json!("hold")), "{watch}");
        let why = watch["why"].as_str().unwrap();
        assert!(why.starts_with("nothing is clear at its end: trigger `errors` is inconclusive: "), "{why}");
    })
    .await;
    gate.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_watch_goes_on_after_a_restart_and_what_nobody_saw_is_a_gap() {
    let (policies, sources) = (policies("1h", "by_hand"), Sources::new());
    let first = gate(policies.path(), &sources).run_with_token().await;
    let (first, id) = with(first, |gate| {
        let (decision, _) = decided(gate, "staging");
        let id = started(gate, &decision);
        until(gate, &id, |watch| watch["advice"] == "proceed");
        id
    })
    .await;
    let data = first.stop().await;
    sources.health(503);
    let second = gate(policies.path(), &sources).over(data).run_with_token().await;
    let name = id.clone();
    let (second, ()) = with(second, move |gate| {
        let watch = ended(gate, &name);
        assert_eq!(watch["state"], "rolled_back", "{watch}");
    })
    .await;
    let data = second.stop().await;
    // What is over stays over.
    let third = gate(policies.path(), &sources).over(data).run_with_token().await;
    let (third, ()) = with(third, move |gate| {
        assert_eq!(read(gate, &format!("/v1/watches/{id}"))["state"], "rolled_back");
    })
    .await;
    third.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_prometheus_has_of_the_time_in_which_nobody_looked_is_looked_at() {
    let (policies, sources) = (policies("1h", "by_hand"), Sources::new());
    let first = gate(policies.path(), &sources).run_with_token().await;
    let (first, id) = with(first, |gate| {
        let id = started(gate, &decided(gate, "staging").0);
        until(gate, &id, |watch| watch["advice"] == "proceed");
        id
    })
    .await;
    let data = first.stop().await;
    let restarts = tidegate::gate::clock::now().plus(Duration::from_secs(4));
    while tidegate::gate::clock::now() < restarts {
        tokio::time::sleep(PAUSE).await;
    }
    sources.past(0.5);
    sources.metrics(Some(0.5));
    let second = gate(policies.path(), &sources).over(data).run_with_token().await;
    let (second, ()) = with(second, move |gate| {
        let watch = ended(gate, &id);
        assert_eq!(watch["state"], "rolled_back", "{watch}");
        let moments = |signal: usize| -> BTreeSet<String> {
            let samples = watch["seen"]["signals"][signal]["samples"].as_array().unwrap();
            samples.iter().map(|sample| sample["at"].as_str().unwrap().to_owned()).collect()
        };
        // Of a health endpoint nobody knows what it was.
        assert!(moments(1).difference(&moments(0)).next().is_some(), "{watch}");
    })
    .await;
    second.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_watch_whose_end_passed_while_no_gate_looked_is_expired() {
    let (policies, sources) = (policies("2s", "by_hand"), Sources::new());
    let first = gate(policies.path(), &sources).run_with_token().await;
    let (first, id) = with(first, |gate| {
        let (decision, _) = decided(gate, "staging");
        started(gate, &decision)
    })
    .await;
    let watch = first.inside().ledger().watch(&id).await.unwrap().unwrap();
    let plan = first.inside().ledger().body(&watch.begun.plan).await.unwrap().unwrap();
    let plan: Plan = serde_json::from_slice(&plan).unwrap();
    let latest = watch.begun.ends_at.plus(plan.lookback());
    let data = first.stop().await;
    while tidegate::gate::clock::now() < latest {
        tokio::task::yield_now().await;
    }
    let second = gate(policies.path(), &sources).over(data).run_with_token().await;
    let (second, ()) = with(second, move |gate| {
        let watch = ended(gate, &id);
        assert_eq!(
            (&watch["state"], &watch["why"]),
            (&json!("expired"), &json!("its end passed while no gate looked"))
        );
    })
    .await;
    second.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_watch_of_production_is_ended_by_a_person_who_did_not_deploy() {
    let (policies, sources) = (policies("1h", "on_success"), Sources::new());
    let gate = gate(policies.path(), &sources).run().await;
    let inside = gate.inside().clone();
    let runtime = tokio::runtime::Handle::current();
    let (gate, ()) = with(gate, move |gate| {
        let token = |name: &str, person: Option<&str>, roles: &[&str]| {
            let mut held = holder(name, roles, &["*"], &["*"]);
            if let Some(person) = person {
                held["person"] = json!(person);
            }
            let held = serde_json::from_value(held).unwrap();
            let (secret, _) = runtime.block_on(inside.create_token(&held, HOUR, "tests")).unwrap();
            secret.reveal().to_owned()
        };
        let ci = token("ci", None, &["decide"]);
        let ada = token("ada-laptop", Some("ada@shop.example"), &["decide", "override"]);
        let grace = token("grace-laptop", Some("grace@shop.example"), &["operate"]);
        let reader = token("auditor", None, &["audit"]);
        wire::carry(gate.address, &ada);
        let (decision, _) = decided(gate, "production");
        let id = started(gate, &decision);
        let end = |token: &str, reason: &str| {
            let (bearer, body) = (format!("Bearer {token}"), json!({"reason": reason}).to_string());
            let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
            send(gate.address, "DELETE", &format!("/v1/watches/{id}"), &headers, body.as_bytes())
        };
        let why = "it was replaced by a later one";
        for (token, reason, status) in [(&ada, why, 409), (&ci, why, 409), (&reader, why, 403), (&grace, "no", 400)] {
            let answer = end(token, reason);
            assert_eq!(answer.status, status, "{}", answer.text());
        }
        let answer = end(&grace, why);
        assert_eq!(answer.status, 200, "{}", answer.text());
        crate::openapi::fits("WatchBody", &answer);
        let watch = answer.json();
        assert_eq!((&watch["state"], &watch["cancelled_by"]), (&json!("cancelled"), &json!("grace@shop.example")));
        let again = end(&grace, why);
        assert_eq!((again.status, again.text().contains("the watch is over: cancelled")), (409, true));
        assert_eq!(read(gate, &format!("/v1/watches/{id}"))["cancel_reason"], why);

        let told = |args: &[&str]| {
            let mut program = Command::new(env!("CARGO_BIN_EXE_tidegate"));
            program.arg("watch").args(args).args(["--server", &gate.url]).env("TIDEGATE_TOKEN", &grace);
            let output = program.output().unwrap();
            (output.status.code(), String::from_utf8([output.stdout, output.stderr].concat()).unwrap())
        };
        let (code, listed) = told(&["list", "--decision", &decision]);
        assert!(code == Some(0) && listed.starts_with(&format!("cancelled     {id}  production  api")), "{listed}");
        let (code, shown) = told(&["show", &id]);
        assert!(code == Some(0) && shown.contains(&format!("because: {why}")), "{shown}");
        let (code, begun) = told(&["start", &decision]);
        assert!(code == Some(0) && begun.starts_with("running"), "{begun}");
        let (code, over) = told(&["stop", begun.split_whitespace().nth(1).unwrap(), "--reason", why]);
        assert!(code == Some(0) && over.starts_with("cancelled"), "{over}");
    })
    .await;
    gate.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_watch_is_followed_look_by_look_until_it_is_over() {
    let (policies, sources) = (policies("3s", "by_hand"), Sources::new());
    let gate = gate(policies.path(), &sources).run_with_token().await;
    let (inside, runtime) = (gate.inside().clone(), tokio::runtime::Handle::current());
    let (gate, ()) = with(gate, move |gate| {
        let reader = serde_json::from_value(holder("reader", &["audit"], &["*"], &["*"])).unwrap();
        let (secret, _) = runtime.block_on(inside.create_token(&reader, HOUR, "tests")).unwrap();
        let id = started(gate, &decided(gate, "staging").0);
        let mut program = Command::new(env!("CARGO_BIN_EXE_tidegate"));
        program.args(["watch", "tail", &id, "--server", &gate.url]).env("TIDEGATE_TOKEN", secret.reveal());
        let output = program.output().unwrap();
        let (told, talk) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
        assert_eq!(output.status.code(), Some(0), "{talk}");
        assert!(told.lines().any(|line| line.starts_with("  ok            errors  ") && line.contains('▁')), "{told}");
        assert!(told.contains(&format!("\nhealthy       {id}  ")), "{told}");
        let seen = read(gate, &format!("/v1/watches/{id}"))["seen"].clone();
        let signals = seen["signals"].as_array().unwrap();
        let names: Vec<&str> = signals.iter().map(|one| one["signal"].as_str().unwrap()).collect();
        assert_eq!((&seen["advice"], names), (&json!("proceed"), vec!["health.failed", "error_ratio"]), "{seen}");
        assert_eq!(seen["triggers"][1]["signal"], "error_ratio");
    })
    .await;
    gate.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forced_deployment_is_watched_also_where_others_are_by_hand() {
    let (policies, sources) = (policies("1h", "by_hand"), Sources::new());
    let gate = gate(policies.path(), &sources).run().await;
    let (inside, runtime) = (gate.inside().clone(), tokio::runtime::Handle::current());
    let (gate, ()) = with(gate, move |gate| {
        let mut alice = holder("alice-laptop", &["decide", "override"], &["*"], &["*"]);
        alice["person"] = json!("alice@shop.example");
        let alice = serde_json::from_value(alice).unwrap();
        let (secret, _) = runtime.block_on(inside.create_token(&alice, HOUR, "tests")).unwrap();
        wire::carry(gate.address, secret.reveal());
        let fails = PASSES.replace("/></testsuite>", "><failure message=\"no\"/></testcase></testsuite>");
        let deployment =
            json!({"environment": "staging", "services": [{"name": "api", "version": "1.0.0"}], "id": "release-8"});
        let form = Form::default().field("deployment", deployment.to_string()).field("emergency", "production_down");
        let form = form.field("justification", "checkout is down for everybody, and this mends it");
        let answer = form.file("unit_tests", "unit.xml", fails).post(gate.address, "/v1/decisions", &[]);
        assert_eq!((answer.status, answer.json()["permission"].as_str()), (200, Some("forced")), "{}", answer.text());
        let said = asked(gate, "POST", "/v1/deployments/release-8/events", &json!({"event": "succeeded"}));
        assert_eq!(said.status, 201, "{}", said.text());
        assert_eq!(read(gate, "/v1/watches")["watches"][0]["cause"], "forced");
    })
    .await;
    gate.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plugin_that_no_watch_can_ask_and_triggers_that_it_does_not_take_are_mistakes() {
    for (from, to, expected) in [
        (
            "plugin: rollback\n",
            "plugin: quality\n",
            "it does not export `tidegate:policy/rollback`, so no watch can ask it",
        ),
        ("gt: 1s }", "gt: 2d }", "`rollback`: "),
    ] {
        let (policies, sources) = (policies("3d", "by_hand"), Sources::new());
        let file = policies.path().join("all.yaml");
        let set = fs::read_to_string(&file).unwrap();
        assert!(set.contains(from));
        fs::write(&file, set.replace(from, to)).unwrap();
        let (error, _) = gate(policies.path(), &sources).refused().await;
        assert!(error.to_string().contains(expected), "{error}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_set_that_says_nothing_of_it_has_nothing_watched() {
    let gate = world::gate().policies(crate::notices::policies("").keep()).run_with_token().await;
    let (gate, ()) = with(gate, |gate| {
        let (decision, _) = decided(gate, "staging");
        let answer = asked(gate, "POST", "/v1/watches", &json!({"decision": decision}));
        assert_eq!(answer.status, 409, "{}", answer.text());
        assert!(
            answer.text().contains("policy set `all` does not say how a deployment is watched"),
            "{}",
            answer.text()
        );
        for (path, status) in [("/v1/watches/none", 404), ("/v1/watches?state=fine", 400), ("/v1/watches?limit=0", 400)]
        {
            assert_eq!(send(gate.address, "GET", path, &[], b"").status, status, "{path}");
        }
    })
    .await;
    gate.stop().await;
}
