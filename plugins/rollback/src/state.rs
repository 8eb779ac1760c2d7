//! A trigger as judged now: what the samples say, and what was judged before.

use crate::{
    alerts,
    forms::{Said, Window, clear_for, said},
    looks::Looks,
    plan::{Condition, OnSignal, Plan, Watched},
    words::{foreign, long},
};
use tidegate_sdk::{
    rollback::{Observation, Series},
    trigger::{Trigger, TriggerState},
};

/// What one trigger comes to.
pub(crate) fn of<S>(watched: &Watched, plan: &Plan, observation: &Observation<S>) -> Trigger {
    let before = observation.previous.iter().find(|trigger| trigger.name == watched.name);
    match &watched.condition {
        Condition::Alert { name, severity, category } => {
            let (said, active) = alerts::said(name.as_deref(), severity.as_deref(), category.as_deref(), observation);
            let samples = u32::try_from(active).unwrap_or(u32::MAX);
            let since = since(&said, before, observation.observed_at);
            let Said { state, message, .. } = said;
            let name = watched.name.clone();
            Trigger { name, state, since: Some(since), observed: None, threshold: None, samples, message }
        }
        Condition::Signal(signal) => {
            let (said, looks) = match usable(signal, plan, observation) {
                Ok(series) => over(signal, series, before, observation),
                Err(why) => (kept(unusable(why), signal, None, before), Looks::default()),
            };
            let since = since(&said, before, observation.observed_at);
            let Said { state, message, .. } = said;
            Trigger {
                name: watched.name.clone(),
                state,
                since: Some(since),
                observed: looks.last_value,
                threshold: Some(signal.bound.threshold()),
                samples: looks.count(),
                message,
            }
        }
    }
}

fn over<S>(
    signal: &OnSignal,
    series: &Series,
    before: Option<&Trigger>,
    observation: &Observation<S>,
) -> (Said, Looks) {
    let (deployed_at, observed_at) = (observation.deployed_at, observation.observed_at);
    let max_gap = signal.max_gap(series.step);
    let looks = Looks::of(series, signal, max_gap, deployed_at, observed_at);
    let window = Window { looks: &looks, max_gap, deployed_at, observed_at };
    let said = kept(said(signal, &window), signal, clear_for(&window), before);
    (said, looks)
}

/// What fires goes on firing until it was clear for long enough, and nobody could see otherwise.
fn kept(said: Said, signal: &OnSignal, clear_for: Option<u64>, before: Option<&Trigger>) -> Said {
    let Some(span) = signal.clear_after else { return said };
    let fired = before.is_some_and(|before| before.state == TriggerState::Firing);
    if !fired || said.state == TriggerState::Firing || clear_for.is_some_and(|clear| clear > span) {
        return said;
    }
    let message = format!("fired, and was not clear for more than {} since; now: {}", long(span), said.message);
    Said { state: TriggerState::Firing, message, ..said }
}

/// The one series of the signal, if it can be believed.
fn usable<'a, S>(signal: &OnSignal, plan: &Plan, observation: &'a Observation<S>) -> Result<&'a Series, String> {
    let mut found = observation.series.iter().filter(|series| series.signal == signal.signal);
    let Some(series) = found.next() else { return Err(format!("there is no series of `{}`", signal.signal)) };
    let more = found.count();
    if more > 0 {
        return Err(format!("{} series of `{}`, where one is expected", more + 1, signal.signal));
    }
    if let Some(defect) = &series.defect {
        return Err(format!("the series may be partial: {}", foreign(defect)));
    }
    if let Some(unit) = signal.unit.as_ref().filter(|unit| !series.unit.is_empty() && **unit != series.unit) {
        return Err(format!("measured in `{}`, expected `{unit}`", foreign(&series.unit)));
    }
    if series.step == 0 || series.step > plan.step {
        let [step, allowed] = [series.step, plan.step].map(long);
        return Err(format!("sampled every {step}, expected every {allowed} or more often"));
    }
    Ok(series)
}

fn unusable(message: String) -> Said {
    Said { state: TriggerState::Inconclusive, violated_since: None, message }
}

/// What is pending is so since it is violated; otherwise since it was first judged so.
fn since(said: &Said, before: Option<&Trigger>, now: u64) -> u64 {
    if said.state == TriggerState::Pending
        && let Some(since) = said.violated_since
    {
        return since;
    }
    let same = before.filter(|before| before.state == said.state).and_then(|before| before.since);
    same.filter(|since| *since <= now).unwrap_or(now)
}
