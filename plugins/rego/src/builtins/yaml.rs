//! YAML in a text, read as documents are.

use super::{Builtin, Shared, Unanswered, text};
use crate::documents::yaml::one;
use regorus::Value;

pub(super) const ALL: &[(&str, u8, Builtin)] = &[
    ("yaml.is_valid", 1, |args, _| Ok(Value::Bool(text(&args[0]).is_ok_and(|text| one(text).is_ok())))),
    ("yaml.unmarshal", 1, unmarshal),
];

fn unmarshal(args: &[Value], _: &Shared) -> Result<Value, Unanswered> {
    one(text(&args[0])?).map_err(|error| Unanswered::Wrong(error.to_string()))
}
