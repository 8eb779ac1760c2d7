//! The published schema and the settings are two writings of the same thing.

use super::load;
use crate::config::{
    Config,
    flags::Flags,
    kind::Given,
    schema,
    settings::{SETTINGS, setting},
};
use serde_json::{Map, Value};
use std::{collections::BTreeSet, path::Path};

/// The properties that are values, with dots.
fn leaves<'a>(prefix: &str, properties: &'a Map<String, Value>) -> Vec<(String, &'a Value)> {
    let leaf = |(name, schema): (&String, &'a Value)| {
        let key = format!("{prefix}{name}");
        match schema.get("properties").and_then(Value::as_object) {
            Some(inner) => leaves(&format!("{key}."), inner),
            None => vec![(key, schema)],
        }
    };
    // A mapping from names to parts, and a part that is there whole or not at all, are no values: the file alone has them.
    let value = |schema: &Value| !schema["additionalProperties"].is_object() && schema.get("required").is_none();
    properties.iter().filter(|(_, schema)| value(schema)).flat_map(leaf).collect()
}

fn schema_leaves() -> Vec<(String, &'static Value)> {
    leaves("", schema::parsed()["properties"].as_object().unwrap())
}

#[test]
fn the_schema_and_the_settings_have_the_same_keys() {
    let published: BTreeSet<String> = schema_leaves().into_iter().map(|(key, _)| key).collect();
    let known: BTreeSet<String> = SETTINGS.iter().map(|setting| setting.key.to_owned()).collect();
    assert_eq!(published, known);
    assert_eq!(known.len(), SETTINGS.len());
}

#[test]
fn every_part_of_the_schema_is_described_and_refuses_unknown_keys() {
    fn walk(schema: &Value) {
        assert!(schema["description"].as_str().is_some_and(|text| !text.is_empty()), "{schema}");
        if let Some(properties) = schema.get("properties").and_then(Value::as_object) {
            assert_eq!(schema["additionalProperties"], false, "{schema}");
            properties.values().for_each(walk);
        }
    }
    walk(schema::parsed());
}

#[test]
fn the_published_defaults_are_the_real_ones() {
    for (key, schema) in schema_leaves() {
        let shown = (setting(&key).unwrap().show)(&Config::default());
        let published: Vec<String> = match schema.get("default") {
            None => Vec::new(),
            Some(Value::Array(items)) => items.iter().map(|item| item.as_str().unwrap().to_owned()).collect(),
            Some(Value::String(text)) => vec![text.clone()],
            Some(other) => vec![other.to_string()],
        };
        assert_eq!(shown, published, "{key}");
    }
}

/// `4GiB` and 1 make `5GiB`.
fn beside(text: &str, step: i64) -> String {
    let (digits, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap());
    format!("{}{unit}", digits.parse::<i64>().unwrap() + step)
}

#[test]
fn the_published_bounds_are_the_real_ones() {
    let accepts = |key: &str, text: String| {
        let given = Given { texts: &[text], folder: Path::new("") };
        (setting(key).unwrap().apply)(&mut Config::default(), given).is_ok()
    };
    let mut compared = 0;
    for (key, schema) in schema_leaves().into_iter().filter(|(_, schema)| schema["type"] == "integer") {
        let (least, most) = (schema["minimum"].as_u64().unwrap(), schema["maximum"].as_u64().unwrap());
        assert!(accepts(&key, least.to_string()) && accepts(&key, most.to_string()), "{key}");
        assert!(!accepts(&key, (most + 1).to_string()), "{key}");
        assert!(least == 0 || !accepts(&key, (least - 1).to_string()), "{key}");
        compared += 1;
    }
    // Sizes and spans cannot state their bounds in the schema; their descriptions do: "From 10ms to 1h."
    for (key, schema) in schema_leaves().into_iter().filter(|(_, schema)| schema.get("pattern").is_some()) {
        let description = schema["description"].as_str().unwrap();
        let bounds = description.rsplit_once("From ").map(|(_, bounds)| bounds.trim_end_matches('.'));
        let (least, most) = bounds.and_then(|bounds| bounds.split_once(" to ")).expect(&key);
        assert!(accepts(&key, least.to_owned()) && accepts(&key, most.to_owned()), "{key}");
        assert!(!accepts(&key, beside(most, 1)) && !accepts(&key, beside(least, -1)), "{key}");
        compared += 1;
    }
    assert!(compared > 20, "{compared} compared");
}

#[test]
fn the_whole_default_configuration_written_as_a_file_is_the_default_configuration() {
    let mut file = Map::new();
    for (key, schema) in schema_leaves() {
        let Some(default) = schema.get("default") else { continue };
        let (group, name) = key.split_once('.').unwrap_or(("", &key));
        let map = match group {
            "" => &mut file,
            group => file.entry(group).or_insert_with(|| Value::Object(Map::new())).as_object_mut().unwrap(),
        };
        map.insert(name.to_owned(), default.clone());
    }
    // JSON is YAML.
    let yaml = Value::Object(file).to_string();
    assert_eq!(load(&yaml, &[], &Flags::default()).unwrap().config, Config::default());
}
