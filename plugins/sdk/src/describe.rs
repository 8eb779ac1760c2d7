//! What a plugin says of itself.

use crate::finding::Severity;

/// One checkable clause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// Lower-case letters, digits, `_`, `-` and `.`; findings cite it.
    pub id: String,
    /// For people.
    pub title: String,
    /// Of its findings, as a rule.
    pub severity: Severity,
    /// What it looks at, and what to do.
    pub help: String,
    /// Where to read more.
    pub doc: Option<String>,
}

impl Rule {
    /// Without help.
    #[must_use]
    pub fn new(id: &str, title: &str, severity: Severity) -> Self {
        Self { id: id.to_owned(), title: title.to_owned(), severity, help: String::new(), doc: None }
    }

    /// With this help.
    #[must_use]
    pub fn help(self, help: &str) -> Self {
        Self { help: help.to_owned(), ..self }
    }
}

/// A plugin's name, version, rules and settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Description {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// In one sentence.
    pub summary: String,
    /// All rules that findings may cite.
    pub rules: Vec<Rule>,
    /// JSON Schema (2020-12) of the settings.
    pub settings_schema: String,
}

impl Description {
    /// Without rules.
    #[must_use]
    pub fn new(name: &str, version: &str, summary: &str, settings_schema: &str) -> Self {
        Self {
            name: name.to_owned(),
            version: version.to_owned(),
            summary: summary.to_owned(),
            rules: Vec::new(),
            settings_schema: settings_schema.to_owned(),
        }
    }

    /// With one more rule.
    #[must_use]
    pub fn rule(mut self, rule: Rule) -> Self {
        self.rules.push(rule);
        self
    }
}

/// What is wrong with settings, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// JSON Pointer into the settings; empty for the whole.
    pub pointer: String,
    /// What is wrong there.
    pub message: String,
}

impl Problem {
    /// There is this wrong at that place.
    #[must_use]
    pub fn new(pointer: impl Into<String>, message: impl Into<String>) -> Self {
        Self { pointer: pointer.into(), message: message.into() }
    }
}
