//! The table in `policies/README.md` that says where the runbook's rules are: every stage that it names exists, and says what the
//! table says.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on should stop")]

use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use tidegate_bundle::document;

/// Rows of the table: the runbook's seven durations count as one, its checklist as twenty-five.
const ROWS: usize = 70;
/// The policy set of a stage that is named alone.
const RUNBOOK: &str = "runbook";

fn policies() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policies")
}

/// The cells of each row of the table under that heading.
fn rows() -> Vec<[String; 3]> {
    let readme = std::fs::read_to_string(policies().join("README.md")).unwrap();
    let (_, section) = readme.split_once("## Where the runbook's rules are").unwrap();
    let section = section.split("\n## ").next().unwrap();
    let cells =
        |line: &str| -> Vec<String> { line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect() };
    let rows = section.lines().filter(|line| line.starts_with('|')).skip(2).map(cells);
    rows.map(|cells| cells.try_into().unwrap_or_else(|cells| panic!("three cells: {cells:?}"))).collect()
}

/// What stands between backticks.
fn quoted(cell: &str) -> Vec<String> {
    cell.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

fn policy_set(name: &str) -> Value {
    let path = policies().join(format!("{name}.yaml"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    document::read::<Value>(&text, name, &json!(true)).unwrap_or_else(|mistakes| panic!("{mistakes:#?}")).0
}

fn stage(set: &str, id: &str) -> Option<Value> {
    let set = policy_set(set);
    set.get("stages")?.as_array()?.iter().find(|stage| stage.get("id").is_some_and(|known| known == id)).cloned()
}

/// What a cell names: stages of sets, or parts of the runbook's set.
fn places(cell: &str) -> Vec<Value> {
    let mut set = RUNBOOK.to_owned();
    let mut places = Vec::new();
    for name in quoted(cell) {
        if policies().join(format!("{name}.yaml")).is_file() {
            set = name;
        } else if let Some(stage) = stage(&set, &name) {
            places.push(stage);
        } else if let Some(file) = name.strip_suffix(".yaml") {
            places.push(policy_set(file));
        } else {
            let pointer = format!("/{}", name.replace('.', "/"));
            let part = policy_set(RUNBOOK).pointer(&pointer).cloned();
            places.push(part.unwrap_or_else(|| panic!("`{set}` has neither a stage nor a part `{name}`")));
        }
    }
    places
}

/// Whether a stage says `path`, in its settings, beside them, or for its evidence; with `: value`, exactly that.
fn says(place: &Value, setting: &str) -> bool {
    let (path, expected) = setting.split_once(": ").map_or((setting, None), |(path, value)| (path, Some(value)));
    let pointer = format!("/{}", path.replace('.', "/"));
    let roots = ["/settings", "", "/evidence/0"];
    let found = roots.iter().find_map(|root| place.pointer(&format!("{root}{pointer}")));
    let said = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    found.is_some_and(|value| expected.is_none_or(|expected| said(value) == expected))
}

#[test]
fn the_table_names_every_rule_and_what_it_names_is_there() {
    let rows = rows();
    assert_eq!(rows.len(), ROWS, "a row more or less is a rule more or less");
    for [rule, place, setting] in rows {
        if matches!(place.as_str(), "each stage" | "every stage" | "a team's own stage" | "`maintenance`") {
            continue;
        }
        let places = places(&place);
        assert!(!places.is_empty(), "{rule}: `{place}` names no stage");
        for setting in quoted(&setting) {
            assert!(places.iter().any(|place| says(place, &setting)), "{rule}: `{place}` does not say `{setting}`");
        }
    }
}

#[test]
fn every_item_of_the_checklist_is_in_the_table() {
    let checklist = stage(RUNBOOK, "checklist").unwrap();
    let items: Vec<&String> = checklist.pointer("/settings/items").unwrap().as_object().unwrap().keys().collect();
    assert_eq!(items.len(), 25);
    let settings: Vec<String> = rows().iter().flat_map(|[_, _, setting]| quoted(setting)).collect();
    for item in items {
        let path = format!("items.{item}");
        let named = settings.iter().any(|setting| *setting == path || setting.starts_with(&format!("{path}.")));
        assert!(named, "`{item}` is not in the table");
    }
}
