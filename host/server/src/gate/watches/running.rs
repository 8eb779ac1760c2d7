//! One watch while it runs: a look at each step, until it ends.
//!
//! **Invariant:** whatever changes is a leaf before it takes effect; one that cannot be recorded is found again at the next look.

use super::{
    due::due,
    plan::{Plan, looks_for_alerts},
    samples::{Samples, unseen_alerts},
    seen::Shows,
    told::{Alerts, together, told},
    verdict::{End, Judged, Standing, ended, why},
    written::{Answer, Window, body},
};
use crate::{
    egress::Egress,
    gate::{Gate, activation::act, clock, error::GateError},
    signals::{About, Look, Webhook, alerts, past, past::Moments, sample},
};
use serde::de::DeserializeOwned;
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use tidegate_core::{
    deployment::Deployment,
    digest::Digest,
    fault::Refusal,
    observation::{Advice, Observation, Sample, Trigger, believed},
    time::Timestamp,
};
use tidegate_engine::plugin::Plugin;
use tidegate_ledger::{
    act::Act,
    body::Body,
    watch::{LastChange, Watch, WatchChange, WatchState},
};
use tokio::task::JoinSet;

/// How long one look at a signal may take, at most.
const LOOK_MAX: Duration = Duration::from_secs(10);

/// A watch that this gate runs.
pub(super) struct Running {
    gate: Arc<Gate>,
    watch: Watch,
    plan: Plan,
    deployment: Arc<Deployment>,
    plugin: Arc<Plugin>,
    samples: Samples,
    /// As they were last judged, recorded or not.
    previous: Vec<Trigger>,
    recorded: Option<Standing>,
    /// Looks since the last change.
    looks: u64,
    shows: Shows,
}

