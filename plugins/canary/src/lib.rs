//! Whether a canary does worse than what runs beside it.
//!
//! Of each metric the canary's samples are compared with the baseline's by their ranks (Mann and Whitney's U): by how much they are
//! shifted (Hodges and Lehmann's estimate), an interval of confidence around it, and how often a sample of the one is above one of the
//! other. A metric is worse when the whole interval lies beyond the shift that is allowed, and the effect is larger than allowed.
//!
//! **Invariant:** a metric without enough samples of both is inconclusive, and so is the whole: there is no score that leaves it out.
//! **Invariant:** nothing is put in the place of a sample that did not come.
//! **Invariant:** exact arithmetic and the four operations with the square root alone: every machine answers the same.

pub mod settings;
pub mod statistics;

mod advice;
mod judged;
mod plan;
mod rules;
mod taken;

use crate::{plan::Plan, settings::Settings};
use tidegate_sdk::{
    describe::{Description, Problem},
    export_rollback,
    gate::Failure,
    rollback::{Observation, Report, Rollback},
    settings::sentence,
};

/// The plugin.
#[derive(Debug)]
pub struct Canary;

impl Rollback for Canary {
    type Settings = Settings;

    fn describe() -> Description {
        rules::describe()
    }

    fn problems(settings: &Settings) -> Vec<Problem> {
        Plan::of(settings).err().unwrap_or_default()
    }

    fn lookback(settings: &Settings) -> Result<u64, Failure> {
        Ok(plan(settings)?.window)
    }

    fn evaluate(observation: &Observation<Settings>) -> Result<Report, Failure> {
        let plan = plan(&observation.settings)?;
        let judged = plan.metrics.iter().map(|metric| (metric, judged::of(metric, &plan, observation))).collect();
        Ok(advice::of(&plan, judged))
    }
}

fn plan(settings: &Settings) -> Result<Plan, Failure> {
    Plan::of(settings).map_err(|problems| Failure::BadSettings(sentence(&problems)))
}

export_rollback!(Canary);
