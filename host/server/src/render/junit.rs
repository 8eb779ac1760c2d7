//! JUnit XML, for the test views of build services: one suite, one case for each evaluation.

use super::{
    escape::xml,
    findings::{NAME_CHARS_MAX, TEXT_CHARS_MAX, cited, place, result_in_words, subject},
};
use crate::api::answer::{Answer, EvaluationBody, StageBody};
use std::fmt::Write as _;

/// What build services know of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Status {
    Passed,
    Failure,
    Error,
    Skipped,
}

struct Case {
    name: String,
    class: String,
    status: Status,
    kind: String,
    message: String,
    lines: Vec<String>,
}

pub(super) fn render(answer: &Answer) -> String {
    let cases: Vec<Case> = answer.stages.iter().flat_map(|stage| cases(answer, stage)).collect();
    let count = |status| cases.iter().filter(|case| case.status == status).count();
    let (failures, errors, skipped) = (count(Status::Failure), count(Status::Error), count(Status::Skipped));
    let name = format!("tidegate: {} to {}", services(answer), answer.deployment.environment);
    let counts = format!("tests=\"{}\" failures=\"{failures}\" errors=\"{errors}\" skipped=\"{skipped}\"", cases.len());
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    // Writing into a String cannot fail; the same below.
    let _ = writeln!(out, "<testsuites name=\"tidegate\" {counts}>");
    let (name, time) = (xml(&name, TEXT_CHARS_MAX), xml(&answer.evaluated_at, NAME_CHARS_MAX));
    let _ = writeln!(out, "  <testsuite name=\"{name}\" {counts} timestamp=\"{time}\">");
    properties(&mut out, answer);
    for case in &cases {
        write_case(&mut out, case);
    }
    out.push_str("    <system-out>");
    for line in answer.text.lines() {
        let _ = writeln!(out, "{}", guarded(&xml(line, TEXT_CHARS_MAX)));
    }
    out.push_str("</system-out>\n  </testsuite>\n</testsuites>\n");
    out
}

fn services(answer: &Answer) -> String {
    let names: Vec<&str> = answer.deployment.services.iter().map(|service| service.name.as_str()).collect();
    names.join(", ")
}

fn properties(out: &mut String, answer: &Answer) {
    let set = format!("{} {} {}", answer.policy_set.id, answer.policy_set.version, answer.policy_set.digest);
    let rows = [
        ("tidegate.decision.id", answer.id.clone().unwrap_or_default()),
        ("tidegate.outcome", answer.outcome.clone()),
        ("tidegate.allowed", answer.allowed.to_string()),
        ("tidegate.permission", answer.permission.clone()),
        ("tidegate.score", answer.score.text.clone()),
        ("tidegate.policy_set", set),
        ("tidegate.deployment.id", answer.deployment.id.clone()),
    ];
    out.push_str("    <properties>\n");
    for (name, value) in rows {
        let _ = writeln!(out, "      <property name=\"{name}\" value=\"{}\"/>", xml(&value, TEXT_CHARS_MAX));
    }
    out.push_str("    </properties>\n");
}

fn cases(answer: &Answer, stage: &StageBody) -> Vec<Case> {
    let class = format!("{}.{}", answer.policy_set.id, stage.id);
    if stage.evaluations.is_empty() {
        let (status, kind) = (status(&stage.result), stage.result.clone());
        let message = match status {
            Status::Skipped => "the caller skipped it in so many words".to_owned(),
            Status::Passed | Status::Failure | Status::Error => format!("{} without an evaluation", stage.result),
        };
        return vec![Case { name: stage.title.clone(), class, status, kind, message, lines: Vec::new() }];
    }
    stage.evaluations.iter().map(|evaluation| case(stage, evaluation, &class)).collect()
}

fn case(stage: &StageBody, evaluation: &EvaluationBody, class: &str) -> Case {
    let name = match &evaluation.service {
        Some(_) => format!("{} ({})", stage.title, subject(stage, evaluation)),
        None => stage.title.clone(),
    };
    Case {
        name,
        class: class.to_owned(),
        status: status(&evaluation.result),
        kind: kind(stage, evaluation),
        message: evaluation.summary.clone(),
        lines: lines(stage, evaluation),
    }
}

/// A result that is not known yet is an error: what is not understood has not passed.
fn status(result: &str) -> Status {
    match result {
        "pass" => Status::Passed,
        "fail" | "hold" => Status::Failure,
        "not_applicable" | "skipped" => Status::Skipped,
        _ => Status::Error,
    }
}

/// The result, and what its stage makes of it.
fn kind(stage: &StageBody, evaluation: &EvaluationBody) -> String {
    let effect = match (stage.lifted_by.is_empty(), stage.blocking) {
        (false, _) => format!("lifted by {}", stage.lifted_by.join(" and ")),
        (true, true) => "blocking".to_owned(),
        (true, false) => format!("not blocking: mode {}", stage.mode),
    };
    format!("{} ({effect})", result_in_words(evaluation))
}

fn lines(stage: &StageBody, evaluation: &EvaluationBody) -> Vec<String> {
    let mut lines: Vec<String> = evaluation
        .findings
        .iter()
        .map(|finding| {
            let at = place(finding).map(|place| format!(" (at {place})")).unwrap_or_default();
            let waived = finding.waived_by.as_ref().map(|id| format!(" [waived by {id}]")).unwrap_or_default();
            format!("{}: {}{at}{waived}", cited(stage, finding), finding.message)
        })
        .collect();
    if evaluation.omitted > 0 {
        lines.push(format!("findings beyond those listed: {}", evaluation.omitted));
    }
    lines
}

fn write_case(out: &mut String, case: &Case) {
    let (name, class) = (xml(&case.name, NAME_CHARS_MAX), xml(&case.class, NAME_CHARS_MAX));
    let _ = write!(out, "    <testcase name=\"{name}\" classname=\"{class}\"");
    let tag = match case.status {
        Status::Passed => {
            out.push_str("/>\n");
            return;
        }
        Status::Failure => "failure",
        Status::Error => "error",
        Status::Skipped => "skipped",
    };
    let (kind, message) = (xml(&case.kind, NAME_CHARS_MAX), xml(&case.message, TEXT_CHARS_MAX));
    // `skipped` has no type in the schemas that readers go by.
    let kind = if tag == "skipped" { String::new() } else { format!(" type=\"{kind}\"") };
    let _ = write!(out, ">\n      <{tag}{kind} message=\"{message}\">");
    for line in &case.lines {
        let _ = writeln!(out, "{}", guarded(&xml(line, 2 * TEXT_CHARS_MAX)));
    }
    let _ = writeln!(out, "</{tag}>\n    </testcase>");
}

/// A line of text content that a build's log cannot take for a command.
fn guarded(line: &str) -> String {
    match line.trim_start().strip_prefix("::") {
        Some(rest) => format!("&#58;:{rest}"),
        None => line.to_owned(),
    }
}
