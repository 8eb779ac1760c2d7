//! Triggers, between the bindings and the author's types.

use super::bindings::tidegate::policy::types as wit;
use crate::trigger::{Trigger, TriggerState};

pub(super) fn trigger(given: wit::Trigger) -> Trigger {
    let wit::Trigger { name, state, since, observed, threshold, samples, message } = given;
    let state = match state {
        wit::TriggerState::Ok => TriggerState::Ok,
        wit::TriggerState::Pending => TriggerState::Pending,
        wit::TriggerState::Firing => TriggerState::Firing,
        wit::TriggerState::Inconclusive => TriggerState::Inconclusive,
    };
    Trigger { name, state, since, observed, threshold, samples, message }
}

pub(super) fn trigger_back(given: Trigger) -> wit::Trigger {
    let Trigger { name, state, since, observed, threshold, samples, message } = given;
    let state = match state {
        TriggerState::Ok => wit::TriggerState::Ok,
        TriggerState::Pending => wit::TriggerState::Pending,
        TriggerState::Firing => wit::TriggerState::Firing,
        TriggerState::Inconclusive => wit::TriggerState::Inconclusive,
    };
    wit::Trigger { name, state, since, observed, threshold, samples, message }
}
