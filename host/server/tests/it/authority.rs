//! Who may do what: every role against every route, and what lies beyond a grant.

use crate::{
    wire::{Form, Response, send},
    world::{self, Gate, root, set_with},
};
use serde_json::{Value, json};
use std::{collections::BTreeSet, fs, time::Duration};
use tempfile::TempDir;
use tidegate::{
    config::Config,
    http::access::{Access, TABLE},
    identity::{holder::Holder, role::Role, secret::Secret},
};
use tidegate_core::digest::Digest;

pub(crate) const HOUR: Duration = Duration::from_secs(3600);

/// A gate that is not for development, with one set for everything.
async fn gate(test: impl FnOnce(&Gate, &dyn Fn(Value) -> Secret) + Send + 'static) {
    gate_with("", test).await;
}

/// The same, with further lines in the set.
pub(crate) async fn gate_with(lines: &str, test: impl FnOnce(&Gate, &dyn Fn(Value) -> Secret) + Send + 'static) {
    gate_of(lines, None, |_| (), test).await;
}

/// The same, with a file beside the set's.
pub(crate) async fn gate_beside(
    lines: &str,
    beside: Option<String>,
    test: impl FnOnce(&Gate, &dyn Fn(Value) -> Secret) + Send + 'static,
) {
    gate_of(lines, beside, |_| (), test).await;
}

/// The same, with another configuration.
pub(crate) async fn gate_configured(
    lines: &str,
    change: impl FnOnce(&mut Config),
    test: impl FnOnce(&Gate, &dyn Fn(Value) -> Secret) + Send + 'static,
) {
    gate_of(lines, None, change, test).await;
}

async fn gate_of(
    lines: &str,
    beside: Option<String>,
    change: impl FnOnce(&mut Config),
    test: impl FnOnce(&Gate, &dyn Fn(Value) -> Secret) + Send + 'static,
) {
    let folder = of_lines(lines).await;
    if let Some(text) = beside {
        fs::write(folder.path().join("beside.yaml"), text).unwrap();
    }
    serve(folder, change, test).await;
}

/// As [`gate_with`], for tests that write into the record what no gate decided: judged again, it comes to something else.
pub(crate) async fn gate_with_made_up_records(
    lines: &str,
    test: impl FnOnce(&Gate, &dyn Fn(Value) -> Secret) + Send + 'static,
) {
    serve_only(of_lines(lines).await, |_| (), test).await;
}

/// The same over a record that somebody made before.
pub(crate) async fn gate_over_made_up_records(
    change: impl FnOnce(&mut Config),
    test: impl FnOnce(&Gate, &dyn Fn(Value) -> Secret) + Send + 'static,
) {
    serve_only(of_lines("").await, change, test).await;
}

async fn of_lines(lines: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    tokio::task::spawn_blocking(world::plugins).await.unwrap();
    fs::write(folder.path().join("all.yaml"), set_with(lines)).unwrap();
    folder
}

/// The same with a set of its own, written once the plugins are built.
pub(crate) async fn gate_of_set(
    set: fn() -> String,
    test: impl FnOnce(&Gate, &dyn Fn(Value) -> Secret) + Send + 'static,
) {
    let folder = tempfile::tempdir().unwrap();
    tokio::task::spawn_blocking(world::plugins).await.unwrap();
    fs::write(folder.path().join("all.yaml"), set()).unwrap();
    serve(folder, |_| (), test).await;
}

/// A gate with one set for everything, and another one that is made of it.
pub(crate) async fn gate_of_sets(
    other: fn(String) -> String,
    change: impl FnOnce(&mut Config),
    test: impl FnOnce(&Gate, &dyn Fn(Value) -> Secret) + Send + 'static,
) {
    let folder = of_lines("").await;
    fs::write(folder.path().join("beside.yaml"), other(set_with(""))).unwrap();
    serve(folder, change, test).await;
}

/// Serves. Whatever was decided by whatever test: the record alone leads to it again.
pub(crate) async fn serve(
    folder: TempDir,
    change: impl FnOnce(&mut Config),
    test: impl FnOnce(&Gate, &dyn Fn(Value) -> Secret) + Send + 'static,
) {
    let and_again = |gate: &Gate, token: &dyn Fn(Value) -> Secret| {
        test(gate, token);
        crate::replay::all_equal(gate);
    };
    serve_only(folder, change, and_again).await;
}

async fn serve_only(
    folder: TempDir,
    change: impl FnOnce(&mut Config),
    test: impl FnOnce(&Gate, &dyn Fn(Value) -> Secret) + Send + 'static,
) {
    let gate = world::gate().policies(folder.path().to_owned()).configured(|config| config.dev = false);
    let gate = gate.configured(change).run().await;
    let runtime = tokio::runtime::Handle::current();
    let gate = tokio::task::spawn_blocking(move || {
        let token = |holder: Value| {
            let holder: Holder = serde_json::from_value(holder).unwrap();
            runtime.block_on(gate.inside().create_token(&holder, HOUR, "test")).unwrap().0
        };
        test(&gate, &token);
        gate
    });
    gate.await.unwrap().stop().await;
}

