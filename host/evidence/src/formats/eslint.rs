//! What ESLint writes with `--format json`, a list of files: severity 2 is high, 1 is medium; a file that could not be
//! parsed is high. What comments in the code suppress is claimed to be suppressed, on nobody's word.

use crate::{
    detect::Head,
    error::{Place, ReadError},
    issues::{Issues, Row},
    json,
    source::{Reading, Source, empty, incomplete},
};
use serde::Deserialize;
use tidegate_core::{
    evidence::{Completeness, ScanKind, Suppression},
    finding::Severity,
};

/// The rule of messages that come from no rule: of the parser, or of ESLint itself.
const NO_RULE: &str = "eslint";

pub(super) fn recognises(head: &Head<'_>) -> bool {
    let Head::Json(survey) = head else { return false };
    survey.lists(&["filePath", "messages"])
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct File {
    file_path: String,
    messages: Vec<Message>,
    suppressed_messages: Option<Vec<Message>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Message {
    rule_id: Option<String>,
    severity: i64,
    fatal: Option<bool>,
    message: String,
    line: Option<i64>,
}

pub(super) fn read(source: &Source<'_>) -> Result<Reading, ReadError> {
    let files: Vec<File> = json::parse(source)?;
    let mut issues = Issues::new(source.limits);
    for (index, file) in files.iter().enumerate() {
        let suppressed = file.suppressed_messages.as_deref().unwrap_or_default();
        let lists = [
            ("messages", file.messages.as_slice(), Suppression::None),
            ("suppressedMessages", suppressed, Suppression::Claimed),
        ];
        for (key, messages, suppression) in lists {
            for (row, message) in messages.iter().enumerate() {
                let severity = severity(message).ok_or_else(|| {
                    let path = format!("[{index}].{key}[{row}].severity");
                    let what = format!("severity {}; known are 1 (warning) and 2 (error)", message.severity);
                    source.malformed(Place::Value { path, at: None }, &what)
                })?;
                issues.add(&Row {
                    uri: Some(&file.file_path),
                    line: message.line.and_then(|line| u32::try_from(line).ok()),
                    suppression,
                    ..Row::new(message.rule_id.as_deref().unwrap_or(NO_RULE), severity, &message.message)
                });
            }
        }
    }
    Ok(Reading::new(completeness(&files), vec![issues.done(ScanKind::Analysis)]))
}

fn completeness(files: &[File]) -> Completeness {
    if files.is_empty() {
        return empty("the report names no file");
    }
    let unparsed = files.iter().filter(|file| file.messages.iter().any(|message| message.fatal == Some(true))).count();
    if unparsed > 0 {
        return incomplete(format!(
            "{unparsed} of {} files could not be parsed, so no rule looked at them",
            files.len()
        ));
    }
    if files.iter().all(|file| file.messages.iter().any(is_ignored)) {
        return empty("ESLint ignored every file that it was given; see what its configuration ignores");
    }
    Completeness::Complete
}

/// ESLint says of a file that it was told to ignore nothing but this.
fn is_ignored(message: &Message) -> bool {
    message.rule_id.is_none() && message.fatal != Some(true) && message.message.starts_with("File ignored ")
}

fn severity(message: &Message) -> Option<Severity> {
    match (message.fatal, message.severity) {
        (Some(true), _) | (_, 2) => Some(Severity::High),
        (_, 1) => Some(Severity::Medium),
        _ => None,
    }
}
