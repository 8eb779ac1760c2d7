//! The samples of one side that can be compared, or why there are none.

use crate::plan::{Metric, Plan, SAMPLES_MAX};
use tidegate_sdk::{
    rollback::{Observation, Series},
    span::in_words,
    text::bounded,
};

/// Bytes of a foreign text in a message, at most.
const FOREIGN_BYTES_MAX: usize = 256;

/// Each moment once, those that came.
pub(crate) fn values<S>(
    signal: &str,
    metric: &Metric,
    plan: &Plan,
    observation: &Observation<S>,
) -> Result<Vec<f64>, String> {
    let series = usable(signal, metric, &observation.series)?;
    let to = observation.observed_at;
    let from = to.saturating_sub(plan.window).max(observation.deployed_at);
    let mut samples: Vec<(u64, Option<f64>)> = series
        .samples
        .iter()
        .filter(|sample| (from..=to).contains(&sample.at))
        .map(|sample| (sample.at, sample.value.filter(|value| value.is_finite())))
        .collect();
    samples.sort_by_key(|(at, _)| *at);
    // A moment that is told of twice is one sample; where it is told of differently nobody knows which is right.
    let moments = samples.chunk_by(|(one, _), (next, _)| one == next);
    let values: Vec<f64> = moments.filter_map(agreed).collect();
    let came = values.len() as u64;
    let due = to.saturating_sub(from) / series.step;
    if came < u64::from(plan.samples_min) {
        return Err(format!("{came} samples of `{signal}`, at least {} needed", plan.samples_min));
    }
    if came > u64::from(SAMPLES_MAX) {
        return Err(format!("samples of `{signal}`: {came} used, {SAMPLES_MAX} allowed"));
    }
    if came * 100 < due * u64::from(100 - plan.missing_percent_max) {
        let allowed = plan.missing_percent_max;
        return Err(format!("{} of {due} samples of `{signal}` missing, {allowed} % allowed", due - came));
    }
    Ok(values)
}

fn agreed(moment: &[(u64, Option<f64>)]) -> Option<f64> {
    let mut values = moment.iter().filter_map(|(_, value)| *value);
    let first = values.next()?;
    values.all(|value| value == first).then_some(first)
}

/// The one series of the signal, if it can be believed.
fn usable<'a>(signal: &str, metric: &Metric, all: &'a [Series]) -> Result<&'a Series, String> {
    let foreign = |text: &str| bounded(text.to_owned(), FOREIGN_BYTES_MAX);
    let mut found = all.iter().filter(|series| series.signal == signal);
    let Some(series) = found.next() else { return Err(format!("there is no series of `{signal}`")) };
    let more = found.count();
    if more > 0 {
        return Err(format!("{} series of `{signal}`, where one is expected", more + 1));
    }
    if let Some(defect) = &series.defect {
        return Err(format!("the series of `{signal}` may be partial: {}", foreign(defect)));
    }
    if let Some(unit) = metric.unit.as_ref().filter(|unit| !series.unit.is_empty() && **unit != series.unit) {
        return Err(format!("`{signal}` is measured in `{}`, expected `{unit}`", foreign(&series.unit)));
    }
    if series.step == 0 {
        return Err(format!("`{signal}` is sampled every {}", in_words(series.step)));
    }
    Ok(series)
}
