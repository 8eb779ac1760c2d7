//! When changes are allowed, and when they are frozen.
//!
//! Outside every window, or in a hard freeze, a deployment is held until the next moment that a window allows and no hard freeze
//! covers. A soft freeze warns. Spans are half open: their end is not part of them. A deployment back to an earlier version is
//! never held. Emergencies are the business of break-glass, not of this plugin.
//!
//! **Invariant:** the moment of the evaluation is the only now; the rules of time zones are part of the component.
//! **Invariant:** a search is bounded by a horizon of two years and by its steps.

pub mod settings;

mod plan;
mod recurrence;
mod rules;
mod search;
mod times;
mod verdict;
mod zone;

use crate::{plan::Plan, settings::Settings};
use jiff::Timestamp;
use tidegate_sdk::{
    deployment::Cause,
    describe::{Description, Problem},
    evidence::Evidence,
    export_gate,
    gate::{Failure, Gate, Request},
    report::{Outcome, Report},
    settings::sentence,
};

/// The plugin.
#[derive(Debug)]
pub struct ChangeWindow;

impl Gate for ChangeWindow {
    type Settings = Settings;

    fn describe() -> Description {
        rules::describe()
    }

    fn problems(settings: &Settings) -> Vec<Problem> {
        Plan::of(settings).err().unwrap_or_default()
    }

    fn evaluate(request: &Request<Settings>, _evidence: &Evidence) -> Result<Report, Failure> {
        if request.deployment.cause == Cause::Rollback {
            let report = Report::concluded(Outcome::NotApplicable, vec![], None);
            return Ok(report.summary("a rollback is never held"));
        }
        let plan = Plan::of(&request.settings).map_err(|all| Failure::BadSettings(sentence(&all)))?;
        let now = Timestamp::from_nanosecond(i128::from(request.evaluated_at))
            .map_err(|error| Failure::Internal(error.to_string()))?;
        let all = request.deployment.services.iter().map(|service| service.name.as_str());
        let services = request.service.as_deref().map_or_else(|| all.collect(), |service| vec![service]);
        Ok(verdict::of(&plan, &services, now))
    }
}

export_gate!(ChangeWindow);
