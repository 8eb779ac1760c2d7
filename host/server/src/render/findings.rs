//! What all renderers ask of an answer's stages.

use crate::api::answer::{EvaluationBody, FindingBody, StageBody};

/// Characters shown of one text of a finding or a summary, at most.
pub(super) const TEXT_CHARS_MAX: usize = 500;
/// Characters shown of a name, an id or a time, at most.
pub(super) const NAME_CHARS_MAX: usize = 200;

/// `stage` or `stage@service`.
pub(super) fn subject(stage: &StageBody, evaluation: &EvaluationBody) -> String {
    match &evaluation.service {
        Some(service) => format!("{}@{service}", stage.id),
        None => stage.id.clone(),
    }
}

/// `stage/rule`.
pub(super) fn cited(stage: &StageBody, finding: &FindingBody) -> String {
    format!("{}/{}", stage.id, finding.rule)
}

/// `path` or `path:line`.
pub(super) fn place(finding: &FindingBody) -> Option<String> {
    let location = finding.location.as_ref()?;
    Some(match location.line {
        Some(line) => format!("{}:{line}", location.uri),
        None => location.uri.clone(),
    })
}

/// Whether it speaks against the deployment, or leaves it undecided.
pub(super) fn objects(evaluation: &EvaluationBody) -> bool {
    !matches!(evaluation.result.as_str(), "pass" | "not_applicable" | "skipped")
}

/// The result, and with it what kind of error it was, until when it holds, and who has to act: `error: deadline, blame: plugin`.
pub(super) fn result_in_words(evaluation: &EvaluationBody) -> String {
    let mut words = evaluation.result.clone();
    for (word, value) in [(": ", &evaluation.error), (" until ", &evaluation.until), (", blame: ", &evaluation.blame)] {
        if let Some(value) = value {
            words.push_str(word);
            words.push_str(value);
        }
    }
    words
}

/// `1 finding`, `2 findings`.
pub(super) fn counted(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}
