//! Candidate policy sets beside the one that decides, as a pipeline meets them.

use crate::{
    wire::{Form, Response, send},
    world::{self, Gate, root},
};
use serde_json::Value;
use std::{fmt::Write as _, fs, path::Path};
use tidegate_workbench::testing::guest;

const JUNIT: &str = "<testsuite name=\"unit\" tests=\"2\" failures=\"1\" errors=\"0\" skipped=\"0\"><testcase classname=\"a\" name=\"b\"/><testcase classname=\"a\" name=\"c\"><failure message=\"no\"/></testcase></testsuite>";

/// A set that lets half of the tests fail, and candidates beside it.
fn policies(folder: &Path, candidates: &[(&str, &str, &str)]) {
    let plugin = root().join("plugins/quality.wasm").display().to_string();
    let set = |id: &str, head: &str, plugins: &str, stage: &str| {
        format!(
            "policy_set: {id}\nversion: \"1\"\nowner: Test\n{head}match: {{ environments: [production], services: [\"*\"] }}\n\
             plugins: {{ quality: {{ path: {plugin} }}{plugins} }}\nstages:\n  - id: unit_tests\n    title: Unit Tests\n    evidence: [{{ \
             name: unit_tests, documents: {{ min: 1 }} }}]\n{stage}"
        )
    };
    let rate =
        |percent: u8| format!("    plugin: quality\n    settings: {{ tests: {{ min_pass_rate: {percent} }} }}\n");
    fs::write(folder.join("shop.yaml"), set("shop", "", "", &rate(50))).unwrap();
    for (id, head, plugin) in candidates {
        let (plugins, stage) = match *plugin {
            "quality" => (String::new(), rate(100)),
            guest_name => {
                fs::write(folder.join(format!("{guest_name}.wasm")), guest(guest_name)).unwrap();
                let mut stage = String::new();
                writeln!(stage, "    plugin: {guest_name}").unwrap();
                (format!(", {guest_name}: {{ path: {guest_name}.wasm }}"), stage)
            }
        };
        let head = format!("shadow_of: shop\n{head}");
        fs::write(folder.join(format!("{id}.yaml")), set(id, &head, &plugins, &stage)).unwrap();
    }
}

fn ask(gate: &Gate) -> Response {
    let form = Form::default()
        .field("environment", "production")
        .field("service", "api")
        .field("version", "1.4.2")
        .file("unit_tests", "unit.xml", JUNIT);
    form.post(gate.address, "/v1/decisions", &[])
}

fn of<'a>(answer: &'a Value, candidate: &str) -> &'a Value {
    let all = answer["shadow"].as_array().expect("candidates are shown");
    all.iter().find(|shadow| shadow["policy_set"] == candidate).unwrap_or_else(|| panic!("no {candidate}: {answer}"))
}

async fn gate(folder: &Path, candidates: &'static [(&'static str, &'static str, &'static str)]) -> Gate {
    let path = folder.to_owned();
    tokio::task::spawn_blocking(move || {
        world::plugins();
        policies(&path, candidates);
    })
    .await
    .unwrap();
    // A plugin's own deadline is far away: what ends an endless candidate is its part of the decision's time.
    let world = world::gate().policies(folder.to_owned());
    world.configured(|config| config.limits.plugin_deadline = std::time::Duration::from_secs(3600)).run().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_candidate_is_shown_and_recorded_beside_the_decision_and_decides_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let gate = gate(folder.path(), &[("stricter", "", "quality")]).await;
    let gate = tokio::task::spawn_blocking(move || {
        let before = gate.leaves();
        let response = ask(&gate);
        let answer = response.json();
        assert_eq!((response.status, &answer["outcome"]), (200, &"DEPLOY".into()), "{answer}");
        assert_eq!(answer["policy_set"]["id"], "shop");
        let shadow = of(&answer, "stricter");
        assert_eq!((&shadow["outcome"], &shadow["score"]), (&"REMEDIATE".into(), &"50%".into()), "{shadow}");
        assert_eq!(shadow["differs"], serde_json::json!(["unit_tests"]));
        assert!(answer["warnings"].as_array().unwrap().is_empty(), "{answer}");
        assert_eq!(gate.leaves(), before + 1, "one record, the decision's");
        let id = answer["id"].as_str().unwrap();
        let again = send(gate.address, "GET", &format!("/v1/decisions/{id}"), &[], b"");
        assert_eq!(again.json(), answer, "it is read back as it was answered");
        crate::openapi::fits("Answer", &response);
        let sets = send(gate.address, "GET", "/v1/policy-sets", &[], b"").json();
        let shadow_of = |index: usize| sets["policy_sets"][index]["shadow_of"].clone();
        assert_eq!((shadow_of(0), shadow_of(1)), (Value::Null, "shop".into()));
        crate::replay::all_equal(&gate);
        gate
    });
    gate.await.unwrap().stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_or_endless_candidate_changes_nothing_of_the_decision() {
    let folder = tempfile::tempdir().unwrap();
    let candidates = &[("a_trap", "", "traps"), ("endless", "", "spins-forever"), ("z_sound", "", "quality")];
    let gate = gate(folder.path(), candidates).await;
    let gate = tokio::task::spawn_blocking(move || {
        let response = ask(&gate);
        let answer = response.json();
        assert_eq!((response.status, &answer["outcome"]), (200, &"DEPLOY".into()), "{answer}");
        assert_eq!(answer["score"]["text"], "50%");
        // A plugin that traps is an opinion: with this candidate the deployment would have been held.
        let trap = of(&answer, "a_trap");
        assert_eq!(
            (&trap["outcome"], &trap["differs"]),
            (&"HOLD".into(), &serde_json::json!(["unit_tests"])),
            "{trap}"
        );
        // One that never ends takes its own time and that of those after it, and none of the decision's.
        let endless = of(&answer, "endless");
        assert_eq!(endless["fault"], "its part of the decision's time ran out", "{endless}");
        assert!(endless.get("outcome").is_none() && endless.get("score").is_none(), "{endless}");
        assert_eq!(of(&answer, "z_sound")["policy_set"], "z_sound");
        crate::replay::all_equal(&gate);
        gate
    });
    gate.await.unwrap().stop().await;
}
