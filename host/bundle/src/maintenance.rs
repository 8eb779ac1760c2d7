//! What a set says of maintenance: of what it is the checklist, what is to be done when, and what verifies it at the end.

use std::{sync::Arc, time::Duration};
use tidegate_core::name::{EnvironmentName, EvidenceName};

/// What is to be done of a maintenance in all its phases, at most: its leaf lists it.
pub const TASKS_MAX: usize = 64;
/// How long after an emergency's maintenance opened what belongs to it is to be stated, where a set says nothing.
pub const WITHIN: Duration = Duration::from_secs(24 * 3_600);

/// What a set says of maintenance. No layer changes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MaintenanceRules {
    /// Where the services run that are maintained.
    pub of: EnvironmentName,
    /// Where the set itself is asked before one opens: the environment that it matches.
    pub asked_in: EnvironmentName,
    /// Where a decision about the services has to pass before one is closed.
    pub verified_in: EnvironmentName,
    /// Whether services are compared with nothing of before its end afterwards.
    pub anew: bool,
    /// The name under which its stages see what was stated before.
    pub evidence: EvidenceName,
    /// The item that whoever approves states by it.
    pub approval: Option<Arc<str>>,
    /// What is to be done before: the items of the stages that see it.
    pub pre: Vec<Task>,
    /// What is to be done while it is open.
    pub during: Vec<Task>,
    /// What is to be done before it is closed.
    pub post: Vec<Task>,
    /// What an emergency needs; `None`: it says nothing of emergencies, and none opens at once.
    pub emergency: Option<EmergencyRules>,
}

/// What is to be stated once an emergency's maintenance opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmergencyRules {
    /// Counted from its opening.
    pub within: Duration,
    /// What is done.
    pub actions: Vec<Task>,
    /// Who hears of it.
    pub communications: Vec<Task>,
}

/// One thing to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// Statements name it so.
    pub item: Arc<str>,
    /// In one line.
    pub title: Arc<str>,
}
