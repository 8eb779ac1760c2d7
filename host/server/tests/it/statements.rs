//! Statements under people's own names, as those meet them who make them, who cite them, and who would rather write them themselves.

use crate::{
    authority::{HOUR, gate_of_set, holder},
    wire::{Form, Response, send},
    world::{Gate, root},
};
use serde_json::{Value, json};
use std::{fs, process::Command};
use tidegate::identity::secret::Secret;
use tidegate_core::digest::Digest;

/// A set that believes of a review only what the gate recorded, of the commit that is deployed, and neither its author nor whoever asks.
fn rules() -> String {
    let plugin = root().join("plugins/readiness.wasm");
    let pin = Digest::of(&fs::read(&plugin).unwrap()).hex();
    format!(
        "policy_set: all\nversion: \"1\"\nowner: Test\nmatch: {{ environments: [\"*\"], services: [\"*\"] }}\n\
         plugins: {{ readiness: {{ path: {}, sha256: {pin} }} }}\nstages:\n  - id: review\n    title: Review\n    \
         plugin: readiness\n    evidence: [{{ name: review, documents: {{ min: 1 }}, max_age: 24h, bind: revision, vouched: person }}]\n    \
         settings: {{ items: {{ code_review_completed: {{ independent: true }} }} }}\n",
        plugin.display()
    )
}

fn of(
    name: &str,
    scope: &str,
    person: Option<&str>,
    roles: &[&str],
    environments: &[&str],
    services: &[&str],
) -> Value {
    let mut holder = holder(name, roles, environments, services);
    holder["scope"] = json!(scope);
    if let Some(person) = person {
        holder["person"] = json!(person);
    }
    holder
}

fn asked(gate: &Gate, token: &Secret, method: &str, path: &str, body: &[u8]) -> Response {
    let bearer = format!("Bearer {}", token.reveal());
    send(gate.address, method, path, &[("authorization", &bearer), ("content-type", "application/json")], body)
}

fn state(gate: &Gate, token: &Secret, said: &Value) -> Response {
    asked(gate, token, "POST", "/v1/statements", said.to_string().as_bytes())
}

const COMMIT: &str = "4f2a9c1e";

fn review() -> Value {
    json!({"item": "code_review_completed", "satisfied": true, "environment": "production", "services": ["api"], "revision": COMMIT})
}

/// The digest of a statement that was taken.
fn stated(gate: &Gate, token: &Secret, said: &Value) -> String {
    let answer = state(gate, token, said);
    assert_eq!(answer.status, 201, "{}", answer.text());
    crate::openapi::fits("StatementBody", &answer);
    answer.json()["digest"].as_str().unwrap().to_owned()
}

