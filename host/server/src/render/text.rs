//! The answer for people: the runbook's block, and below it why each blocking stage blocks.

use super::{
    authoring::advice_on,
    escape::{terminal, terminal_block},
    findings::{NAME_CHARS_MAX, TEXT_CHARS_MAX, cited, counted, objects, place, result_in_words, subject},
};
use crate::api::answer::{Answer, EvaluationBody, FindingBody, StageBody};

/// Findings shown of one stage, at most; the rest is counted.
const FINDINGS_PER_STAGE: usize = 10;

pub(super) fn render(answer: &Answer) -> String {
    let mut text = terminal_block(&answer.text);
    for stage in answer.stages.iter().filter(|stage| stage.blocking) {
        text.push('\n');
        section(&mut text, stage);
    }
    text
}

/// What each stage concluded, whether it blocks or not, with everything that it found: for whoever writes its plugin.
pub fn conclusions(answer: &Answer) -> String {
    let mut text = String::new();
    for stage in &answer.stages {
        for evaluation in &stage.evaluations {
            line(&mut text, 0, &concluded(stage, evaluation));
            if let Some(advice) = evaluation.error.as_deref().and_then(advice_on) {
                line(&mut text, 1, &format!("hint: {advice}"));
            }
            for finding in &evaluation.findings {
                self::finding(&mut text, stage, finding);
                advice(&mut text, finding);
            }
            if evaluation.omitted != 0 {
                line(&mut text, 1, &format!("and {} not listed", evaluation.omitted));
            }
        }
    }
    text
}

fn section(text: &mut String, stage: &StageBody) {
    line(text, 0, &format!("Why {} blocks:", terminal(&stage.id, NAME_CHARS_MAX)));
    let mut shown = 0;
    let mut more = 0;
    for evaluation in stage.evaluations.iter().filter(|evaluation| objects(evaluation)) {
        line(text, 1, &concluded(stage, evaluation));
        let room = FINDINGS_PER_STAGE - shown;
        let mut findings = evaluation.findings.iter().take(room).peekable();
        while let Some(finding) = findings.next() {
            self::finding(text, stage, finding);
            shown += 1;
            // The same advice for several in a row is given once, below the last.
            if findings.peek().is_none_or(|next| next.remediation != finding.remediation) {
                advice(text, finding);
            }
        }
        more +=
            evaluation.findings.len().saturating_sub(room) + usize::try_from(evaluation.omitted).unwrap_or(usize::MAX);
    }
    if more > 0 {
        line(text, 1, &format!("and {} not shown here", counted(more, "more finding")));
    }
}

fn concluded(stage: &StageBody, evaluation: &EvaluationBody) -> String {
    let (subject, words) = (subject(stage, evaluation), result_in_words(evaluation));
    let (subject, words) = (terminal(&subject, NAME_CHARS_MAX), terminal(&words, NAME_CHARS_MAX));
    format!("{subject} ({words}): {}", terminal(&evaluation.summary, TEXT_CHARS_MAX))
}

fn finding(text: &mut String, stage: &StageBody, finding: &FindingBody) {
    let waived = finding.waived_by.as_ref().map(|id| format!(" [waived by {}]", terminal(id, NAME_CHARS_MAX)));
    let message = terminal(&finding.message, TEXT_CHARS_MAX);
    let rule = terminal(&cited(stage, finding), NAME_CHARS_MAX);
    line(text, 2, &format!("{rule}: {message}{}", waived.unwrap_or_default()));
    if let Some(place) = place(finding) {
        line(text, 3, &format!("at: {}", terminal(&place, TEXT_CHARS_MAX)));
    }
}

fn advice(text: &mut String, finding: &FindingBody) {
    let Some(remediation) = &finding.remediation else { return };
    let lines = [
        ("the plugin suggests", Some(&remediation.title)),
        ("the plugin's command, to be read before it is run", remediation.command.as_ref()),
        ("the plugin points to", remediation.doc.as_ref()),
    ];
    for (words, value) in lines {
        if let Some(value) = value {
            line(text, 3, &format!("{words}: {}", terminal(value, TEXT_CHARS_MAX)));
        }
    }
}

fn line(text: &mut String, depth: usize, content: &str) {
    text.push_str(&"  ".repeat(depth));
    text.push_str(content);
    text.push('\n');
}
