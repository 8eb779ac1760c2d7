//! The plugin's judgements, as data: a moment, and what is answered.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use change_window::ChangeWindow;
use jiff::Timestamp;
use tidegate_sdk::{
    deployment::{Cause, Service},
    fixture::{evidence, request},
    gate::{Failure, Gate as _, Request},
    report::{
        Outcome::{Hold, NotApplicable, Pass},
        Report,
    },
    settings::read,
};

fn nanos(moment: &str) -> u64 {
    u64::try_from(moment.parse::<Timestamp>().unwrap().as_nanosecond()).unwrap()
}

fn asked<S>(settings: S, now: &str, services: &[&str]) -> Request<S> {
    let mut request = request(settings);
    let service = |name: &&str| Service { name: (*name).to_owned(), ..request.deployment.services[0].clone() };
    request.deployment.services = services.iter().map(service).collect();
    request.evaluated_at = nanos(now);
    request
}

#[track_caller]
fn judged(settings: &str, now: &str, services: &[&str]) -> Report {
    let request = asked(read::<ChangeWindow>(settings).unwrap(), now, services);
    ChangeWindow::evaluate(&request, &evidence([])).unwrap()
}

/// Settings, then moments with what is answered: `""` passes, `"-"` is held without an end, else held until then.
fn hold(settings: &str, moments: &[(&str, &str)]) {
    for (now, until) in moments {
        let report = judged(settings, now, &["api"]);
        let wanted = match *until {
            "" => Pass,
            "-" => Hold(None),
            until => Hold(Some(nanos(until))),
        };
        assert_eq!(report.outcome, wanted, "{now}: {}", report.summary);
        assert!(report.findings.iter().all(|finding| !finding.decisive), "{now}");
    }
}

#[test]
fn a_weekly_window_is_local_and_half_open() {
    let day = r#"{"time_zone": "Europe/Berlin", "windows": [{"name": "day", "weekly": {"days": ["mon", "tue"], "from": "09:00", "to": "16:00"}}]}"#;
    hold(
        day,
        &[
            ("2026-11-23T07:59:59.999999999Z", "2026-11-23T08:00:00Z"),
            ("2026-11-23T08:00:00Z", ""),
            ("2026-11-23T14:59:59.999999999Z", ""),
            ("2026-11-23T15:00:00Z", "2026-11-24T08:00:00Z"),
            ("2026-11-24T15:00:00Z", "2026-11-30T08:00:00Z"),
            ("2026-07-06T07:00:00Z", ""),
            ("2026-07-06T14:00:00Z", "2026-07-07T07:00:00Z"),
        ],
    );
    let report = judged(day, "2026-11-24T15:00:00Z", &["api"]);
    assert_eq!(report.summary, "outside every window; changes are allowed from 2026-11-30 09:00 +01:00 on");
    assert_eq!(report.findings[0].rule, "window");
    let within = judged(day, "2026-11-23T08:00:00Z", &["api"]);
    assert_eq!(within.summary, "within window `day` until 2026-11-23 16:00 +01:00");
}

#[test]
fn a_window_over_midnight_belongs_to_the_day_it_begins_on() {
    let night = r#"{"time_zone": "UTC", "windows": [{"name": "night", "weekly": {"days": ["sun"], "from": "22:00", "to": "04:00"}}]}"#;
    hold(
        night,
        &[
            ("2026-11-22T21:59:00Z", "2026-11-22T22:00:00Z"),
            ("2026-11-22T23:00:00Z", ""),
            ("2026-11-23T03:59:00Z", ""),
            ("2026-11-23T04:00:00Z", "2026-11-29T22:00:00Z"),
            ("2026-11-23T22:00:00Z", "2026-11-29T22:00:00Z"),
        ],
    );
}

#[test]
fn where_clocks_change_a_window_is_never_shorter_than_the_wall_clock_says() {
    let early = |from: &str, to: &str| {
        format!(
            r#"{{"time_zone": "Europe/Berlin", "windows": [{{"name": "w", "weekly": {{"days": ["sun"], "from": "{from}", "to": "{to}"}}}}]}}"#
        )
    };
    // On 2026-10-25 the clock goes back from 03:00 to 02:00, at 01:00 UTC.
    hold(
        &early("02:30", "04:00"),
        &[("2026-10-25T00:29:00Z", "2026-10-25T00:30:00Z"), ("2026-10-25T00:30:00Z", ""), ("2026-10-25T01:10:00Z", "")],
    );
    hold(
        &early("01:00", "02:30"),
        &[("2026-10-25T00:45:00Z", ""), ("2026-10-25T01:29:00Z", ""), ("2026-10-25T01:30:00Z", "2026-11-01T00:00:00Z")],
    );
    // On 2026-03-29 it goes forward from 02:00 to 03:00, at 01:00 UTC.
    hold(
        &early("02:30", "04:00"),
        &[("2026-03-29T00:59:00Z", "2026-03-29T01:00:00Z"), ("2026-03-29T01:00:00Z", ""), ("2026-03-29T01:59:00Z", "")],
    );
    hold(&early("02:10", "02:50"), &[("2026-03-29T00:59:00Z", "2026-04-05T00:10:00Z")]);
}

