//! Two series of samples, and what is made of them.

use canary::{Canary, settings::Settings};
use tidegate_sdk::{
    fixture::{observation, series},
    rollback::{Observation, Report, Rollback as _, Series},
    settings::read_with,
};

/// Nanoseconds.
pub(crate) const STEP: u64 = 5_000_000_000;
pub(crate) const BEGAN: u64 = 1_795_000_000_000_000_000;

pub(crate) fn settings(json: &str) -> Settings {
    read_with(json, Canary::problems).unwrap()
}

/// Settings of one metric `m` of the signals `c` and `b`, with these further keys of the metric.
pub(crate) fn one(more: &str) -> Settings {
    settings(&format!(r#"{{"min_samples": 20, "metrics": [{{"name": "m", "canary": "c", "baseline": "b", {more}}}]}}"#))
}

/// One sample a step, from the deployment on.
pub(crate) fn of(signal: &str, values: impl IntoIterator<Item = Option<f64>>) -> Series {
    series(signal, STEP, (1..).zip(values).map(|(n, value)| (BEGAN + n * STEP, value)))
}

/// So many values around a middle, each another one.
pub(crate) fn around(middle: f64, count: u64) -> Vec<Option<f64>> {
    (0..count).map(|n| Some(middle + (n * 37 % 101) as f64 / 100.0)).collect()
}

/// A look at these series, in the moment of the last sample of the longest.
pub(crate) fn looked(settings: Settings, series: Vec<Series>) -> Observation<Settings> {
    let last = series.iter().flat_map(|series| &series.samples).map(|sample| sample.at).max().unwrap_or(BEGAN);
    Observation { deployed_at: BEGAN, observed_at: last, series, ..observation(settings) }
}

pub(crate) fn report(observation: &Observation<Settings>) -> Report {
    Canary::evaluate(observation).unwrap()
}
