//! What is not there, not finished, or cannot be read is no pass.

use super::world::{conftest, document, judge};
use serde_json::json;
use tidegate_sdk::{
    fixture::DocumentFixture,
    gate::Failure,
    report::{FINDINGS_LISTED_MAX, Outcome},
};

const HARMLESS: &str = "package main\n\ndeny contains \"x\" if input.bad == true\n";

fn bad_evidence(documents: Vec<DocumentFixture>) -> String {
    match judge(&conftest(HARMLESS), documents) {
        Err(Failure::BadEvidence(why)) => why,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_document_that_rules_cannot_look_at_is_inconclusive_and_named() {
    let large = format!("[{}1]", "1,".repeat(3 << 20));
    let deep = "[".repeat(200) + &"]".repeat(200);
    for (text, says) in [
        ("", "it is empty"),
        ("\n---\n---\n", "it is empty"),
        ("null", "it is empty"),
        ("just words", "neither JSON nor YAML with keys: a text was read"),
        ("<xml><bad>true</bad></xml>", "neither JSON nor YAML with keys"),
        ("12", "a number was read"),
        ("{\"bad\": ", "neither JSON ("),
        ("a: [1", "neither JSON nor YAML: line"),
        ("a: 1\na: 2", "key \"a\" is given twice"),
        ("a: .nan", "a number that is none"),
        ("? [x]\n: 1", "a key that is a list or a mapping"),
        (&large, "it is too large for rules: 6291459 bytes used, 4194304 allowed"),
        (&deep, "neither JSON ("),
    ] {
        let why = bad_evidence(vec![document(text)]);
        assert!(why.starts_with("document `config` (opaque, sha256:") && why.contains(says), "{says}: {why}");
    }
    let why = bad_evidence(vec![DocumentFixture::new("config", "opaque").bytes(b"\xff{}")]);
    assert!(why.ends_with("it is not UTF-8"), "{why}");
}

#[test]
fn aliases_do_not_let_a_document_grow() {
    let mut text = "a0: &a0 [x, x, x, x, x, x, x, x]\n".to_owned();
    for n in 1..9 {
        let before = n - 1;
        text.push_str(&format!(
            "a{n}: &a{n} [*a{before}, *a{before}, *a{before}, *a{before}, *a{before}, *a{before}]\n"
        ));
    }
    let why = bad_evidence(vec![document(&text)]);
    assert!(why.contains("too many values: ") && why.contains("used, 1000000 allowed"), "{why}");
}

#[test]
fn an_absent_or_unfinished_document_is_inconclusive() {
    assert_eq!(bad_evidence(vec![]), "there is no document for the rules to look at");
    let why = bad_evidence(vec![document("{}"), document("{}").incomplete()]);
    assert!(why.ends_with(" is not finished") && why.matches("document `config`").count() == 1, "{why}");
}

#[test]
fn one_document_that_cannot_be_read_hides_no_other() {
    let why = bad_evidence(vec![document("x"), document("{}"), document("y")]);
    assert_eq!(why.matches("document `config`").count(), 2, "{why}");
}

#[test]
fn taking_a_document_away_permits_nothing() {
    let bad = document(r#"{"bad": true}"#);
    assert_eq!(judge(&conftest(HARMLESS), [bad.clone()]).unwrap().outcome, Outcome::Fail);
    assert_eq!(judge(&conftest(HARMLESS), [bad, document("{}")]).unwrap().outcome, Outcome::Fail);
    assert!(judge(&conftest(HARMLESS), []).is_err());
}

#[test]
fn more_messages_than_a_report_lists_are_counted_and_too_many_are_an_error() {
    let module =
        "package main\n\ndeny contains n if some n in [sprintf(\"%d\", [m]) | some m in numbers.range(1, input.n)]\n";
    let report = judge(&conftest(module), [document(r#"{"n": 3000}"#)]).unwrap();
    assert_eq!(report.findings.len() + report.omitted as usize, 3000);
    assert!(report.findings.len() <= FINDINGS_LISTED_MAX && report.omitted_decisive);
    let failure = judge(&conftest(module), [document(r#"{"n": 10001}"#)]).unwrap_err();
    let Failure::BadSettings(why) = failure else { panic!("{failure:?}") };
    assert!(why.starts_with("a.rego:3: rule `main.deny` gives too many messages: 10001 used, 10000 allowed"), "{why}");
}

#[test]
fn an_evaluation_without_end_ends_with_both_numbers() {
    let module = "package main\n\ndeny contains \"x\" if {\n\tsome a, b, c, d in numbers.range(1, 1000)\n\ta * b * c * d == -1\n}\n";
    let module = module.replace(
        "some a, b, c, d in numbers.range(1, 1000)",
        "xs := numbers.range(1, 1000)\n\ta := xs[_]\n\tb := xs[_]\n\tc := xs[_]",
    );
    let module = module.replace("a * b * c * d == -1", "a * b * c == -1");
    let failure = judge(&conftest(&module), [document("{}")]).unwrap_err();
    let Failure::BadSettings(why) = failure else { panic!("{failure:?}") };
    assert!(why.contains("the evaluation is too long: about ") && why.contains(" steps used, "), "{why}");
}

#[test]
fn the_same_question_has_the_same_answer() {
    let module = "package main\n\ndeny contains msg if some msg in input.all\n\nwarn contains sprintf(\"%v\", [time.now_ns()])\n";
    let ask = || judge(&conftest(module), [document(r#"{"all": ["b", "a", "c"]}"#)]).unwrap();
    assert_eq!(ask(), ask());
}

#[test]
fn where_rules_are_about_the_deployment_alone_there_need_be_no_document() {
    let module = "package main\n\ndeny contains \"x\" if input.deployment.environment != \"production\"\n";
    let mut settings = json!({ "mode": "gate", "modules": [{ "file": "a.rego", "source": module }] });
    assert!(matches!(judge(&settings, []), Err(Failure::BadEvidence(_))));
    settings["evidence"] = json!("none");
    assert_eq!(judge(&settings, []).unwrap().outcome, Outcome::Pass);
}