/// What becomes of a deployment by carol's pipeline, of a change that dave wrote, and why.
fn decided(gate: &Gate, token: &Secret, environment: &str, service: &str, commit: &str, review: &str) -> (u16, String) {
    let deployment = json!({
        "environment": environment,
        "services": [{"name": service, "version": "1"}],
        "revision": {"repository": "", "commit": commit, "ref": "main"},
        "labels": {"author": "dave@shop.example"},
    });
    let form = Form::default().field("deployment", deployment.to_string());
    let form = match review.starts_with("sha256:") {
        true => form.field("review", review),
        false => form.file("review", "review.json", review),
    };
    let bearer = format!("Bearer {}", token.reveal());
    let answer = form.post(gate.address, "/v1/decisions", &[("authorization", &bearer)]);
    (answer.status, answer.text())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_review_counts_from_the_person_who_made_it_and_from_no_document_that_names_them() {
    gate_of_set(rules, |gate, token| {
        let alice =
            token(of("alice-laptop", "shop", Some("alice@shop.example"), &["confirm"], &["production"], &["*"]));
        let ci = token(of("ci", "shop", None, &["decide"], &["*"], &["*"]));
        let leaves = gate.leaves();
        let digest = stated(gate, &alice, &review());
        assert_eq!(gate.leaves(), leaves + 1, "it is an act of record");
        let (status, text) = decided(gate, &ci, "production", "api", COMMIT, &digest);
        assert_eq!(status, 200, "{text}");

        let document = asked(gate, &ci, "GET", &format!("/v1/evidence/{digest}"), b"");
        let written = document.json();
        assert_eq!(written["statements"][0]["by"], "alice@shop.example", "{written}");
        assert_eq!(written["statements"][0]["at"], written["produced_at"]);
        // Another moment in the same words: alice never said this one.
        let mut forged = written.clone();
        forged["statements"][0]["note"] = json!("");
        let forged = forged.to_string();
        for made_up in [forged.clone(), document.text()] {
            let (status, text) = decided(gate, &ci, "production", "api", COMMIT, &made_up);
            assert_eq!(status, 409, "{text}");
            assert!(text.contains("evidence.unvouched") && text.contains("POST /v1/statements"), "{text}");
        }
        let path = format!("/v1/evidence/{}", Digest::of(forged.as_bytes()));
        assert_eq!(asked(gate, &ci, "PUT", &path, forged.as_bytes()).status, 204);
        let (status, text) =
            decided(gate, &ci, "production", "api", COMMIT, &Digest::of(forged.as_bytes()).to_string());
        assert!(status == 409 && text.contains("evidence.unvouched"), "{text}");

        // In another scope the same bytes are somebody's upload.
        let billing = token(of("billing", "billing", None, &["decide"], &["*"], &["*"]));
        let bytes = document.text();
        assert_eq!(decided(gate, &billing, "production", "api", COMMIT, &digest).0, 422, "it does not exist there");
        assert_eq!(asked(gate, &billing, "PUT", &format!("/v1/evidence/{digest}"), bytes.as_bytes()).status, 204);
        let (status, text) = decided(gate, &billing, "production", "api", COMMIT, &digest);
        assert!(status == 409 && text.contains("evidence.unvouched"), "{text}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_statement_is_used_for_what_it_names_and_for_nothing_else() {
    gate_of_set(rules, |gate, token| {
        let alice = token(of("alice-laptop", "shop", Some("alice@shop.example"), &["confirm"], &["*"], &["*"]));
        let ci = token(of("ci", "shop", None, &["decide"], &["*"], &["*"]));
        let digest = stated(gate, &alice, &review());
        for (environment, service, commit, status) in [
            ("production", "api", COMMIT, 200),
            ("staging", "api", COMMIT, 409),
            ("production", "web", COMMIT, 409),
            ("production", "api", "0ddba11", 409),
        ] {
            let (found, text) = decided(gate, &ci, environment, service, commit, &digest);
            assert_eq!(found, status, "{environment} {service} {commit}: {text}");
            assert_eq!(text.contains("evidence.unbound"), status == 409, "{text}");
        }
        let nothing_named = stated(gate, &alice, &json!({"item": "code_review_completed", "satisfied": true}));
        let (status, text) = decided(gate, &ci, "production", "api", COMMIT, &nothing_named);
        assert!(status == 409 && text.contains("which revision it speaks of"), "{text}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn neither_the_author_nor_whoever_deploys_reviews_under_whatever_token() {
    gate_of_set(rules, |gate, token| {
        let person = |name: &str, person: &str, roles: &[&str]| of(name, "shop", Some(person), roles, &["*"], &["*"]);
        let dave = token(person("dave-laptop", "Dave@Shop.example", &["confirm"]));
        let carol = token(person("carol-laptop", "carol@shop.example", &["waive"]));
        let deploys = token(person("release-desk", "Carol@shop.example", &["decide"]));
        let bob = token(person("bob-laptop", "bob@shop.example", &["decide"]));
        let of_author = stated(gate, &dave, &review());
        let (status, text) = decided(gate, &deploys, "production", "api", COMMIT, &of_author);
        assert_eq!(status, 409, "{text}");
        assert!(
            text.contains("stated by `Dave@Shop.example`, the author of the change (`dave@shop.example`)"),
            "{text}"
        );
        let of_deployer = stated(gate, &carol, &review());
        let (status, text) = decided(gate, &deploys, "production", "api", COMMIT, &of_deployer);
        assert!(status == 409 && text.contains("who asks for this deployment"), "{text}");
        let of_bob = stated(gate, &bob, &review());
        assert_eq!(decided(gate, &deploys, "production", "api", COMMIT, &of_bob).0, 200);
        let (status, text) = decided(gate, &bob, "production", "api", COMMIT, &of_bob);
        assert!(status == 409 && text.contains("who asks for this deployment"), "{text}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_or_whoever_a_grant_does_not_reach_states_nothing() {
    gate_of_set(rules, |gate, token| {
        let ci = token(of("ci", "shop", None, &["decide"], &["*"], &["*"]));
        let here = token(of("alice-here", "shop", Some("alice"), &["confirm"], &["production"], &["shop-*"]));
        let everywhere = token(of("alice", "shop", Some("alice"), &["waive"], &["*"], &["*"]));
        let about = |environment: Option<&str>, services: &[&str]| {
            let mut said = json!({"item": "rollback_plan_ready", "satisfied": true, "services": services});
            if let Some(environment) = environment {
                said["environment"] = json!(environment);
            }
            said
        };
        let leaves = gate.leaves();
        for (token, said, why) in [
            (&ci, about(Some("production"), &["shop-api"]), "a program states nothing"),
            (&here, about(Some("staging"), &["shop-api"]), "`shop-api` in `staging`"),
            (&here, about(Some("production"), &["shop-api", "billing"]), "`billing`, `shop-api` in `production`"),
            (&here, about(Some("production"), &[]), "all services in `production`"),
            (&here, about(None, &["shop-api"]), "`shop-api` in all environments"),
        ] {
            let refused = state(gate, token, &said);
            assert_eq!((refused.status, refused.json()["type"].clone()), (403, json!("/problems/forbidden")), "{said}");
            assert!(refused.text().contains(why), "{said}: {}", refused.text());
        }
        assert_eq!(gate.leaves(), leaves, "nothing is recorded");
        stated(gate, &here, &about(Some("production"), &["shop-api", "shop-web"]));
        stated(gate, &everywhere, &about(None, &[]));
        for role in ["audit", "policy", "admin"] {
            let held = token(of(role, "shop", Some(role), &[role], &["*"], &["*"]));
            assert_eq!(state(gate, &held, &about(None, &[])).status, 403, "{role}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_statement_that_cannot_be_is_refused_with_every_mistake_and_names_nobody_else() {
    gate_of_set(rules, |gate, token| {
        let alice = token(of("alice", "shop", Some("alice"), &["confirm"], &["*"], &["*"]));
        let with = |changes: Value| {
            let mut said = review();
            said.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
            said
        };
        let secret = ["ghp_", "wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx"].concat();
        let leaves = gate.leaves();
        for (said, status, words) in [
            (with(json!({"by": "bob"})), 400, "by"),
            (with(json!({"at": "2026-01-01T00:00:00Z"})), 400, "at"),
            (with(json!({"item": " "})), 400, "item: allowed are"),
            (with(json!({"item": "a\nb"})), 400, "item: allowed are"),
            (with(json!({"item": "a".repeat(129)})), 400, "129 used, 128 allowed"),
            (with(json!({"satisfied": null})), 400, "satisfied: say either"),
            (with(json!({"not_applicable": true})), 400, "satisfied: say either"),
            (with(json!({"satisfied": null, "not_applicable": true})), 400, "note: what does not apply"),
            (with(json!({"environment": "in production"})), 400, "environment"),
            (with(json!({"services": ["api", "a b"]})), 400, "services.1"),
            (with(json!({"services": vec!["a"; 65]})), 400, "65 used, 64 allowed"),
            (with(json!({"revision": ""})), 400, "revision"),
            (with(json!({"artifact": "sha256:abc"})), 400, "artifact"),
            (with(json!({"link": "not a link"})), 400, "link: allowed are"),
            (with(json!({"note": "n".repeat(4_097)})), 400, "4097 used, 4096 allowed"),
            (with(json!({"note": secret, "link": "https://shop.example/7"})), 422, "statement.note"),
            (json!({"item": "", "environment": "", "revision": " "}), 400, "environment"),
        ] {
            let refused = state(gate, &alice, &said);
            assert_eq!(refused.status, status, "{said}: {}", refused.text());
            assert!(refused.text().contains(words), "{said}: {}", refused.text());
            assert!(!refused.text().contains(&secret), "a secret is repeated");
        }
        assert_eq!(state(gate, &alice, &json!("x".repeat(70_000))).status, 413);
        assert_eq!(gate.leaves(), leaves, "nothing is recorded");
        stated(gate, &alice, &with(json!({"satisfied": null, "not_applicable": true, "note": "no code was changed"})));
        stated(
            gate,
            &alice,
            &with(json!({"artifact": Digest::of(b"a").to_string(), "services": ["web", "api", "web"]})),
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_line_states_it_and_prints_what_a_decision_cites() {
    gate_of_set(rules, |gate, token| {
        let alice = token(of("alice", "shop", Some("alice"), &["confirm"], &["*"], &["*"]));
        let ci = token(of("ci", "shop", None, &["decide"], &["*"], &["*"]));
        let run = |token: &Secret, more: &[&str]| {
            let program = Command::new(env!("CARGO_BIN_EXE_tidegate"))
                .args(["statement", "add", "code_review_completed", "--environment", "production", "--service", "api"])
                .args(["--revision", COMMIT, "--server", &gate.url])
                .args(more)
                .env("TIDEGATE_TOKEN", token.reveal())
                .output();
            let output = program.unwrap();
            let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
            (output.status.code(), said)
        };
        let (code, [digest, _]) = run(&alice, &[]);
        assert_eq!(code, Some(0), "{digest}");
        assert_eq!(decided(gate, &ci, "production", "api", COMMIT, digest.trim()).0, 200);
        let (code, [unmet, _]) = run(&alice, &["--unmet", "--note", "the limit is missing"]);
        let (status, text) = decided(gate, &ci, "production", "api", COMMIT, unmet.trim());
        assert!(code == Some(0) && status == 409 && text.contains("REMEDIATE"), "{text}");
        let (code, [nothing, why]) = run(&ci, &[]);
        assert_eq!((code, &*nothing), (Some(2), ""));
        assert!(why.contains("a program states nothing"), "{why}");
    })
    .await;
}

#[test]
fn a_case_says_what_a_person_stated_and_of_what_nobody_handed_in_nothing_can_be_stated() {
    crate::world::plugins();
    let folder = tempfile::tempdir().unwrap();
    let (policies, case) = (folder.path().join("all.yaml"), folder.path().join("cases/reviewed"));
    fs::create_dir_all(case.join("evidence")).unwrap();
    fs::write(&policies, rules()).unwrap();
    let deployment = json!({
        "environment": "production", "services": [{"name": "api", "version": "1"}],
        "revision": {"repository": "", "commit": COMMIT, "ref": "main"}, "labels": {"author": "dave"},
    });
    let mut review =
        json!({"format": "tidegate/statements/v1", "produced_at": "2026-03-31T14:00:00Z", "revision": COMMIT});
    review["statements"] = json!([{"item": "code_review_completed", "satisfied": true, "by": "alice"}]);
    fs::write(case.join("deployment.json"), deployment.to_string()).unwrap();
    fs::write(case.join("evidence/review.json"), review.to_string()).unwrap();
    for (stated, outcome, code, said) in [
        ("stated: [review]\n", "DEPLOY", 0, ""),
        ("", "HOLD", 0, ""),
        ("", "DEPLOY", 1, "HOLD"),
        ("stated: [reviews]\n", "DEPLOY", 1, "`stated` speaks of evidence `reviews`, of which there is no document"),
    ] {
        let text =
            format!("description: a review\nat: 2026-03-31T14:30:00Z\n{stated}expect: {{ outcome: {outcome} }}\n");
        fs::write(case.join("case.yaml"), text).unwrap();
        let mut test = Command::new(env!("CARGO_BIN_EXE_tidegate"));
        test.args(["policy", "test", "--policies"]).arg(&policies).arg(folder.path().join("cases"));
        let output = test.output().unwrap();
        let told = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
        assert!(output.status.code() == Some(code) && told.contains(said), "{stated} {outcome}: {told}");
    }
}

/// Nobody names it for a long time: its leaf does.
#[tokio::test(flavor = "multi_thread")]
async fn a_statement_does_not_expire_as_uploads_do_and_is_still_ones_own_after_a_day() {
    gate_of_set(rules, |gate, token| {
        let alice = token(of("alice", "shop", Some("alice"), &["operate"], &["*"], &["*"]));
        let ci = token(of("ci", "shop", None, &["decide"], &["*"], &["*"]));
        let digest = stated(gate, &alice, &review());
        let late = tidegate::gate::clock::now().plus(48 * HOUR);
        let runtime = tokio::runtime::Runtime::new().unwrap();
        assert_eq!(runtime.block_on(gate.inside().expire(late)).unwrap(), 0);
        assert_eq!(decided(gate, &ci, "production", "api", COMMIT, &digest).0, 200);
    })
    .await;
}
