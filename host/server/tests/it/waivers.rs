//! Waivers, as a pipeline meets them.

use crate::{
    wire::{Form, Response, send},
    world::{self, Gate, root},
};
use serde_json::{Value, json};
use std::{fs, path::Path};

const FAILS: &str =
    "<testsuite name=\"unit\"><testcase classname=\"a\" name=\"b\"><failure message=\"no\"/></testcase></testsuite>";

fn policies(folder: &Path) {
    let plugin = root().join("plugins/quality.wasm").display().to_string();
    let set = format!(
        "policy_set: shop\nversion: \"1\"\nowner: Test\nmatch: {{ environments: [production], services: [\"*\"] }}\n\
         plugins: {{ quality: {{ path: {plugin} }} }}\nwaivers: {{ max_lifetime: 366d }}\nstages:\n  - id: unit_tests\n    \
         title: Unit Tests\n    plugin: quality\n    evidence: [{{ name: unit_tests, documents: {{ min: 1 }} }}]\n    \
         settings: {{ tests: {{ min_pass_rate: 100 }} }}\n"
    );
    fs::write(folder.join("shop.yaml"), set).unwrap();
}

fn waive(folder: &Path, rule: &str, scope: &str, from: &str, expires: &str) {
    let text = format!(
        "waivers:\n  - {{ id: W-1, of: shop, rules: [{rule}], scope: {{ {scope} }}, reason: known, owner: alice, approved_by: bob, \
         from: {from}, expires: {expires} }}\n"
    );
    fs::write(folder.join("waivers.yaml"), text).unwrap();
}

fn ask(gate: &Gate) -> Response {
    let form = Form::default().field("environment", "production").field("service", "api").field("version", "1.4.2");
    form.file("unit_tests", "unit.xml", FAILS).post(gate.address, "/v1/decisions", &[])
}

fn reload(gate: &Gate) -> Response {
    send(gate.address, "POST", "/v1/reload", &[], b"")
}

