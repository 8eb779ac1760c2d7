//! Which settings are taken, and where the others are wrong.

use change_window::{ChangeWindow, settings::SCHEMA};
use tidegate_sdk::{describe::Problem, settings::read};

fn problems(settings: &str) -> Vec<Problem> {
    read::<ChangeWindow>(settings).err().unwrap_or_default()
}

fn pointers(settings: &str) -> Vec<String> {
    problems(settings).into_iter().map(|problem| problem.pointer).collect()
}

#[test]
fn every_form_of_window_and_freeze_is_taken() {
    for settings in [
        r#"{"time_zone": "Europe/Berlin", "windows": [{"name": "day", "weekly": {"days": ["mon", "sun"], "from": "09:00", "to": "16:00"}}]}"#,
        r#"{"time_zone": "UTC", "windows": [{"name": "night", "weekly": {"days": ["mon"], "from": "22:00", "to": "04:00"}}]}"#,
        r#"{"time_zone": "UTC", "windows": [{"name": "all", "weekly": {"days": ["mon"], "from": "00:00", "to": "24:00"}}]}"#,
        r#"{"time_zone": "Asia/Kolkata", "windows": [{"name": "once", "from": "2026-12-18T00:00", "to": "2026-12-18T00:01"}]}"#,
        r#"{"time_zone": "America/New_York", "freezes": [{"name": "r", "kind": "soft", "services": ["billing*"], "rrule": "FREQ=MONTHLY;BYDAY=-1FR", "start": "2026-01-01T22:00", "duration": "4h"}]}"#,
    ] {
        assert!(pointers(settings).is_empty(), "{settings}: {:?}", problems(settings));
    }
}

#[test]
fn every_problem_is_found_at_once_and_says_where() {
    let (from, to) = (r#""from": "2026-12-18T00:00""#, r#""to": "2027-01-04T08:00""#);
    for (settings, expected) in [
        (r#"{"time_zone": "UTC"}"#.to_owned(), vec![""]),
        (r#"{"time_zone": "Europe/Atlantis", "windows": []}"#.to_owned(), vec!["/time_zone", ""]),
        (r#"{"time_zone": "Etc/Unknown", "freezes": [{"name": "a"}]}"#.to_owned(), vec!["/time_zone", "/freezes/0"]),
        (format!(r#"{{"time_zone": "UTC", "freezes": [{{"name": "a", {from}}}]}}"#), vec!["/freezes/0"]),
        (
            format!(r#"{{"time_zone": "UTC", "freezes": [{{"name": "a", {from}, {to}, "rrule": "FREQ=DAILY"}}]}}"#),
            vec!["/freezes/0"],
        ),
        (
            format!(
                r#"{{"time_zone": "UTC", "freezes": [{{"name": "a", "kind": "firm", "services": [], {from}, {to}}}, {{"name": "a", "services": ["", "b"], {from}, {to}}}]}}"#
            ),
            vec!["/freezes/1/name", "/freezes/0/kind", "/freezes/0/services", "/freezes/1/services/0"],
        ),
        (
            r#"{"time_zone": "UTC", "windows": [{"name": " ", "from": "2027-01-04T08:00", "to": "2027-01-04T08:00"}, {"name": "b", "from": "2026-02-30T00:00", "to": "tomorrow"}]}"#.to_owned(),
            vec!["/windows/0/name", "/windows/0/to", "/windows/1/from", "/windows/1/to"],
        ),
        (
            r#"{"time_zone": "UTC", "windows": [{"name": "w", "weekly": {"days": ["mon", "mon", "day"], "from": "24:00", "to": "25:00"}}, {"name": "v", "weekly": {"days": [], "from": "09:00", "to": "09:00"}}]}"#.to_owned(),
            vec![
                "/windows/0/weekly/from",
                "/windows/0/weekly/to",
                "/windows/0/weekly/days/1",
                "/windows/0/weekly/days/2",
                "/windows/1/weekly/days",
                "/windows/1/weekly/to",
            ],
        ),
        (
            r#"{"time_zone": "UTC", "windows": [{"name": "r", "rrule": "FREQ=SECONDLY;BYHOUR=3", "start": "now", "duration": "400d"}]}"#.to_owned(),
            vec!["/windows/0/start", "/windows/0/duration", "/windows/0/rrule", "/windows/0/rrule"],
        ),
        (r#"{"time_zone": "UTC", "window": []}"#.to_owned(), vec!["/window"]),
    ] {
        assert_eq!(pointers(&settings), expected, "{settings}: {:?}", problems(&settings));
    }
}

#[test]
fn lists_and_names_are_bounded_and_the_problem_says_both_numbers() {
    let windows = |count: usize| {
        let each = |n: usize| format!(r#"{{"name": "{n}", "from": "2026-12-18T00:00", "to": "2026-12-18T00:01"}}"#);
        let list: Vec<String> = (0..count).map(each).collect();
        problems(&format!(r#"{{"time_zone": "UTC", "windows": [{}]}}"#, list.join(", ")))
    };
    assert!(windows(32).is_empty());
    assert_eq!(windows(33)[0].message, "33 entries used, 32 allowed");
    let long = format!(
        r#"{{"time_zone": "UTC", "windows": [{{"name": "{}", "from": "2026-12-18T00:00", "to": "2026-12-18T00:01"}}]}}"#,
        "a".repeat(129)
    );
    assert_eq!(problems(&long)[0].message, "129 bytes used, 128 allowed");
    let zone = format!(r#"{{"time_zone": "{}", "windows": []}}"#, "é".repeat(100_000));
    assert!(problems(&zone)[0].message.len() < 500);
}

#[test]
fn the_schema_is_json_and_knows_every_key() {
    let schema: serde_json::Value = serde_json::from_str(SCHEMA).unwrap();
    let keys: Vec<&String> = schema["properties"].as_object().unwrap().keys().collect();
    assert_eq!(keys, ["freezes", "time_zone", "windows"]);
    assert_eq!(schema["additionalProperties"], false);
}
