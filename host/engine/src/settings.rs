//! Settings against the plugin's schema and the plugin's own opinion, all problems at once.

use crate::{
    call::open,
    convert,
    engine::Engine,
    evidence::shown::Shown,
    plugin::Plugin,
    stop::{fault_of, oversized},
    wasi::inputs::Asked,
};
use jsonschema::{PatternOptions, Validator, draft202012};
use serde_json::Value;
use tidegate_core::fault::Fault;

/// Problems listed, at most.
const PROBLEMS_MAX: usize = 256;
/// Bytes of one of our own messages: they may quote the value that is wrong.
const MESSAGE_BYTES_MAX: usize = 500;
/// The only dialect there is.
const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

/// Something wrong with settings.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct SettingsProblem {
    /// JSON Pointer into the settings; empty for the whole.
    pub pointer: String,
    /// What is wrong there.
    pub message: String,
}

/// What is wrong with a plugin's schema.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SchemaError {
    /// Not JSON.
    #[error("not JSON: {0}")]
    NotJson(String),
    /// Another dialect of JSON Schema.
    #[error("`$schema` is `{0}`; only `{DIALECT}` is understood")]
    Dialect(String),
    /// It refers to something outside itself.
    #[error("refers to `{0}`, which lies outside it")]
    Remote(String),
    /// Not a valid schema.
    #[error("{0}")]
    Invalid(String),
}

/// A schema, ready for use.
#[derive(Debug)]
pub(crate) struct Schema(Validator);

impl Schema {
    /// Reads a schema; gives back its JSON beside it.
    pub(crate) fn parse(text: &str) -> Result<(Value, Self), SchemaError> {
        let value: Value = serde_json::from_str(text).map_err(|error| SchemaError::NotJson(error.to_string()))?;
        if let Some(dialect) = value.get("$schema")
            && dialect.as_str().map(|dialect| dialect.trim_end_matches('#')) != Some(DIALECT)
        {
            return Err(SchemaError::Dialect(cut(dialect.to_string())));
        }
        if let Some(remote) = remote_reference(&value) {
            return Err(SchemaError::Remote(cut(remote.to_owned())));
        }
        let invalid = |error: &dyn std::fmt::Display| SchemaError::Invalid(cut(error.to_string()));
        draft202012::meta::validate(&value).map_err(|error| invalid(&error))?;
        // An engine without backtracking: a plugin's pattern must not be able to hold up the gate.
        let options = draft202012::options().with_pattern_options(PatternOptions::regex());
        let validator = options.build(&value).map_err(|error| invalid(&error))?;
        Ok((value, Self(validator)))
    }

    fn problems(&self, settings: &Value) -> Vec<SettingsProblem> {
        let problem = |error: jsonschema::ValidationError<'_>| SettingsProblem {
            pointer: error.instance_path().to_string(),
            message: cut(error.to_string()),
        };
        self.0.iter_errors(settings).take(PROBLEMS_MAX).map(problem).collect()
    }
}

impl Plugin {
    /// Every problem with these settings: those the schema finds, and those the plugin finds. Empty: they can be used.
    pub fn settings_problems(&self, engine: &Engine, settings: &str) -> Result<Vec<SettingsProblem>, Fault> {
        let whole = |message| Ok(vec![SettingsProblem { pointer: String::new(), message }]);
        let allowed = engine.limits().settings_bytes_max as usize;
        if settings.len() > allowed {
            return whole(format!("bytes of settings: {} used, {allowed} allowed", settings.len()));
        }
        let value: Value = match serde_json::from_str(settings) {
            Ok(value) => value,
            Err(error) => return whole(format!("not JSON: {error}")),
        };
        let mut problems = self.schema.problems(&value);
        problems.extend(self.own_problems(engine, settings)?);
        problems.sort();
        problems.dedup();
        problems.truncate(PROBLEMS_MAX);
        Ok(problems)
    }

