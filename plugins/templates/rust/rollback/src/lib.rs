//! Undo a deployment when one signal stays above a limit.
//!
//! The host hands in the whole window and the moment of the look; a trigger says how far it has come. What did not come is never `ok`.

use schemars::JsonSchema;
use serde::Deserialize;
use tidegate_sdk::{
    describe::{Description, Problem, Rule},
    export_rollback,
    finding::Severity,
    gate::Failure,
    rollback::{Advice, Observation, Report, Rollback, Series},
    settings::schema,
    trigger::{Trigger, TriggerState},
};

/// The trigger, also the rule's id.
const TOO_HIGH: &str = "too-high";

/// The plugin.
#[derive(Debug)]
pub struct PluginName;

/// What a policy set may say.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The signal, as the policy set names it.
    pub signal: String,
    /// What it may be at most, in the signal's own unit.
    pub max: f64,
    /// So many looks in a row above it undo the deployment.
    pub looks: u32,
    /// Seconds between two looks.
    pub step_s: u32,
}

impl Rollback for PluginName {
    type Settings = Settings;

    fn describe() -> Description {
        let rule = Rule::new(TOO_HIGH, "The signal stays low enough", Severity::High)
            .help("So many looks in a row above the limit undo the deployment; a look that did not come keeps it from passing.");
        Description::new(
            "plugin-name",
            env!("CARGO_PKG_VERSION"),
            "Undoes a deployment whose signal stays too high.",
            &schema::<Settings>(),
        )
        .rule(rule)
    }

    fn problems(settings: &Settings) -> Vec<Problem> {
        let zero = |value: u32, pointer: &str| {
            (value == 0).then(|| Problem::new(pointer, "0 looks at nothing"))
        };
        [
            zero(settings.looks, "/looks"),
            zero(settings.step_s, "/step_s"),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    fn lookback(settings: &Settings) -> Result<u64, Failure> {
        Ok(u64::from(settings.looks) * u64::from(settings.step_s) * 1_000_000_000)
    }

    fn evaluate(observation: &Observation<Settings>) -> Result<Report, Failure> {
        let settings = &observation.settings;
        let series = observation
            .series
            .iter()
            .find(|series| series.signal == settings.signal);
        let trigger = judged(settings, series);
        let (advice, severity) = match trigger.state {
            TriggerState::Firing => (Advice::RollBack, Severity::High),
            TriggerState::Ok => (Advice::Proceed, Severity::Info),
            TriggerState::Pending | TriggerState::Inconclusive => (Advice::Hold, Severity::Medium),
        };
        let summary = trigger.message.clone();
        Ok(Report {
            advice,
            severity,
            triggers: vec![trigger],
            summary,
        })
    }
}

fn judged(settings: &Settings, series: Option<&Series>) -> Trigger {
    let looks = settings.looks as usize;
    let samples = series.map_or(&[][..], |series| &series.samples);
    let last = &samples[samples.len().saturating_sub(looks)..];
    let above = last
        .iter()
        .rev()
        .take_while(|sample| sample.value.is_some_and(|value| value > settings.max))
        .count();
    let defect = series.and_then(|series| series.defect.as_deref());
    let newest = last.last().and_then(|sample| sample.value);
    let signal = &settings.signal;
    let (state, message) = match (defect, newest) {
        (Some(defect), _) => (
            TriggerState::Inconclusive,
            format!("`{signal}` may be partial: {defect}"),
        ),
        (None, None) => (
            TriggerState::Inconclusive,
            format!("there is no sample of `{signal}` of this look"),
        ),
        (None, Some(value)) if above >= looks => (
            TriggerState::Firing,
            format!(
                "`{signal}` is {value}, above {} for {above} looks",
                settings.max
            ),
        ),
        (None, Some(value)) if above > 0 => (
            TriggerState::Pending,
            format!(
                "`{signal}` is {value}, above {} for {above} of {looks} looks",
                settings.max
            ),
        ),
        // A NaN is not above anything, and not below it either.
        (None, Some(value)) if value.is_nan() => (
            TriggerState::Inconclusive,
            format!("`{signal}` is no number"),
        ),
        (None, Some(value)) => (
            TriggerState::Ok,
            format!("`{signal}` is {value}, at most {}", settings.max),
        ),
    };
    Trigger {
        name: TOO_HIGH.to_owned(),
        state,
        since: None,
        observed: newest,
        threshold: Some(settings.max),
        samples: u32::try_from(last.len()).unwrap_or(u32::MAX),
        message,
    }
}

export_rollback!(PluginName);
