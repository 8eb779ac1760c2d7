//! What is wrong with settings beyond what their schema says: above all with the expressions, each with its line and column.

use super::{Rule, Settings};
use crate::{
    expression::{Answer, Expression},
    language::Language,
};
use std::collections::BTreeSet;
use tidegate_sdk::{
    describe::Problem,
    settings::problems::{ENTRIES_MAX, ENTRY_BYTES_MAX, Problems},
};

/// Bytes of an id, at most.
const ID_BYTES_MAX: usize = 64;
/// Bytes of a message, at most.
const MESSAGE_BYTES_MAX: usize = 512;

impl Settings {
    /// Everything that is wrong.
    #[must_use]
    pub fn problems(&self) -> Vec<Problem> {
        let mut problems = Problems::default();
        let language = match Language::new() {
            Ok(language) => language,
            Err(error) => {
                problems.add("", error.to_string());
                return problems.into_vec();
            }
        };
        if self.rules.is_empty() {
            problems.add("/rules", "nothing is asked: write a rule");
        }
        problems.count("/rules", self.rules.len(), ENTRIES_MAX);
        let mut ids = BTreeSet::new();
        for (index, rule) in self.rules.iter().enumerate() {
            let pointer = format!("/rules/{index}");
            if !ids.insert(rule.id.as_str()) {
                problems.add(format!("{pointer}/id"), format!("a second rule `{}`", rule.id));
            }
            of_rule(rule, &pointer, &language, &mut problems);
        }
        problems.into_vec()
    }
}

fn of_rule(rule: &Rule, pointer: &str, language: &Language, problems: &mut Problems) {
    if let Some(problem) = of_id(&rule.id) {
        problems.add(format!("{pointer}/id"), problem);
    }
    let texts = [("title", &rule.title, ENTRY_BYTES_MAX), ("remediation", &rule.remediation, ENTRY_BYTES_MAX)];
    for (key, text, bytes_max) in texts.into_iter().chain([("message", &rule.message, MESSAGE_BYTES_MAX)]) {
        let Some(text) = text else { continue };
        if text.is_empty() {
            problems.add(format!("{pointer}/{key}"), "empty");
        } else if text.len() > bytes_max {
            problems.add(format!("{pointer}/{key}"), format!("{} bytes used, {bytes_max} allowed", text.len()));
        }
    }
    if rule.message.is_some() && rule.message_expression.is_some() {
        problems.add(format!("{pointer}/message_expression"), "`message` says it already: write one of both");
    }
    let expressions = [("expression", Some(&rule.expression), Answer::Bool)];
    let message = ("message_expression", rule.message_expression.as_ref(), Answer::Text);
    for (key, source, answer) in expressions.into_iter().chain([message]) {
        let Some(Err(flaws)) = source.map(|source| Expression::compile(source, answer, language)) else { continue };
        for flaw in flaws {
            problems.add(format!("{pointer}/{key}"), format!("rule `{}`: {flaw}", rule.id));
        }
    }
}

fn of_id(id: &str) -> Option<String> {
    if id.len() > ID_BYTES_MAX {
        return Some(format!("{} bytes used, {ID_BYTES_MAX} allowed", id.len()));
    }
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'_' | b'-' | b'.');
    let fits = !id.is_empty() && id.bytes().all(fits);
    (!fits).then(|| format!("`{id}` is no id: write lower-case letters, digits, `_`, `-` and `.`"))
}