pub(crate) fn holder(name: &str, roles: &[&str], environments: &[&str], services: &[&str]) -> Value {
    let mut holder = json!({
        "name": name,
        "scope": name,
        "grants": [{"roles": roles, "environments": environments, "services": services}],
    });
    if roles.iter().any(|role| Role::parse(role).unwrap().is_personal()) {
        holder["person"] = json!(format!("{name}@shop.example"));
    }
    holder
}

pub(crate) fn ask(gate: &Gate, token: Option<&Secret>, method: &str, path: &str, body: &[u8]) -> Response {
    let bearer = token.map(|token| format!("Bearer {}", token.reveal()));
    let mut headers = vec![("content-type", "application/json")];
    headers.extend(bearer.as_deref().map(|bearer| ("authorization", bearer)));
    send(gate.address, method, path, &headers, body)
}

pub(crate) const JUNIT: &str = "<testsuite name=\"unit\"><testcase classname=\"a\" name=\"b\"/></testsuite>";

pub(crate) fn decide(gate: &Gate, token: &Secret, environment: &str, services: &[&str], unit_tests: &str) -> Response {
    decide_with(gate, token, environment, services, Some(unit_tests), &[])
}

/// With further fields, and with a report, with one that is cited, or with none.
pub(crate) fn decide_with(
    gate: &Gate,
    token: &Secret,
    environment: &str,
    services: &[&str],
    unit_tests: Option<&str>,
    fields: &[(&str, &str)],
) -> Response {
    let services: Vec<Value> = services.iter().map(|name| json!({"name": name, "version": "1.0.0"})).collect();
    let deployment = json!({"environment": environment, "services": services}).to_string();
    let mut form = Form::default().field("deployment", deployment);
    for (name, value) in fields {
        form = form.field(name, value);
    }
    form = match unit_tests {
        Some(digest) if digest.starts_with("sha256:") => form.field("unit_tests", digest),
        Some(report) => form.file("unit_tests", "unit.xml", report),
        None => form,
    };
    form.post(gate.address, "/v1/decisions", &[("authorization", &format!("Bearer {}", token.reveal()))])
}

#[tokio::test(flavor = "multi_thread")]
async fn every_role_may_ask_for_what_the_table_says_and_for_nothing_else() {
    gate(|gate, token| {
        for role in Role::ALL {
            let held = token(holder(role.word(), &[role.word()], &["*"], &["*"]));
            for (method, path, access) in TABLE {
                let at = path
                    .replace("{id}", "none")
                    .replace("{digest}", "none")
                    .replace("{name}", "internal")
                    .replace("{*path}", "0/000");
                let nobody = ask(gate, None, method, &at, b"");
                let response = ask(gate, Some(&held), method, &at, b"");
                let told = format!("{} {method} {path}: {} {}", role.word(), response.status, response.text());
                match access {
                    Access::Open => {
                        assert!(!matches!(nobody.status, 401 | 403), "{told}");
                        assert!(!matches!(response.status, 401 | 403), "{told}");
                    }
                    Access::Roles(roles) => {
                        assert_eq!(nobody.status, 401, "{told}");
                        assert_eq!(nobody.header("www-authenticate"), Some("Bearer"));
                        assert_eq!(response.status == 403, !roles.contains(&role), "{told}");
                        assert_ne!(response.status, 401, "{told}");
                    }
                }
            }
        }
    })
    .await;
}

#[test]
fn every_described_route_is_in_the_table_and_says_what_it_needs() {
    let text = fs::read_to_string(root().join("host/server/openapi.json")).unwrap();
    let document: Value = serde_json::from_str(&text).unwrap();
    let mut described = BTreeSet::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let method = method.to_uppercase();
            let (_, _, access) = TABLE
                .iter()
                .find(|(known, of, _)| *known == method && of.replace("{*", "{") == *path)
                .unwrap_or_else(|| panic!("{method} {path} is not in the table"));
            let is_open = operation.get("security").is_none();
            assert_eq!(is_open, *access == Access::Open, "{method} {path}");
            described.insert((method, path.clone()));
        }
    }
    assert_eq!(described.len(), TABLE.len(), "the table has routes that nobody described");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_grant_ends_where_it_says() {
    gate(|gate, token| {
        let shop = token(holder("shop", &["decide"], &["production"], &["shop-*"]));
        let answer = decide(gate, &shop, "production", &["shop-api", "shop-web"], JUNIT);
        assert_eq!(answer.status, 200, "{}", answer.text());
        for (environment, services) in [
            ("production", &["billing"][..]),
            ("production", &["shop-api", "billing"]),
            ("staging", &["shop-api"]),
            ("production-2", &["shop-api"]),
        ] {
            let leaves = gate.leaves();
            let refused = decide(gate, &shop, environment, services, JUNIT);
            assert_eq!((refused.status, refused.json()["type"].clone()), (403, json!("/problems/forbidden")));
            assert!(refused.json()["detail"].as_str().unwrap().contains(environment), "{}", refused.text());
            assert_eq!(gate.leaves(), leaves, "nothing is recorded");
        }
    })
    .await;
}

