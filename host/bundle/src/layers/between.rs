//! What is wrong with several overrides together.

use super::{Layer, OVERRIDES_MAX, Override, apply::keys_set, compare, path};
use crate::document::{Mistake, nearest};
use serde_json::Value;
use std::{collections::BTreeMap, sync::Arc};
use tidegate_core::name::PolicySetId;

/// Too many, the same name twice, a policy set that is not there, and two of one layer that contradict each other.
pub(crate) fn between(overrides: &[Arc<Override>], sets: &[&PolicySetId]) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    let keys: Vec<Keys<'_>> = overrides.iter().map(|layer| keys_set(layer).into_iter().collect()).collect();
    for (index, layer) in overrides.iter().enumerate() {
        if index == OVERRIDES_MAX {
            let message = format!("too many overrides: {} used, {OVERRIDES_MAX} allowed", overrides.len());
            mistakes.push(layer.mistake("/override", message, None));
            break;
        }
        if !sets.contains(&&layer.of) {
            let near = nearest(layer.of.as_str(), sets.iter().map(|id| id.as_str()));
            let hint = near.map(|near| format!("did you mean `{near}`?"));
            mistakes.push(layer.mistake("/of", format!("there is no policy set `{}`", layer.of), hint));
        }
        for (earlier, keys_of_earlier) in overrides.iter().zip(&keys).take(index) {
            if earlier.id == layer.id {
                let message = format!("override `{}` is defined twice: first in {}", layer.id, earlier.file());
                mistakes.push(layer.mistake("/override", message, None));
            } else if earlier.layer == layer.layer && can_both_apply(earlier, layer) {
                mistakes.extend(
                    keys.get(index)
                        .into_iter()
                        .flat_map(|own| contradictions((earlier, keys_of_earlier), (layer, own))),
                );
            }
        }
    }
    mistakes
}

type Keys<'a> = BTreeMap<Vec<String>, &'a Value>;

/// Whether there can be a deployment for which both speak of the same set.
pub(crate) fn can_both_apply(one: &Override, other: &Override) -> bool {
    one.of == other.of && one.matching.common(&other.matching).is_some()
}

/// Whether both set a key, or one of them a part of what the other sets. A stage's mode and its moment are one key.
pub(crate) fn touch(one: &Override, other: &Override) -> bool {
    let keys =
        |layer: &Override| -> Vec<Vec<String>> { keys_set(layer).into_iter().map(|(key, _)| of_mode(key)).collect() };
    let (one, other) = (keys(one), keys(other));
    one.iter().any(|a| other.iter().any(|b| a.starts_with(b) || b.starts_with(a)))
}

fn of_mode(mut key: Vec<String>) -> Vec<String> {
    if let [stages, _, last] = key.as_mut_slice()
        && stages == "stages"
        && last == "effective_from"
    {
        "mode".clone_into(last);
    }
    key
}

fn contradictions((earlier, there): (&Override, &Keys<'_>), (layer, here): (&Override, &Keys<'_>)) -> Vec<Mistake> {
    let contradict = |(key, value): (&Vec<String>, &&Value)| {
        let same = there.get(key).map(|other| compare::same(other, value));
        // A mapping here and a single value there cannot both be meant.
        let crosses = || there.keys().any(|other| other != key && (other.starts_with(key) || key.starts_with(other)));
        let contradicts = same.map_or_else(crosses, |same| !same);
        contradicts.then(|| {
            let pointer = path::pointer(key);
            let at = earlier.positions.at(&pointer);
            let (name, file) = (path::shown(key), earlier.file());
            let message = format!(
                "`{name}` is set by override `{}` too, and not to the same: {file}:{}:{}; both are of layer `{}`, and can apply to the same deployment",
                earlier.id, at.line, at.column, layer.layer
            );
            let hint = match layer.layer {
                Layer::Service => "let their `match` name services or environments that differ, or say the same",
                Layer::Base | Layer::Environment => "let their `match` name environments that differ, or say the same",
            };
            layer.mistake(&pointer, message, Some(hint.to_owned()))
        })
    };
    here.iter().filter_map(contradict).collect()
}