    fn own_problems(&self, engine: &Engine, settings: &str) -> Result<Vec<SettingsProblem>, Fault> {
        let limits = engine.limits();
        let deadline = engine.load_deadline();
        let _permit = engine.enter_to_load()?;
        let asked = Asked::Settings(settings);
        let mut store = open(engine, self.machine(), &asked, Shown::nothing(), deadline);
        let called = self
            .describing
            .instantiate(&mut store)
            .and_then(|plugin| plugin.tidegate_policy_plugin().call_validate_settings(&mut store, settings));
        let problems = called.map_err(|error| fault_of(&error, deadline, limits.answer_bytes_max))?;
        if problems.len() > PROBLEMS_MAX {
            return Err(oversized("problems listed", problems.len() as u64, PROBLEMS_MAX as u64));
        }
        problems.into_iter().map(|problem| convert::problem(problem, &limits)).collect()
    }
}

/// The first reference that leaves the schema.
fn remote_reference(schema: &Value) -> Option<&str> {
    match schema {
        Value::Object(members) => members.iter().find_map(|(key, value)| match (key.as_str(), value) {
            ("$ref" | "$dynamicRef", Value::String(target)) if !target.starts_with('#') => Some(target.as_str()),
            (_, value) => remote_reference(value),
        }),
        Value::Array(items) => items.iter().find_map(remote_reference),
        _ => None,
    }
}

fn cut(mut message: String) -> String {
    if message.len() > MESSAGE_BYTES_MAX {
        message.truncate(message.floor_char_boundary(MESSAGE_BYTES_MAX));
        message.push('…');
    }
    message
}

#[cfg(test)]
mod tests {
    use super::{MESSAGE_BYTES_MAX, Schema, SchemaError};
    use serde_json::json;

    #[test]
    fn every_violation_is_listed_with_its_place() {
        let text = r#"{"type": "object", "properties": {"rate": {"type": "number"}, "names": {"items": {"pattern": "^a+$"}}},
            "additionalProperties": false}"#;
        let (_, schema) = Schema::parse(text).unwrap();
        assert_eq!(schema.problems(&json!({"rate": 1, "names": ["aa"]})), []);
        let problems = schema.problems(&json!({"rate": "x", "names": ["aa", "b"], "other": 1}));
        let mut places: Vec<&str> = problems.iter().map(|problem| problem.pointer.as_str()).collect();
        places.sort_unstable();
        assert_eq!(places, ["", "/names/1", "/rate"]);
    }

    #[test]
    fn only_a_closed_schema_of_the_one_dialect_is_taken() {
        type Expected = fn(&SchemaError) -> bool;
        let cases: [(&str, Expected); 7] = [
            ("{", |e| matches!(e, SchemaError::NotJson(_))),
            (r#"{"type": "nothing"}"#, |e| matches!(e, SchemaError::Invalid(_))),
            (r#"{"pattern": "("}"#, |e| matches!(e, SchemaError::Invalid(_))),
            (r#"{"$ref": "https://example.org/x"}"#, |e| matches!(e, SchemaError::Remote(_))),
            (r#"{"allOf": [{"$ref": "file:///etc/passwd"}]}"#, |e| matches!(e, SchemaError::Remote(_))),
            (r#"{"$ref": "other.json"}"#, |e| matches!(e, SchemaError::Remote(_))),
            (r#"{"$schema": "http://json-schema.org/draft-07/schema#"}"#, |e| matches!(e, SchemaError::Dialect(_))),
        ];
        for (text, expected) in cases {
            let error = Schema::parse(text).unwrap_err();
            assert!(expected(&error), "{text}: {error}");
        }
        let inside =
            r##"{"$schema": "https://json-schema.org/draft/2020-12/schema", "$ref": "#/$defs/a", "$defs": {"a": {}}}"##;
        assert!(Schema::parse(inside).is_ok());
    }

    #[test]
    fn a_message_does_not_quote_without_end() {
        let (_, schema) = Schema::parse(r#"{"type": "number"}"#).unwrap();
        let problems = schema.problems(&json!("é".repeat(100_000)));
        assert!(problems.iter().all(|problem| problem.message.len() <= MESSAGE_BYTES_MAX + "…".len()));
        assert_eq!(problems.len(), 1);
    }

    #[test]
    fn a_pattern_that_would_backtrack_for_ever_does_not() {
        let (_, schema) = Schema::parse(r#"{"pattern": "^(a+)+$"}"#).unwrap();
        assert_eq!(schema.problems(&json!(format!("{}b", "a".repeat(50_000)))).len(), 1);
    }
}
