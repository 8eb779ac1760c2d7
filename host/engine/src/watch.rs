//! Questions of after a deployment: what signals say of it, and how urgent an incident is. A plugin is asked in a fresh instance, as
//! a gate is, and sees nothing but the question.

use crate::{
    ask::Question,
    config::Limits,
    convert::{self, after},
    engine::Engine,
    evaluate::Evaluated,
    evidence::shown::Shown,
    manifest::Kind,
    plugin::Plugin,
    wasi::inputs::Asked,
};
use std::time::{Duration, Instant};
use tidegate_core::{
    fault::Refusal,
    incident::{Classification, Incident},
    observation::{Observation, RollbackReport},
};

impl Engine {
    /// Asks a rollback plugin what to do with a deployment. Blocks the thread, until `end` at most.
    #[must_use]
    pub fn observe(&self, plugin: &Plugin, observation: &Observation, end: Instant) -> Evaluated<RollbackReport> {
        self.ask(
            question(plugin, Kind::Rollback, Asked::Rollback(observation), plugin.watching.as_ref(), end),
            Shown::nothing,
            |watching, store| watching.instantiate(store),
            |watching, store| {
                watching.tidegate_policy_rollback().call_evaluate(store, &after::observation(observation))
            },
            after::report,
        )
    }

    /// Asks a rollback plugin how far back a window has to reach for these settings.
    #[must_use]
    pub fn lookback(&self, plugin: &Plugin, settings: &str, end: Instant) -> Evaluated<Duration> {
        self.ask(
            question(plugin, Kind::Rollback, Asked::Settings(settings), plugin.watching.as_ref(), end),
            Shown::nothing,
            |watching, store| watching.instantiate(store),
            |watching, store| watching.tidegate_policy_rollback().call_lookback(store, settings),
            |answer, limits: &Limits| -> Result<Duration, Refusal> {
                answer.map(Duration::from_nanos).map_err(|failure| convert::refusal(failure, limits))
            },
        )
    }

    /// Asks a severity plugin how urgent an incident is. Blocks the thread, until `end` at most.
    #[must_use]
    pub fn classify(&self, plugin: &Plugin, incident: &Incident, end: Instant) -> Evaluated<Classification> {
        self.ask(
            question(plugin, Kind::Severity, Asked::Severity(incident), plugin.classifying.as_ref(), end),
            Shown::nothing,
            |classifying, store| classifying.instantiate(store),
            |classifying, store| {
                classifying.tidegate_policy_severity().call_classify(store, &after::incident(incident))
            },
            after::classification,
        )
    }
}

fn question<'a, I>(
    plugin: &'a Plugin,
    kind: Kind,
    asked: Asked<'a>,
    interface: Option<&'a I>,
    end: Instant,
) -> Question<'a, I> {
    Question { plugin, kind, asked, interface, end }
}
