//! What an interpreter's error says: where, what, and whose fault it is.

use super::steps::{STEPS_MAX, used};
use regorus::LimitError;
use std::fmt;
use tidegate_sdk::gate::Failure;

/// Why rules gave no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The rules cannot be asked.
    Policy(String),
    /// They cannot be asked about this.
    Evidence(String),
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Policy(why) => Self::BadSettings(why),
            Fault::Evidence(why) => Self::BadEvidence(why),
        }
    }
}

/// An error, in one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Said {
    /// `file:line:column`, where it says so.
    at: Option<String>,
    message: String,
    is_limit: bool,
}

/// Words of errors that OPA would stop at, too: they say that the rules are wrong, not that a value is.
const OF_POLICY: [&str; 12] = [
    "could not find function",
    "mismatch in number of arguments",
    "incorrect number of parameters",
    "multiple outputs",
    "multiple values",
    "conflict",
    "internal error",
    "recursion",
    "binding plan",
    "not a valid rule path",
    "invalid function",
    "unsupported",
];

impl Said {
    /// An error of the interpreter's is a drawing of several lines: `--> file:line:column`, the line itself, `error: message`.
    pub(super) fn of(error: &anyhow::Error) -> Self {
        if let Some(limit) = error.downcast_ref::<LimitError>() {
            return Self::of_limit(limit);
        }
        let text = error.to_string();
        let last = |mark: &str| text.lines().rev().find_map(|line| line.trim().strip_prefix(mark));
        let message = last("error: ").map_or_else(|| text.trim().replace('\n', " "), str::to_owned);
        // A limit that was met inside a function comes as text.
        let is_limit = message.contains("exceeded time limit") || message.contains("exceeded size limit");
        let message = if message.contains("exceeded time limit") { too_long() } else { message };
        Self { at: last("--> ").map(str::to_owned), message, is_limit }
    }

    fn of_limit(limit: &LimitError) -> Self {
        let message = match limit {
            LimitError::TimeLimitExceeded { .. } => too_long(),
            other => other.to_string(),
        };
        Self { at: None, message, is_limit: true }
    }

    pub(super) fn is_of_policy(&self) -> bool {
        self.is_limit || OF_POLICY.iter().any(|words| self.message.contains(words))
    }

    /// Line and column, both counted from 1, of an error that says this.
    pub(super) fn place_of(&self, message: &str) -> Option<(usize, usize)> {
        let mut place = self.at.as_deref().filter(|_| self.message.contains(message))?.rsplit(':');
        let (column, line) = (place.next()?.parse().ok()?, place.next()?.parse().ok()?);
        Some((line, column))
    }

    pub(super) fn with_message(&self, message: &str) -> Self {
        Self { message: message.to_owned(), ..self.clone() }
    }

    /// In that file, where nothing more is known.
    pub(super) fn at_least_in(self, file: &str) -> Self {
        Self { at: self.at.or_else(|| Some(file.to_owned())), ..self }
    }
}

fn too_long() -> String {
    format!("the evaluation is too long: about {} steps used, {STEPS_MAX} allowed", used())
}

impl fmt::Display for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.at {
            Some(at) => write!(f, "{at}: {}", self.message),
            None => f.write_str(&self.message),
        }
    }
}
