//! What is done about one incident to its end, and how urgent it was found: a body of the record, as the policy set said when it was opened.

use super::rules::{Contact, Level, Task, Texts};
use crate::{api::incidents::KnownBody, gate::watches::written::WrittenTrigger};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::time::Duration;
use tidegate_ledger::body::{Body, BodyKind};

/// Everything that is needed until it is over, whatever policies come into force meanwhile.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// The policy set that said so.
    pub policy_set: String,
    /// The bundle that was in force.
    pub bundle: String,
    /// How urgent it was found, and by what.
    pub classified: Classified,
    /// The priority's name for people.
    pub priority_title: String,
    /// Who is told, one after the other.
    pub contacts: Vec<Contact>,
    /// Within which time somebody has to acknowledge it, in nanoseconds.
    pub respond_within_ns: u64,
    /// How often the next word is due, in nanoseconds.
    pub updates_every_ns: u64,
    /// What is written.
    pub texts: Texts,
    /// What is to be done.
    pub tasks: Vec<Task>,
}

/// What the plugin was asked, and what it answered: with title, moment and deployment of the leaf the question can be asked again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Classified {
    /// What the set calls the plugin.
    pub plugin: String,
    /// Of the plugin's component.
    pub component: String,
    /// For the plugin.
    pub settings: Value,
    /// What was known.
    pub known: KnownBody,
    /// The triggers that raised it.
    pub triggers: Vec<WrittenTrigger>,
    /// The priority that it gave; none: no answer of it counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answered: Option<String>,
    /// Why it is as urgent as it is.
    pub reasons: Vec<String>,
}

impl Plan {
    /// As a body of the record.
    pub fn body(&self) -> Result<Body, serde_json::Error> {
        Ok(Body { kind: BodyKind::Incident, bytes: serde_json::to_vec(self)?.into() })
    }

    /// With what a level of the matrix says.
    #[must_use]
    pub fn of(level: &Level, texts: Texts, tasks: Vec<Task>, classified: Classified, by: (String, String)) -> Self {
        let nanos = |span: Duration| u64::try_from(span.as_nanos()).unwrap_or(u64::MAX);
        Self {
            policy_set: by.0,
            bundle: by.1,
            classified,
            priority_title: level.title.clone(),
            contacts: level.contacts.clone(),
            respond_within_ns: nanos(level.respond_within),
            updates_every_ns: nanos(level.updates_every),
            texts,
            tasks,
        }
    }

    /// Within which time somebody has to acknowledge it.
    #[must_use]
    pub fn respond_within(&self) -> Duration {
        Duration::from_nanos(self.respond_within_ns)
    }

    /// How often the next word is due.
    #[must_use]
    pub fn updates_every(&self) -> Duration {
        Duration::from_nanos(self.updates_every_ns)
    }

    /// Who is told at a level, from 0.
    #[must_use]
    pub fn contact(&self, level: u32) -> Option<&Contact> {
        self.contacts.get(level as usize)
    }
}
