//! A GitHub step summary: the decision, its stages and what they found, in Markdown.
//!
//! GitHub drops a summary over 1 MiB altogether, so this one ends before, and says how much it left out.

use super::{
    escape::markdown,
    findings::{NAME_CHARS_MAX, TEXT_CHARS_MAX, cited, counted, objects, place, result_in_words, subject},
};
use crate::api::answer::{Answer, EvaluationBody, FindingBody, StageBody};
use std::fmt::Write as _;

/// Bytes of one summary, at most, but for its last line.
const SUMMARY_BYTES_MAX: usize = 900 * 1024;

pub(super) fn render(answer: &Answer) -> String {
    let mut out = heading(answer);
    // Writing into a String cannot fail; the same below.
    let _ = writeln!(out, "| Stage | Result | Share | Mode | Effect |\n|---|---|---|---|---|");
    append(&mut out, answer.stages.iter().map(row).collect(), "stage");
    append(&mut out, because(answer), "line");
    append(&mut out, warnings(answer), "warning");
    out
}

/// As many lines as there is room for.
fn append(out: &mut String, lines: Vec<String>, noun: &str) {
    let count = lines.len();
    for (index, line) in lines.into_iter().enumerate() {
        if out.len() + line.len() > SUMMARY_BYTES_MAX {
            let _ = writeln!(out, "\n{} not shown here", counted(count - index, noun));
            return;
        }
        out.push_str(&line);
    }
}

fn heading(answer: &Answer) -> String {
    let icon = match (answer.allowed, answer.outcome.as_str()) {
        (true, "DEPLOY") => "✅",
        (true, _) => "⚠️",
        (false, "HOLD") => "⏸️",
        (false, _) => "❌",
    };
    let services: Vec<String> =
        answer.deployment.services.iter().map(|service| format!("{} {}", service.name, service.version)).collect();
    let services = text(&services.join(", "));
    let mut out =
        format!("## {icon} {}: {services} to {}\n\n", name(&answer.outcome), name(&answer.deployment.environment));
    let allowed = if answer.allowed { "yes" } else { "no" };
    let _ = writeln!(out, "- **Allowed:** {allowed} ({})", name(&answer.permission));
    let _ = writeln!(out, "- **Overall Score:** {}", name(&answer.score.text));
    let _ = writeln!(out, "- **Policy set:** {} {}", name(&answer.policy_set.id), name(&answer.policy_set.version));
    let forced =
        answer.forced.as_ref().map(|forced| format!("{} by {} ({})", forced.state, forced.actor, forced.reason));
    let rows = [
        ("Forced", forced.as_ref()),
        ("Decision", answer.id.as_ref()),
        ("Trace", answer.trace_id.as_ref()),
        ("Valid until", answer.valid_until.as_ref()),
        ("Ask again at", answer.retry_at.as_ref()),
    ];
    for (words, value) in rows {
        if let Some(value) = value {
            let _ = writeln!(out, "- **{words}:** {}", text(value));
        }
    }
    out.push('\n');
    out
}

fn row(stage: &StageBody) -> String {
    let share = stage.percent.as_deref().unwrap_or("n/a");
    let effect = match (stage.lifted_by.is_empty(), stage.blocking, stage.would_block) {
        (false, _, _) => format!("lifted by {}", stage.lifted_by.join(" and ")),
        (true, true, _) => "blocks".to_owned(),
        (true, false, true) => "would block".to_owned(),
        (true, false, false) => String::new(),
    };
    let icon = match stage.result.as_str() {
        "pass" => "✅",
        "fail" => "❌",
        "hold" => "⏸️",
        "not_applicable" => "➖",
        "skipped" => "⏭️",
        "inconclusive" => "❔",
        _ => "💥",
    };
    let (title, result) = (name(&stage.title), name(&stage.result));
    format!("| {title} | {icon} {result} | {} | {} | {} |\n", name(share), name(&stage.mode), text(&effect))
}

/// Every evaluation that objects, with its findings.
fn because(answer: &Answer) -> Vec<String> {
    let mut lines = Vec::new();
    for stage in &answer.stages {
        for evaluation in stage.evaluations.iter().filter(|evaluation| objects(evaluation)) {
            lines.push(concluded(stage, evaluation));
            lines.extend(evaluation.findings.iter().map(|finding| self::finding(stage, finding)));
            if evaluation.omitted > 0 {
                lines.push(format!("- and {} beyond those listed\n", counted(omitted(evaluation), "finding")));
            }
        }
    }
    lines
}

fn omitted(evaluation: &EvaluationBody) -> usize {
    usize::try_from(evaluation.omitted).unwrap_or(usize::MAX)
}

fn concluded(stage: &StageBody, evaluation: &EvaluationBody) -> String {
    let (subject, words) = (name(&subject(stage, evaluation)), name(&result_in_words(evaluation)));
    format!("\n### {subject} ({words})\n\n{}\n\n", text(&evaluation.summary))
}

fn finding(stage: &StageBody, finding: &FindingBody) -> String {
    let mut line = format!("- **{}** ({}): ", name(&cited(stage, finding)), name(&finding.severity));
    line.push_str(&text(&finding.message));
    if let Some(place) = place(finding) {
        let _ = write!(line, ", at {}", text(&place));
    }
    if let Some(waiver) = &finding.waived_by {
        let _ = write!(line, " (waived by {})", name(waiver));
    }
    if let Some(remediation) = &finding.remediation {
        let _ = write!(line, "<br>The plugin suggests: {}", text(&remediation.title));
        for (words, value) in
            [("its command, to be read before it is run", &remediation.command), ("more", &remediation.doc)]
        {
            if let Some(value) = value {
                let _ = write!(line, "; {words}: {}", text(value));
            }
        }
    }
    line.push('\n');
    line
}

fn warnings(answer: &Answer) -> Vec<String> {
    let mut lines: Vec<String> = answer.warnings.iter().map(|warning| format!("- {}\n", text(warning))).collect();
    if !lines.is_empty() {
        lines.insert(0, "\n### Warnings\n\n".to_owned());
    }
    lines
}

fn name(value: &str) -> String {
    markdown(value, NAME_CHARS_MAX)
}

fn text(value: &str) -> String {
    markdown(value, TEXT_CHARS_MAX)
}
