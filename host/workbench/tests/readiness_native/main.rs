//! The shipped plugins as WebAssembly on an engine, and the same plugins natively: the same question gets the same answer.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod world;

use change_window::ChangeWindow;
use readiness::Readiness;
use tidegate_core::report::GateOutcome;
use world::{Said, Twins, said};

const NOW: u64 = 1_795_000_000_000_000_000;
const HOUR: u64 = 3_600_000_000_000;

#[test]
fn readiness_answers_natively_as_on_an_engine() {
    let twins = Twins::<Readiness>::of("readiness");
    let settings = r#"{"items": {"feature_branches_merged": {}, "version_numbers_updated": {"need": "if_applicable"},
        "database_backup_completed": {"max_age": "24h"}, "code_review_completed": {"four_eyes": true},
        "customer_communication_prepared": {"need": "if_downtime_expected"}, "own": {"title": "Own", "remediation": {"title": "do", "command": "it"}}}}"#;
    let whole = |backup: u64, by: &'static str| -> Vec<Said> {
        vec![
            said("feature_branches_merged", 'y', "bob", NOW - HOUR, ""),
            said("version_numbers_updated", '-', "bob", NOW - HOUR, "configuration only"),
            said("database_backup_completed", 'y', "bob", NOW - backup, ""),
            said("code_review_completed", 'y', by, NOW - HOUR, ""),
            said("customer_communication_prepared", 'y', "bob", NOW - HOUR, ""),
            said("own", 'y', "bob", NOW - HOUR, ""),
        ]
    };
    let mut unmet = whole(HOUR, "bob");
    unmet.push(said("own", 'n', "carol", NOW - 2 * HOUR, "née \u{202e}txet"));
    for (statements, outcome) in [
        (whole(HOUR, "bob"), GateOutcome::Pass),
        (whole(25 * HOUR, "bob"), GateOutcome::Inconclusive),
        (whole(HOUR, "alice"), GateOutcome::Inconclusive),
        (unmet, GateOutcome::Fail),
        (vec![], GateOutcome::Inconclusive),
    ] {
        assert_eq!(twins.agree(settings, NOW, &statements).outcome, outcome, "{statements:?}");
    }
}

#[test]
fn change_window_answers_natively_as_on_an_engine() {
    let twins = Twins::<ChangeWindow>::of("change-window");
    let settings = r#"{"time_zone": "Australia/Lord_Howe",
        "windows": [{"name": "night", "weekly": {"days": ["sat", "sun"], "from": "22:00", "to": "02:15"}},
                    {"name": "patch day", "rrule": "FREQ=MONTHLY;BYDAY=2TU", "start": "2026-01-01T22:00", "duration": "4h"}],
        "freezes": [{"name": "year end", "from": "2026-12-18T00:00", "to": "2027-01-04T08:00"},
                    {"name": "release", "kind": "soft", "rrule": "FREQ=WEEKLY;BYDAY=SU", "start": "2026-01-01T00:00", "duration": "1d"}]}"#;
    let mut outcomes = Vec::new();
    // Every 7 hours and 13 minutes over three months with a change of clocks and the end of a year.
    for step in 0..300 {
        let now = 1_790_500_000_000_000_000 + step * (7 * HOUR + HOUR / 60 * 13);
        outcomes.push(twins.agree(settings, now, &[]).outcome);
    }
    let held = outcomes.iter().filter(|outcome| matches!(outcome, GateOutcome::Hold(Some(_)))).count();
    let passed = outcomes.iter().filter(|outcome| **outcome == GateOutcome::Pass).count();
    assert!(held > 100 && passed > 5 && held + passed == outcomes.len(), "{held} held, {passed} passed");
}