/// Why a watch cannot go on here.
#[derive(Debug, thiserror::Error)]
pub(super) enum Stuck {
    /// Now; perhaps a moment later it can.
    #[error(transparent)]
    Gate(#[from] GateError),
    /// For good: what it needs is not in the record.
    #[error("{0}")]
    Lost(String),
}

impl Running {
    /// Takes a watch up as the record has it. None: it does not run.
    pub(super) async fn take_up(gate: Arc<Gate>, id: &str) -> Result<Option<Self>, Stuck> {
        let Some(watch) = gate.ledger().watch(id).await.map_err(GateError::from)? else { return Ok(None) };
        if watch.state != WatchState::Running {
            return Ok(None);
        }
        match Self::from_record(gate.clone(), watch.clone()).await {
            Err(Stuck::Lost(why)) => {
                tracing::error!(error.r#type = "watch", "watch `{id}` cannot go on: {why}");
                let lost = Some(format!("it cannot go on: {why}").into());
                changed(&gate, &watch, Now { state: WatchState::Inconclusive, why: lost, ..Now::default() }).await?;
                Ok(None)
            }
            taken => taken.map(Some),
        }
    }

    async fn from_record(gate: Arc<Gate>, watch: Watch) -> Result<Self, Stuck> {
        let plan: Plan = part(&gate, "its plan", watch.begun.plan).await?;
        let stored = gate.ledger().decision(&watch.begun.decision).await.map_err(GateError::from)?;
        let stored = stored.ok_or_else(|| Stuck::Lost("its decision is not in the record".to_owned()))?;
        let plugin = gate.watch_component(&plan).await?;
        let mut samples = Samples::new(&plan.signals, watch.begun.step, plan.lookback());
        let (mut previous, mut recorded) = (Vec::new(), None);
        if let Some(LastChange { change, .. }) = &watch.last {
            if let Some(window) = change.window {
                let window: Window = part(&gate, "its window", window).await?;
                samples.go_on(window.series().unwrap_or_default());
            }
            if let Some(answer) = change.answer {
                let answer: Answer = part(&gate, "its answer", answer).await?;
                let report = answer.report().ok_or_else(|| Stuck::Lost("its answer cannot be read".to_owned()))?;
                previous.clone_from(&report.triggers);
                recorded = Some(Standing::of(&Ok(report)));
            }
        }
        let deployment = stored.judgement.deployment.clone();
        samples.fill(pasts(&gate.egress, &watch, &plan, &stored.judgement.deployment).await?);
        let shows = gate.seen.shows(watch.begun.id.clone());
        Ok(Self { gate, watch, plan, deployment, plugin, samples, previous, recorded, looks: 0, shows })
    }

    /// Looks until it ends, or until somebody else changed it.
    pub(super) async fn run(mut self) -> Result<(), Stuck> {
        let (step, end) = (self.watch.begun.step, self.end());
        if clock::now() >= end.latest && !self.is_to_be_undone() {
            let why = Some("its end passed while no gate looked".into());
            return self.record(Now { state: WatchState::Expired, why, ..Now::default() }).await;
        }
        let mut last = None;
        loop {
            if self.is_to_be_undone() {
                self.gate.follow_up(&self.watch).await?;
                let Some(LastChange { change, .. }) = &self.watch.last else { return Ok(()) };
                let (advice, window, answer) = (change.advice, change.window, change.answer);
                let now = Now { state: WatchState::RolledBack, advice, window, answer, ..Now::default() };
                return self.record(now).await;
            }
            let due = due(self.watch.started_at, step, last, clock::now());
            let is_due = tokio::select! {
                () = tokio::time::sleep(due.since(clock::now())) => true,
                () = self.shows.woken(), if last.is_some() => false,
            };
            let is_over = if is_due {
                last = Some(due);
                self.look(due, end).await?
            } else {
                self.look_at_alerts(end).await?
            };
            if is_over {
                return Ok(());
            }
        }
    }

    fn end(&self) -> End {
        let at = self.watch.begun.ends_at;
        End { at, latest: at.plus(self.plan.lookback()) }
    }

    /// Whether the record says to undo the deployment.
    fn is_to_be_undone(&self) -> bool {
        self.watch.last.as_ref().is_some_and(|last| last.change.advice == Some(Advice::RollBack))
    }

    /// One look; whether it was the last.
    async fn look(&mut self, due: Timestamp, end: End) -> Result<bool, Stuck> {
        let (looks, alerts) = tokio::join!(self.sampled(due), self.alerts());
        let now = clock::now();
        self.samples.take(looks?, now);
        self.concluded(alerts, (due, now), end).await
    }

    /// One between two steps, because an alert was handed in; signals are sampled when they are due.
    async fn look_at_alerts(&mut self, end: End) -> Result<bool, Stuck> {
        let due = clock::now();
        let alerts = self.alerts().await;
        self.concluded(alerts, (due, clock::now()), end).await
    }

    /// What comes of a look that was due, and made now.
    async fn concluded(
        &mut self,
        (alerts, unseen): Alerts,
        (due, now): (Timestamp, Timestamp),
        end: End,
    ) -> Result<bool, Stuck> {
        let mut series = self.samples.series();
        series.extend(unseen.map(|defect| unseen_alerts(self.watch.begun.step, defect)));
        let observation = Arc::new(Observation {
            deployment: self.deployment.clone(),
            deployed_at: self.watch.begun.deployed_at,
            observed_at: now,
            settings: self.plan.settings_text(),
            series,
            alerts,
            previous: self.previous.clone(),
        });
        let judged = self.judged(observation.clone()).await?;
        if let Ok(report) = &judged {
            self.previous.clone_from(&report.triggers);
        }
        self.gate.metrics().looked(clock::now().since(due));
        self.shows.saw(observation.clone(), judged.clone());
        let standing = Standing::of(&judged);
        let ended = ended(&judged, now, end);
        if ended.is_none() && self.recorded.as_ref() == Some(&standing) {
            self.looks += 1;
            return Ok(false);
        }
        let (state, said) = ended.clone().unwrap_or((WatchState::Running, why(&judged)));
        let wrong = |error: serde_json::Error| GateError::Internal(error.to_string());
        let window = body(&Window::of(&observation)).map_err(wrong)?;
        let answer = judged.as_ref().ok().map(|report| body(&Answer::of(report))).transpose().map_err(wrong)?;
        let said = Now {
            state,
            advice: judged.as_ref().ok().map(|report| report.advice),
            window: Some(Digest::of(&window.bytes)),
            answer: answer.as_ref().map(|answer| Digest::of(&answer.bytes)),
            why: said,
            looks: self.looks,
            bodies: std::iter::once(window).chain(answer).collect(),
        };
        self.record(said).await?;
        (self.recorded, self.looks) = (Some(standing), 0);
        Ok(ended.is_some())
    }

    fn limit(&self) -> Duration {
        self.watch.begun.step.min(LOOK_MAX)
    }

    /// The alerts that concern the deployment, where a trigger fires by any; and why there may be more.
    async fn alerts(&self) -> Alerts {
        let Some(plan) = &self.plan.alerts else {
            let unseen = "the policy set names nobody under `watch.alerts`";
            return (Vec::new(), looks_for_alerts(&self.plan.settings).then(|| unseen.into()));
        };
        let asked = alerts(&self.gate.egress, &plan.asked, &About::of(&self.deployment), self.limit()).await;
        let asked = asked.map_or_else(|defect| (Vec::new(), Some(defect)), |all| (all, None));
        match plan.webhook {
            Some(Webhook::Fire) => together(asked, told(self.gate.ledger(), &self.watch.begun.id).await),
            // What was handed in says when to ask.
            Some(Webhook::Confirm) | None => asked,
        }
    }

    /// Every signal, looked at side by side, in the order of the plan.
    async fn sampled(&self, due: Timestamp) -> Result<Vec<Look>, Stuck> {
        let (about, limit) = (Arc::new(About::of(&self.deployment)), self.limit());
        let mut looking = JoinSet::new();
        for (index, signal) in self.plan.signals.iter().enumerate() {
            let (egress, signal, about) = (self.gate.egress.clone(), signal.clone(), about.clone());
            looking.spawn(async move { (index, sample(&egress, &signal, &about, due, limit).await) });
        }
        Ok(in_order(looking).await?)
    }

    async fn judged(&self, observation: Arc<Observation>) -> Result<Judged, Stuck> {
        let (in_force, plugin) = (self.gate.in_force(), self.plugin.clone());
        let asking = move || {
            let end = Instant::now() + in_force.bench.deadline;
            in_force.bench.engine.observe(&plugin, &observation, end).result
        };
        let answered =
            tokio::task::spawn_blocking(asking).await.map_err(|error| GateError::Internal(error.to_string()))?;
        Ok(answered.and_then(|report| believed(report).map_err(Refusal::Fault)))
    }

    async fn record(&mut self, now: Now) -> Result<(), Stuck> {
        let last = changed(&self.gate, &self.watch, now).await?;
        self.watch.looks += last.change.looks;
        self.watch.state = last.change.state;
        self.watch.last = Some(last);
        Ok(())
    }
}

/// How a watch stands from now on.
#[derive(Debug)]
pub(super) struct Now {
    pub(super) state: WatchState,
    pub(super) advice: Option<Advice>,
    pub(super) window: Option<Digest>,
    pub(super) answer: Option<Digest>,
    pub(super) why: Option<Arc<str>>,
    pub(super) looks: u64,
    pub(super) bodies: Vec<Body>,
}

impl Default for Now {
    fn default() -> Self {
        let (advice, window, answer, why) = (None, None, None, None);
        Self { state: WatchState::Running, advice, window, answer, why, looks: 0, bodies: Vec::new() }
    }
}

/// Records the next change of a watch; an error where somebody else was first.
async fn changed(gate: &Gate, watch: &Watch, now: Now) -> Result<LastChange, GateError> {
    let Now { state, advice, window, answer, why, looks, bodies } = now;
    let change = WatchChange {
        id: watch.begun.id.clone(),
        number: watch.changes() + 1,
        state,
        advice,
        window,
        answer,
        looks,
        why,
        cancelled: None,
    };
    let record = act(Act::WatchChanged(change.clone()), bodies);
    let at = record.at;
    let leaf_index = gate.ledger().act(record).await?.leaf_index;
    gate.trace_watch(&watch.begun, state, advice).await;
    let word = advice.map_or("no advice", Advice::word);
    tracing::info!("watch `{}` is {}: {word}", watch.begun.id, state.word());
    Ok(LastChange { change, at, leaf_index })
}

/// What the sources of its signals have of the moments in which it was to look so far, side by side, in the order of the plan.
async fn pasts(
    egress: &Egress,
    watch: &Watch,
    plan: &Plan,
    deployment: &Deployment,
) -> Result<Vec<Vec<Sample>>, GateError> {
    let (now, step) = (clock::now(), watch.begun.step);
    let reaches = u64::try_from(plan.lookback().as_nanos()).unwrap_or(u64::MAX);
    let from = Timestamp::from_nanos(now.nanos().saturating_sub(reaches)).max(watch.started_at);
    // The look that is due now is made.
    let until = Timestamp::from_nanos(now.nanos().saturating_sub(u64::try_from(step.as_nanos()).unwrap_or(u64::MAX)));
    let Some(moments) = Moments::between(watch.started_at, step, from, until) else { return Ok(Vec::new()) };
    let about = Arc::new(About::of(deployment));
    let mut asking = JoinSet::new();
    for (index, signal) in plan.signals.iter().enumerate() {
        let (egress, signal, about) = (egress.clone(), signal.clone(), about.clone());
        asking.spawn(async move {
            let seen = past(&egress, &signal, &about, moments, step.min(LOOK_MAX)).await;
            let seen = seen.unwrap_or_else(|defect| {
                tracing::info!("of signal `{}` nothing is known while nobody looked: {defect}", signal.name);
                Vec::new()
            });
            (index, seen)
        });
    }
    in_order(asking).await
}

/// What each came to, in the order in which they were begun.
async fn in_order<T: 'static>(mut all: JoinSet<(usize, T)>) -> Result<Vec<T>, GateError> {
    let mut done = Vec::new();
    while let Some(one) = all.join_next().await {
        done.push(one.map_err(|error| GateError::Internal(error.to_string()))?);
    }
    done.sort_by_key(|(index, _)| *index);
    Ok(done.into_iter().map(|(_, one)| one).collect())
}

/// A body that the watch needs, read.
async fn part<T: DeserializeOwned>(gate: &Gate, what: &str, digest: Digest) -> Result<T, Stuck> {
    let bytes = gate.ledger().body(&digest).await.map_err(GateError::from)?;
    let bytes = bytes.ok_or_else(|| Stuck::Lost(format!("{what} is not in the record")))?;
    serde_json::from_slice(&bytes).map_err(|error| Stuck::Lost(format!("{what} cannot be read: {error}")))
}
