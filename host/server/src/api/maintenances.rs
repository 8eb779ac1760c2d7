//! Maintenances in JSON.

use crate::api::answer::Answer;
use serde::{Deserialize, Serialize};

/// A maintenance that is planned; of an emergency, opened at once.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MaintenanceRequestBody {
    /// Where.
    pub environment: String,
    /// Of what, at least one.
    pub services: Vec<String>,
    /// From when on it may be opened; RFC 3339. An emergency's begins now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// By when it has to be closed; RFC 3339.
    pub until: String,
    /// At least 10 characters, of an emergency 20.
    pub reason: String,
    /// `security_fix`, `production_down`, `data_corruption` or `urgent_bug`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub emergency: Option<String>,
}

/// What verified the services.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MaintenanceCloseBody {
    /// The decision's id.
    pub verification: String,
}

/// Why a maintenance is given up before it opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MaintenanceCancelBody {
    /// At least 10 characters.
    pub reason: String,
}

/// A page of maintenances, the newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MaintenancesBody {
    /// Without phases and timelines.
    pub maintenances: Vec<MaintenanceBody>,
    /// What `before` is for the page after; absent on the last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<u64>,
}

/// A maintenance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MaintenanceBody {
    /// Its name.
    pub id: String,
    /// `planned`, `approved`, `open`, `closed` or `cancelled`; `expired`: its window is over, and it is neither closed nor cancelled.
    pub state: String,
    /// Whether it is open beyond its window: it has to be closed.
    pub overdue: bool,
    /// Where.
    pub environment: String,
    /// Of what.
    pub services: Vec<String>,
    /// The policy set that says what is to be done.
    pub policy_set: String,
    /// The environment that statements for it name: the one in which that set is asked.
    pub asked_in: String,
    /// The environment of the decision that verifies the services at its end.
    pub verified_in: String,
    /// From when on it may be opened; RFC 3339.
    pub from: String,
    /// By when it has to be closed; RFC 3339.
    pub until: String,
    /// In the words of whoever planned it.
    pub reason: String,
    /// Who planned it; authenticated.
    pub planned_by: String,
    /// RFC 3339.
    pub planned_at: String,
    /// That it opened at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub emergency: Option<MaintenanceEmergencyBody>,
    /// What is to be done, phase by phase.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub phases: Vec<PhaseBody>,
    /// What was done and stated, in its order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub timeline: Vec<HappenedBody>,
    /// Where it lies in the ledger.
    pub leaf_index: u64,
}

/// What opened an emergency's maintenance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MaintenanceEmergencyBody {
    /// `security_fix`, `production_down`, `data_corruption` or `urgent_bug`.
    pub because: String,
    /// The decision that was forced.
    pub decision: String,
    /// By when its actions and communications are to be stated; RFC 3339.
    pub due_at: String,
    /// Whether that is over and something is still to be stated; absent in lists.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overdue: Option<bool>,
}

/// What is to be done at one time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhaseBody {
    /// `pre`, `during`, `post`, `actions` or `communications`.
    pub phase: String,
    /// How many are still to be done.
    pub to_do: usize,
    /// In the set's order.
    pub items: Vec<ItemBody>,
}

/// One thing to be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemBody {
    /// Statements name it so.
    pub item: String,
    /// For people.
    pub title: String,
    /// `open`, `met`, `unmet` or `not_applicable`, by what people stated last.
    pub state: String,
    /// Who stated that last; authenticated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
}

/// Something that was done or stated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HappenedBody {
    /// RFC 3339.
    pub at: String,
    /// `planned`, `approved`, `opened`, `stated`, `closed` or `cancelled`.
    pub what: String,
    /// Who; authenticated.
    pub by: String,
    /// What was stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<String>,
    /// The decision that let it open, or that verified it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision: Option<String>,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Where it lies in the ledger.
    pub leaf_index: u64,
}

/// A maintenance that was open where something was to be deployed. It changes nothing of the decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenMaintenanceBody {
    /// Its name.
    pub id: String,
    /// Of which of the deployment's services.
    pub services: Vec<String>,
    /// By when it has to be closed; RFC 3339.
    pub until: String,
    /// Whether that was over.
    pub overdue: bool,
    /// Whether it is an emergency's.
    pub emergency: bool,
}

/// Maintenances that are open.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MaintenanceCountsBody {
    /// All of them.
    pub open: u64,
    /// Beyond their windows.
    pub overdue: u64,
}

impl Answer {
    /// The same answer, with the maintenances that were open.
    #[must_use]
    pub fn maintained(mut self, open: Vec<OpenMaintenanceBody>) -> Self {
        for OpenMaintenanceBody { id, services, until, overdue, .. } in &open {
            let overdue = if *overdue { ", overdue" } else { "" };
            self.text.push_str(&format!("MAINTENANCE: {id} of {} until {until}{overdue}\n", services.join(", ")));
        }
        self.maintenances = open;
        self
    }
}