/// No freeze holds what undoes a deployment, so who only asks for deployments may not call one that.
#[tokio::test(flavor = "multi_thread")]
async fn a_rollback_is_one_only_from_whoever_may_undo_deployments() {
    gate(|gate, token| {
        let ci = token(holder("ci", &["decide"], &["production"], &["*"]));
        let operator = token(holder("ops", &["operate"], &["production"], &["*"]));
        let ask = |token: &Secret, cause: &str| {
            let deployment =
                json!({"environment": "production", "cause": cause, "services": [{"name": "api", "version": "1"}]});
            let form = Form::default().field("deployment", deployment.to_string()).file("unit_tests", "u.xml", JUNIT);
            let bearer = format!("Bearer {}", token.reveal());
            form.post(gate.address, "/v1/decisions", &[("authorization", &bearer)])
        };
        for (token, cause, status) in
            [(&ci, "push", 200), (&ci, "rollback", 403), (&operator, "rollback", 200), (&operator, "push", 403)]
        {
            let answer = ask(token, cause);
            assert_eq!(answer.status, status, "{cause}: {}", answer.text());
        }
        assert!(ask(&ci, "rollback").text().contains("the role `operate`"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_record_names_the_token_and_not_what_a_caller_types() {
    gate(|gate, token| {
        let shop = token(holder("shop", &["decide"], &["production"], &["shop-*"]));
        let forged = json!({"deployment": {"environment": "production", "actor": "alice", "services": []}}).to_string();
        let refused = ask(gate, Some(&shop), "POST", "/v1/decisions", forged.as_bytes());
        assert_eq!(refused.status, 400, "an actor is not for callers to say: {}", refused.text());
        let answer = decide(gate, &shop, "production", &["shop-api"], JUNIT).json();
        assert_eq!(answer["deployment"]["actor"], "shop", "{answer}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn evidence_of_another_scope_can_neither_be_read_nor_cited_nor_told_from_none() {
    gate(|gate, token| {
        let (shop, billing) = (
            token(holder("shop", &["decide"], &["production"], &["*"])),
            token(holder("billing", &["decide"], &["production"], &["*"])),
        );
        let held = Digest::of(JUNIT.as_bytes()).to_string();
        let none = Digest::of(b"nobody has this").to_string();
        let path = |digest: &str| format!("/v1/evidence/{digest}");
        assert_eq!(ask(gate, Some(&shop), "PUT", &path(&held), JUNIT.as_bytes()).status, 204);
        // Parsed, and in the cache that all scopes share.
        assert_eq!(decide(gate, &shop, "production", &["api"], &held).status, 200);
        assert_eq!(ask(gate, Some(&shop), "GET", &path(&held), b"").text(), JUNIT);

        let read = |digest: &str| {
            let response = ask(gate, Some(&billing), "GET", &path(digest), b"");
            (response.status, response.text())
        };
        assert_eq!(read(&held), read(&none));
        assert_eq!(read(&held).0, 404);
        let cite = |digest: &str| {
            let response = decide(gate, &billing, "production", &["api"], digest);
            (response.status, response.text().replace(digest, "…"))
        };
        assert_eq!(cite(&held), cite(&none));
        assert_eq!(cite(&held).0, 422);

        // Handing the same bytes in says nothing either, and from then on they are one's own.
        assert_eq!(ask(gate, Some(&billing), "PUT", &path(&held), JUNIT.as_bytes()).status, 204);
        assert_eq!(cite(&held).0, 200);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_decision_beyond_ones_grants_does_not_exist() {
    gate(|gate, token| {
        let shop = token(holder("shop", &["decide"], &["production"], &["shop-*"]));
        let billing = token(holder("billing", &["decide"], &["production"], &["billing"]));
        let auditor = token(holder("auditor", &["audit"], &["*"], &["*"]));
        let id = decide(gate, &shop, "production", &["shop-api"], JUNIT).json()["id"].as_str().unwrap().to_owned();
        let read = |token: &Secret, id: &str| {
            let response = ask(gate, Some(token), "GET", &format!("/v1/decisions/{id}"), b"");
            (response.status, response.text())
        };
        let missing = "01a217ad-257f-7421-abdf-9949765609dc";
        assert_eq!(read(&billing, &id), read(&billing, missing));
        assert_eq!((read(&billing, &id).0, read(&shop, &id).0, read(&auditor, &id).0), (404, 200, 200));
    })
    .await;
}
