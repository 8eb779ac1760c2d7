//! Incidents, as those meet them who open them, who answer for them, and who are told.

mod told;

use crate::{
    authority::holder,
    rollbacks::receiver::Runner,
    wire::{Form, Response, send},
    world::{self, Gate, World, loopback, root, set_with},
};
use serde_json::{Value, json};
use std::{
    fs,
    net::SocketAddr,
    process::Command,
    time::{Duration, Instant},
};
use tempfile::TempDir;
use tidegate::{
    config::{Config, notices::Route},
    identity::secret::Secret,
};
use tidegate_core::digest::Digest;
use tokio::runtime::Handle;

const PASSES: &str = "<testsuite name=\"unit\"><testcase classname=\"a\" name=\"b\"/></testsuite>";
const TITLE: &str = "customers cannot pay";
/// Nobody waits that long for what is coming.
const PATIENCE: Duration = Duration::from_secs(60);

/// What a set says of incidents: P1 has to be acknowledged within a second, anything else within the hour.
pub(crate) const ATTENDED: &str = "\
contacts: { oncall: '+1-555-ONCALL', lead: lead@shop.example, team: team@shop.example }
incidents: { plugin: severity, procedure: aid }
escalation:
  P0: { respond_within: 1h, contact: oncall }
  P1: { respond_within: 1s, contact: lead, then: [team] }
  P2: { respond_within: 1h, contact: team, updates_every: 30m }
  P3: { respond_within: 1d, contact: team }
procedures:
  aid:
    title: Aid
    steps: [ { title: Look, within: 15m }, { title: Ask, within: 15m }, { title: Mend, within: 4h }, { title: Rest } ]
notices:
  incident:
    subject: \"[{{ priority }}] {{ environment }}: {{ title }}\"
    body: \"{{ services }} | {{ impact }} | {{ status }} | {{ resolution_expected }} | {{ actions }} | {{ next_update }}\"
  resolved:
    subject: \"[RESOLVED] {{ title }}\"
    body: \"{{ resolved_at }} | {{ downtime }} | {{ root_cause }} | {{ post_mortem_at }} | {{ status }}\"
";

/// A set with these lines, and a plugin that says how urgent an incident is.
fn policies(lines: &str) -> TempDir {
    world::plugins();
    let plugin = root().join("plugins/severity.wasm");
    let pin = Digest::of(&fs::read(&plugin).unwrap()).hex();
    let severity = format!("plugins: {{ severity: {{ path: {}, sha256: {pin} }}, ", plugin.display());
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("all.yaml"), set_with(lines).replace("plugins: { ", &severity)).unwrap();
    folder
}

/// Everybody is reached at this address.
pub(crate) fn reach(config: &mut Config, receiver: SocketAddr) {
    config.egress.insert("hooks".to_owned(), loopback(&format!("http://{receiver}"), PATIENCE));
    for name in ["oncall", "lead", "team"] {
        let route = Route { destination: "hooks".to_owned(), path: vec![name.to_owned()] };
        config.notices.contacts.insert(name.to_owned(), route.into());
    }
    config.notices.retry_first = Duration::from_millis(10);
    config.notices.retry_max = Duration::from_millis(50);
}

fn gate(policies: &TempDir, receiver: SocketAddr) -> World {
    world::gate().policies(policies.path().to_owned()).configured(move |config| {
        config.dev = false;
        config.public_url = Some("https://gate.shop.example".to_owned());
        reach(config, receiver);
    })
}

/// What a test does with a gate, in a thread that may wait.
async fn with(gate: Gate, test: impl FnOnce(&Gate) + Send + 'static) -> Gate {
    let done = tokio::task::spawn_blocking(move || {
        test(&gate);
        gate
    });
    done.await.unwrap()
}

/// A program's token, or with a name at the end a person's.
fn token(gate: &Gate, name: &str, role: &str, is_person: bool) -> Secret {
    let mut held = holder(name, &[role], &["*"], &["*"]);
    if is_person {
        held["person"] = json!(format!("{name}@shop.example"));
    }
    let held = serde_json::from_value(held).unwrap();
    Handle::current().block_on(gate.inside().tokens().create(&held, Duration::from_secs(3_600), "test")).unwrap().0
}

fn ask(gate: &Gate, token: &Secret, method: &str, path: &str, body: &Value) -> Response {
    crate::authority::ask(gate, Some(token), method, path, body.to_string().as_bytes())
}

