//! Triggers over alerts: an active one fires at once.

use crate::forms::Said;
use crate::words::foreign;
use tidegate_sdk::{
    rollback::{Alert, Observation},
    text::counted,
    trigger::TriggerState,
};

/// The series by whose defect the host says that it could not ask for all alerts.
pub(crate) const ALERTS: &str = "alerts";

pub(crate) fn said<S>(
    name: Option<&str>,
    severity: Option<&str>,
    category: Option<&str>,
    observation: &Observation<S>,
) -> (Said, usize) {
    let fits = |wanted: Option<&str>, is: &str| wanted.is_none_or(|wanted| wanted == is);
    let like_this = |alert: &&Alert| {
        alert.firing && fits(name, &alert.name) && fits(severity, &alert.severity) && fits(category, &alert.category)
    };
    let active: Vec<&Alert> = observation.alerts.iter().filter(like_this).collect();
    let first = active.iter().min_by_key(|alert| (alert.since, &alert.name));
    let said = match first {
        Some(first) => {
            let others = match active.len() - 1 {
                0 => String::new(),
                others => format!(" and {} like it", counted(others as u64, "other")),
            };
            Said {
                state: TriggerState::Firing,
                violated_since: Some(first.since.min(observation.observed_at)),
                message: format!("alert `{}`{others} active", foreign(&first.name)),
            }
        }
        None => quiet(observation),
    };
    (said, active.len())
}

fn quiet<S>(observation: &Observation<S>) -> Said {
    let asked = observation.series.iter().filter(|series| series.signal == ALERTS);
    let defect = asked.filter_map(|series| series.defect.as_deref()).next();
    let (state, message) = match defect {
        Some(defect) => {
            (TriggerState::Inconclusive, format!("there may be alerts that are not seen: {}", foreign(defect)))
        }
        None => (TriggerState::Ok, "no such alert is active".to_owned()),
    };
    Said { state, violated_since: None, message }
}
