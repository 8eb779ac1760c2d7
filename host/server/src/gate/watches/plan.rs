//! What a watch does from its beginning to its end, as the policy set said when it began: a body of the record.

use crate::signals::{AlertsPlan, SignalPlan};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::{sync::Arc, time::Duration};
use tidegate_bundle::{bundle::LoadedSet, duration};
use tidegate_core::{digest::Digest, name::PluginName};
use tidegate_ledger::body::{Body, BodyKind};

/// How often signals are sampled where the set says nothing.
const STEP_DEFAULT: Duration = Duration::from_secs(30);

/// When a watch begins by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Starts {
    /// When a deployment succeeded.
    OnSuccess,
    /// When somebody asks for it.
    ByHand,
}

/// The section `watch` of a set.
#[derive(Debug, Clone, Deserialize)]
pub struct Section {
    plugin: String,
    #[serde(rename = "for")]
    lasts: String,
    #[serde(default = "by_hand")]
    starts: Starts,
    signals: Vec<SignalPlan>,
    alerts: Option<AlertsPlan>,
}

fn by_hand() -> Starts {
    Starts::ByHand
}

/// What a set says of watching: everything but how far back its plugin wants to look.
#[derive(Debug, Clone)]
pub struct Rules {
    /// The plugin that judges, as the set names it.
    pub plugin: PluginName,
    /// How long a deployment is watched.
    pub lasts: Duration,
    /// When it begins by itself.
    pub starts: Starts,
    /// How often signals are sampled.
    pub step: Duration,
    /// What is sampled.
    pub signals: Vec<SignalPlan>,
    /// Where alerts come from; none: nobody is asked for any.
    pub alerts: Option<AlertsPlan>,
    /// JSON for the plugin.
    pub settings: Value,
}

impl Rules {
    /// None: the set says nothing of it. An error is none of the set's schema: it names what cannot be read.
    pub fn of(set: &LoadedSet) -> Result<Option<Self>, String> {
        let (Some(watch), Some(settings)) = (set.operation("watch"), set.rollback_settings()) else { return Ok(None) };
        let section: Section = serde_json::from_value(watch.clone()).map_err(|error| format!("`watch`: {error}"))?;
        // No span of time is shorter than a second.
        let said = set.operation("rollback").and_then(|rollback| rollback.get("step")?.as_str());
        let step = said.map(duration::named).transpose()?.unwrap_or(STEP_DEFAULT);
        Ok(Some(Self {
            plugin: PluginName::parse(&section.plugin).map_err(|error| error.to_string())?,
            lasts: duration::named(&section.lasts)?,
            starts: section.starts,
            step,
            signals: section.signals,
            alerts: section.alerts,
            settings,
        }))
    }
}

/// What a watch does, in the record's words.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// The policy set that said so.
    pub policy_set: String,
    /// The bundle that was in force.
    pub bundle: String,
    /// What the set calls the plugin that judges.
    pub plugin: String,
    /// Of the plugin's component.
    pub component: String,
    /// For the plugin.
    pub settings: Value,
    /// What is sampled.
    pub signals: Vec<SignalPlan>,
    /// Where alerts come from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alerts: Option<AlertsPlan>,
    /// How far back the window reaches, in nanoseconds: what the plugin said of its settings.
    pub lookback_ns: u64,
}

impl Plan {
    /// As a body of the record.
    pub fn body(&self) -> Result<Body, serde_json::Error> {
        Ok(Body { kind: BodyKind::Watch, bytes: serde_json::to_vec(self)?.into() })
    }

    /// Whether it takes alerts that are handed in.
    #[must_use]
    pub fn takes_alerts(&self) -> bool {
        self.alerts.as_ref().is_some_and(|plan| plan.webhook.is_some())
    }

    /// As JSON for the plugin.
    #[must_use]
    pub fn settings_text(&self) -> Arc<str> {
        self.settings.to_string().into()
    }

    /// The signal that a trigger compares, of a canary its own; none: alerts.
    #[must_use]
    pub fn signal_of(&self, trigger: &str) -> Option<&str> {
        let of = |one: &&Value| one.get("name").and_then(Value::as_str) == Some(trigger);
        let one = triggers(&self.settings).chain(listed(&self.settings, "metrics")).find(of)?;
        one.get("signal").or_else(|| one.get("canary"))?.as_str()
    }

    /// Of the plugin's component; none: the plan was not written by a gate.
    #[must_use]
    pub fn component_digest(&self) -> Option<Digest> {
        Digest::parse(&self.component).ok()
    }

    /// How far back the window reaches.
    #[must_use]
    pub fn lookback(&self) -> Duration {
        Duration::from_nanos(self.lookback_ns)
    }
}

/// Whether a trigger of these settings fires by alerts.
#[must_use]
pub fn looks_for_alerts(settings: &Value) -> bool {
    triggers(settings).any(|trigger| trigger.get("alert").is_some())
}

fn triggers(settings: &Value) -> impl Iterator<Item = &Value> {
    listed(settings, "triggers")
}

fn listed<'a>(settings: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    settings.get(key).and_then(Value::as_array).into_iter().flatten()
}