/// A deployment that everything lets through; its decision.
fn deployed(gate: &Gate, token: &Secret) -> String {
    let services = json!([{"name": "api", "version": "1.0.0"}, {"name": "web", "version": "1.0.0"}]);
    let deployment = json!({"environment": "production", "services": services, "id": "release-7"}).to_string();
    let form = Form::default().field("deployment", deployment).file("unit_tests", "unit.xml", PASSES);
    let bearer = format!("Bearer {}", token.reveal());
    let answer = form.post(gate.address, "/v1/decisions", &[("authorization", &bearer)]);
    assert_eq!(answer.status, 200, "{}", answer.text());
    let said = ask(gate, token, "POST", "/v1/deployments/release-7/events", &json!({"event": "succeeded"}));
    assert_eq!(said.status, 201, "{}", said.text());
    answer.json()["id"].as_str().unwrap().to_owned()
}

fn opened(gate: &Gate, token: &Secret, asked: &Value) -> Value {
    let answer = ask(gate, token, "POST", "/v1/incidents", asked);
    assert_eq!(answer.status, 201, "{}", answer.text());
    crate::openapi::fits("IncidentBody", &answer);
    answer.json()
}

fn changed(gate: &Gate, token: &Secret, id: &Value, what: &str, said: &Value) -> Response {
    let answer = ask(gate, token, "POST", &format!("/v1/incidents/{}/{what}", id.as_str().unwrap()), said);
    crate::openapi::fits(if answer.status == 200 { "IncidentBody" } else { "Problem" }, &answer);
    answer
}

