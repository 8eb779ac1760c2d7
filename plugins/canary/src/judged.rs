//! One metric, compared.

use crate::{
    plan::{Metric, Plan, Shift, Worse},
    statistics::{Comparison, Incomparable, compare, median},
    taken,
};
use tidegate_sdk::{
    rollback::Observation,
    trigger::{Trigger, TriggerState},
};

/// What one metric comes to: its trigger's value is the shift, and the threshold the one that is allowed.
pub(crate) fn of<S>(metric: &Metric, plan: &Plan, observation: &Observation<S>) -> Trigger {
    let now = observation.observed_at;
    let before = observation.previous.iter().find(|trigger| trigger.name == metric.name);
    let mut trigger = Trigger { name: metric.name.clone(), ..inconclusive() };
    match compared(metric, plan, observation) {
        Ok((comparison, allowed, samples)) => {
            let worse = is_worse(metric, &comparison, allowed);
            trigger.state = if worse { TriggerState::Firing } else { TriggerState::Ok };
            (trigger.observed, trigger.threshold) = (Some(comparison.estimate), Some(allowed));
            trigger.samples = u32::try_from(samples).unwrap_or(u32::MAX);
            trigger.message = message(plan, &comparison, worse);
        }
        Err(why) => trigger.message = why,
    }
    let same = before.filter(|before| before.state == trigger.state).and_then(|before| before.since);
    trigger.since = Some(same.filter(|since| *since <= now).unwrap_or(now));
    trigger
}

fn inconclusive() -> Trigger {
    Trigger {
        name: String::new(),
        state: TriggerState::Inconclusive,
        since: None,
        observed: None,
        threshold: None,
        samples: 0,
        message: String::new(),
    }
}

/// The comparison, the shift that is allowed, and how many samples went into it.
fn compared<S>(metric: &Metric, plan: &Plan, observation: &Observation<S>) -> Result<(Comparison, f64, usize), String> {
    let canary = taken::values(&metric.canary, metric, plan, observation)?;
    let baseline = taken::values(&metric.baseline, metric, plan, observation)?;
    let comparison = compare(&canary, &baseline, plan.confidence).map_err(|why| match why {
        Incomparable::TooFew => {
            format!(
                "too few samples to be sure by {} %: {} and {}",
                plan.confidence.percent(),
                canary.len(),
                baseline.len()
            )
        }
        Incomparable::NotFinite => "a sample is no finite number".to_owned(),
    })?;
    let allowed = match metric.shift {
        Shift::By(shift) => shift,
        Shift::Percent(percent) => median(&baseline).ok_or("the baseline has no samples")?.abs() * (percent / 100.0),
    };
    // Differences of very large numbers.
    let (low, high) = comparison.interval;
    if [low, high, allowed].iter().any(|value| !value.is_finite()) {
        return Err("the shift is no finite number".to_owned());
    }
    Ok((comparison, allowed, canary.len() + baseline.len()))
}

fn is_worse(metric: &Metric, comparison: &Comparison, allowed: f64) -> bool {
    let Comparison { interval: (low, high), effect, .. } = comparison;
    let higher = *low > allowed && *effect > metric.effect;
    let lower = *high < -allowed && 1.0 - effect > metric.effect;
    match metric.worse {
        Worse::Higher => higher,
        Worse::Lower => lower,
        Worse::Either => higher || lower,
    }
}

fn message(plan: &Plan, comparison: &Comparison, worse: bool) -> String {
    let Comparison { estimate, interval: (low, high), effect } = comparison;
    let word = if worse { "worse" } else { "not worse" };
    format!(
        "{word}: shifted by {}, surely ({} %) between {} and {}; above the baseline in {} % of all pairs",
        number(*estimate),
        plan.confidence.percent(),
        number(*low),
        number(*high),
        number((effect * 1000.0).round() / 10.0)
    )
}

/// As short as it can be said.
fn number(value: f64) -> String {
    let plain = format!("{value}");
    if plain.len() <= 24 { plain } else { format!("{value:e}") }
}
