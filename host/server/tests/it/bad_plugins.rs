//! Plugins that misbehave beside one that works, in one decision: each is a typed error with blame, the other stage's result stays
//! intact, and the next request is judged like the first. (Every misbehaviour by itself is tested with the engine.)

use crate::{
    wire::deployment,
    world::{self, Gate, root},
};
use std::{fmt::Write as _, fs};
use tidegate_workbench::testing::guest;

/// Each guest and what comes of it.
const GUESTS: [(&str, &str); 1] = [("overlapping-strings", "oversized")];

/// A policy set with a stage for each guest, and one for `quality`.
fn policies(folder: &std::path::Path) {
    let mut plugins = format!("  quality: {{ path: {} }}\n", root().join("plugins/quality.wasm").display());
    let mut stages = String::from(
        "  - id: unit_tests\n    title: Unit Tests\n    plugin: quality\n    evidence: [{ name: unit_tests, documents: { min: 1 } }]\n    \
         settings: { tests: { min_pass_rate: 100 } }\n",
    );
    for (name, _) in GUESTS {
        fs::write(folder.join(format!("{name}.wasm")), guest(name)).unwrap();
        writeln!(plugins, "  {name}: {{ path: {name}.wasm }}").unwrap();
        let evidence = "[{ name: unit_tests, documents: { min: 1 } }]";
        writeln!(stages, "  - {{ id: {name}, title: {name}, plugin: {name}, evidence: {evidence}, settings: {{}} }}")
            .unwrap();
    }
    let head = "policy_set: bad\nversion: \"1\"\nowner: Test\nreviewers: [Test]\nnext_review: 2030-01-01\n";
    let set = format!(
        "{head}match: {{ environments: [production], services: [\"*\"] }}\nplugins:\n{plugins}stages:\n{stages}"
    );
    fs::write(folder.join("bad.yaml"), set).unwrap();
}

/// What came of each stage: `pass`, or the error and its blame.
fn stages(gate: &Gate) -> Vec<(String, String)> {
    let junit = fs::read(root().join("examples/01-all-green/evidence/unit_tests.xml")).unwrap();
    let response = deployment().file("unit_tests", "unit.xml", junit).post(gate.address, "/v1/decisions", &[]);
    let answer = response.json();
    assert_eq!((response.status, &answer["outcome"]), (409, &"HOLD".into()), "{}", response.text());
    let found = answer["stages"].as_array().unwrap().iter().map(|stage| {
        let evaluation = &stage["evaluations"][0];
        let text = |value: &serde_json::Value| value.as_str().unwrap_or("-").to_owned();
        let came = match evaluation["error"].as_str() {
            Some(error) => format!("{error} by {}", text(&evaluation["blame"])),
            None => text(&evaluation["result"]),
        };
        (text(&stage["id"]), came)
    });
    found.collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_plugins_are_typed_errors_and_leave_the_others_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_owned();
    tokio::task::spawn_blocking(move || {
        world::plugins();
        policies(&path);
    })
    .await
    .unwrap();
    let gate = world::gate().policies(folder.path().to_owned()).run().await;
    let gate = tokio::task::spawn_blocking(move || {
        let mut expected = vec![("unit_tests".to_owned(), "pass".to_owned())];
        expected.extend(GUESTS.map(|(name, error)| (name.to_owned(), format!("{error} by plugin"))));
        assert_eq!(stages(&gate), expected);
        assert_eq!(stages(&gate), expected, "the next request on the same engine");
        crate::replay::all_equal(&gate);
        gate
    })
    .await
    .unwrap();
    gate.stop().await;
}