#[test]
fn a_hard_freeze_holds_until_a_window_opens_after_it() {
    let both = r#"{"time_zone": "Europe/Berlin",
        "windows": [{"name": "day", "weekly": {"days": ["mon", "tue", "wed", "thu"], "from": "09:00", "to": "16:00"}}],
        "freezes": [{"name": "year end", "from": "2026-12-18T00:00", "to": "2027-01-04T08:00"},
                    {"name": "audit", "kind": "hard", "from": "2027-01-04T07:00", "to": "2027-01-04T12:00"}]}"#;
    hold(
        both,
        &[
            ("2026-12-17T14:59:00Z", ""),
            ("2026-12-17T15:00:00Z", "2027-01-04T11:00:00Z"),
            ("2026-12-18T10:00:00Z", "2027-01-04T11:00:00Z"),
            ("2027-01-04T06:30:00Z", "2027-01-04T11:00:00Z"),
            ("2027-01-04T11:00:00Z", ""),
        ],
    );
    let report = judged(both, "2027-01-04T06:30:00Z", &["api"]);
    let rules: Vec<(&str, Option<&str>)> =
        report.findings.iter().map(|finding| (finding.rule.as_str(), finding.subject.as_deref())).collect();
    assert_eq!(rules, [("freeze.hard", Some("year end")), ("freeze.hard", Some("audit")), ("window", None)]);
    assert_eq!(report.summary, "frozen by `year end`; changes are allowed from 2027-01-04 12:00 +01:00 on");
    let remediation = report.findings[0].remediation.as_ref().unwrap();
    assert!(remediation.title.contains("2027-01-04 12:00") && remediation.title.contains("break-glass"));
}

#[test]
fn a_freeze_concerns_the_services_it_names() {
    let billing = r#"{"time_zone": "UTC", "freezes": [{"name": "billing run", "services": ["billing*", "ledger"], "from": "2026-12-01T00:00", "to": "2026-12-02T00:00"}]}"#;
    let noon = "2026-12-01T12:00:00Z";
    for (services, held) in [
        (&["api"][..], false),
        (&["api", "billing-web"], true),
        (&["billing"], true),
        (&["ledger"], true),
        (&["ledger-web"], false),
    ] {
        assert_eq!(judged(billing, noon, services).outcome != Pass, held, "{services:?}");
    }
    let mut request = asked(read::<ChangeWindow>(billing).unwrap(), noon, &["api", "billing"]);
    request.service = Some("api".to_owned());
    assert_eq!(ChangeWindow::evaluate(&request, &evidence([])).unwrap().outcome, Pass);
}

#[test]
fn a_soft_freeze_warns_and_holds_nothing() {
    let soft = r#"{"time_zone": "UTC", "freezes": [{"name": "holidays", "kind": "soft", "from": "2026-12-01T00:00", "to": "2026-12-02T00:00"}]}"#;
    let report = judged(soft, "2026-12-01T12:00:00Z", &["api"]);
    assert_eq!((report.outcome, report.findings.len()), (Pass, 1));
    assert_eq!(report.findings[0].rule, "freeze.soft");
    assert_eq!(report.summary, "no hard freeze; soft freeze `holidays` until 2026-12-02 00:00 +00:00");
    assert!(judged(soft, "2026-12-02T00:00:00Z", &["api"]).findings.is_empty());
}

#[test]
fn a_rollback_is_never_held() {
    let ever =
        r#"{"time_zone": "UTC", "freezes": [{"name": "ever", "from": "1970-01-01T00:00", "to": "2400-01-01T00:00"}]}"#;
    hold(ever, &[("2026-12-01T12:00:00Z", "-")]);
    let mut request = asked(read::<ChangeWindow>(ever).unwrap(), "2026-12-01T12:00:00Z", &["api"]);
    request.deployment.cause = Cause::Rollback;
    let report = ChangeWindow::evaluate(&request, &evidence([])).unwrap();
    assert_eq!((report.outcome, report.summary.as_str()), (NotApplicable, "a rollback is never held"));
}

#[test]
fn what_is_never_allowed_within_two_years_has_no_moment() {
    let past =
        r#"{"time_zone": "UTC", "windows": [{"name": "past", "from": "2020-01-01T00:00", "to": "2020-01-02T00:00"}]}"#;
    let far =
        r#"{"time_zone": "UTC", "windows": [{"name": "far", "from": "2030-01-01T00:00", "to": "2030-01-02T00:00"}]}"#;
    let shut = r#"{"time_zone": "UTC", "windows": [{"name": "daily", "rrule": "FREQ=DAILY", "start": "2026-01-01T09:00", "duration": "1h"}],
        "freezes": [{"name": "daily", "rrule": "FREQ=DAILY", "start": "2026-01-01T09:00", "duration": "1h"}]}"#;
    for settings in [past, far, shut] {
        hold(settings, &[("2026-12-01T12:00:00Z", "-")]);
    }
    let report = judged(shut, "2026-12-01T12:00:00Z", &["api"]);
    assert!(report.summary.ends_with("no moment within two years is known at which changes are allowed"));
    hold(shut, &[("2554-07-21T23:34:33Z", "-"), ("1970-01-01T00:00:00Z", "-")]);
}

#[test]
fn a_rule_with_overlapping_occurrences_covers_without_a_gap() {
    let rule = r#"{"time_zone": "Europe/Berlin", "freezes": [{"name": "r", "rrule": "FREQ=DAILY;COUNT=3", "start": "2026-11-01T12:00", "duration": "36h"}]}"#;
    hold(
        rule,
        &[
            ("2026-11-01T10:59:00Z", ""),
            ("2026-11-01T11:00:00Z", "2026-11-04T23:00:00Z"),
            ("2026-11-04T22:59:00Z", "2026-11-04T23:00:00Z"),
            ("2026-11-04T23:00:00Z", ""),
        ],
    );
}

#[test]
fn settings_that_do_not_fit_are_the_policys_fault() {
    let settings = serde_json::from_str(r#"{"time_zone": "Nowhere", "windows": []}"#).unwrap();
    let answer = ChangeWindow::evaluate(&asked(settings, "2026-12-01T12:00:00Z", &["api"]), &evidence([]));
    assert!(matches!(answer, Err(Failure::BadSettings(_))), "{answer:?}");
}
