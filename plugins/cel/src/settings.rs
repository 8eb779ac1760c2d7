//! What a policy set may ask of this plugin.

mod problems;

use serde::Deserialize;
use tidegate_sdk::finding::Severity;

/// The settings' JSON Schema.
pub const SCHEMA: &str = include_str!("../settings.schema.json");

/// Rules, at least one.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// In the order in which they are judged.
    pub rules: Vec<Rule>,
}

/// One rule.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Findings name it as their subject.
    pub id: String,
    /// For people.
    pub title: Option<String>,
    /// In CEL; the rule holds when it is `true`.
    pub expression: String,
    /// Of the finding when it is `false`.
    #[serde(default)]
    pub severity: Level,
    /// What a broken rule does.
    #[serde(default)]
    pub mode: Mode,
    /// What the finding says.
    pub message: Option<String>,
    /// In CEL, a string: what the finding says.
    pub message_expression: Option<String>,
    /// What to do about it.
    pub remediation: Option<String>,
}

/// What a broken rule does.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// The stage fails.
    #[default]
    Block,
    /// It is reported.
    Warn,
}

/// A severity, as settings write it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Worth knowing.
    Info,
    /// Low.
    Low,
    /// Medium.
    Medium,
    /// High.
    #[default]
    High,
    /// Critical.
    Critical,
}

impl From<Level> for Severity {
    fn from(level: Level) -> Self {
        match level {
            Level::Info => Self::Info,
            Level::Low => Self::Low,
            Level::Medium => Self::Medium,
            Level::High => Self::High,
            Level::Critical => Self::Critical,
        }
    }
}

impl Rule {
    /// Whether the stage fails when it is broken.
    #[must_use]
    pub fn blocks(&self) -> bool {
        self.mode == Mode::Block
    }
}
