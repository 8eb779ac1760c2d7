//! What a plugin's author does, as they do it: begin a project, try it, break it, measure it, and have it block a deployment.
//!
//! Every template is built here, as a component and natively, with the versions that it is written out with.

use crate::{wire::Form, world};
use serde_json::Value;
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Output},
    sync::OnceLock,
};

const KINDS: [&str; 3] = ["gate", "rollback", "severity"];

/// One folder for all builds of this file: their dependencies are the same.
fn target() -> PathBuf {
    world::root().join("target/plugin-projects")
}

fn command(program: &str, folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(folder).env("CARGO_TARGET_DIR", target()).env_remove("TIDEGATE_SERVER");
    command
}

fn tidegate(folder: &Path, arguments: &[&str]) -> Output {
    command(env!("CARGO_BIN_EXE_tidegate"), folder, arguments).output().unwrap()
}

fn succeeds(folder: &Path, arguments: &[&str]) -> String {
    comes_to(folder, arguments, 0)
}

fn comes_to(folder: &Path, arguments: &[&str], code: i32) -> String {
    let output = tidegate(folder, arguments);
    let (out, error) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(code), "{arguments:?}\n{out}\n{error}");
    out
}

/// A project of that kind, in a folder that lies in no workspace; built once, by its own tests.
fn built(kind: &str) -> &'static Path {
    static BUILT: [OnceLock<PathBuf>; 3] = [const { OnceLock::new() }; 3];
    let slot = KINDS.iter().position(|known| *known == kind).unwrap();
    BUILT[slot].get_or_init(|| {
        let folder = tempfile::tempdir().unwrap().keep();
        succeeds(&folder, &["plugin", "new", "my-rule", "--kind", kind]);
        let project = folder.join("my-rule");
        let said = succeeds(&project, &["plugin", "test", "--coverage-min", "100", "--junit", "target/cases.xml"]);
        assert!(said.contains("failed: 0"), "{kind}: {said}");
        project
    })
}

/// A copy of it, to do something with.
fn project(kind: &str) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let copied = Command::new("cp").arg("-a").arg(built(kind)).arg(folder.path()).status().unwrap();
    assert!(copied.success());
    let project = folder.path().join("my-rule");
    (folder, project)
}

#[test]
fn a_new_project_of_every_kind_builds_and_passes_at_once() {
    for kind in KINDS {
        let project = built(kind);
        let junit = fs::read_to_string(project.join("target/cases.xml")).unwrap();
        assert!(junit.contains("tidegate plugin test"), "{kind}: {junit}");
        let native = command("cargo", project, &["test", "--quiet"]).output().unwrap();
        assert!(native.status.success(), "{kind}: {}", String::from_utf8_lossy(&native.stdout));
        let bench = succeeds(project, &["plugin", "bench", "--no-build", "--times", "3", "--json"]);
        let bench: Value = serde_json::from_str(&bench).unwrap();
        let asked = bench["cases"].as_array().unwrap().iter().filter(|case| case["evaluations"] == 3);
        assert!(asked.count() >= 2 && bench["size_bytes"].as_u64().unwrap() > 0, "{kind}: {bench}");
    }
}

#[test]
fn a_new_project_in_another_language_builds_and_passes_at_once() {
    // The tools lie where node and componentize-py are looked for; `host/workbench/tests/languages` builds every kind.
    for (language, tool) in [("typescript", "PLUGIN_NODE_MODULES"), ("python", "COMPONENTIZE_PY")] {
        let Some(place) = env::var_os(tool) else {
            assert!(env::var_os("LANGUAGES_REQUIRED").is_none(), "LANGUAGES_REQUIRED is set, and {tool} is not");
            eprintln!("left out: {tool} does not say where the tools of {language} are");
            continue;
        };
        let folder = tempfile::tempdir().unwrap();
        if language == "typescript" {
            std::os::unix::fs::symlink(place, folder.path().join("node_modules")).unwrap();
        }
        succeeds(folder.path(), &["plugin", "new", "my-rule", "--lang", language]);
        let project = folder.path().join("my-rule");
        let said = succeeds(&project, &["plugin", "test", "--coverage-min", "100"]);
        assert!(said.contains("cases: 3, failed: 0"), "{language}: {said}");
    }
}

