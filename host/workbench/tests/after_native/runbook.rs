//! The sections of `policies/runbook.yaml` are settings that the plugins take.

use crate::world::{later, loaded};
use serde_json::{Value, json};
use std::{fs, time::Duration};
use tidegate_workbench::testing::root;

fn section(key: &str) -> Value {
    let text = fs::read_to_string(root().join("policies/runbook.yaml")).unwrap();
    let (set, _) = tidegate_bundle::document::read::<Value>(&text, "runbook.yaml", &json!({})).unwrap();
    set[key].clone()
}

#[test]
fn its_triggers_are_settings_of_rollback() {
    let (engine, plugin) = loaded("rollback");
    let settings = json!({ "triggers": section("rollback")["triggers"] });
    assert_eq!(settings["triggers"].as_array().unwrap().len(), 7);
    let settings = settings.to_string();
    assert_eq!(plugin.settings_problems(&engine, &settings).unwrap(), []);
    // Five minutes, and a sample before them, as late as it may be.
    let lookback = engine.lookback(&plugin, &settings, later()).result.unwrap();
    assert_eq!(lookback, Duration::from_secs(300 + 2 * 30 + 30));
}

#[test]
fn its_severity_is_settings_of_severity() {
    let (engine, plugin) = loaded("severity");
    assert_eq!(plugin.settings_problems(&engine, &section("severity").to_string()).unwrap(), []);
}
