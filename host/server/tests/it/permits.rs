//! The moment of a deployment: permits, revocations, and what became of it, as pipelines and attackers meet them.

use crate::{
    authority::{gate_with, holder},
    wire::{Form, Response, send},
    world::Gate,
};
use serde_json::{Value, json};
use std::{path::Path, process::Command};
use tidegate::identity::secret::Secret;

const PASSES: &str = "<testsuite name=\"unit\"><testcase classname=\"a\" name=\"b\"/></testsuite>";
const FAILS: &str =
    "<testsuite name=\"unit\"><testcase classname=\"a\" name=\"b\"><failure message=\"no\"/></testcase></testsuite>";
const WHY: &str = "checkout is down for everybody, and this mends it";
const FORCIBLE: &str = "break_glass: { minimum_evidence: [unit_tests], second_human: true, valid_for: 2h }\n";

fn bytes(character: char) -> String {
    format!("sha256:{}", character.to_string().repeat(64))
}

fn as_json(gate: &Gate, token: &Secret, method: &str, path: &str, body: &Value, more: &[(&str, &str)]) -> Response {
    let bearer = format!("Bearer {}", token.reveal());
    let headers = [&[("authorization", bearer.as_str()), ("content-type", "application/json")], more].concat();
    send(gate.address, method, path, &headers, body.to_string().as_bytes())
}

/// A decision about `api` in production, with these bytes.
fn decide(gate: &Gate, token: &Secret, artifact: Option<&str>, unit_tests: &str, more: &[(&str, &str)]) -> Response {
    let bearer = format!("Bearer {}", token.reveal());
    let mut form = Form::default().field("environment", "production").field("service", "api").field("version", "1");
    for (name, value) in artifact.iter().map(|digest| ("artifact", *digest)).chain(more.iter().copied()) {
        form = form.field(name, value);
    }
    form.file("unit_tests", "a.xml", unit_tests).post(gate.address, "/v1/decisions", &[("authorization", &bearer)])
}

fn id(answer: &Response) -> String {
    answer.json()["id"].as_str().unwrap_or_else(|| panic!("{}", answer.text())).to_owned()
}

fn permit(gate: &Gate, token: &Secret, id: &str, environment: &str, artifacts: &Value) -> Response {
    let body = json!({"environment": environment, "artifacts": artifacts});
    as_json(gate, token, "POST", &format!("/v1/decisions/{id}/permit"), &body, &[])
}