/// The rule that refuses.
fn decisive(answer: &Value) -> String {
    let findings = answer["stages"][0]["evaluations"][0]["findings"].as_array().unwrap();
    let rules: Vec<&str> =
        findings.iter().filter(|one| one["decisive"] == true).map(|one| one["rule"].as_str().unwrap()).collect();
    rules[0].rsplit('/').next().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_waiver_lifts_what_it_names_and_nothing_else_and_is_shown() {
    let folder = tempfile::tempdir().unwrap();
    tokio::task::spawn_blocking(world::plugins).await.unwrap();
    policies(folder.path());
    let gate = world::gate().policies(folder.path().to_owned()).run().await;
    let gate = tokio::task::spawn_blocking(move || {
        let plain = ask(&gate);
        let rule = format!("unit_tests/{}", decisive(&plain.json()));
        assert_eq!((plain.status, &plain.json()["outcome"]), (409, &json!("REMEDIATE")));

        let day = |days: i64| {
            let now = i64::try_from(tidegate::gate::clock::now().nanos()).unwrap();
            let at = now + days * 24 * 3_600_000_000_000;
            tidegate_core::time::Timestamp::from_nanos(u64::try_from(at).unwrap()).to_string()
        };
        let always = (&*day(-30), &*day(60));
        waive(folder.path(), &rule, "service: api, environment: production", always.0, always.1);
        assert_eq!(reload(&gate).status, 200, "{}", reload(&gate).text());
        let waived = ask(&gate);
        let answer = waived.json();
        assert_eq!(
            (waived.status, &answer["outcome"], &answer["score"]),
            (200, &json!("DEPLOY"), &plain.json()["score"])
        );
        assert_eq!(answer["stages"][0]["lifted_by"], json!(["W-1"]), "{answer}");
        assert_eq!((&answer["waivers"][0]["id"], &answer["waivers"][0]["state"]), (&json!("W-1"), &json!("active")));
        assert!(answer["text"].as_str().unwrap().contains("WAIVED: unit_tests by W-1"), "{answer}");
        crate::openapi::fits("Answer", &waived);
        let list = send(gate.address, "GET", "/v1/waivers", &[], b"");
        crate::openapi::fits("WaiversBody", &list);
        assert_eq!(list.json()["waivers"][0]["state"], "active");

        for (scope, window) in [
            ("service: web", always),
            ("environment: staging", always),
            ("subject: something else", always),
            ("fingerprint: another", always),
            ("", (&*day(-60), &*day(-1))),
            ("", (&*day(1), &*day(60))),
        ] {
            waive(folder.path(), &rule, scope, window.0, window.1);
            assert_eq!(reload(&gate).status, 200);
            let again = ask(&gate);
            assert_eq!((again.status, &again.json()["outcome"]), (409, &json!("REMEDIATE")), "{scope} {window:?}");
            assert_eq!(again.json()["waivers"][0]["id"], "W-1", "it is shown all the same");
        }

        // A file with a mistake changes nothing: the waiver in force stays as it was.
        waive(folder.path(), "unit_tests/tests.nothing", "", always.0, always.1);
        let refused = reload(&gate);
        assert_eq!(refused.status, 422, "{}", refused.text());
        assert!(refused.text().contains("plugin `quality` has no rule `tests.nothing`"), "{}", refused.text());
        assert_eq!(ask(&gate).status, 409);
        crate::replay::all_equal(&gate);
        gate
    });
    gate.await.unwrap().stop().await;
}

/// A set that asks for a person's own word, and a waiver of one rule by bob, owned by alice.
fn awaiting(folder: &Path, from: &str, expires: &str) {
    policies(folder);
    let text = fs::read_to_string(folder.join("shop.yaml")).unwrap();
    fs::write(folder.join("shop.yaml"), text.replace("max_lifetime: 366d", "max_lifetime: 366d, agreement: recorded"))
        .unwrap();
    let rule = "unit_tests/tests.pass-rate";
    waive(folder, rule, "environment: production", from, expires);
}

#[tokio::test(flavor = "multi_thread")]
async fn where_the_set_asks_for_it_a_waiver_counts_once_the_person_it_names_agrees_and_no_sooner() {
    let folder = tempfile::tempdir().unwrap();
    tokio::task::spawn_blocking(world::plugins).await.unwrap();
    let now = i64::try_from(tidegate::gate::clock::now().nanos()).unwrap();
    let ahead = move |days: i64| {
        let at = u64::try_from(now + days * 24 * 3_600_000_000_000).unwrap();
        tidegate_core::time::Timestamp::from_nanos(at).to_string()[..10].to_owned()
    };
    awaiting(folder.path(), &ahead(-30), &ahead(30));
    let gate = world::gate().policies(folder.path().to_owned()).run().await;
    let tokens = gate.inside().clone();
    let mut made = std::collections::BTreeMap::new();
    for (name, environments, role) in [
        ("alice", "*", "waive"),
        ("bob", "production", "waive"),
        ("bob-staging", "staging", "waive"),
        ("carol", "*", "waive"),
        ("ci", "*", "decide"),
    ] {
        let mut holder = crate::authority::holder(name, &[role], &[environments], &["*"]);
        if role == "waive" {
            holder["person"] = json!(name.trim_end_matches("-staging"));
        }
        let holder = serde_json::from_value(holder).unwrap();
        let created = tokens.tokens().create(&holder, std::time::Duration::from_secs(3600), "test").await.unwrap();
        made.insert(name, created.0.reveal().to_owned());
    }
    let gate = tokio::task::spawn_blocking(move || {
        let agree = |name: &str, id: &str| {
            let bearer = format!("Bearer {}", made[name]);
            send(gate.address, "POST", &format!("/v1/waivers/{id}/agree"), &[("authorization", &bearer)], b"")
        };
        let first = ask(&gate);
        assert_eq!((first.status, &first.json()["waivers"][0]["state"]), (409, &json!("pending")), "{}", first.text());
        let leaves = gate.leaves();
        for (name, status, said) in [
            ("alice", 409, "nobody agrees to their own waiver"),
            ("carol", 409, "names somebody else"),
            ("bob-staging", 404, "there is no such waiver"),
            ("ci", 403, "waive"),
        ] {
            let refused = agree(name, "W-1");
            assert!(refused.status == status && refused.text().contains(said), "{name}: {}", refused.text());
        }
        assert_eq!(agree("bob", "W-2").status, 404);
        assert_eq!(gate.leaves(), leaves, "nobody agreed");
        assert_eq!(ask(&gate).status, 409);

        assert_eq!(agree("bob", "W-1").status, 204);
        let agreed = gate.leaves();
        assert_eq!(agree("bob", "W-1").status, 204);
        assert_eq!(gate.leaves(), agreed, "again changes nothing");
        assert_eq!(ask(&gate).status, 200);
        let list = send(gate.address, "GET", "/v1/waivers", &[], b"");
        crate::openapi::fits("WaiversBody", &list);
        assert_eq!(list.json()["waivers"][0]["awaits_agreement"], false);

        // Bob agreed to something else than what the file says now.
        awaiting(folder.path(), &ahead(-30), &ahead(60));
        assert_eq!(reload(&gate).status, 200);
        assert_eq!(ask(&gate).status, 409);
        awaiting(folder.path(), &ahead(-30), &ahead(30));
        assert_eq!(reload(&gate).status, 200);
        assert_eq!(ask(&gate).status, 200, "and to this he did");
        crate::replay::all_equal(&gate);
        (gate, folder)
    });
    let (gate, folder) = gate.await.unwrap();
    let data = gate.stop().await;
    crate::replay::as_before_equal(data.path()).await;
    let again = world::gate().policies(folder.path().to_owned()).over(data).run().await;
    let again = tokio::task::spawn_blocking(move || {
        assert_eq!(ask(&again).status, 200, "a restart forgets no agreement");
        again
    });
    again.await.unwrap().stop().await;
}
