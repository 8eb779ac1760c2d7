//! The rule, natively.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use no_friday_afternoon::{NoFridayAfternoon, Settings};
use tidegate_sdk::{
    deployment::Cause,
    fixture::{evidence, request},
    gate::Gate,
    report::{Outcome, Report},
};

const HOUR: u64 = 3_600 * 1_000_000_000;
/// 2027-03-05, a Friday, at midnight.
const FRIDAY: u64 = 20_882 * 24 * HOUR;

fn settings(from_hour: u64, days: &[&str]) -> Settings {
    Settings { from_hour, days: days.iter().map(ToString::to_string).collect() }
}

fn asked(settings: Settings, at: u64, cause: Cause) -> Report {
    let mut request = request(settings);
    request.evaluated_at = at;
    request.deployment.cause = cause;
    NoFridayAfternoon::evaluate(&request, &evidence([])).unwrap()
}

#[test]
fn the_closed_hours_are_those_of_the_settings() {
    let friday = || settings(12, &["friday"]);
    let weekend = || settings(0, &["friday", "saturday", "sunday"]);
    for (settings, at, expected) in [
        (friday(), FRIDAY - 1, Outcome::Pass),
        (friday(), FRIDAY + 12 * HOUR - 1, Outcome::Pass),
        (friday(), FRIDAY + 12 * HOUR, Outcome::Hold(Some(FRIDAY + 24 * HOUR))),
        (friday(), FRIDAY + 24 * HOUR - 1, Outcome::Hold(Some(FRIDAY + 24 * HOUR))),
        (friday(), FRIDAY + 24 * HOUR, Outcome::Pass),
        (weekend(), FRIDAY, Outcome::Hold(Some(FRIDAY + 72 * HOUR))),
    ] {
        assert_eq!(asked(settings, at, Cause::Push).outcome, expected, "{at}");
    }
}

#[test]
fn the_summary_says_until_when() {
    let report = asked(Settings::default(), FRIDAY + 15 * HOUR, Cause::Push);
    assert_eq!(report.summary, "no deployments until 2027-03-06T00:00Z");
}

#[test]
fn a_rollback_goes_out_on_friday_afternoon_and_the_report_says_so() {
    let report = asked(Settings::default(), FRIDAY + 15 * HOUR, Cause::Rollback);
    assert_eq!((report.outcome, report.findings[0].rule.as_str()), (Outcome::Pass, "rollback"));
}

#[test]
fn settings_that_close_everything_are_refused() {
    let days = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];
    assert_eq!(NoFridayAfternoon::problems(&settings(0, &days)).len(), 1);
    assert_eq!(NoFridayAfternoon::problems(&settings(1, &days)), []);
}