fn reasons(refused: &Response) -> Vec<String> {
    assert_eq!(refused.status, 409, "{}", refused.text());
    let json = refused.json();
    assert_eq!(json["type"], "/problems/not-permitted", "{json}");
    json["errors"].as_array().unwrap().iter().map(|error| error["place"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_permit_is_for_these_bytes_here_and_now_and_each_is_recorded() {
    gate_with("", |gate, token| {
        let ci = token(holder("ci", &["decide"], &["*"], &["*"]));
        let decision = id(&decide(gate, &ci, Some(&bytes('a')), PASSES, &[]));
        let ours = json!({"api": bytes('a')});
        let leaves = gate.leaves();
        let permitted = permit(gate, &ci, &decision, "production", &ours);
        assert_eq!((permitted.status, gate.leaves()), (200, leaves + 1), "{}", permitted.text());
        crate::openapi::fits("PermitBody", &permitted);
        assert_eq!(permitted.json()["receipt"]["leaf_index"], leaves);
        assert_eq!(permit(gate, &ci, &decision, "production", &ours).status, 200, "the set does not say `single_use`");

        for (environment, artifacts, expected) in [
            ("staging", ours.clone(), vec!["environment"]),
            ("production", json!({"api": bytes('b')}), vec!["artifact"]),
            ("production", json!({}), vec!["left_out"]),
            ("production", json!({"web": bytes('a')}), vec!["left_out", "artifact_unnamed"]),
            ("production", json!({"api": bytes('a'), "web": bytes('b')}), vec!["artifact_unnamed"]),
            ("staging", json!({"api": bytes('b')}), vec!["environment", "artifact"]),
        ] {
            let leaves = gate.leaves();
            assert_eq!(reasons(&permit(gate, &ci, &decision, environment, &artifacts)), expected);
            assert_eq!(gate.leaves(), leaves);
        }
        let malformed = permit(gate, &ci, &decision, "production", &json!({"api": "latest", "a b": bytes('a')}));
        assert_eq!((malformed.status, malformed.json()["errors"].as_array().unwrap().len()), (400, 2));
        let shown = as_json(gate, &ci, "GET", &format!("/v1/decisions/{decision}"), &json!(null), &[]);
        crate::openapi::fits("Answer", &shown);
        assert_eq!(shown.json()["since"]["permits"].as_array().unwrap().len(), 2);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_may_not_deploy_has_no_permits_and_cannot_be_told_from_nothing() {
    gate_with("", |gate, token| {
        let ci = token(holder("ci", &["decide"], &["*"], &["*"]));
        let decision = id(&decide(gate, &ci, Some(&bytes('a')), PASSES, &[]));
        let ours = json!({"api": bytes('a')});
        for (roles, environments, services) in
            [(["decide"], ["staging"], ["*"]), (["decide"], ["*"], ["web"]), (["operate"], ["*"], ["web"])]
        {
            let other = token(holder("other", &roles, &environments, &services));
            let there = permit(gate, &other, &decision, "production", &ours);
            let nowhere = permit(gate, &other, "no-such-decision", "production", &ours);
            assert_eq!((there.status, there.text()), (404, nowhere.text()));
            let events = |id: &str| {
                let said = json!({"event": "succeeded"});
                as_json(gate, &other, "POST", &format!("/v1/deployments/{id}/events"), &said, &[])
            };
            assert_eq!((events(&decision).status, events(&decision).text()), (404, events("none").text()));
            let history = |id: &str| as_json(gate, &other, "GET", &format!("/v1/deployments/{id}"), &json!(null), &[]);
            assert_eq!((history(&decision).status, history(&decision).text()), (404, history("none").text()));
        }
        let auditor = token(holder("auditor", &["audit"], &["*"], &["*"]));
        assert_eq!(permit(gate, &auditor, &decision, "production", &ours).status, 403);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_a_decision_is_good_for_one_deployment_the_second_is_refused_and_a_retry_is_not() {
    gate_with("permits: { single_use: true }\n", |gate, token| {
        let ci = token(holder("ci", &["decide"], &["*"], &["*"]));
        let other = token(holder("other", &["decide"], &["*"], &["*"]));
        let decision = id(&decide(gate, &ci, Some(&bytes('a')), PASSES, &[]));
        let path = format!("/v1/decisions/{decision}/permit");
        let body = json!({"environment": "production", "artifacts": {"api": bytes('a')}});
        let key = [("idempotency-key", "deploy-7")];
        let first = as_json(gate, &ci, "POST", &path, &body, &key);
        let again = as_json(gate, &ci, "POST", &path, &body, &key);
        assert_eq!((first.status, first.json()), (200, again.json()), "a lost answer uses nothing up");
        assert_eq!(reasons(&as_json(gate, &ci, "POST", &path, &body, &[])), ["used"]);
        assert_eq!(reasons(&as_json(gate, &other, "POST", &path, &body, &key)), ["used"], "the key of somebody else");
        let changed = json!({"environment": "staging", "artifacts": {"api": bytes('a')}});
        let conflict = as_json(gate, &ci, "POST", &path, &changed, &key);
        assert_eq!(conflict.json()["type"], "/problems/idempotency-conflict", "{}", conflict.text());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_or_superseded_decision_permits_nothing() {
    gate_with("", |gate, token| {
        let ci = token(holder("ci", &["decide"], &["*"], &["*"]));
        let olga = token(holder("olga", &["operate"], &["*"], &["*"]));
        let ours = json!({"api": bytes('a')});
        let first = id(&decide(gate, &ci, Some(&bytes('a')), PASSES, &[]));
        let second = decide(gate, &ci, Some(&bytes('a')), FAILS, &[]);
        assert_eq!(reasons(&permit(gate, &ci, &first, "production", &ours)), ["superseded"]);
        assert_eq!(reasons(&permit(gate, &ci, &id(&second), "production", &ours)), ["refused"]);
        let third = id(&decide(gate, &ci, Some(&bytes('a')), PASSES, &[]));
        assert_eq!(permit(gate, &ci, &third, "production", &ours).status, 200);

        let revoke = |token: &Secret, reason: &str| {
            as_json(gate, token, "POST", &format!("/v1/decisions/{third}/revoke"), &json!({"reason": reason}), &[])
        };
        assert_eq!(revoke(&ci, "it was the wrong tag").status, 403);
        assert_eq!(revoke(&olga, "  oops     ").status, 400);
        let leaves = gate.leaves();
        let revoked = revoke(&olga, "it was the wrong tag");
        assert_eq!((revoked.status, gate.leaves()), (200, leaves + 1), "{}", revoked.text());
        crate::openapi::fits("Answer", &revoked);
        let answer = revoked.json();
        assert_eq!((&answer["allowed"], &answer["since"]["revoked"]["by"]), (&json!(false), &json!("olga")));
        assert!(answer["text"].as_str().unwrap().contains("REVOKED BY: olga at "), "{answer}");
        assert_eq!((revoke(&olga, "once more, with feeling").status, gate.leaves()), (200, leaves + 1));
        assert_eq!(reasons(&permit(gate, &ci, &third, "production", &ours)), ["revoked"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forced_deployment_is_permitted_once_confirmed_and_once() {
    gate_with(FORCIBLE, |gate, token| {
        let person = |name: &str, role: &str| token(holder(name, &[role], &["*"], &["*"]));
        let (alice, bob) = (person("alice", "override"), person("bob", "confirm"));
        let olga = token(holder("olga", &["operate"], &["*"], &["*"]));
        let ours = json!({"api": bytes('a')});
        let force = || {
            let fields = [("emergency", "production_down"), ("justification", WHY)];
            id(&decide(gate, &alice, Some(&bytes('a')), FAILS, &fields))
        };
        let confirm = |id: &str| as_json(gate, &bob, "POST", &format!("/v1/decisions/{id}/confirm"), &json!(null), &[]);
        let forced = force();
        assert_eq!(reasons(&permit(gate, &alice, &forced, "production", &ours)), ["unconfirmed"]);
        assert_eq!(confirm(&forced).status, 200);
        // A pipeline that goes on as on any day stops no emergency: only another permission takes its place.
        let ci = token(holder("ci", &["decide"], &["*"], &["*"]));
        assert_eq!(decide(gate, &ci, Some(&bytes('b')), FAILS, &[]).status, 409);
        let permitted = permit(gate, &alice, &forced, "production", &ours);
        assert_eq!((permitted.status, &permitted.json()["single_use"]), (200, &json!(true)), "{}", permitted.text());
        assert_eq!(reasons(&permit(gate, &alice, &forced, "production", &ours)), ["used"]);

        let taken_back = force();
        let body = json!({"reason": "the outage is over"});
        let revoked = as_json(gate, &olga, "POST", &format!("/v1/decisions/{taken_back}/revoke"), &body, &[]);
        assert_eq!(revoked.status, 200, "{}", revoked.text());
        let late = confirm(&taken_back);
        assert!(late.status == 409 && late.text().contains("revoked"), "{}", late.text());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_that_nobody_named_are_permitted_only_where_the_set_says_so() {
    for (lines, expected) in [("", 409), ("permits: { artifacts: optional }\n", 200)] {
        gate_with(lines, move |gate, token| {
            let ci = token(holder("ci", &["decide"], &["*"], &["*"]));
            let decision = id(&decide(gate, &ci, None, PASSES, &[]));
            let permitted = permit(gate, &ci, &decision, "production", &json!({}));
            assert_eq!(permitted.status, expected, "{}", permitted.text());
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_became_of_a_deployment_is_recorded_as_said_beside_whether_it_was_permitted() {
    gate_with("", |gate, token| {
        let ci = token(holder("ci", &["decide"], &["*"], &["*"]));
        let auditor = token(holder("auditor", &["audit"], &["*"], &["*"]));
        let good = decide(gate, &ci, Some(&bytes('a')), PASSES, &[("id", "build 7/api")]);
        assert_eq!(good.status, 200, "{}", good.text());
        let path = "/v1/deployments/build%207%2Fapi";
        let said = |event: &str| as_json(gate, &ci, "POST", &format!("{path}/events"), &json!({"event": event}), &[]);
        let leaves = gate.leaves();
        let started = said("started");
        assert_eq!((started.status, &started.json()["permitted"]), (201, &json!(true)), "{}", started.text());
        crate::openapi::fits("EventBody", &started);
        assert_eq!((said("started").json(), gate.leaves()), (started.json(), leaves + 1), "said again");
        assert_eq!(said("succeeded").status, 201);
        assert_eq!(said("exploded").status, 400);

        let bad = decide(gate, &ci, Some(&bytes('a')), FAILS, &[("id", "build 8")]);
        let body = json!({"event": "started", "at": "2026-03-31T14:30:00Z"});
        let all_the_same = as_json(gate, &ci, "POST", "/v1/deployments/build%208/events", &body, &[]);
        assert_eq!((all_the_same.status, &all_the_same.json()["permitted"]), (201, &json!(false)));
        assert_eq!(all_the_same.json()["decision"], bad.json()["id"]);
        assert_eq!(all_the_same.json()["said_at"], "2026-03-31T14:30:00Z");

        let history = as_json(gate, &auditor, "GET", path, &json!(null), &[]);
        crate::openapi::fits("DeploymentHistory", &history);
        let events = &history.json()["decisions"][0]["events"];
        assert_eq!((&events[0]["event"], &events[1]["event"]), (&json!("started"), &json!("succeeded")), "{events}");
    })
    .await;
}

fn run(gate: &Gate, token: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tidegate"));
    command.args(arguments).args(["--server", &gate.url, "--token-file"]).arg(token);
    let output = command.env_remove("TIDEGATE_SERVER").env_remove("TIDEGATE_TOKEN").output().unwrap();
    (output.status.code(), String::from_utf8([output.stdout, output.stderr].concat()).unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_line_tells_yes_from_no_and_from_nobody_knows() {
    gate_with("", |gate, token| {
        let folder = tempfile::tempdir().unwrap();
        let operator = token(holder("olga", &["decide", "operate"], &["*"], &["*"]));
        let file = folder.path().join("token");
        std::fs::write(&file, operator.reveal()).unwrap();
        let decision = id(&decide(gate, &operator, Some(&bytes('a')), PASSES, &[("id", "seven")]));
        let (ours, theirs) = (format!("api={}", bytes('a')), format!("api={}", bytes('b')));
        let ask = |id: &str, artifact: &str| {
            run(gate, &file, &["permit", id, "--environment", "production", "--artifact", artifact])
        };
        let (code, printed) = ask(&decision, &ours);
        assert_eq!(code, Some(0), "{printed}");
        assert!(serde_json::from_str::<Value>(&printed).unwrap()["valid_until"].is_string());
        let (code, printed) = ask(&decision, &theirs);
        assert!(code == Some(1) && printed.contains("artifact: the decision is about sha256:aaaa"), "{printed}");
        assert_eq!(ask("none", &ours).0, Some(2));
        assert_eq!(ask(&decision, "api=latest").0, Some(64));
        let (code, printed) = run(gate, &file, &["deployment", "event", "seven", "started"]);
        assert!(code == Some(0) && printed.contains("\"permitted\": true"), "{printed}");
        let (code, printed) = run(gate, &file, &["deployment", "show", "seven"]);
        assert!(code == Some(0) && printed.contains("\"event\": \"started\""), "{printed}");
        let (code, printed) = run(gate, &file, &["revoke", &decision, "--reason", "it was the wrong tag"]);
        assert!(code == Some(0) && printed.contains("REVOKED BY: olga at"), "{printed}");
        assert_eq!(ask(&decision, &ours).0, Some(1));
    })
    .await;
}
