//! A constraint: for which objects a template is asked, with which parameters, and what a violation means.

use super::matching::Matching;
use crate::annotations::{key, text};
use regorus::Value;

/// What a violation means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Action {
    /// It decides.
    Deny,
    /// It is shown.
    Warn,
    /// It is shown, as what is only tried.
    Dryrun,
}

/// A constraint as it is asked.
#[derive(Debug, Clone)]
pub(crate) struct Constraint {
    pub(crate) kind: String,
    pub(crate) name: String,
    pub(crate) action: Action,
    pub(crate) parameters: Value,
    pub(crate) matching: Matching,
}

impl Constraint {
    /// For every object.
    pub(super) fn of_all(kind: &str, parameters: Value) -> Self {
        let name = "all".to_owned();
        Self { kind: kind.to_owned(), name, action: Action::Deny, parameters, matching: Matching::default() }
    }

    /// `K8sRequiredLabels/all-must-have-owner`
    pub(crate) fn full_name(&self) -> String {
        format!("{}/{}", self.kind, self.name)
    }
}

/// Reads one, or says what is wrong with it.
pub(super) fn read(value: &Value, file: &str) -> Result<Constraint, String> {
    let wrong = |message: String| format!("{file}: {message}");
    let kind = key(value, "kind").and_then(text).ok_or_else(|| wrong("it has no `kind`".to_owned()))?;
    let name = key(value, "metadata").and_then(|metadata| key(metadata, "name")).and_then(text);
    let name = name.ok_or_else(|| wrong(format!("a constraint of kind `{kind}` has no `metadata.name`")))?;
    let of_it = |message: String| wrong(format!("constraint `{name}`: {message}"));
    let spec = key(value, "spec");
    let in_spec = |name: &str| spec.and_then(|spec| key(spec, name)).filter(|value| **value != Value::Null);
    let action = match in_spec("enforcementAction").and_then(text).as_deref() {
        // Who is denied by one point of enforcement is denied here.
        None | Some("" | "deny" | "scoped") => Action::Deny,
        Some("warn") => Action::Warn,
        Some("dryrun") => Action::Dryrun,
        Some(other) => {
            return Err(of_it(format!(
                "`enforcementAction: {other}` is not supported: deny, warn, dryrun and scoped are"
            )));
        }
    };
    let matching = in_spec("match").map_or_else(|| Ok(Matching::default()), Matching::read).map_err(of_it)?;
    let parameters = in_spec("parameters").cloned().unwrap_or_else(Value::new_object);
    Ok(Constraint { kind, name: name.clone(), action, parameters, matching })
}
