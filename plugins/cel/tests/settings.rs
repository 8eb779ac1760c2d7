//! Which settings are taken, and where in an expression the others are wrong.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use cel::{Cel, language::FUNCTIONS, settings::SCHEMA};
use tidegate_sdk::settings::read;

fn problems(settings: &str) -> Vec<(String, String)> {
    let problems = read::<Cel>(settings).err().unwrap_or_default();
    problems.into_iter().map(|problem| (problem.pointer, problem.message)).collect()
}

fn rule(expression: &str) -> String {
    format!(r#"{{"rules": [{{"id": "r", "expression": {}}}]}}"#, serde_json::to_string(expression).unwrap())
}

#[test]
fn a_mistake_in_an_expression_is_found_when_the_policy_is_loaded_with_its_place() {
    for (expression, says) in [
        ("", "line 1, column 1: "),
        ("1 +", "line 1, column 4: "),
        ("true &&\n  (false", "line 2, column 9: "),
        ("true &&\n  nowhere == 3", "line 2, column 3: there is no variable `nowhere`: there are `deployment`, "),
        ("true && now() > 3", "line 1, column 9: there is no function `now`: there are `all`, "),
        ("deployment.id.random() == 1", "line 1, column 15: there is no function `random`"),
        ("deployment.enviroment == ''", "line 1, column 12: a deployment has no `enviroment`: it has `id`, "),
        ("deployment.id.matches('é') && deployment.id.matches('(')", "line 1, column 53: no regular expression: "),
        ("now - duration('3 days') < now", "line 1, column 16: "),
        ("now < timestamp('friday')", "line 1, column 17: "),
        ("now.getDayOfWeek('Mars/Olympus') == 1", "line 1, column 18: "),
        ("1 / 0 == 1", "line 1, column 1: "),
        ("optional.none() == 1", "there is no "),
        ("documents[0].?tests == 1", "unsupported syntax"),
        ("Message{a: 1} == 1", "`Message{…}` would be a message"),
        ("1 + 1", "gives a sum, and a rule has to give a bool"),
        ("2 - 1", "gives a number, and a rule has to give a bool"),
        ("'true'", "gives a text, and a rule has to give a bool"),
        ("null", "gives null, and"),
        ("[true]", "gives a list, and"),
        ("{'a': true}", "gives a map, and"),
        ("documents.map(d, true)", "gives a list, and"),
        ("size(documents)", "gives a number, and"),
        ("now.getHours()", "gives a number, and"),
        ("true ? 1 : 2", "gives a number, and"),
        ("documents.all(d, e == 1)", "there is no variable `e`"),
        ("documents.all(d, true) && d == 1", "there is no variable `d`"),
    ] {
        let found = problems(&rule(expression));
        assert!(found.iter().any(|(_, message)| message.contains(says)), "{expression}: {found:?}");
        assert!(
            found.iter().all(|(pointer, message)| {
                pointer == "/rules/0/expression" && message.starts_with("rule `r`: line ")
            }),
            "{found:?}"
        );
    }
}

#[test]
fn every_problem_is_found_at_once_and_says_where() {
    for (settings, expected) in [
        (r#"{"rules": []}"#, vec!["/rules"]),
        ("{}", vec![""]),
        (r#"{"rules": [{"id": "r"}]}"#, vec!["/rules/0"]),
        (r#"{"rules": [{"id": "r", "expresion": "true"}]}"#, vec!["/rules/0/expresion"]),
        (r#"{"rules": [{"id": "r", "expression": "true", "mode": "note"}]}"#, vec!["/rules/0/mode"]),
        (
            r#"{"rules": [{"id": "R", "expression": "x", "message": "", "message_expression": "1"},
                {"id": "R", "expression": "y", "message_expression": "true"}]}"#,
            vec![
                "/rules/0/id",
                "/rules/0/message",
                "/rules/0/message_expression",
                "/rules/0/expression",
                "/rules/0/message_expression",
                "/rules/1/id",
                "/rules/1/id",
                "/rules/1/expression",
                "/rules/1/message_expression",
            ],
        ),
    ] {
        let pointers: Vec<String> = problems(settings).into_iter().map(|(pointer, _)| pointer).collect();
        assert_eq!(pointers, expected, "{settings}");
    }
}

#[test]
fn sizes_are_bounded_and_the_problem_says_both_numbers() {
    let long = format!("'{}' != ''", "a".repeat(4096));
    assert!(problems(&rule(&long))[0].1.contains("4104 bytes used, 4096 allowed"), "{:?}", problems(&rule(&long)));
    let wide = vec!["true"; 500].join(" && ");
    assert_eq!(problems(&rule(&wide)), []);
    let chain = vec!["1"; 1000].join("+") + " > 0";
    assert!(problems(&rule(&chain))[0].1.contains("64 allowed"), "{:?}", problems(&rule(&chain)));
    let deep = format!("{}true{} == 1", "[".repeat(1000), "]".repeat(1000));
    assert!(!problems(&rule(&deep)).is_empty());
    let many = vec![r#"{"id": "r", "expression": "true"}"#; 101].join(",");
    let found = problems(&format!(r#"{{"rules": [{many}]}}"#));
    assert_eq!(found[0].1, "101 entries used, 100 allowed");
}

#[test]
fn every_function_that_is_named_exists() {
    let macros = ["all", "exists", "exists_one", "filter", "has", "map"];
    for name in FUNCTIONS.into_iter().filter(|name| !macros.contains(name)) {
        // Some way to call it is declared: no call of a name that is not ends with this.
        for call in [format!("{name}(deployment.id) == 1"), format!("deployment.id.{name}(deployment.id) == 1")] {
            assert!(!problems(&rule(&call)).iter().any(|(_, message)| message.contains("no function")), "{call}");
        }
    }
    let mut sorted = FUNCTIONS;
    sorted.sort_unstable();
    assert_eq!(sorted, FUNCTIONS);
}

#[test]
fn the_schema_is_json_and_knows_every_key() {
    let schema: serde_json::Value = serde_json::from_str(SCHEMA).unwrap();
    let mut keys: Vec<&String> = schema["$defs"]["rule"]["properties"].as_object().unwrap().keys().collect();
    keys.sort();
    let expected = ["expression", "id", "message", "message_expression", "mode", "remediation", "severity", "title"];
    assert_eq!(keys, expected);
    assert_eq!(schema["additionalProperties"], false);
}
