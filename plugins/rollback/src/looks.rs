//! Samples as a trigger sees them: in order, one for each moment, each violating or not.

use crate::plan::{Bound, Missing, OnSignal, Reads};
use tidegate_sdk::{
    deployment::Timestamp,
    rollback::{Sample, Series},
};

const NANOS_OF_A_SECOND: f64 = 1e9;

/// What one sample says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Says {
    Violates,
    Fine,
    /// It did not come, and everything before it is to be forgotten.
    Forget,
}

/// One sample.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Look {
    pub(crate) at: Timestamp,
    pub(crate) says: Says,
}

/// All that count, in order of time, each moment once.
#[derive(Debug, Default)]
pub(crate) struct Looks {
    pub(crate) all: Vec<Look>,
    /// The last value that there is.
    pub(crate) last_value: Option<f64>,
    /// How many lie after the look: some clock is wrong.
    pub(crate) ahead: usize,
    /// How many lie before the deployment.
    pub(crate) before: usize,
}

impl Looks {
    pub(crate) fn of(series: &Series, trigger: &OnSignal, max_gap: u64, from: Timestamp, to: Timestamp) -> Self {
        let ahead = series.samples.iter().filter(|sample| sample.at > to).count();
        let before = series.samples.iter().filter(|sample| sample.at < from).count();
        let counted = series.samples.iter().filter(|sample| (from..=to).contains(&sample.at)).copied();
        let moments = moments(counted.collect(), trigger);
        let samples = if trigger.reads == Reads::Value { moments } else { grown(&moments, trigger.reads, max_gap) };
        let all = samples.iter().filter_map(|sample| look(*sample, trigger.bound, trigger.missing)).collect();
        let last_value = samples.iter().rev().find_map(|sample| sample.value);
        Self { all, last_value, ahead, before }
    }

    /// Those that were seen, the last one first.
    pub(crate) fn seen_backwards(&self) -> impl Iterator<Item = &Look> {
        self.all.iter().rev().filter(|look| look.says != Says::Forget)
    }

    /// How many came.
    pub(crate) fn count(&self) -> u32 {
        u32::try_from(self.seen_backwards().count()).unwrap_or(u32::MAX)
    }
}

/// In order, one for each moment: a value counts before none, and the worst of several counts. Two readings of one counter that
/// differ are none.
fn moments(mut samples: Vec<Sample>, trigger: &OnSignal) -> Vec<Sample> {
    for sample in &mut samples {
        sample.value = sample.value.filter(|value| !value.is_nan());
    }
    samples.sort_by_key(|sample| sample.at);
    samples.chunk_by(|one, next| one.at == next.at).filter_map(|same| merged(same, trigger)).collect()
}

fn merged(same: &[Sample], trigger: &OnSignal) -> Option<Sample> {
    let mut values = same.iter().filter_map(|sample| sample.value);
    let at = same.first()?.at;
    let Some(first) = values.next() else { return Some(Sample { at, value: None }) };
    let value = match trigger.reads {
        Reads::Value => Some(values.fold(first, |one, other| trigger.bound.worse(one, other))),
        Reads::Increase | Reads::Rate => values.all(|value| value == first).then_some(first),
    };
    Some(Sample { at, value })
}

/// By how much a counter grew. A reading that is lower than the one before began anew at 0; the first reading, and one after a gap,
/// is no growth yet and no sample either.
fn grown(readings: &[Sample], reads: Reads, max_gap: u64) -> Vec<Sample> {
    let mut last: Option<(Timestamp, f64)> = None;
    let mut grown = Vec::with_capacity(readings.len());
    for Sample { at, value } in readings.iter().copied() {
        let Some(value) = value.filter(|value| *value >= 0.0 && value.is_finite()) else {
            grown.push(Sample { at, value: None });
            continue;
        };
        if let Some((before, counted)) = last.filter(|(before, _)| at - before <= max_gap) {
            let by = if value < counted { value } else { value - counted };
            let seconds = (at - before) as f64 / NANOS_OF_A_SECOND;
            grown.push(Sample { at, value: Some(if reads == Reads::Rate { by / seconds } else { by }) });
        }
        last = Some((at, value));
    }
    grown
}

fn look(sample: Sample, bound: Bound, missing: Missing) -> Option<Look> {
    let says = match (sample.value, missing) {
        (Some(value), _) if bound.is_violated_by(value) => Says::Violates,
        (Some(_), _) => Says::Fine,
        (None, Missing::Hold) => return None,
        (None, Missing::Fail) => Says::Violates,
        (None, Missing::Reset) => Says::Forget,
    };
    Some(Look { at: sample.at, says })
}
