//! The dialect: CEL's standard library without optional values, `matches` by a small engine without backtracking, and two functions
//! that expressions cannot name.
//!
//! **Invariant:** nothing here reads a clock or a random number.

use crate::values::{self, record::Record};
use cel_rust::{
    DeclarationError, Env, ExecutionError,
    common::{
        types::{CelBool, CelMap, CelMapKey, CelString, DYN_TYPE, MAP_TYPE, STRING_TYPE},
        value::CowVal,
    },
};
use regex_lite::{Regex, RegexBuilder};
use std::{collections::BTreeMap, sync::Arc};

/// Asks that there is something to look at. No identifier begins with `@`.
pub(crate) const SOME: &str = "@some";
/// A map in the order of its keys.
pub(crate) const SORTED: &str = "@sorted";
/// Bytes of a compiled regular expression, at most.
const PATTERN_BYTES_MAX: usize = 1 << 16;

/// Everything that can be called, sorted. Macros among them.
pub const FUNCTIONS: [&str; 31] = [
    "all",
    "bool",
    "bytes",
    "contains",
    "double",
    "duration",
    "dyn",
    "endsWith",
    "exists",
    "exists_one",
    "filter",
    "getDate",
    "getDayOfMonth",
    "getDayOfWeek",
    "getDayOfYear",
    "getFullYear",
    "getHours",
    "getMilliseconds",
    "getMinutes",
    "getMonth",
    "getSeconds",
    "has",
    "int",
    "map",
    "matches",
    "size",
    "startsWith",
    "string",
    "timestamp",
    "type",
    "uint",
];

/// What is declared.
pub(crate) struct Language {
    pub(crate) env: Arc<Env>,
}

impl Language {
    pub(crate) fn new() -> Result<Self, DeclarationError> {
        let mut env = Env::default().with_optional_support(false).with_stdlib();
        let texts = || vec![STRING_TYPE, STRING_TYPE];
        env.add_overload("matches", "matches_string", texts(), matches)?;
        env.add_member_overload("matches", "string_matches", STRING_TYPE, vec![STRING_TYPE], matches)?;
        env.add_overload(SOME, "some_dyn", vec![DYN_TYPE], some)?;
        env.add_overload(SORTED, "sorted_map", vec![MAP_TYPE], sorted)?;
        Ok(Self { env: Arc::new(env) })
    }
}

/// A regular expression of bounded size.
pub(crate) fn pattern(text: &str) -> Result<Regex, String> {
    RegexBuilder::new(text).size_limit(PATTERN_BYTES_MAX).build().map_err(|error| error.to_string())
}

fn matches<'b, 'v>(args: Vec<CowVal<'b, 'v>>) -> Result<CowVal<'b, 'v>, ExecutionError> {
    let text = |index: usize| args.get(index).and_then(|arg| arg.downcast_ref::<CelString<'_>>());
    let (Some(subject), Some(written)) = (text(0), text(1)) else {
        return Err(ExecutionError::function_error("matches", "takes two strings"));
    };
    let regex = pattern(written.inner()).map_err(|error| ExecutionError::function_error("matches", error))?;
    Ok(CowVal::owned(CelBool::from(regex.is_match(subject.inner()))))
}

/// Law 1: what is true of each of none, and of no one of none, is no answer about evidence.
fn some<'b, 'v>(mut args: Vec<CowVal<'b, 'v>>) -> Result<CowVal<'b, 'v>, ExecutionError> {
    let Some(range) = args.pop() else { return Err(ExecutionError::missing_argument_or_target()) };
    match range.as_sizer().map(|sizer| i64::from(sizer.size())) {
        Some(0) => Err(ExecutionError::function_error("all, exists, map or filter", "there is nothing to look at")),
        _ => Ok(range),
    }
}

fn sorted<'b, 'v>(args: Vec<CowVal<'b, 'v>>) -> Result<CowVal<'b, 'v>, ExecutionError> {
    let Some(map) = args.first().and_then(|arg| arg.downcast_ref::<CelMap<'_>>()) else {
        return Err(ExecutionError::missing_argument_or_target());
    };
    let mut entries = BTreeMap::new();
    for (key, value) in map.inner() {
        let CelMapKey::String(key) = key else {
            return Err(ExecutionError::function_error("{…}", "only texts are keys"));
        };
        let kept = values::kept(value.as_ref());
        let kept = kept.ok_or_else(|| ExecutionError::function_error("{…}", "such a value cannot be kept in a map"))?;
        entries.insert(key.inner().to_owned(), kept);
    }
    Ok(CowVal::owned(Record::from(entries)))
}
