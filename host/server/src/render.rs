//! One answer in every form that a pipeline reads.
//!
//! **Invariant:** every text of an answer goes through the escaping function of the output ([`escape`]); here too, although the
//! gate bounded it before: an answer may come from elsewhere.
//! **Invariant:** nothing here decides: whether a deployment may go on is the answer's `allowed` alone.

pub mod authoring;
pub mod escape;
mod findings;
mod github;
pub mod impact;
mod json;
mod junit;
pub mod looks;
mod sarif;
mod spark;
#[cfg(test)]
pub(crate) mod tests;
pub mod text;
pub mod waterfall;

use crate::api::answer::Answer;
use std::{fmt, str::FromStr};

/// A form of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Output {
    /// For people: the runbook's block, and below it why each blocking stage blocks.
    Text,
    /// The answer as the API gives it.
    Json,
    /// JUnit XML: one test case for each evaluation.
    Junit,
    /// SARIF 2.1.0: one result for each finding.
    Sarif,
    /// A GitHub step summary, in Markdown.
    Github,
}

/// A text that names no form of an answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{}` is no output: expected text, json, junit, sarif or github", .0.escape_debug())]
pub struct OutputError(pub String);

impl Output {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Text, Self::Json, Self::Junit, Self::Sarif, Self::Github];

    /// The word on the command line.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Json => "json",
            Self::Junit => "junit",
            Self::Sarif => "sarif",
            Self::Github => "github",
        }
    }
}

impl fmt::Display for Output {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl FromStr for Output {
    type Err = OutputError;

    fn from_str(text: &str) -> Result<Self, OutputError> {
        let found = Self::ALL.into_iter().find(|output| output.word() == text);
        found.ok_or_else(|| OutputError(text.chars().take(80).collect()))
    }
}

/// The answer in that form; ends with a newline.
#[must_use]
pub fn render(answer: &Answer, output: Output) -> String {
    match output {
        Output::Text => text::render(answer),
        Output::Json => json::render(answer),
        Output::Junit => junit::render(answer),
        Output::Sarif => sarif::render(answer),
        Output::Github => github::render(answer),
    }
}
