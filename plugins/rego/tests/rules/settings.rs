//! What is wrong with settings is told when they are loaded, with its place.

use super::world::{conftest, document, judge, problems};
use serde_json::json;
use tidegate_sdk::gate::Failure;

#[test]
fn every_problem_is_told_at_once_at_its_place() {
    let module = |file: &str, source: &str| json!({ "file": file, "source": source });
    let settings = json!({
        "mode": "conftest",
        "modules": [
            module("a.rego", "package main\n\ndeny contains \"x\" if http.send({})\n"),
            module("b.rego", "package main\n\ndeny contains if\n"),
            module("a.rego", "package main\n"),
        ],
        "combine": true,
        "parameters": {},
        "operation": "CREATE",
    });
    let found = problems(&settings);
    for expected in [
        "/operation `operation` means nothing in the mode `conftest`",
        "/parameters `parameters` means nothing in the mode `conftest`",
        "/modules/2/file `a.rego` is there already",
        "/modules/1/source b.rego:3:",
        "/modules/0/source a.rego:3: builtin `http.send` is not supported",
    ] {
        assert!(found.iter().any(|problem| problem.starts_with(expected)), "{expected}: {found:#?}");
    }
}

#[test]
fn what_shows_between_rules_is_told_when_they_are_loaded() {
    let found = problems(&conftest("package main\n\ndeny contains x if y == 1\n"));
    assert!(found.len() == 1 && found[0].starts_with("/modules/0/source a.rego:3:"), "{found:?}");
}

#[test]
fn rules_that_ask_themselves_are_an_error_when_they_are_asked() {
    let module = "package main\n\na if b\n\nb if a\n\ndeny contains \"x\" if not a\n";
    let failure = judge(&conftest(module), [document("{}")]).unwrap_err();
    assert!(matches!(&failure, Failure::BadSettings(why) if why.contains("recursion")), "{failure:?}");
}

#[test]
fn settings_that_ask_nothing_are_refused() {
    for (settings, expected) in [
        (json!({ "mode": "conftest" }), "/modules no module: there is nothing to ask"),
        (json!({ "mode": "gatekeeper" }), "/templates no template: there is nothing to ask"),
        (
            conftest("package main\n\nallow := true\n"),
            "/namespaces/0 no rule `deny`, `violation` or `warn` in package `main`",
        ),
        (
            conftest("package main\n\ndeny(x) := x\n"),
            "/namespaces/0 no rule `deny`, `violation` or `warn` in package `main`",
        ),
    ] {
        let found = problems(&settings);
        assert!(found.len() == 1 && found[0].starts_with(expected), "{expected}: {found:?}");
    }
}
