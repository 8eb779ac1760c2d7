//! A file's `team_may_set` to what it means.

use super::reader::Reader;
use crate::{
    document::{nearest, quoted},
    layers::{apply::CHANGES, bounds::Bound, path},
    raw,
};
use tidegate_core::policy::Stage;

pub(super) fn bounds(reader: &mut Reader<'_>, bounds: Vec<raw::Bound>, stages: &[Stage]) -> Vec<Bound> {
    let mut read: Vec<Bound> = Vec::new();
    for (index, raw) in bounds.into_iter().enumerate() {
        let pointer = format!("/team_may_set/{index}/key");
        let key = path::parts(&raw.key);
        if read.iter().any(|earlier| earlier.key == key) {
            reader.mistake(&pointer, format!("{} is listed twice", quoted(&raw.key)), None);
        }
        names_something(reader, &pointer, &key, stages);
        read.push(Bound { key, min: raw.min, max: raw.max, one_of: raw.one_of });
    }
    read
}

/// A key that nothing can set is a typing mistake.
fn names_something(reader: &mut Reader<'_>, pointer: &str, key: &[String], stages: &[Stage]) {
    let parts: Vec<&str> = key.iter().map(String::as_str).collect();
    let first = parts.first().copied().unwrap_or_default();
    let known: Vec<&str> = match parts.as_slice() {
        ["stages", stage, "evidence", _, _, ..] if of(stages, stage).is_some() => of(stages, stage)
            .into_iter()
            .flat_map(|stage| &stage.evidence)
            .map(|evidence| evidence.name.as_str())
            .collect(),
        ["stages", _, _, ..] => stages.iter().map(|stage| stage.id.as_str()).collect(),
        ["stages", ..] => Vec::new(),
        _ => CHANGES.to_vec(),
    };
    let (what, named) = match parts.as_slice() {
        ["stages", stage, "evidence", name, _, ..] if of(stages, stage).is_some() => ("evidence of this stage", *name),
        ["stages", stage, _, ..] => ("stage", *stage),
        ["stages", ..] => {
            let message = format!("{} names no value of a stage", quoted(&path::shown(key)));
            reader.mistake(pointer, message, Some("e.g. `stages.unit_tests.mode`".to_owned()));
            return;
        }
        _ => ("key that an override may hold", first),
    };
    if !known.contains(&named) {
        let hint = nearest(named, known).map(|near| format!("did you mean `{near}`?"));
        reader.mistake(pointer, format!("there is no {what} {}", quoted(named)), hint);
    }
}

fn of<'a>(stages: &'a [Stage], id: &str) -> Option<&'a Stage> {
    stages.iter().find(|stage| stage.id.as_str() == id)
}