#[test]
fn a_case_that_comes_to_something_else_fails_until_it_says_so() {
    for (kind, case, wrong, right) in [
        ("gate", "quick-tests-pass", "outcome: HOLD", "outcome: DEPLOY"),
        ("rollback", "climbs", "advice: proceed", "advice: roll_back"),
        ("severity", "minor", "priority: P0", "priority: P3"),
    ] {
        let (_folder, project) = project(kind);
        let file = project.join("cases").join(case).join("case.yaml");
        let text = fs::read_to_string(&file).unwrap();
        let (kept, _) = text.split_once("expect:").unwrap();
        fs::write(&file, format!("{kept}expect:\n  {wrong}\n")).unwrap();
        let said = comes_to(&project, &["plugin", "test", "--no-build"], 1);
        assert!(said.contains(&format!("FAIL  {case}")), "{said}");
        succeeds(&project, &["plugin", "test", "--no-build", "--update"]);
        let updated = fs::read_to_string(&file).unwrap();
        assert!(updated.starts_with(kept) && updated.contains(right), "{updated}");
    }
}

#[test]
fn a_plugin_is_asked_about_documents_at_hand() {
    let (_folder, project) = project("gate");
    let report = |case: &str| format!("unit_tests=cases/{case}/evidence/unit_tests.xml");
    let (slow, quick) = (report("a-slow-test-fails"), report("quick-tests-pass"));
    let settings = r#"{"max_ms": 500, "except": ["shop.Import::*"]}"#;
    for (evidence, code, says) in [
        (&["--evidence", &slow][..], 1, "run/tests.slow"),
        (&["--evidence", &quick], 0, "run (pass)"),
        (&[], 2, "run (inconclusive, blame: caller)"),
    ] {
        let arguments = [&["plugin", "run", "my-rule.wasm", "--settings", settings], evidence].concat();
        let said = comes_to(&project, &arguments, code);
        assert!(said.contains(says) && said.contains("instance ") && said.contains("stage run"), "{said}");
    }
    let unfit = comes_to(&project, &["plugin", "run", "my-rule.wasm", "--settings", "{}"], 2);
    assert_eq!(unfit, "", "settings that do not fit are no answer");
    comes_to(&project, &["plugin", "run", "my-rule.wasm", "--settings", "no JSON"], 64);
}

#[test]
fn a_plugin_that_panics_tells_its_author_where_and_what_to_do() {
    let (_folder, project) = project("gate");
    let source = project.join("src/lib.rs");
    let text = fs::read_to_string(&source).unwrap();
    let (before, after) = text.split_once("        if cases == 0 {").unwrap();
    fs::write(
        &source,
        format!("{before}        assert!(cases > 9_000, \"too few: {{cases}}\");\n        if cases == 0 {{{after}"),
    )
    .unwrap();
    let said = comes_to(&project, &["plugin", "test"], 1);
    assert!(said.contains("hint: the plugin panicked"), "{said}");
    let evidence = "unit_tests=cases/quick-tests-pass/evidence/unit_tests.xml";
    let arguments = ["plugin", "run", "my-rule.wasm", "--settings", r#"{"max_ms": 1}"#, "--evidence", evidence];
    let said = comes_to(&project, &arguments, 2);
    for part in
        ["run (error: trap, blame: plugin)", "hint: the plugin panicked", "log error", "src/lib.rs:", "too few: 3"]
    {
        assert!(said.contains(part), "{part} in {said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plugin_from_a_template_blocks_a_deployment_and_the_decision_becomes_a_case() {
    let (_folder, project) = tokio::task::spawn_blocking(|| project("gate")).await.unwrap();
    let gate = world::gate().policies(project.join("policies")).run().await;
    let case = project.join("cases/a-slow-test-fails");
    let deployment = fs::read_to_string(case.join("deployment.json")).unwrap();
    let form = Form::default().field("deployment", &deployment);
    let form = form.file("unit_tests", "unit_tests.xml", fs::read(case.join("evidence/unit_tests.xml")).unwrap());
    let response = form.post(gate.address, "/v1/decisions", &[]);
    let answer = response.json();
    assert_eq!((response.status, &answer["outcome"]), (409, &Value::from("REMEDIATE")), "{answer}");
    let id = answer["id"].as_str().unwrap().to_owned();
    let data = gate.data.path().join("data").display().to_string();
    let recalled = tokio::task::spawn_blocking(move || {
        let arguments = ["plugin", "test", "--no-build", "--from-decision", &id, "--data-dir", &data];
        let said = succeeds(&project, &arguments);
        assert!(said.contains("cases: 4, failed: 0"), "{said}");
        comes_to(&project, &arguments, 2);
        fs::read_to_string(project.join(format!("cases/decision-{id}/case.yaml"))).unwrap()
    });
    let case = recalled.await.unwrap();
    for part in ["outcome: REMEDIATE", "slow_tests/tests.slow", "format: {\"unit_tests\":\"junit\"}"] {
        assert!(case.contains(part), "{case}");
    }
    gate.stop().await;
}
