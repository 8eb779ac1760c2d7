//! Builtins of OPA that regorus lacks here, has only with a clock, or answers otherwise: all of them functions of their arguments and of
//! the moment of the decision. One that is registered here goes before regorus's own.

mod net;
mod older;
mod sprintf;
mod time;
pub(crate) mod unsupported;
mod yaml;

use regex::Regex;
use regorus::{Engine, Value};
use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

/// What builtins share in one interpreter.
#[derive(Debug, Default)]
pub(crate) struct Shared {
    now_ns: AtomicU64,
    is_lenient: AtomicBool,
    refused: Mutex<Option<String>>,
    patterns: Mutex<BTreeMap<String, Regex>>,
}

/// Why a builtin has no value.
#[derive(Debug)]
enum Unanswered {
    /// An argument does not fit: undefined in OPA.
    Wrong(String),
    /// This plugin does not do that: never undefined.
    Refused(String),
}

type Builtin = fn(&[Value], &Shared) -> Result<Value, Unanswered>;

impl Shared {
    pub(crate) fn set_now(&self, now_ns: u64) {
        self.now_ns.store(now_ns, Ordering::Relaxed);
    }

    pub(crate) fn set_lenient(&self, is_lenient: bool) {
        self.is_lenient.store(is_lenient, Ordering::Relaxed);
    }

    /// What was refused, whatever became of the error.
    pub(crate) fn refused(&self) -> Option<String> {
        self.refused.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn take_refused(&self) -> Option<String> {
        self.refused.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// A pattern, compiled once.
    fn pattern(&self, pattern: &str) -> Result<Regex, Unanswered> {
        let mut patterns = self.patterns.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = patterns.get(pattern) {
            return Ok(known.clone());
        }
        let compiled = Regex::new(pattern).map_err(|error| Unanswered::Wrong(format!("invalid pattern: {error}")))?;
        patterns.insert(pattern.to_owned(), compiled.clone());
        Ok(compiled)
    }

    fn answer(&self, name: &str, builtin: Builtin, args: &[Value]) -> anyhow::Result<Value> {
        match builtin(args, self) {
            Ok(value) => Ok(value),
            Err(Unanswered::Wrong(_)) if self.is_lenient.load(Ordering::Relaxed) => Ok(Value::Undefined),
            Err(Unanswered::Wrong(why)) => Err(anyhow::anyhow!("`{name}`: {why}")),
            Err(Unanswered::Refused(why)) => {
                let why = format!("`{name}`: {why}");
                self.refused.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert_with(|| why.clone());
                Err(anyhow::anyhow!(why))
            }
        }
    }
}

/// Makes them known to an interpreter.
pub(crate) fn register(engine: &mut Engine, shared: &Arc<Shared>) -> anyhow::Result<()> {
    let all = time::ALL.iter().chain(net::ALL).chain(older::ALL).chain(sprintf::ALL).chain(yaml::ALL);
    for (name, args, builtin) in all.copied() {
        let shared = Arc::clone(shared);
        let extension = move |given: Vec<Value>| shared.answer(name, builtin, &given);
        engine.add_extension(name.to_owned(), args, Box::new(extension))?;
    }
    Ok(())
}

fn text(value: &Value) -> Result<&str, Unanswered> {
    match value {
        Value::String(text) => Ok(text),
        other => Err(Unanswered::Wrong(format!("a text is needed, not {}", kind(other)))),
    }
}

/// The kind of a value, with its article.
pub(crate) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "an array",
        Value::Set(_) => "a set",
        Value::Object(_) => "an object",
        Value::Undefined => "undefined",
    }
}
