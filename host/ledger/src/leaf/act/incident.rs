//! What leaves of incidents say, field by field, in canonical order.

use crate::{
    id::DecisionId,
    incident::{Happening, IncidentChange, NewIncident, Said, What},
    private::Private,
    shape::{maybe, one},
};
use serde::{Deserialize, Serialize};
use std::{sync::Arc, time::Duration};
use tidegate_core::{
    digest::Digest,
    incident::Priority,
    name::{EnvironmentName, ServiceName},
    time::Timestamp,
};

/// An incident was opened. `said` are texts about it, `said_of` what each of them says.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct IncidentPart {
    #[serde(with = "one")]
    acknowledge_by: Timestamp,
    #[serde(with = "one")]
    pub(super) at: Timestamp,
    by: Option<Private>,
    cause: Arc<str>,
    decision: String,
    #[serde(with = "one")]
    detected_at: Timestamp,
    #[serde(with = "one")]
    environment: EnvironmentName,
    id: Arc<str>,
    levels: u32,
    #[serde(with = "one")]
    plan: Digest,
    priority: String,
    rule: Arc<str>,
    said: Vec<Private>,
    said_of: Vec<String>,
    services: Vec<String>,
    #[serde(with = "one")]
    update_by: Timestamp,
    watch: Option<Arc<str>>,
}

impl IncidentPart {
    pub(super) fn of(new: &NewIncident, at: Timestamp) -> Self {
        let (said, said_of) = apart(&new.said);
        Self {
            acknowledge_by: new.acknowledge_by,
            at,
            by: new.by.clone().map(Private::Text),
            cause: new.cause.clone(),
            decision: new.decision.as_str().to_owned(),
            detected_at: new.detected_at,
            environment: new.environment.clone(),
            id: new.id.clone(),
            levels: new.levels,
            plan: new.plan,
            priority: new.priority.word().to_owned(),
            rule: new.rule.clone(),
            said,
            said_of,
            services: new.services.iter().map(ToString::to_string).collect(),
            update_by: new.update_by,
            watch: new.watch.clone(),
        }
    }

    pub(super) fn privates(&mut self) -> Vec<&mut Private> {
        self.by.iter_mut().chain(&mut self.said).collect()
    }

    /// None where it says what no leaf can.
    pub(super) fn opened(&self) -> Option<NewIncident> {
        let services = self.services.iter().map(|name| ServiceName::parse(name).ok()).collect::<Option<_>>()?;
        Some(NewIncident {
            id: self.id.clone(),
            cause: self.cause.clone(),
            decision: DecisionId::parse(&self.decision).ok()?,
            environment: self.environment.clone(),
            services,
            watch: self.watch.clone(),
            by: self.by.as_ref().map(Private::shown),
            detected_at: self.detected_at,
            priority: Priority::ALL.into_iter().find(|priority| priority.word() == self.priority)?,
            rule: self.rule.clone(),
            plan: self.plan,
            levels: self.levels,
            acknowledge_by: self.acknowledge_by,
            update_by: self.update_by,
            said: together(&self.said, &self.said_of)?,
        })
    }
}

/// An incident stands otherwise than before.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct IncidentChangePart {
    #[serde(with = "maybe")]
    acknowledge_by: Option<Timestamp>,
    #[serde(with = "one")]
    pub(super) at: Timestamp,
    by: Option<Private>,
    done: Vec<u32>,
    #[serde(with = "maybe")]
    downtime: Option<Duration>,
    happening: String,
    id: Arc<str>,
    level: u32,
    number: u32,
    said: Vec<Private>,
    said_of: Vec<String>,
    #[serde(with = "maybe")]
    update_by: Option<Timestamp>,
}

impl IncidentChangePart {
    pub(super) fn of(change: &IncidentChange, at: Timestamp) -> Self {
        let (said, said_of) = apart(&change.said);
        Self {
            acknowledge_by: change.acknowledge_by,
            at,
            by: change.by.clone().map(Private::Text),
            done: change.done.clone(),
            downtime: change.downtime,
            happening: change.happening.word().to_owned(),
            id: change.id.clone(),
            level: change.level,
            number: change.number,
            said,
            said_of,
            update_by: change.update_by,
        }
    }

    pub(super) fn privates(&mut self) -> Vec<&mut Private> {
        self.by.iter_mut().chain(&mut self.said).collect()
    }

    /// None where it says what no leaf can.
    pub(super) fn changed(&self) -> Option<IncidentChange> {
        Some(IncidentChange {
            id: self.id.clone(),
            number: self.number,
            happening: Happening::parse(&self.happening)?,
            by: self.by.as_ref().map(Private::shown),
            level: self.level,
            acknowledge_by: self.acknowledge_by,
            update_by: self.update_by,
            downtime: self.downtime,
            done: self.done.clone(),
            said: together(&self.said, &self.said_of)?,
        })
    }
}

fn apart(said: &[Said]) -> (Vec<Private>, Vec<String>) {
    said.iter().map(|one| (Private::Text(one.text.clone()), one.what.word().to_owned())).unzip()
}

fn together(said: &[Private], said_of: &[String]) -> Option<Vec<Said>> {
    let one = |(text, word): (&Private, &String)| Some(Said { what: What::parse(word)?, text: text.shown() });
    (said.len() == said_of.len()).then(|| said.iter().zip(said_of).map(one).collect())?
}
