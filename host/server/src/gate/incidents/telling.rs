//! What people are told of an incident: the set's templates, filled with what is known.
//!
//! **Invariant:** nothing goes out with a blank. What is not said while an incident lasts stands there in so many words; what is not said when it is
//! resolved is asked for, by its name.

use super::plan::Plan;
use crate::{
    api::{
        incident_notice::{IncidentSent, SentIncident, SentTo},
        problem::PlacedError,
    },
    gate::{error::GateError, error::placed},
};
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use tidegate_core::{
    one_line::one_line,
    time::{Timestamp, in_words},
};
use tidegate_ledger::{
    incident::{Entry, Incident, IncidentChange, NewIncident, Said, What},
    notice::{NewNotice, NoticeKind},
};

/// What stands for what nobody said while an incident lasts.
const UNSAID: [(What, &str); 4] = [
    (What::Impact, "not known yet"),
    (What::Status, "it is being investigated"),
    (What::ResolutionExpected, "not known yet"),
    (What::Actions, "- nothing yet"),
];
/// What is said of one that is over, where nobody says it otherwise.
const OVER: (What, &str) = (What::Status, "all services are well, and are watched");
/// Characters of one line, at most.
const LINE_CHARS_MAX: usize = 2_048;

/// What was said last, by what it says.
pub(super) type Words = BTreeMap<What, Arc<str>>;

/// An incident as somebody is told of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Told<'a> {
    pub(super) opened: &'a NewIncident,
    pub(super) opened_at: Timestamp,
    pub(super) plan: &'a Plan,
    pub(super) words: &'a Words,
    /// What happened now.
    pub(super) kind: NoticeKind,
    pub(super) at: Timestamp,
    /// The level that is told last.
    pub(super) level: u32,
    pub(super) acknowledge_by: Option<Timestamp>,
    /// How long users had of it; said once it is over.
    pub(super) downtime: Option<Duration>,
    pub(super) public_url: Option<&'a str>,
}

/// With what is said now over what was said before.
pub(super) fn with(mut words: Words, said: &[Said]) -> Words {
    words.extend(said.iter().map(|said| (said.what, said.text.clone())));
    words
}

/// What was said last in a timeline.
pub(super) fn last_words(timeline: &[Entry]) -> Words {
    timeline.iter().fold(Words::new(), |words, entry| with(words, &entry.said))
}

impl<'a> Told<'a> {
    /// That it changed, by words that hold what is said with the change.
    pub(super) fn of_change(
        incident: &'a Incident,
        change: &IncidentChange,
        (plan, words): (&'a Plan, &'a Words),
        (kind, at): (NoticeKind, Timestamp),
        public_url: Option<&'a str>,
    ) -> Self {
        Self {
            opened: &incident.opened,
            opened_at: incident.opened_at,
            plan,
            words,
            kind,
            at,
            level: change.level,
            acknowledge_by: change.acknowledge_by,
            downtime: change.downtime,
            public_url,
        }
    }
}

impl Told<'_> {
    /// What is known by this name of a blank.
    fn known(&self, name: &str) -> Option<String> {
        let (opened, plan) = (self.opened, self.plan);
        let text = match name {
            "priority" => opened.priority.word().to_owned(),
            "priority_title" => plan.priority_title.clone(),
            "environment" => opened.environment.to_string(),
            "services" => services(opened),
            "detected_at" => opened.detected_at.to_string(),
            "next_update" => in_words(plan.updates_every()),
            "resolved_at" => self.downtime.map(|_| self.at.to_string())?,
            "downtime" => in_words(self.downtime?),
            word => self.said(What::parse(word)?)?,
        };
        Some(text)
    }

    /// In people's words, without what could steer whoever reads it.
    fn said(&self, what: What) -> Option<String> {
        let unsaid = || {
            let over = self.downtime.is_some().then_some(OVER);
            let all = over.into_iter().chain(UNSAID.into_iter().filter(|_| self.downtime.is_none()));
            all.into_iter().find(|(of, _)| *of == what).map(|(_, text)| Arc::from(text))
        };
        let text = self.words.get(&what).cloned().or_else(unsaid)?;
        Some(text.lines().map(|line| one_line(line, LINE_CHARS_MAX)).collect::<Vec<_>>().join("\n"))
    }

    /// Subject and body.
    fn written(&self) -> Result<(String, String), GateError> {
        let texts = &self.plan.texts;
        let (occasion, text) =
            if self.downtime.is_some() { ("resolved", &texts.resolved) } else { ("incident", &texts.incident) };
        let (subject, body) = text.templates().map_err(GateError::Internal)?;
        let missing: Vec<PlacedError> = subject
            .blanks()
            .union(&body.blanks())
            .filter(|name| self.known(name).is_none_or(|text| text.trim().is_empty()))
            .map(|name| {
                placed(*name, format!("it is not said, and the notice `{occasion}` of the policy set has to say it"))
            })
            .collect();
        if !missing.is_empty() {
            return Err(GateError::Malformed(missing));
        }
        let wrong = |error: tidegate_bundle::template::Missing| GateError::Internal(error.to_string());
        let filled = |template: tidegate_bundle::template::Template| template.filled(|name| self.known(name));
        Ok((one_line(&filled(subject).map_err(wrong)?, LINE_CHARS_MAX), filled(body).map_err(wrong)?))
    }

    /// One for each of these levels.
    pub(super) fn notices(&self, levels: impl Iterator<Item = u32>) -> Result<Vec<NewNotice>, GateError> {
        let (subject, text) = self.written()?;
        let contacts = levels.filter_map(|level| self.plan.contact(level));
        contacts.map(|contact| self.notice(&contact.name, &contact.address, (&subject, &text))).collect()
    }

    fn notice(&self, name: &str, address: &str, (subject, text): (&str, &str)) -> Result<NewNotice, GateError> {
        let id = uuid::Uuid::now_v7().to_string();
        let sent = IncidentSent::new(
            (&id, self.kind, self.at),
            SentTo { name: name.to_owned(), address: address.to_owned() },
            (subject.to_owned(), text.to_owned()),
            self.sent(),
        );
        let body = serde_json::to_string(&sent).map_err(|error| GateError::Internal(error.to_string()))?;
        Ok(NewNotice {
            id: id.into(),
            kind: self.kind,
            decision: self.opened.decision.clone(),
            contact: name.into(),
            address: address.into(),
            body: body.into(),
            at: self.at,
        })
    }

    fn sent(&self) -> SentIncident {
        let opened = self.opened;
        let link = |path: &str, id: &str| self.public_url.map(|url| format!("{url}/v1/{path}/{id}"));
        SentIncident {
            id: opened.id.to_string(),
            link: link("incidents", &opened.id),
            priority: opened.priority.word().to_owned(),
            title: self.said(What::Title).unwrap_or_default(),
            environment: opened.environment.to_string(),
            services: opened.services.iter().map(ToString::to_string).collect(),
            decision: opened.decision.to_string(),
            watch: opened.watch.as_ref().map(ToString::to_string),
            detected_at: opened.detected_at.to_string(),
            opened_at: self.opened_at.to_string(),
            level: self.level,
            acknowledge_by: self.acknowledge_by.map(|by| by.to_string()),
            resolved_at: self.downtime.map(|_| self.at.to_string()),
        }
    }
}

pub(super) fn services(opened: &NewIncident) -> String {
    opened.services.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}
