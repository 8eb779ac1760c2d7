//! Whether a layer only tightens what it lies over.

use super::{
    Override, SettingsSchemas,
    bounds::shown,
    compare, path,
    settings::{Change, not_stricter},
    stage_mode,
    table::direction,
};
use crate::{document::Mistake, effective::Source, resolved, sources::SetSource};
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// Everything in which `after`, which is `before` with `layer` over it, is not known to be stricter, and which the base does
/// not let a lower layer set.
pub(crate) fn loosened(
    before: &SetSource,
    after: &SetSource,
    layer: &Override,
    schemas: &dyn SettingsSchemas,
) -> Vec<Mistake> {
    let (old, new) = (Value::Object(resolved::body(before)), Value::Object(resolved::body(after)));
    let mut comparison = Comparison { set: before, schemas, changes: Vec::new() };
    comparison.value(&old, &new, &mut Vec::new());
    comparison.changes.into_iter().filter_map(|change| loosening(before, layer, change)).collect()
}

struct Comparison<'a> {
    set: &'a SetSource,
    schemas: &'a dyn SettingsSchemas,
    changes: Vec<Change>,
}

impl Comparison<'_> {
    /// Recursion is bounded by the depth that a file may have.
    fn value(&mut self, before: &Value, after: &Value, key: &mut Vec<String>) {
        let parts: Vec<&str> = key.iter().map(String::as_str).collect();
        match (parts.as_slice(), before, after) {
            (_, before, after) if before == after => {}
            (["stages", _, "settings"], ..) => {
                self.changes.extend(not_stricter(self.schema(&key[1]), before, after, key.clone()));
            }
            (["stages"] | ["stages", _, "evidence"], Value::Array(before), Value::Array(after))
                if before.len() == after.len() =>
            {
                for (before, after) in before.iter().zip(after) {
                    key.push(name_of(before).to_owned());
                    self.value(before, after, key);
                    key.pop();
                }
            }
            (["stages", _], Value::Object(before), Value::Object(after)) => {
                self.mode(before, after, key);
                let rest = |stage: &Map<String, Value>| {
                    let other = |(name, _): &(&String, &Value)| !MODE.contains(&name.as_str());
                    stage.iter().filter(other).map(|(name, value)| (name.clone(), value.clone())).collect()
                };
                self.members(&rest(before), &rest(after), key);
            }
            (_, Value::Object(before), Value::Object(after)) => self.members(before, after, key),
            (parts, before, after) => {
                if !direction(parts).is_some_and(|direction| direction.keeps(Some(before), after)) {
                    let (before, after) = (Some(before.clone()), Some(after.clone()));
                    self.changes.push(Change { key: key.clone(), before, after });
                }
            }
        }
    }

    fn members(&mut self, before: &Map<String, Value>, after: &Map<String, Value>, key: &mut Vec<String>) {
        let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
        for name in names {
            let of = |map: &Map<String, Value>| map.get(name).cloned().unwrap_or_default();
            key.push(name.clone());
            self.value(&of(before), &of(after), key);
            key.pop();
        }
    }

    /// Mode and moment count together.
    fn mode(&mut self, before: &Map<String, Value>, after: &Map<String, Value>, key: &[String]) {
        let whole = |stage: &Map<String, Value>| Value::Object(stage.clone());
        if stage_mode::never_less(&whole(before), &whole(after)) {
            return;
        }
        for name in MODE.iter().filter(|name| before.get(**name) != after.get(**name)) {
            let key = key.iter().cloned().chain([(*name).to_owned()]).collect();
            self.changes.push(Change { key, before: before.get(*name).cloned(), after: after.get(*name).cloned() });
        }
    }

    fn schema(&self, stage: &str) -> Option<&Value> {
        let stage = self.set.stages.iter().find(|known| known.id.as_str() == stage)?;
        self.schemas.of(&self.set.id, &stage.plugin)
    }
}

const MODE: [&str; 2] = ["mode", "effective_from"];

fn name_of(entry: &Value) -> &str {
    entry.get("id").or_else(|| entry.get("name")).and_then(Value::as_str).unwrap_or_default()
}

/// The mistake, unless the base lets a lower layer do this.
fn loosening(before: &SetSource, layer: &Override, change: Change) -> Option<Mistake> {
    let Change { key, before: old, after: new } = change;
    let (old, new) = (old.unwrap_or_default(), new.unwrap_or_default());
    let bound = before.team_may_set.iter().find(|bound| bound.key == key);
    if bound.is_some_and(|bound| bound.allows(&new)) {
        return None;
    }
    let name = path::shown(&key);
    let there = match before.source(&path::placed(&before.json, &key)).0 {
        Source::Default => "by default".to_owned(),
        file => format!("in {file}"),
    };
    let message = format!("`{name}` may only be tightened: {} {there}, {} here", shown(&old), shown(&new));
    let hint = match bound {
        Some(bound) => format!("policy set `{}` lets it be {}", before.id, bound.in_words()),
        None => format!(
            "to allow it, policy set `{}` has to say `team_may_set: [{}]`",
            before.id,
            suggested(&name, &old, &new)
        ),
    };
    let here = path::placed(&Value::Object(layer.changes.clone()), &key);
    Some(layer.mistake(&here, message, Some(hint)))
}

/// What the base would have to say.
fn suggested(key: &str, old: &Value, new: &Value) -> String {
    let bound = match compare::ordered(new, old) {
        Some(std::cmp::Ordering::Greater) => format!("max: {}", plain(new)),
        Some(_) => format!("min: {}", plain(new)),
        None => match new {
            Value::Array(entries) => {
                let allowed = if entries.is_empty() { old.as_array().unwrap_or(entries) } else { entries };
                format!("one_of: [{}]", allowed.iter().map(plain).collect::<Vec<_>>().join(", "))
            }
            single => format!("one_of: [{}]", plain(single)),
        },
    };
    format!("{{ key: {key}, {bound} }}")
}

fn plain(value: &Value) -> String {
    shown(value).trim_matches('`').to_owned()
}
