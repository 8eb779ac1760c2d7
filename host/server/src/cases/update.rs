//! `--update`: a case says what came of it. The rest of its file stays as somebody wrote it, with its comments.

use super::{Outcome, read::FILE};
use serde_json::Value;
use std::{fs, path::Path};
use tidegate_workbench::files::{FileError, write_atomically};

/// Why a case was not rewritten.
#[derive(Debug, thiserror::Error)]
pub enum UpdateError {
    /// It cannot be read.
    #[error("cannot read `{path}`: {source}")]
    Read {
        /// Its file.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// There is no line that begins with `expect:`.
    #[error("`{0}` has no line that begins with `expect:`")]
    NoPlace(String),
    /// It cannot be written.
    #[error(transparent)]
    File(#[from] FileError),
}

/// Rewrites the case of this outcome. Returns whether there was anything to say: nothing came of a case that cannot be run.
pub fn update(outcome: &Outcome) -> Result<bool, UpdateError> {
    if outcome.found.is_empty() {
        return Ok(false);
    }
    let path: &Path = &outcome.path.join(FILE);
    let text =
        fs::read_to_string(path).map_err(|source| UpdateError::Read { path: path.display().to_string(), source })?;
    let text = rewritten(&text, &outcome.found).ok_or_else(|| UpdateError::NoPlace(path.display().to_string()))?;
    write_atomically(path, text.as_bytes())?;
    Ok(true)
}

/// The text with another expectation; none where it has no place for one.
fn rewritten(text: &str, found: &[(&'static str, Value)]) -> Option<String> {
    let lines: Vec<&str> = text.lines().collect();
    let first = lines.iter().position(|line| line.starts_with("expect:"))?;
    let after = lines.iter().skip(first + 1).position(|line| begins_another(line));
    let mut next = after.map_or(lines.len(), |after| first + 1 + after);
    // What stands right before another key belongs to that one.
    while next > first + 1 && lines.get(next - 1).is_some_and(|line| line.is_empty() || line.starts_with('#')) {
        next -= 1;
    }
    let mut out: Vec<String> = lines.iter().take(first).map(|line| (*line).to_owned()).collect();
    out.extend(block(found));
    out.extend(lines.iter().skip(next).map(|line| (*line).to_owned()));
    out.push(String::new());
    Some(out.join("\n"))
}

/// The next key of the file, or a comment before it.
fn begins_another(line: &str) -> bool {
    line.starts_with(|first: char| first.is_ascii_alphabetic() || first == '"' || first == '\'' || first == '#')
}

/// The expectation as lines: JSON is YAML, but for a word a word is easier to read.
pub(crate) fn block(found: &[(&'static str, Value)]) -> Vec<String> {
    let line = |(key, value): &(&'static str, Value)| match value {
        Value::String(text) if is_word(text) => format!("  {key}: {text}"),
        other => format!("  {key}: {other}"),
    };
    std::iter::once("expect:".to_owned()).chain(found.iter().map(line)).collect()
}

fn is_word(text: &str) -> bool {
    const OTHERS: [&str; 8] = ["true", "false", "null", "yes", "no", "on", "off", "y"];
    text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
        && !OTHERS.contains(&text.to_ascii_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::rewritten;
    use serde_json::json;

    #[test]
    fn what_was_expected_is_replaced_and_everything_else_stays() {
        let found = [
            ("outcome", json!("HOLD")),
            ("blocking", json!([{ "stage": "a", "why": "held" }])),
            ("score", json!("n/a")),
        ];
        let block = "expect:\n  outcome: HOLD\n  blocking: [{\"stage\":\"a\",\"why\":\"held\"}]\n  score: \"n/a\"\n";
        for (before, after) in [
            ("at: x # when\nexpect:\n  outcome: DEPLOY\n  # why\n  allowed: true\n", format!("at: x # when\n{block}")),
            ("expect: { outcome: DEPLOY }\nat: x\n", format!("{block}at: x\n")),
            (
                "expect: {\n  outcome: DEPLOY,\n}\n\n# of the moment\nat: x\n",
                format!("{block}\n# of the moment\nat: x\n"),
            ),
        ] {
            assert_eq!(rewritten(before, &found).unwrap(), after);
        }
        assert_eq!(rewritten("at: x\n", &found), None);
    }
}
