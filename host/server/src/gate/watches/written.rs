//! What a plugin was asked and what it answered, as bodies of the record: every number comes back as it was.

use crate::api::watches::TriggerBody;
use serde::{Deserialize, Serialize};
use std::{sync::Arc, time::Duration};
use tidegate_core::{
    deployment::{Deployment, Label},
    finding::Severity,
    observation::{Advice, Alert, Observation, RollbackReport, Sample, Series, Trigger, TriggerState},
    time::Timestamp,
};
use tidegate_ledger::body::{Body, BodyKind};

/// The window of one look. Which settings and which plugin it was asked with says the plan; what was deployed says the decision.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Window {
    deployed_at: u64,
    observed_at: u64,
    series: Vec<WrittenSeries>,
    alerts: Vec<WrittenAlert>,
    previous: Vec<WrittenTrigger>,
}

/// A plugin's answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// `proceed`, `hold` or `roll_back`.
    pub advice: String,
    /// How bad it looks.
    pub severity: String,
    /// In one sentence.
    pub summary: String,
    /// Every trigger.
    pub triggers: Vec<WrittenTrigger>,
}

/// A trigger as it was judged.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WrittenTrigger {
    /// Its name.
    pub name: String,
    /// `ok`, `pending`, `firing` or `inconclusive`.
    pub state: String,
    /// Nanoseconds since 1970.
    pub since: Option<u64>,
    /// JSON has no NaN: numbers are texts.
    pub observed: Option<String>,
    /// What it is compared with.
    pub threshold: Option<String>,
    /// Samples looked at.
    pub samples: u32,
    /// In one sentence.
    pub message: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct WrittenSeries {
    signal: Arc<str>,
    unit: Arc<str>,
    labels: Vec<(Arc<str>, Arc<str>)>,
    /// Moments and values.
    samples: Vec<(u64, Option<String>)>,
    step_ns: u64,
    defect: Option<Arc<str>>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct WrittenAlert {
    name: Arc<str>,
    severity: Arc<str>,
    category: Arc<str>,
    firing: bool,
    since: u64,
    labels: Vec<(Arc<str>, Arc<str>)>,
}

impl Window {
    /// As it is asked.
    #[must_use]
    pub fn of(observation: &Observation) -> Self {
        let series = |series: &Series| WrittenSeries {
            signal: series.signal.clone(),
            unit: series.unit.clone(),
            labels: pairs(&series.labels),
            samples: series.samples.iter().map(|one| (one.at.nanos(), one.value.map(number))).collect(),
            step_ns: u64::try_from(series.step.as_nanos()).unwrap_or(u64::MAX),
            defect: series.defect.clone(),
        };
        let alert = |alert: &Alert| WrittenAlert {
            name: alert.name.clone(),
            severity: alert.severity.clone(),
            category: alert.category.clone(),
            firing: alert.firing,
            since: alert.since.nanos(),
            labels: pairs(&alert.labels),
        };
        Self {
            deployed_at: observation.deployed_at.nanos(),
            observed_at: observation.observed_at.nanos(),
            series: observation.series.iter().map(series).collect(),
            alerts: observation.alerts.iter().map(alert).collect(),
            previous: observation.previous.iter().map(WrittenTrigger::of).collect(),
        }
    }

    /// The question again. None: nobody wrote this.
    #[must_use]
    pub fn asked(&self, deployment: Arc<Deployment>, settings: Arc<str>) -> Option<Observation> {
        let alert = |alert: &WrittenAlert| Alert {
            name: alert.name.clone(),
            severity: alert.severity.clone(),
            category: alert.category.clone(),
            firing: alert.firing,
            since: Timestamp::from_nanos(alert.since),
            labels: labels(&alert.labels),
        };
        Some(Observation {
            deployment,
            deployed_at: Timestamp::from_nanos(self.deployed_at),
            observed_at: Timestamp::from_nanos(self.observed_at),
            settings,
            series: self.series()?,
            alerts: self.alerts.iter().map(alert).collect(),
            previous: self.previous.iter().map(WrittenTrigger::read).collect::<Option<_>>()?,
        })
    }

    /// The moment of the look.
    #[must_use]
    pub fn observed_at(&self) -> Timestamp {
        Timestamp::from_nanos(self.observed_at)
    }

    /// What had been sampled. None: nobody wrote this.
    #[must_use]
    pub fn series(&self) -> Option<Vec<Series>> {
        let sample = |(at, value): &(u64, Option<String>)| {
            let value = value.as_deref().map(str::parse).transpose().ok()?;
            Some(Sample { at: Timestamp::from_nanos(*at), value })
        };
        let series = |series: &WrittenSeries| {
            Some(Series {
                signal: series.signal.clone(),
                unit: series.unit.clone(),
                labels: labels(&series.labels),
                samples: series.samples.iter().map(sample).collect::<Option<_>>()?,
                step: Duration::from_nanos(series.step_ns),
                defect: series.defect.clone(),
            })
        };
        self.series.iter().map(series).collect()
    }
}

impl Answer {
    /// As it was given.
    #[must_use]
    pub fn of(report: &RollbackReport) -> Self {
        Self {
            advice: report.advice.word().to_owned(),
            severity: report.severity.word().to_owned(),
            summary: report.summary.clone(),
            triggers: report.triggers.iter().map(WrittenTrigger::of).collect(),
        }
    }

    /// In core's words. None: no gate wrote this.
    #[must_use]
    pub fn report(&self) -> Option<RollbackReport> {
        Some(RollbackReport {
            advice: Advice::ALL.into_iter().find(|advice| advice.word() == self.advice)?,
            severity: Severity::ALL.into_iter().find(|severity| severity.word() == self.severity)?,
            triggers: self.triggers.iter().map(WrittenTrigger::read).collect::<Option<_>>()?,
            summary: self.summary.clone(),
        })
    }
}

impl WrittenTrigger {
    fn of(trigger: &Trigger) -> Self {
        Self {
            name: trigger.name.clone(),
            state: trigger.state.word().to_owned(),
            since: trigger.since.map(Timestamp::nanos),
            observed: trigger.observed.map(number),
            threshold: trigger.threshold.map(number),
            samples: trigger.samples,
            message: trigger.message.clone(),
        }
    }

    /// As somebody hands it back.
    pub(super) fn said(body: &TriggerBody, since: Option<Timestamp>) -> Self {
        Self {
            name: body.name.clone(),
            state: body.state.clone(),
            since: since.map(Timestamp::nanos),
            observed: body.observed.clone(),
            threshold: body.threshold.clone(),
            samples: body.samples,
            message: body.message.clone(),
        }
    }

    /// In core's words. None: no gate wrote this.
    pub(crate) fn read(&self) -> Option<Trigger> {
        let number = |text: &Option<String>| text.as_deref().map(str::parse).transpose().ok();
        Some(Trigger {
            name: self.name.clone(),
            state: TriggerState::ALL.into_iter().find(|state| state.word() == self.state)?,
            since: self.since.map(Timestamp::from_nanos),
            observed: number(&self.observed)?,
            threshold: number(&self.threshold)?,
            samples: self.samples,
            message: self.message.clone(),
        })
    }
}

/// The shortest text that reads back as the same number.
fn number(value: f64) -> String {
    value.to_string()
}

fn pairs(labels: &[Label]) -> Vec<(Arc<str>, Arc<str>)> {
    labels.iter().map(|label| (label.name.clone(), label.value.clone())).collect()
}

fn labels(pairs: &[(Arc<str>, Arc<str>)]) -> Vec<Label> {
    pairs.iter().map(|(name, value)| Label { name: name.clone(), value: value.clone() }).collect()
}

/// A part of the record that a watch leaves.
pub fn body(value: &impl Serialize) -> Result<Body, serde_json::Error> {
    Ok(Body { kind: BodyKind::Watch, bytes: serde_json::to_vec(value)?.into() })
}

#[cfg(test)]
mod tests {
    use super::{Answer, WrittenTrigger, number};

    #[test]
    fn every_number_comes_back_as_it_was() {
        for value in [0.0, -0.0, 0.1, 1e300, f64::MIN_POSITIVE, f64::INFINITY, f64::NEG_INFINITY, 1.0 / 3.0] {
            let read: f64 = number(value).parse().unwrap();
            assert_eq!(read.to_bits(), value.to_bits());
        }
        assert!(number(f64::NAN).parse::<f64>().unwrap().is_nan());
    }

    #[test]
    fn an_answer_in_other_words_is_none() {
        let trigger = |state: &str, observed: &str| WrittenTrigger {
            name: "a".to_owned(),
            state: state.to_owned(),
            since: Some(7),
            observed: Some(observed.to_owned()),
            threshold: None,
            samples: 3,
            message: String::new(),
        };
        let answer = |advice: &str, trigger| Answer {
            advice: advice.to_owned(),
            severity: "high".to_owned(),
            summary: String::new(),
            triggers: vec![trigger],
        };
        let good = answer("hold", trigger("pending", "0.5"));
        assert_eq!(Answer::of(&good.report().unwrap()), good);
        for bad in [
            answer("go", trigger("ok", "1")),
            answer("hold", trigger("fine", "1")),
            answer("hold", trigger("ok", "one")),
        ] {
            assert_eq!(bad.report(), None);
        }
    }
}
