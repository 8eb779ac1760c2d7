//! How watches are shown to whoever may read them.

use super::{
    plan::Plan,
    seen::LastLook,
    verdict::why,
    written::{Answer, Window, WrittenTrigger},
};
use crate::{
    api::{
        observations::{SampleBody, SeriesBody},
        watches::{SeenBody, TriggerBody, WatchBody},
    },
    gate::{Gate, error::GateError},
};
use serde::de::DeserializeOwned;
use tidegate_core::{digest::Digest, observation::Series, time::Timestamp};
use tidegate_ledger::{stored::StoredDecision, watch::Watch};

impl Gate {
    /// A watch with all that is known of it.
    pub(super) async fn shown(&self, watch: &Watch, stored: &StoredDecision) -> Result<WatchBody, GateError> {
        let mut shown = body(watch, stored);
        shown.incident = self.ledger().incident_of_watch(&watch.begun.id).await?.map(|id| id.to_string());
        let change = watch.last.as_ref().map(|last| &last.change);
        // What was deleted says nothing any more; its digest stays.
        let Some(plan) = self.written::<Plan>(Some(watch.begun.plan)).await? else { return Ok(shown) };
        let answer = self.written::<Answer>(change.and_then(|change| change.answer)).await?;
        if let Some(answer) = &answer {
            shown.summary = Some(answer.summary.clone());
            shown.triggers = triggers(answer, &plan);
        }
        shown.seen = match self.seen.last(&watch.begun.id) {
            Some(last) => Some(live(&last, &plan)),
            None => {
                let window = self.written::<Window>(change.and_then(|change| change.window)).await?;
                let advice = shown.advice.clone();
                window.and_then(|window| recorded(&window, answer.as_ref(), (advice, shown.why.clone()), &plan))
            }
        };
        Ok(shown)
    }

    pub(super) async fn written<T: DeserializeOwned>(&self, digest: Option<Digest>) -> Result<Option<T>, GateError> {
        let Some(digest) = digest else { return Ok(None) };
        let bytes = self.ledger().body(&digest).await?;
        Ok(bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok()))
    }
}

fn live(last: &LastLook, plan: &Plan) -> SeenBody {
    let answer = last.judged.as_ref().ok().map(Answer::of);
    SeenBody {
        at: last.observation.observed_at.to_string(),
        advice: answer.as_ref().map(|answer| answer.advice.clone()),
        why: why(&last.judged).map(|why| why.to_string()),
        triggers: answer.map(|answer| triggers(&answer, plan)).unwrap_or_default(),
        signals: last.observation.series.iter().map(series).collect(),
    }
}

fn recorded(
    window: &Window,
    answer: Option<&Answer>,
    (advice, why): (Option<String>, Option<String>),
    plan: &Plan,
) -> Option<SeenBody> {
    Some(SeenBody {
        at: window.observed_at().to_string(),
        advice,
        why,
        triggers: answer.map(|answer| triggers(answer, plan)).unwrap_or_default(),
        signals: window.series()?.iter().map(series).collect(),
    })
}

fn series(series: &Series) -> SeriesBody {
    // JSON has no word for what is no number; a sampled one never is.
    let finite = |value: &f64| value.is_finite();
    SeriesBody {
        signal: series.signal.to_string(),
        unit: series.unit.to_string(),
        step_ms: u64::try_from(series.step.as_millis()).unwrap_or(u64::MAX),
        samples: series
            .samples
            .iter()
            .map(|sample| SampleBody { at: sample.at.to_string(), value: sample.value.filter(finite) })
            .collect(),
        defect: series.defect.as_ref().map(ToString::to_string),
    }
}

fn triggers(answer: &Answer, plan: &Plan) -> Vec<TriggerBody> {
    answer.triggers.iter().map(|one| trigger(one.clone(), plan)).collect()
}

/// A trigger as it was judged.
pub(super) fn trigger(one: WrittenTrigger, plan: &Plan) -> TriggerBody {
    TriggerBody {
        signal: plan.signal_of(&one.name).map(str::to_owned),
        name: one.name,
        state: one.state,
        since: one.since.map(|since| Timestamp::from_nanos(since).to_string()),
        observed: one.observed,
        threshold: one.threshold,
        samples: one.samples,
        message: one.message,
    }
}

/// What the record's rows say of a watch.
pub(super) fn body(watch: &Watch, stored: &StoredDecision) -> WatchBody {
    let (begun, last) = (&watch.begun, watch.last.as_ref());
    let change = last.map(|last| &last.change);
    let cancelled = change.and_then(|change| change.cancelled.as_ref());
    let digest = |digest: Option<Digest>| digest.map(|digest| digest.to_string());
    WatchBody {
        id: begun.id.to_string(),
        decision: begun.decision.to_string(),
        environment: begun.environment.to_string(),
        services: stored.judgement.deployment.service_names().iter().map(ToString::to_string).collect(),
        state: watch.state.word().to_owned(),
        cause: begun.cause.word().to_owned(),
        started_by: begun.by.to_string(),
        started_at: watch.started_at.to_string(),
        deployed_at: begun.deployed_at.to_string(),
        ends_at: begun.ends_at.to_string(),
        step_ms: u64::try_from(begun.step.as_millis()).unwrap_or(u64::MAX),
        advice: change.and_then(|change| change.advice).map(|advice| advice.word().to_owned()),
        summary: None,
        triggers: Vec::new(),
        why: change.and_then(|change| change.why.as_ref()).map(ToString::to_string),
        cancelled_by: cancelled.map(|cancel| cancel.by.to_string()),
        cancel_reason: cancelled.map(|cancel| cancel.reason.to_string()),
        changes: watch.changes(),
        changed_at: last.map(|last| last.at.to_string()),
        looks: watch.looks,
        seen: None,
        incident: None,
        plan: begun.plan.to_string(),
        window: digest(change.and_then(|change| change.window)),
        answer: digest(change.and_then(|change| change.answer)),
        leaf_index: watch.leaf_index,
    }
}
