//! The window of a watch: what was sampled, as far back as its plugin looks.
//!
//! **Invariant:** a look that was not made leaves no sample. After a restart the window goes on from what the record has, and what lies
//! between is what a signal's source says of these moments, or a gap.

use crate::signals::{Look, SignalPlan};
use std::{sync::Arc, time::Duration};
use tidegate_core::{
    observation::{Sample, Series},
    time::Timestamp,
};

/// The series by whose defect a plugin knows that alerts are not known; WIT says so.
const ALERTS: &str = "alerts";

/// How a plugin is told that there may be alerts which nobody saw.
#[must_use]
pub fn unseen_alerts(step: Duration, defect: Arc<str>) -> Series {
    let (signal, unit) = (ALERTS.into(), "".into());
    Series { signal, unit, labels: Vec::new(), samples: Vec::new(), step, defect: Some(defect) }
}

/// Series of all signals, in the order of the plan.
#[derive(Debug, Clone)]
pub struct Samples {
    series: Vec<Series>,
    lookback: Duration,
}

impl Samples {
    /// Nothing sampled yet.
    #[must_use]
    pub fn new(signals: &[SignalPlan], step: Duration, lookback: Duration) -> Self {
        let empty = |signal: &SignalPlan| Series {
            signal: signal.name.clone(),
            unit: signal.unit.clone(),
            labels: Vec::new(),
            samples: Vec::new(),
            step,
            defect: None,
        };
        Self { series: signals.iter().map(empty).collect(), lookback }
    }

    /// Goes on from what was recorded of the same signals.
    pub fn go_on(&mut self, recorded: Vec<Series>) {
        for series in &mut self.series {
            if let Some(before) = recorded.iter().find(|one| one.signal == series.signal && one.unit == series.unit) {
                series.samples = before.samples.clone();
            }
        }
    }

    /// Puts in what the sources of signals, in the order of the plan, have of moments in which nobody looked.
    pub fn fill(&mut self, pasts: Vec<Vec<Sample>>) {
        for (series, past) in self.series.iter_mut().zip(pasts) {
            for sample in past {
                // A look that was made stays what it was.
                if let Err(place) = series.samples.binary_search_by_key(&sample.at, |known| known.at) {
                    series.samples.insert(place, sample);
                }
            }
        }
    }

    /// Takes in what was seen, in the order of the plan, and forgets what is too old. A series is as defective as its last look.
    pub fn take(&mut self, looks: Vec<Look>, now: Timestamp) {
        let lookback = u64::try_from(self.lookback.as_nanos()).unwrap_or(u64::MAX);
        let from = Timestamp::from_nanos(now.nanos().saturating_sub(lookback));
        for (series, Look { sample, defect }) in self.series.iter_mut().zip(looks) {
            // Time does not go back in a series, whatever the clock does.
            let is_later = series.samples.last().is_none_or(|last: &Sample| last.at < sample.at);
            if is_later {
                series.samples.push(sample);
            }
            series.samples.retain(|sample| sample.at >= from);
            series.defect = defect;
        }
    }

    /// As the plugin is shown them.
    #[must_use]
    pub fn series(&self) -> Vec<Series> {
        self.series.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::Samples;
    use crate::signals::{Look, SignalPlan, Source};
    use std::time::Duration;
    use tidegate_core::{observation::Sample, time::Timestamp};

    fn at(seconds: u64) -> Timestamp {
        Timestamp::from_nanos(seconds * 1_000_000_000)
    }

    fn look(seconds: u64, value: Option<f64>) -> Look {
        let defect = value.is_none().then(|| "no answer".into());
        Look { sample: Sample { at: at(seconds), value }, defect }
    }

    fn samples() -> Samples {
        let source = Source::Health { destination: "api".to_owned(), path: Vec::new(), statuses: Vec::new() };
        let signal = SignalPlan { name: "x".into(), unit: "".into(), source };
        Samples::new(&[signal], Duration::from_secs(1), Duration::from_secs(3))
    }

    fn moments(samples: &Samples) -> Vec<u64> {
        samples.series()[0].samples.iter().map(|sample| sample.at.nanos() / 1_000_000_000).collect()
    }

    #[test]
    fn what_is_older_than_the_plugin_looks_is_forgotten_and_time_does_not_go_back() {
        let mut samples = samples();
        for seconds in [10, 11, 12, 11, 13, 14] {
            samples.take(vec![look(seconds, Some(0.0))], at(seconds.max(12)));
        }
        assert_eq!(moments(&samples), [11, 12, 13, 14]);
    }

    #[test]
    fn a_series_is_as_defective_as_its_last_look() {
        let mut samples = samples();
        samples.take(vec![look(1, None)], at(1));
        assert_eq!(samples.series()[0].defect.as_deref(), Some("no answer"));
        samples.take(vec![look(2, Some(1.0))], at(2));
        let series = &samples.series()[0];
        assert_eq!((series.defect.as_deref(), series.samples[0].value), (None, None), "what was not seen stays unseen");
    }

    #[test]
    fn what_a_source_still_has_is_put_between_and_a_look_stays_what_it_was() {
        let mut samples = samples();
        samples.take(vec![look(1, Some(0.0))], at(1));
        samples.take(vec![look(3, Some(0.0))], at(3));
        let past = [0, 1, 2, 3].map(|seconds| Sample { at: at(seconds), value: Some(1.0) });
        samples.fill(vec![past.to_vec()]);
        let values: Vec<_> = samples.series()[0].samples.iter().map(|sample| sample.value).collect();
        assert_eq!(moments(&samples), [0, 1, 2, 3]);
        assert_eq!(values, [Some(1.0), Some(0.0), Some(1.0), Some(0.0)]);
    }

    #[test]
    fn after_a_restart_what_lies_between_is_a_gap() {
        let mut before = samples();
        before.take(vec![look(1, Some(0.0))], at(1));
        let mut samples = samples();
        samples.go_on(before.series());
        samples.take(vec![look(4, Some(0.0))], at(4));
        assert_eq!(moments(&samples), [1, 4]);
    }
}
