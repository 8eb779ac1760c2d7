//! Samples drawn as text, and the one trigger that judges them.

use rollback::{Rollback, settings::Settings};
use tidegate_sdk::{
    fixture::{observation, series},
    rollback::{Observation, Report, Rollback as _, Series},
    settings::read_with,
    trigger::{Trigger, TriggerState},
};

/// Nanoseconds.
pub(crate) const SECOND: u64 = 1_000_000_000;
pub(crate) const STEP: u64 = 5 * SECOND;
/// When the deployment was made: the moment of the first sample that is drawn.
pub(crate) const BEGAN: u64 = 1_795_000_000 * SECOND;

pub(crate) use TriggerState::{Firing, Inconclusive, Ok as Fine, Pending};

pub(crate) fn settings(json: &str) -> Settings {
    read_with(json, Rollback::problems).unwrap()
}

/// Settings of one trigger `t` over signal `s`, violated above 1; `more` are its other keys.
pub(crate) fn one(more: &str) -> Settings {
    settings(&format!(r#"{{"step": "5s", "triggers": [{{"name": "t", "signal": "s", "gt": 1, {more}}}]}}"#))
}

/// Every 5 s one sample: `x` violates the bound, `.` does not, `=` is at the bound, `-` did not come, `n` is no number, a blank is
/// nothing at all.
pub(crate) fn drawn(samples: &str) -> Vec<(u64, Option<f64>)> {
    let value = |sign| match sign {
        'x' => Some(Some(2.0)),
        '=' => Some(Some(1.0)),
        '.' => Some(Some(0.0)),
        'n' => Some(Some(f64::NAN)),
        '-' => Some(None),
        _ => None,
    };
    (0_u64..).zip(samples.chars()).filter_map(|(n, sign)| Some((BEGAN + n * STEP, value(sign)?))).collect()
}

/// A look at these series.
pub(crate) fn looked(settings: Settings, series: Vec<Series>, observed_at: u64) -> Observation<Settings> {
    Observation { deployed_at: BEGAN, observed_at, series, ..observation(settings) }
}

pub(crate) fn report(observation: &Observation<Settings>) -> Report {
    Rollback::evaluate(observation).unwrap()
}

/// What the one trigger comes to.
pub(crate) fn judged(observation: &Observation<Settings>) -> Trigger {
    let [trigger] = <[Trigger; 1]>::try_from(report(observation).triggers).unwrap();
    trigger
}

/// Samples as drawn, looked at so long after the last sign.
pub(crate) fn at(more: &str, samples: &str, after: u64) -> Trigger {
    let last = (samples.chars().count() as u64).saturating_sub(1) * STEP;
    judged(&looked(one(more), vec![series("s", STEP, drawn(samples))], BEGAN + last + after))
}

/// Rows of samples and what they come to, looked at in the moment of the last one.
#[track_caller]
pub(crate) fn come_to(more: &str, rows: &[(&str, TriggerState)]) {
    for (samples, expected) in rows {
        let trigger = at(more, samples, 0);
        assert_eq!(trigger.state, *expected, "{more}: `{samples}`: {}", trigger.message);
    }
}
