use super::{
    outputs::{self, Wanted, WriteError},
    receipt, verdict,
};
use crate::{
    api::answer::{Answer, BlockerBody},
    cli::exit::Exit,
    render::{Output, render, tests::sample::remediate},
};
use serde_json::Value;
use std::fs;

fn answer(outcome: &str, allowed: bool, why: &[&str]) -> Answer {
    let blocker = |why: &&str| BlockerBody {
        stage: "unit_tests".to_owned(),
        service: None,
        why: (*why).to_owned(),
        blame: None,
        until: None,
    };
    Answer { outcome: outcome.to_owned(), allowed, blocking: why.iter().map(blocker).collect(), ..remediate() }
}

#[test]
fn the_exit_code_tells_a_refusal_from_what_could_not_be_decided() {
    for (outcome, allowed, why, exit) in [
        ("DEPLOY", true, &[][..], Exit::Allowed),
        // Forced, or by an advisory set.
        ("REMEDIATE", true, &["failed"], Exit::Allowed),
        ("HOLD", true, &["undecided"], Exit::Allowed),
        ("REMEDIATE", false, &["failed"], Exit::Refused),
        ("REMEDIATE", false, &["failed", "undecided"], Exit::Refused),
        ("HOLD", false, &["held"], Exit::Refused),
        ("HOLD", false, &["held", "held"], Exit::Refused),
        ("HOLD", false, &["held", "undecided"], Exit::Undecided),
        ("HOLD", false, &["undecided"], Exit::Undecided),
        ("HOLD", false, &[], Exit::Undecided),
        ("HOLD", false, &["sleeping"], Exit::Undecided),
        // Not known, or in contradiction to itself: no permission, and no refusal either.
        ("DEPLOY", false, &[], Exit::Undecided),
        ("ROLL BACK", false, &[], Exit::Undecided),
        ("", false, &[], Exit::Undecided),
    ] {
        assert_eq!(verdict::exit(&answer(outcome, allowed, why)), exit, "{outcome} {allowed} {why:?}");
    }
}

#[test]
fn a_receipt_says_where_the_decision_is_recorded() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("receipt.json");
    let answer = remediate();
    receipt::write(&file, &answer).unwrap();
    let read: Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
    let members: Vec<&str> = read.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(members, ["allowed", "evaluated_at", "id", "outcome", "receipt", "trace_id"]);
    assert_eq!(read["receipt"]["leaf_index"], 7);
    assert_eq!(read["id"], answer.id.unwrap());
}

#[test]
fn an_answer_without_a_record_gives_no_receipt() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("receipt.json");
    let answer = Answer { receipt: None, ..remediate() };
    assert!(matches!(receipt::write(&file, &answer), Err(WriteError::NoReceipt(_))));
    assert!(!file.exists());
}

#[test]
fn every_output_goes_to_its_file_also_after_one_failed() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("no-folder"), "").unwrap();
    let wanted = |text: String| text.parse::<Wanted>().unwrap();
    let at = |name: &str| folder.path().join(name).display().to_string();
    let all = [
        wanted("text".to_owned()),
        wanted(format!("json={}", at("no-folder/a.json"))),
        wanted(format!("junit={}", at("new/report.xml"))),
    ];
    let answer = remediate();
    assert!(matches!(outputs::write(&all, &answer), Err(WriteError::File(_))));
    assert_eq!(fs::read_to_string(at("new/report.xml")).unwrap(), render(&answer, Output::Junit));
}

#[test]
fn a_summary_is_appended_and_other_outputs_are_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let (summary, report) = (folder.path().join("summary.md"), folder.path().join("report.xml"));
    fs::write(&summary, "# Before\n").unwrap();
    fs::write(&report, "before, and longer than nothing").unwrap();
    let answer = remediate();
    let wanted = |output, file: &std::path::Path| Wanted { output, file: Some(file.to_owned()) };
    let text = Wanted { output: Output::Text, file: None };
    outputs::write(&[text, wanted(Output::Github, &summary), wanted(Output::Junit, &report)], &answer).unwrap();
    assert_eq!(fs::read_to_string(&summary).unwrap(), format!("# Before\n{}", render(&answer, Output::Github)));
    assert_eq!(fs::read_to_string(&report).unwrap(), render(&answer, Output::Junit));
}
