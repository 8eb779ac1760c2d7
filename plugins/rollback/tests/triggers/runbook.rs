//! The runbook's four triggers, and its warnings.

use crate::world::{BEGAN, Fine, Firing, Pending, SECOND, looked, report, settings};
use tidegate_sdk::{
    fixture::series,
    rollback::{Advice, Alert, Observation, Series},
    trigger::{Trigger, TriggerState},
};

const RUNBOOK: &str = r#"{"step": "5s", "triggers": [
    {"name": "health_checks", "signal": "health_checks.failed", "gt": 0, "consecutive": {"gt": 3}},
    {"name": "error_ratio", "signal": "http_requests.error_ratio", "gt": 0.1, "for": {"gt": "5m"}},
    {"name": "response_time", "signal": "http_req_duration.p95", "unit": "ms", "gt": 2000, "for": {"gt": "5m"}},
    {"name": "security_alert", "alert": {"severity": "critical", "category": "security"}},
    {"name": "slow", "signal": "http_req_duration.p95", "unit": "ms", "gt": 1000, "for": {"gt": "5m"}, "then": "warn"},
    {"name": "cpu", "signal": "cpu.used_percent", "gt": 80, "for": {"gt": "5m"}, "then": "warn"},
    {"name": "memory", "signal": "memory.used_percent", "gt": 90, "for": {"gt": "5m"}, "then": "warn"}]}"#;

/// How a look goes on: for so many seconds this value every second, of each signal that is named; the others are as they should be.
fn lasting(seconds: u64, named: &[(&str, f64)]) -> Observation<rollback::settings::Settings> {
    let usual = [
        ("health_checks.failed", 0.0),
        ("http_requests.error_ratio", 0.001),
        ("http_req_duration.p95", 120.0),
        ("cpu.used_percent", 35.0),
        ("memory.used_percent", 60.0),
    ];
    let each = |(signal, usual): (&str, f64)| -> Series {
        let value = named.iter().find(|(name, _)| *name == signal).map_or(usual, |(_, value)| *value);
        series(signal, SECOND, (0..=seconds).map(|n| (BEGAN + n * SECOND, Some(value))))
    };
    looked(settings(RUNBOOK), usual.map(each).to_vec(), BEGAN + seconds * SECOND)
}

fn state(observation: &Observation<rollback::settings::Settings>, name: &str) -> TriggerState {
    let is = |trigger: &&Trigger| trigger.name == name;
    report(observation).triggers.iter().find(is).unwrap().state
}

#[test]
fn three_failed_health_checks_are_ok_and_the_fourth_undoes_the_deployment() {
    for (failed, expected, advice) in [(3, Fine, Advice::Proceed), (4, Firing, Advice::RollBack)] {
        let mut observation = lasting(60, &[]);
        for (ago, sample) in observation.series[0].samples.iter_mut().rev().enumerate() {
            sample.value = Some(if ago < failed { 1.0 } else { 0.0 });
        }
        assert_eq!(state(&observation, "health_checks"), expected, "{failed}");
        assert_eq!(report(&observation).advice, advice, "{failed}");
    }
    // Three that failed and one that did not: nothing is left of it.
    let mut observation = lasting(60, &[]);
    for sample in &mut observation.series[0].samples[57..60] {
        sample.value = Some(1.0);
    }
    assert_eq!(state(&observation, "health_checks"), Fine);
}

#[test]
fn ten_percent_errors_are_ok_for_ever_and_a_tenth_more_is_not_for_longer_than_five_minutes() {
    for (percent, seconds, expected) in [
        (10.0, 301, Fine),
        (10.0, 3600, Fine),
        (10.1, 299, Pending),
        (10.1, 300, Pending),
        (10.1, 301, Firing),
        (100.0, 300, Pending),
    ] {
        let observation = lasting(seconds, &[("http_requests.error_ratio", percent / 100.0)]);
        assert_eq!(state(&observation, "error_ratio"), expected, "{percent} % for {seconds} s");
    }
}

#[test]
fn two_seconds_are_ok_for_ever_and_a_millisecond_more_is_not_for_longer_than_five_minutes() {
    for (p95, seconds, expected, slow) in [
        (2000.0, 3600, Fine, Firing),
        (2001.0, 300, Pending, Pending),
        (2001.0, 301, Firing, Firing),
        (1000.0, 3600, Fine, Fine),
        (1001.0, 301, Fine, Firing),
    ] {
        let observation = lasting(seconds, &[("http_req_duration.p95", p95)]);
        assert_eq!(state(&observation, "response_time"), expected, "{p95} ms for {seconds} s");
        assert_eq!(state(&observation, "slow"), slow, "{p95} ms for {seconds} s");
    }
}

#[test]
fn warnings_undo_nothing() {
    for (signal, trigger, at, over) in
        [("cpu.used_percent", "cpu", 80.0, 80.1), ("memory.used_percent", "memory", 90.0, 90.1)]
    {
        assert_eq!(state(&lasting(301, &[(signal, at)]), trigger), Fine);
        let observation = lasting(301, &[(signal, over)]);
        assert_eq!((state(&observation, trigger), report(&observation).advice), (Firing, Advice::Proceed));
    }
}

#[test]
fn a_critical_security_alert_fires_at_once() {
    let mut observation = lasting(0, &[]);
    let [name, severity, category] = ["Intrusion", "critical", "security"].map(str::to_owned);
    observation.alerts.push(Alert { name, severity, category, firing: true, since: BEGAN, labels: vec![] });
    assert_eq!((state(&observation, "security_alert"), report(&observation).advice), (Firing, Advice::RollBack));
}
