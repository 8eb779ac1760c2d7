//! What a rule's value says: messages, each with what else its object holds.

use crate::{
    annotations::{key, text},
    builtins::kind,
    engine::Fault,
};
use regorus::Value;
use tidegate_sdk::finding::Severity;

/// Messages of one rule over one input, at most.
const HITS_MAX: usize = 10_000;

/// One message.
#[derive(Debug, Clone)]
pub(super) struct Hit {
    pub(super) message: String,
    pub(super) severity: Option<Severity>,
    pub(super) remediation: Option<String>,
    pub(super) doc: Option<String>,
    /// As the rule gave it.
    pub(super) value: Value,
}

/// Every message of a value. Undefined and `false` are none; anything else that is no list of messages is the rule's mistake, since
/// nobody could say what it means.
pub(super) fn of(value: &Value, rule: &str, at: &str) -> Result<Vec<Hit>, Fault> {
    let all: Vec<&Value> = match value {
        Value::Undefined | Value::Bool(false) => Vec::new(),
        Value::Set(set) => set.iter_sorted().collect(),
        Value::Array(array) => array.iter().collect(),
        other => {
            let message = format!(
                "{at}: rule `{rule}` is {}, no set of messages; write `{} contains msg if …`, in v0 `[msg] {{ … }}`",
                kind(other),
                rule.rsplit('.').next().unwrap_or(rule),
            );
            return Err(Fault::Policy(message));
        }
    };
    if all.len() > HITS_MAX {
        let message = format!(
            "{at}: rule `{rule}` gives too many messages: {} used, {HITS_MAX} allowed; let one message speak for several",
            all.len()
        );
        return Err(Fault::Policy(message));
    }
    all.into_iter().map(|value| hit(value, rule, at)).collect()
}

fn hit(value: &Value, rule: &str, at: &str) -> Result<Hit, Fault> {
    let plain = |message: String| Hit { message, severity: None, remediation: None, doc: None, value: value.clone() };
    match value {
        Value::String(message) => Ok(plain(message.to_string())),
        Value::Object(object) => {
            let said = |name: &str| key(value, name).and_then(text);
            let Some(message) = said("msg") else {
                let message = format!("{at}: rule `{rule}` gives an object without a text `msg`");
                return Err(Fault::Policy(message));
            };
            const KNOWN: [&str; 4] = ["msg", "severity", "remediation", "url"];
            let is_known = |name: &Value| KNOWN.iter().any(|known| *name == Value::from(*known));
            let others = object.iter_sorted().filter(|(name, value)| !is_known(name) && !is_empty(value));
            let metadata: Vec<String> =
                others.map(|(name, value)| format!("{}: {value}", text(name).unwrap_or_default())).collect();
            let message = if metadata.is_empty() { message } else { format!("{message} ({})", metadata.join(", ")) };
            Ok(Hit {
                severity: said("severity").as_deref().and_then(severity),
                remediation: said("remediation"),
                doc: said("url"),
                ..plain(message)
            })
        }
        other => Err(Fault::Policy(format!("{at}: rule `{rule}` gives {}, no message", kind(other)))),
    }
}

/// What says nothing is left out of a message.
fn is_empty(value: &Value) -> bool {
    match value {
        Value::Object(object) => object.is_empty(),
        Value::Array(array) => array.iter().next().is_none(),
        Value::Set(set) => set.is_empty(),
        other => *other == Value::Null,
    }
}

/// The word for a severity, as several tools write it; another word says nothing, and decides nothing.
pub(super) fn severity(word: &str) -> Option<Severity> {
    match word.to_ascii_lowercase().as_str() {
        "critical" => Some(Severity::Critical),
        "high" | "error" => Some(Severity::High),
        "medium" | "moderate" | "warning" => Some(Severity::Medium),
        "low" | "minor" => Some(Severity::Low),
        "info" | "informational" | "note" => Some(Severity::Info),
        _ => None,
    }
}
