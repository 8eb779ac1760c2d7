//! When what signals say of a deployment undoes it.
//!
//! Each trigger is a condition over the samples of one signal, or over alerts. All comparisons are strict: at the bound nothing is
//! violated, and after exactly the span nothing fires. Samples of before the deployment say nothing about it, and those of after
//! this look do not count yet.
//!
//! **Invariant:** a trigger is `ok` only by samples that were seen: what is missing, partial or too old is inconclusive.
//! **Invariant:** the order of samples and their repetition change nothing.
//! **Invariant:** the moment of the observation is the only now.

pub mod settings;

mod advice;
mod alerts;
mod forms;
mod looks;
mod plan;
mod rules;
mod state;
mod words;

use crate::{plan::Plan, settings::Settings};
use tidegate_sdk::{
    describe::{Description, Problem},
    export_rollback,
    gate::Failure,
    rollback::{Observation, Report, Rollback as Judges},
    settings::sentence,
};

/// The plugin.
#[derive(Debug)]
pub struct Rollback;

impl Judges for Rollback {
    type Settings = Settings;

    fn describe() -> Description {
        rules::describe()
    }

    fn problems(settings: &Settings) -> Vec<Problem> {
        Plan::of(settings).err().unwrap_or_default()
    }

    fn lookback(settings: &Settings) -> Result<u64, Failure> {
        Ok(plan(settings)?.lookback())
    }

    fn evaluate(observation: &Observation<Settings>) -> Result<Report, Failure> {
        let plan = plan(&observation.settings)?;
        let judged = plan.triggers.iter().map(|watched| (watched, state::of(watched, &plan, observation))).collect();
        Ok(advice::of(judged))
    }
}

fn plan(settings: &Settings) -> Result<Plan, Failure> {
    Plan::of(settings).map_err(|problems| Failure::BadSettings(sentence(&problems)))
}

export_rollback!(Rollback);
