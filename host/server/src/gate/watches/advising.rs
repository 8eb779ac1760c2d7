//! Advice on what somebody else saw of a deployment. Nothing is kept: whoever asks brings everything, and takes the triggers along to the
//! next question.

use super::{
    plan::{Plan, looks_for_alerts},
    samples::unseen_alerts,
    shown::trigger as shown,
    written::{Answer, WrittenTrigger},
};
use crate::{
    api::{
        observations::{AdviceBody, AlertBody, ObservationBody, SeriesBody},
        problem::PlacedError,
        watches::TriggerBody,
    },
    gate::{
        Gate,
        error::{GateError, placed},
        permits::{DEPLOYERS, vouched_there},
    },
    identity::principal::Principal,
};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use tidegate_core::{
    deployment::Label,
    fault::Refusal,
    observation::{Alert, Observation, Sample, Series, Trigger, believed},
    time::Timestamp,
};

/// What was seen, understood.
#[derive(Debug)]
pub struct Asked {
    pub(crate) deployed_at: Timestamp,
    pub(crate) observed_at: Timestamp,
    pub(crate) series: Vec<Series>,
    /// None: nobody asked for any.
    pub(crate) alerts: Option<Vec<Alert>>,
    pub(crate) previous: Vec<Trigger>,
}

/// Everything that is wrong with what was said.
#[derive(Default)]
struct Wrong(Vec<PlacedError>);

impl Wrong {
    fn moment(&mut self, path: &str, text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap_or_else(|error| {
            self.0.push(placed(path, error));
            Timestamp::from_nanos(0)
        })
    }
}

impl Asked {
    /// Reads it, or says everything that is wrong with it.
    pub fn read(body: &ObservationBody) -> Result<Self, GateError> {
        let mut wrong = Wrong::default();
        let asked = Self {
            deployed_at: wrong.moment("deployed_at", &body.deployed_at),
            observed_at: wrong.moment("observed_at", &body.observed_at),
            series: numbered(&body.series).map(|(n, one)| series(&mut wrong, &format!("series[{n}]"), one)).collect(),
            alerts: body.alerts.as_ref().map(|alerts| {
                numbered(alerts).map(|(n, one)| alert(&mut wrong, &format!("alerts[{n}]"), one)).collect()
            }),
            previous: numbered(&body.previous)
                .filter_map(|(n, one)| trigger(&mut wrong, &format!("previous[{n}]"), one))
                .collect(),
        };
        if wrong.0.is_empty() { Ok(asked) } else { Err(GateError::Malformed(wrong.0)) }
    }
}

fn numbered<T>(all: &[T]) -> impl Iterator<Item = (usize, &T)> {
    all.iter().enumerate()
}

fn series(wrong: &mut Wrong, path: &str, body: &SeriesBody) -> Series {
    let samples = numbered(&body.samples)
        .map(|(n, one)| Sample { at: wrong.moment(&format!("{path}.samples[{n}].at"), &one.at), value: one.value })
        .collect();
    Series {
        signal: body.signal.as_str().into(),
        unit: body.unit.as_str().into(),
        labels: Vec::new(),
        samples,
        step: Duration::from_millis(body.step_ms),
        defect: body.defect.as_deref().map(Arc::from),
    }
}

fn alert(wrong: &mut Wrong, path: &str, body: &AlertBody) -> Alert {
    let label = |(name, value): (&String, &String)| Label { name: name.as_str().into(), value: value.as_str().into() };
    Alert {
        name: body.name.as_str().into(),
        severity: body.severity.as_str().into(),
        category: body.category.as_str().into(),
        firing: body.firing,
        since: wrong.moment(&format!("{path}.since"), &body.since),
        labels: body.labels.iter().map(label).collect(),
    }
}

fn trigger(wrong: &mut Wrong, path: &str, body: &TriggerBody) -> Option<Trigger> {
    let since = body.since.as_deref().map(|text| wrong.moment(&format!("{path}.since"), text));
    let read = WrittenTrigger::said(body, since).read();
    if read.is_none() {
        wrong.0.push(placed(path, "no gate answers with such a trigger"));
    }
    read
}

impl Gate {
    /// What the plugin that the set of a decision names for watches says of this. `None`: there is no such decision for whoever asks.
    pub async fn advise(
        &self,
        decision: &str,
        asked: Asked,
        principal: &Principal,
    ) -> Result<Option<AdviceBody>, GateError> {
        let Some(stored) = self.decision_for(decision, principal, &DEPLOYERS).await? else { return Ok(None) };
        vouched_there(principal, stored.judgement.deployment.environment())?;
        let rules = self.rules_there(&stored)?;
        let (plan, plugin) = self.planned(&stored, rules).await?;
        let Asked { deployed_at, observed_at, mut series, alerts, previous } = asked;
        if alerts.is_none() && looks_for_alerts(&plan.settings) {
            series.push(unseen_alerts(Duration::ZERO, "no `alerts` were handed in".into()));
        }
        let observation = Observation {
            deployment: stored.judgement.deployment.clone(),
            deployed_at,
            observed_at,
            settings: plan.settings_text(),
            series,
            alerts: alerts.unwrap_or_default(),
            previous,
        };
        let in_force = self.in_force();
        let asking = move || {
            let end = Instant::now() + in_force.bench.deadline;
            in_force.bench.engine.observe(&plugin, &observation, end).result
        };
        let answered =
            tokio::task::spawn_blocking(asking).await.map_err(|error| GateError::Internal(error.to_string()))?;
        let report = answered.and_then(|report| believed(report).map_err(Refusal::Fault)).map_err(super::refused)?;
        Ok(Some(body(Answer::of(&report), plan)))
    }
}

fn body(answer: Answer, plan: Plan) -> AdviceBody {
    let lookback_ms = u64::try_from(plan.lookback().as_millis()).unwrap_or(u64::MAX);
    let Answer { advice, severity, summary, triggers } = answer;
    AdviceBody {
        advice,
        severity,
        summary,
        triggers: triggers.into_iter().map(|one| shown(one, &plan)).collect(),
        policy_set: plan.policy_set,
        bundle: plan.bundle,
        component: plan.component,
        lookback_ms,
    }
}
