//! The envelope of the JSON formats of our own:
//! `{"format": "tidegate/facts/v1", "tool"?, "produced_at"?, "subject"?, "revision"?, "complete"?, "facts": […]}`.

use crate::{
    detect::Head,
    error::{Place, ReadError},
    json,
    limits::Limits,
    source::{Reading, Source, empty, incomplete},
    strict::{Known, Moment, Strict, Subject, Text, fill, object, required},
    text::{bounded, quoted},
};
use serde::{
    Deserialize, Deserializer,
    de::{Error, MapAccess},
};
use std::collections::HashSet;
use tidegate_core::evidence::{Completeness, Content, DocumentTime, Zone};

/// One entry of a format's list.
pub(super) trait Entry: for<'de> Deserialize<'de> {
    /// The format's name, which is its list's key too.
    const LIST: &'static str;
    /// The keys of the envelope with the list's.
    const KEYS: &'static [&'static str];

    /// The name and the subject (empty: none) that no two entries may share, where there is such a thing.
    fn unique_name(&self) -> Option<(&str, &str)>;
    /// The entries as core holds them.
    fn content(entries: Vec<Self>, limits: &Limits) -> Content;
}

/// Whether the document says that it is one of `E`s, of whatever version.
pub(super) fn recognises<E: Entry>(head: &Head<'_>) -> bool {
    let Head::Json(survey) = head else { return false };
    let family = survey.text_of("format").and_then(|format| format.strip_prefix("tidegate/"));
    family.and_then(|rest| rest.strip_prefix(E::LIST)).is_some_and(|rest| rest.starts_with('/'))
}

/// Reads a document of `E`s.
pub(super) fn read<E: Entry>(source: &Source<'_>) -> Result<Reading, ReadError> {
    demand_version::<E>(source)?;
    let envelope: Envelope<E> = json::parse(source)?;
    refuse_twice(&envelope.entries, source)?;
    let completeness = if !envelope.complete {
        incomplete("the document says that it is not complete")
    } else if envelope.entries.is_empty() {
        empty(format!("`{}` is empty", E::LIST))
    } else {
        Completeness::Complete
    };
    let limits = source.limits;
    Ok(Reading {
        tool: envelope.tool.map(|tool| bounded(&tool.0, limits)),
        produced_at: envelope.produced_at.map(|moment| DocumentTime { at: moment.0, zone: Zone::Stated }),
        author: None,
        subjects: envelope.subject.map(|subject| subject.0).into_iter().collect(),
        revision: envelope.revision.map(|revision| bounded(&revision.0, limits)),
        signer: None,
        completeness,
        contents: vec![E::content(envelope.entries, limits)],
    })
}

fn demand_version<E: Entry>(source: &Source<'_>) -> Result<(), ReadError> {
    let expected = format!("tidegate/{}/v1", E::LIST);
    let survey = json::survey(source)?;
    if survey.text_of("format") == Some(expected.as_str()) {
        return Ok(());
    }
    json::syntax(source)?;
    let found = match survey.text_of("format") {
        Some(other) => format!("{} is not read here", quoted(other)),
        None => "missing, or not a text".to_owned(),
    };
    let place = Place::Value { path: "format".to_owned(), at: None };
    Err(source.malformed(place, &format!("{found}; expected `{expected}`")))
}

fn refuse_twice<E: Entry>(entries: &[E], source: &Source<'_>) -> Result<(), ReadError> {
    let mut seen = HashSet::new();
    for (index, name) in entries.iter().enumerate().filter_map(|(index, entry)| Some((index, entry.unique_name()?))) {
        let (shown, _) = name;
        if !seen.insert(name) {
            let place = Place::Value { path: format!("{}[{index}].name", E::LIST), at: None };
            return Err(source.malformed(place, &format!("{} comes twice", quoted(shown))));
        }
    }
    Ok(())
}

struct Envelope<E> {
    tool: Option<Text>,
    produced_at: Option<Moment>,
    subject: Option<Subject>,
    revision: Option<Text>,
    complete: bool,
    entries: Vec<E>,
}

impl<'de, E: Entry> Deserialize<'de> for Envelope<E> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        object::<Parts<E>, D>(deserializer)
    }
}

struct Parts<E> {
    format: Option<String>,
    tool: Option<Text>,
    produced_at: Option<Moment>,
    subject: Option<Subject>,
    revision: Option<Text>,
    complete: Option<bool>,
    entries: Option<Vec<E>>,
}

impl<E> Default for Parts<E> {
    fn default() -> Self {
        Self {
            format: None,
            tool: None,
            produced_at: None,
            subject: None,
            revision: None,
            complete: None,
            entries: None,
        }
    }
}

impl<'de, E: Entry> Strict<'de> for Parts<E> {
    const WHAT: &'static str = "an object";
    type Whole = Envelope<E>;

    fn take<A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<Known, A::Error> {
        match key {
            "format" => fill(&mut self.format, "format", map),
            "tool" => fill(&mut self.tool, "tool", map),
            "produced_at" => fill(&mut self.produced_at, "produced_at", map),
            "subject" => fill(&mut self.subject, "subject", map),
            "revision" => fill(&mut self.revision, "revision", map),
            "complete" => fill(&mut self.complete, "complete", map),
            list if list == E::LIST => fill(&mut self.entries, E::LIST, map),
            _ => Ok(Known::Only(E::KEYS)),
        }
    }

    fn whole<Er: Error>(self) -> Result<Envelope<E>, Er> {
        Ok(Envelope {
            tool: self.tool,
            produced_at: self.produced_at,
            subject: self.subject,
            revision: self.revision,
            complete: self.complete.unwrap_or(true),
            entries: required(self.entries, E::LIST)?,
        })
    }
}