/// The incident once this holds of it.
fn until(gate: &Gate, token: &Secret, id: &Value, holds: impl Fn(&Value) -> bool) -> Value {
    let since = Instant::now();
    loop {
        let answer = ask(gate, token, "GET", &format!("/v1/incidents/{}", id.as_str().unwrap()), &json!({}));
        crate::openapi::fits("IncidentBody", &answer);
        let incident = answer.json();
        if holds(&incident) {
            return incident;
        }
        assert!(since.elapsed() < PATIENCE, "{incident}");
        std::thread::yield_now();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_incident_is_opened_once_seen_to_by_a_person_and_resolved_with_all_that_has_to_be_said() {
    let folder = tokio::task::spawn_blocking(|| policies(ATTENDED)).await.unwrap();
    let runner = Runner::new(&[204]);
    let gate = gate(&folder, runner.address).run().await;
    let work = move |gate: &Gate| {
        let (ci, grace, olga) = (
            token(gate, "ci", "decide", false),
            token(gate, "grace", "operate", true),
            token(gate, "olga", "operate", true),
        );
        let decision = deployed(gate, &ci);
        let asked = json!({"environment": "production", "title": TITLE, "known": {"users_affected_percent": 5.0},
            "impact": "cards are declined {{ title }}"});
        let key = [("content-type", "application/json"), ("idempotency-key", "k-1")];
        let bearer = format!("Bearer {}", ci.reveal());
        let headers = [&key[..], &[("authorization", bearer.as_str())]].concat();
        let [first, again] =
            [(), ()].map(|()| send(gate.address, "POST", "/v1/incidents", &headers, asked.to_string().as_bytes()));
        assert_eq!((first.status, again.status), (201, 201), "{} {}", first.text(), again.text());
        let incident = first.json();
        let id = &incident["id"];
        assert_eq!(*id, again.json()["id"], "the same request opens nothing again");
        assert_eq!(
            [&incident["priority"], &incident["state"], &incident["decision"], &incident["level"]["contact"]],
            [&json!("P2"), &json!("open"), &json!(decision), &json!("team")],
            "{incident}"
        );
        assert_eq!(incident["services"], json!(["api", "web"]));
        let came = runner.next();
        told::is_a_word(&came);
        assert_eq!((came.line.as_str(), &came.json()["kind"]), ("POST /team", &json!("incident_opened")));
        assert_eq!(came.json()["subject"], format!("[P2] production: {TITLE}"));
        // What somebody says is text, and no blank.
        let text = "api, web | cards are declined {{ title }} | it is being investigated | not known yet | - nothing yet | 30m";
        assert_eq!(came.json()["text"], text);
        assert_eq!(
            came.json()["incident"]["link"],
            format!("https://gate.shop.example/v1/incidents/{}", id.as_str().unwrap())
        );

        let by_program = changed(gate, &ci, id, "ack", &json!({}));
        assert_eq!(by_program.status, 403, "{}", by_program.text());
        for _ in 0..2 {
            let seen = changed(gate, &grace, id, "ack", &json!({"ticket": "OPS-7"}));
            assert_eq!((seen.status, seen.json()["acknowledged_by"].as_str()), (200, Some("grace@shop.example")));
            assert_eq!(seen.json()["timeline"].as_array().unwrap().len(), 2, "{}", seen.text());
        }
        let late = changed(gate, &olga, id, "ack", &json!({}));
        assert_eq!((late.status, late.text().contains("`grace@shop.example` sees to it already")), (409, true));

        let said =
            json!({"status": "the pool is enlarged", "actions": "- looked\n- enlarged the pool", "done": [1, 3]});
        let updated = changed(gate, &ci, id, "update", &said);
        assert_eq!(updated.status, 200, "{}", updated.text());
        let tasks = &updated.json()["tasks"];
        let of = |number: usize| (&tasks[number]["phase"], tasks[number]["done_by"].as_str());
        assert_eq!(
            (tasks.as_array().unwrap().len(), of(0), of(1), of(2)),
            (3, (&json!(1), Some("ci")), (&json!(1), None), (&json!(2), Some("ci")))
        );
        let came = runner.next();
        told::is_a_word(&came);
        assert_eq!(came.json()["kind"], "incident_updated");
        assert!(
            came.json()["text"]
                .as_str()
                .unwrap()
                .contains("| the pool is enlarged | not known yet | - looked\n- enlarged"),
            "{:?}",
            came.json()
        );

        for (said, wrong) in [
            (json!({}), "post_mortem_at: it is not said, and the notice `resolved` of the policy set has to say it"),
            (
                json!({"root_cause": "a pool ran dry", "post_mortem_at": "tomorrow", "downtime": "9h"}),
                "downtime: is longer than",
            ),
            (json!({"done": [9]}), "done: task 9 of 3"),
        ] {
            let refused = changed(gate, &grace, id, "resolve", &said);
            assert!(refused.status == 400 && refused.text().contains(wrong), "{wrong}: {}", refused.text());
        }
        let over = json!({"root_cause": "a pool ran dry", "post_mortem_at": "tomorrow 10:00 UTC"});
        let resolved = changed(gate, &grace, id, "resolve", &over);
        assert_eq!((resolved.status, &resolved.json()["state"]), (200, &json!("resolved")), "{}", resolved.text());
        assert!(resolved.json()["downtime_seconds"].is_u64() && resolved.json()["update_by"].is_null());
        let came = runner.next();
        told::is_a_word(&came);
        assert_eq!(
            (&came.json()["kind"], &came.json()["subject"]),
            (&json!("incident_resolved"), &json!(format!("[RESOLVED] {TITLE}")))
        );
        let text = came.json()["text"].as_str().unwrap().to_owned();
        assert!(
            text.ends_with("| a pool ran dry | tomorrow 10:00 UTC | all services are well, and are watched"),
            "{text}"
        );

        assert_eq!(changed(gate, &grace, id, "resolve", &over).status, 409);
        assert_eq!(changed(gate, &grace, id, "update", &json!({"status": "it is not over"})).status, 409);
        let learnt = changed(gate, &grace, id, "update", &json!({"prevention": "a larger pool", "done": [2]}));
        assert_eq!(
            (learnt.status, &learnt.json()["said"]["prevention"]),
            (200, &json!("a larger pool")),
            "{}",
            learnt.text()
        );
        let happened: Vec<Value> =
            learnt.json()["timeline"].as_array().unwrap().iter().map(|one| one["happening"].clone()).collect();
        assert_eq!(happened, ["opened", "acknowledged", "updated", "resolved", "updated"]);
        let told = until(gate, &grace, id, |incident| {
            incident["notices"].as_array().unwrap().iter().all(|one| one["state"] == "delivered")
        });
        assert_eq!(told["notices"].as_array().unwrap().len(), 3, "of what is over nobody is told: {told}");
        assert!(runner.others().is_empty());
        let listed = ask(gate, &ci, "GET", &format!("/v1/incidents?decision={decision}&state=resolved"), &json!({}));
        crate::openapi::fits("IncidentsBody", &listed);
        assert_eq!(listed.json()["incidents"][0]["id"], *id);
        assert_eq!(ask(gate, &ci, "GET", "/v1/incidents?state=over&limit=0", &json!({})).status, 400);
    };
    with(gate, work).await.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_may_not_see_a_deployment_opens_sees_and_changes_no_incident_of_it() {
    let folder = tokio::task::spawn_blocking(|| policies(ATTENDED)).await.unwrap();
    let runner = Runner::new(&[204]);
    let gate = gate(&folder, runner.address).run().await;
    let work = move |gate: &Gate| {
        let ci = token(gate, "ci", "decide", false);
        let decision = deployed(gate, &ci);
        let id = &opened(gate, &ci, &json!({"decision": decision, "title": TITLE}))["id"];
        let mut other = holder("other", &["operate"], &["staging"], &["*"]);
        other["person"] = json!("other@shop.example");
        let other = serde_json::from_value(other).unwrap();
        let made = gate.inside().tokens().create(&other, Duration::from_secs(3_600), "test");
        let other = Handle::current().block_on(made).unwrap().0;
        let auditor = token(gate, "ada", "audit", false);
        assert_eq!(
            ask(gate, &other, "POST", "/v1/incidents", &json!({"decision": decision, "title": TITLE})).status,
            404
        );
        assert_eq!(
            ask(gate, &other, "GET", &format!("/v1/incidents/{}", id.as_str().unwrap()), &json!({})).status,
            404
        );
        assert_eq!(changed(gate, &other, id, "ack", &json!({})).status, 404);
        assert_eq!(changed(gate, &auditor, id, "ack", &json!({})).status, 403);
        assert_eq!(ask(gate, &other, "GET", "/v1/incidents", &json!({})).json()["incidents"], json!([]));
        assert_eq!(ask(gate, &auditor, "GET", "/v1/incidents", &json!({})).json()["incidents"][0]["id"], *id);
        let elsewhere = ask(gate, &ci, "POST", "/v1/incidents", &json!({"environment": "staging", "title": TITLE}));
        assert_eq!(elsewhere.status, 404, "nothing was deployed there");
        let strange = json!({"decision": decision, "title": TITLE, "service": "search"});
        let strange = ask(gate, &ci, "POST", "/v1/incidents", &strange);
        assert!(strange.status == 400 && strange.text().contains("did not deploy `search`"), "{}", strange.text());
    };
    with(gate, work).await.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_set_that_says_nothing_of_incidents_opens_none() {
    let folder = tokio::task::spawn_blocking(|| policies("contacts: { team: team@shop.example }\n")).await.unwrap();
    // Nobody asks the plugin, and no stage can use it.
    let refused = gate(&folder, SocketAddr::from(([127, 0, 0, 1], 9))).refused().await.0.to_string();
    assert!(refused.contains("it does not export `tidegate:policy/gate`, so no stage can use it"), "{refused}");
    let folder = tokio::task::spawn_blocking(|| {
        let folder = policies("");
        fs::write(folder.path().join("all.yaml"), set_with("")).unwrap();
        folder
    });
    let gate = gate(&folder.await.unwrap(), SocketAddr::from(([127, 0, 0, 1], 9))).run().await;
    let work = |gate: &Gate| {
        let ci = token(gate, "ci", "decide", false);
        let decision = deployed(gate, &ci);
        let refused = ask(gate, &ci, "POST", "/v1/incidents", &json!({"decision": decision, "title": TITLE}));
        assert!(refused.status == 409 && refused.text().contains("incident-refused"), "{}", refused.text());
    };
    with(gate, work).await.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_incident_is_opened_seen_to_and_resolved_from_the_command_line() {
    let folder = tokio::task::spawn_blocking(|| policies(ATTENDED)).await.unwrap();
    let runner = Runner::new(&[204]);
    let gate = gate(&folder, runner.address).run().await;
    let work = move |gate: &Gate| {
        let grace = token(gate, "grace", "operate", true);
        deployed(gate, &token(gate, "ci", "decide", false));
        let run = |args: &[&str]| {
            let mut program = Command::new(env!("CARGO_BIN_EXE_tidegate"));
            program.arg("incident").args(args).args(["--server", &gate.url]).env("TIDEGATE_TOKEN", grace.reveal());
            let output = program.output().unwrap();
            (output.status.code(), String::from_utf8([output.stdout, output.stderr].concat()).unwrap())
        };
        let there = [
            "--environment",
            "production",
            "--service",
            "api",
            "--users",
            "5",
            "--detected-at",
            "2026-01-01T00:00:00Z",
        ];
        let (code, opened) = run(&[&["open", TITLE][..], &there].concat());
        assert!(code == Some(0) && opened.starts_with("P2  open"), "{opened}");
        let id = opened.split_whitespace().nth(2).unwrap();
        let learnt = ["--root-cause", "a pool ran dry", "--post-mortem-at", "tomorrow", "--downtime", "45m"];
        for (args, wanted) in [
            (vec!["ack", id], "P2  acknowledged"),
            (vec!["update", id, "--status", "looking", "--done", "1"], "  [x] 1. Look (grace@shop.example)"),
            (vec!["list", "--state", "acknowledged"], id),
            (vec!["show", id], "  status: looking"),
            ([&["resolve", id][..], &learnt].concat(), "P2  resolved"),
        ] {
            let (code, printed) = run(&args);
            assert!(code == Some(0) && printed.contains(wanted), "{args:?}: {printed}");
        }
        assert_eq!(run(&["ack", id]).0, Some(2), "it is over");
        assert_eq!(run(&["open", TITLE]).0, Some(64));
    };
    with(gate, work).await.stop().await;
}
