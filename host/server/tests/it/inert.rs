//! A plugin that imports WASI: refused with what to say, and where its entry says it, judged by and replayed to the bit.

use crate::{
    wire::deployment,
    world::{self, root},
};
use std::{fs, path::Path};
use tidegate::{
    config::Config,
    gate::plugins::{Active, PolicyError},
};
use tidegate_engine::engine::Engine;
use tidegate_workbench::testing::guest;

fn policies(folder: &Path, entry: &str) {
    fs::write(folder.join("own.wasm"), guest("reads-the-clock")).unwrap();
    let set = format!(
        "policy_set: own\nversion: \"1\"\nowner: Test\nmatch: {{ environments: [production], services: [\"*\"] }}\n\
         plugins: {{ own: {{ path: own.wasm{entry} }} }}\n\
         stages: [{{ id: own, title: Own, plugin: own, evidence: [{{ name: unit_tests, documents: {{ min: 1 }} }}], settings: {{}} }}]\n"
    );
    fs::write(folder.join("own.yaml"), set).unwrap();
}

#[test]
fn without_the_word_the_bundle_is_refused_and_says_which() {
    let folder = tempfile::tempdir().unwrap();
    policies(folder.path(), "");
    let engine = Engine::new(&Config::default().engine_config(None)).unwrap();
    let Err(PolicyError::Mistakes(mistakes)) = Active::load(&engine, &[folder.path().to_owned()]) else {
        panic!("a plugin that imports WASI without being granted it")
    };
    assert_eq!(mistakes.len(), 1, "{mistakes:?}");
    let message = &mistakes[0].message;
    assert!(message.contains("imports WASI") && message.contains("hint: say `wasi: inert`"), "{message}");
    // Another set that grants it does not grant it to this one.
    let (granting, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    policies(granting.path(), ", wasi: inert");
    assert!(Active::load(&engine, &[granting.path().to_owned()]).is_ok());
    policies(other.path(), "");
    let text = fs::read_to_string(other.path().join("own.yaml")).unwrap();
    let text = text.replace("policy_set: own", "policy_set: staging").replace("[production]", "[staging]");
    fs::write(other.path().join("own.yaml"), text).unwrap();
    let both = [granting.path().to_owned(), other.path().to_owned()];
    let Err(PolicyError::Mistakes(mistakes)) = Active::load(&engine, &both) else {
        panic!("it grants for another set")
    };
    assert_eq!(mistakes.len(), 1, "{mistakes:?}");
    assert!(mistakes[0].message.contains("imports WASI"), "{mistakes:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_decision_of_a_plugin_with_wasi_replays_to_the_bit() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_owned();
    tokio::task::spawn_blocking(move || policies(&path, ", wasi: inert")).await.unwrap();
    let gate = world::gate().policies(folder.path().to_owned()).run().await;
    let gate = tokio::task::spawn_blocking(move || {
        let junit = fs::read(root().join("examples/01-all-green/evidence/unit_tests.xml")).unwrap();
        let asked = deployment().file("unit_tests", "unit.xml", junit);
        let response = asked.post(gate.address, "/v1/decisions", &[]);
        assert_eq!((response.status, &response.json()["outcome"]), (200, &"DEPLOY".into()), "{}", response.text());
        crate::replay::all_equal(&gate);
        gate
    })
    .await
    .unwrap();
    gate.stop().await;
}
