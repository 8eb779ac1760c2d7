//! Which settings are taken, and where the others are wrong.

use readiness::{Readiness, settings::SCHEMA};
use tidegate_sdk::{describe::Problem, settings::read};

fn problems(settings: &str) -> Vec<Problem> {
    read::<Readiness>(settings).err().unwrap_or_default()
}

fn pointers(settings: &str) -> Vec<String> {
    problems(settings).into_iter().map(|problem| problem.pointer).collect()
}

#[test]
fn items_of_the_catalogue_and_further_ones_are_taken() {
    for settings in [
        r#"{"items": {"feature_branches_merged": {}}}"#,
        r#"{"items": {"version_numbers_updated": {"need": "if_applicable"}}}"#,
        r#"{"items": {"customer_communication_prepared": {"need": "if_downtime_expected"}}}"#,
        r#"{"items": {"database_backup_completed": {"need": "required", "max_age": "1d12h", "four_eyes": true}}}"#,
        r#"{"items": {"my_own_item": {"title": "Mine", "remediation": {"title": "do it", "command": "make it", "doc": "https://example.org"}}}}"#,
        r#"{"items": {"rollback_plan_ready": {"title": "Our plan", "remediation": {"title": "write it"}}}}"#,
    ] {
        assert!(pointers(settings).is_empty(), "{settings}: {:?}", problems(settings));
    }
}

#[test]
fn every_problem_is_found_at_once_and_says_where() {
    for (settings, expected) in [
        (r#"{"items": {}}"#, vec!["/items"]),
        (r#"{"items": {"certificates_valid": {"needs": "x"}}}"#, vec!["/items/certificates_valid/needs"]),
        (r#"{"items": {"certificates_valid": {}}, "item": 1}"#, vec!["/item"]),
        (r#"{"items": {"certificate_valid": {}}}"#, vec!["/items/certificate_valid"]),
        (r#"{"items": {"My/Item": {"title": "Mine"}}}"#, vec!["/items/My~1Item"]),
        (
            r#"{"items": {"rollback_plan_ready": {"title": " ", "remediation": {"title": "", "command": "", "doc": ""}},
                "certificates_valid": {"need": "sometimes", "max_age": "1w"}, "database_backup_completed": {"max_age": "0h"},
                "own": {"need": "if_", "title": "Own"}, "other": {"need": "if_Big", "title": "Own"}}}"#,
            vec![
                "/items/certificates_valid/need",
                "/items/certificates_valid/max_age",
                "/items/rollback_plan_ready/title",
                "/items/rollback_plan_ready/remediation/title",
                "/items/rollback_plan_ready/remediation/command",
                "/items/rollback_plan_ready/remediation/doc",
                "/items/database_backup_completed/max_age",
                "/items/other/need",
                "/items/own/need",
            ],
        ),
    ] {
        assert_eq!(pointers(settings), expected, "{settings}");
    }
}

#[test]
fn settings_are_bounded_and_the_problem_says_both_numbers() {
    let items = |count: usize| {
        let each: Vec<String> = (0..count).map(|n| format!(r#""item_{n}": {{"title": "Item"}}"#)).collect();
        problems(&format!(r#"{{"items": {{{}}}}}"#, each.join(", ")))
    };
    assert!(items(256).is_empty());
    assert_eq!(items(257)[0].message, "257 items used, 256 allowed");
    let title = format!(r#"{{"items": {{"own": {{"title": "{}"}}}}}}"#, "a".repeat(513));
    assert_eq!(problems(&title)[0].message, "513 bytes used, 512 allowed");
    let id = format!(r#"{{"items": {{"{}": {{"title": "a"}}}}}}"#, "a".repeat(65));
    assert!(problems(&id)[0].message.contains("at most 64"), "{:?}", problems(&id));
}

#[test]
fn the_schema_knows_every_item_of_the_catalogue_and_only_those() {
    let schema: serde_json::Value = serde_json::from_str(SCHEMA).unwrap();
    let known = schema["properties"]["items"]["properties"].as_object().unwrap();
    assert_eq!(known.len(), 25);
    for id in known.keys() {
        let settings = format!(r#"{{"items": {{"{id}": {{}}}}}}"#);
        assert!(pointers(&settings).is_empty(), "{id} is in the schema, not in the catalogue");
    }
}
