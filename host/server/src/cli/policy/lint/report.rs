//! What was found, for people, for programs, and for pull requests.

use crate::render::escape::terminal;
use serde_json::{Value, json};
use tidegate_bundle::document::Mistake;
use tidegate_core::one_line::one_line;

/// Characters of one line, at most.
const LINE_CHARS_MAX: usize = 4_000;

/// How it is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Form {
    /// For people
    Text,
    /// For programs
    Json,
    /// Workflow commands that become annotations of a pull request
    Github,
}

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    Error,
    Warning,
}

impl Level {
    fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

/// A mistake or a warning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) level: Level,
    pub(super) mistake: Mistake,
}

/// Ends with a newline, unless it is empty.
pub(super) fn report(lines: &[Line], form: Form) -> String {
    match form {
        Form::Text => lines.iter().map(text).collect(),
        Form::Json => format!("{:#}\n", json!({ "findings": lines.iter().map(object).collect::<Vec<_>>() })),
        Form::Github => lines.iter().map(command).collect(),
    }
}

fn text(Line { level, mistake }: &Line) -> String {
    let Mistake { file, line, column, message, hint, .. } = mistake;
    let first = format!("{file}:{line}:{column}: {}: {message}", level.word());
    let hint = hint.as_ref().map(|hint| format!("  hint: {hint}"));
    [Some(first), hint].into_iter().flatten().map(|text| format!("{}\n", terminal(&text, LINE_CHARS_MAX))).collect()
}

fn object(Line { level, mistake }: &Line) -> Value {
    let Mistake { file, line, column, pointer, message, hint } = mistake;
    json!({
        "level": level.word(), "file": file, "line": line, "column": column, "pointer": pointer, "message": message, "hint": hint,
    })
}

/// `::error file=…,line=…,col=…::…`
fn command(Line { level, mistake }: &Line) -> String {
    let Mistake { file, line, column, message, hint, .. } = mistake;
    let hint = hint.as_ref().map(|hint| format!(" (hint: {hint})")).unwrap_or_default();
    let message = data(&format!("{message}{hint}"));
    format!(
        "::{} file={},line={line},col={column}::{message}\n",
        level.word(),
        data(file).replace(':', "%3A").replace(',', "%2C")
    )
}

/// One line that cannot end the command or begin another.
fn data(text: &str) -> String {
    one_line(text, LINE_CHARS_MAX).replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

#[cfg(test)]
mod tests {
    use super::{Form, Level, Line, report};
    use tidegate_bundle::document::Mistake;

    fn line(message: &str) -> Line {
        let mistake = Mistake {
            file: "a,b:c.yaml".to_owned(),
            line: 3,
            column: 7,
            pointer: "/mode".to_owned(),
            message: message.to_owned(),
            hint: Some("say `block`".to_owned()),
        };
        Line { level: Level::Warning, mistake }
    }

    #[test]
    fn each_form_says_place_message_and_hint() {
        let lines = [line("100% wrong")];
        assert_eq!(report(&lines, Form::Text), "a,b:c.yaml:3:7: warning: 100% wrong\n  hint: say `block`\n");
        assert_eq!(
            report(&lines, Form::Github),
            "::warning file=a%2Cb%3Ac.yaml,line=3,col=7::100%25 wrong (hint: say `block`)\n"
        );
        let json: serde_json::Value = serde_json::from_str(&report(&lines, Form::Json)).unwrap();
        assert_eq!(json["findings"][0]["hint"], "say `block`");
        assert_eq!(report(&[], Form::Text), "");
    }

    #[test]
    fn a_message_cannot_begin_a_command_of_its_own() {
        let lines = [line("a\n::set-env name=x::y\u{1b}[31m")];
        for form in [Form::Text, Form::Github] {
            let said = report(&lines, form);
            assert!(!said.contains('\u{1b}') && said.lines().skip(1).all(|line| !line.starts_with("::")), "{said}");
        }
    }
}
