//! The envelope of the JSON formats of our own:
//! `{"format": "tidegate/facts/v1", "tool"?, "produced_at"?, "subject"?, "revision"?, "complete"?, "facts": […]}`.

use crate::{
    detect::Head,
    error::{Place, ReadError},
    json,
    limits::Limits,
    source::{Reading, Source, empty, incomplete},
    strict::{Environment, Known, Moment, Services, Strict, Subject, Text, fill, object, required},
    text::{bounded, quoted},
};
use serde::{
    Deserialize, Deserializer,
    de::{Error, MapAccess, SeqAccess, Visitor},
};
use std::{collections::HashSet, fmt, marker::PhantomData};
use tidegate_core::evidence::{About, Completeness, Content, DocumentTime, Zone};

/// One entry of a format's list.
pub(super) trait Entry: for<'de> Deserialize<'de> {
    /// The list's key.
    const LIST: &'static str;
    /// The format's name.
    const FORMAT: &'static str = Self::LIST;
    /// The keys of the envelope with the list's.
    const KEYS: &'static [&'static str];
    /// Entries of a document, at most, where the format says so; the limit of rows holds beside it.
    const ENTRIES_MAX: usize = usize::MAX;
    /// Whether a document may say where and for which services it holds.
    const IS_SOMEWHERE: bool = false;
    /// The key of an entry that no two may share.
    const UNIQUE_KEY: &'static str = "name";

    /// The name and the subject (empty: none) that no two entries may share, where there is such a thing.
    fn unique_name(&self) -> Option<(&str, &str)>;
    /// Rows that it becomes.
    fn rows(&self) -> usize {
        1
    }
    /// The entries as core holds them.
    fn contents(entries: Vec<Self>, limits: &Limits) -> Vec<Content>;
}

/// Whether the document says that it is one of `E`s, of whatever version.
pub(super) fn recognises<E: Entry>(head: &Head<'_>) -> bool {
    let Head::Json(survey) = head else { return false };
    let family = survey.text_of("format").and_then(|format| format.strip_prefix("tidegate/"));
    family.and_then(|rest| rest.strip_prefix(E::FORMAT)).is_some_and(|rest| rest.starts_with('/'))
}

/// Reads a document of `E`s.
pub(super) fn read<E: Entry>(source: &Source<'_>) -> Result<Reading, ReadError> {
    demand_version::<E>(source)?;
    let envelope: Envelope<E> = json::parse(source)?;
    refuse_too_many(&envelope.entries, source)?;
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
        about: envelope.about,
        signer: None,
        completeness,
        contents: E::contents(envelope.entries, limits),
    })
}

fn demand_version<E: Entry>(source: &Source<'_>) -> Result<(), ReadError> {
    let expected = format!("tidegate/{}/v1", E::FORMAT);
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

/// Elements of arrays were counted before; an entry may become several rows.
fn refuse_too_many<E: Entry>(entries: &[E], source: &Source<'_>) -> Result<(), ReadError> {
    let (used, allowed) = (entries.iter().map(E::rows).sum(), source.limits.rows);
    let place = Place::Value { path: E::LIST.to_owned(), at: None };
    if used > allowed { Err(source.over(place, "rows", used, allowed)) } else { Ok(()) }
}

fn refuse_twice<E: Entry>(entries: &[E], source: &Source<'_>) -> Result<(), ReadError> {
    let mut seen = HashSet::new();
    for (index, name) in entries.iter().enumerate().filter_map(|(index, entry)| Some((index, entry.unique_name()?))) {
        let (shown, _) = name;
        if !seen.insert(name) {
            let place = Place::Value { path: format!("{}[{index}].{}", E::LIST, E::UNIQUE_KEY), at: None };
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
    about: About,
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
    environment: Option<Environment>,
    services: Option<Services>,
    complete: Option<bool>,
    entries: Option<List<E>>,
}

impl<E> Default for Parts<E> {
    fn default() -> Self {
        Self {
            format: None,
            tool: None,
            produced_at: None,
            subject: None,
            revision: None,
            environment: None,
            services: None,
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
            "environment" if E::IS_SOMEWHERE => fill(&mut self.environment, "environment", map),
            "services" if E::IS_SOMEWHERE => fill(&mut self.services, "services", map),
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
            about: About {
                environment: self.environment.map(|environment| environment.0),
                services: self.services.map(|services| services.0).unwrap_or_default(),
            },
            complete: self.complete.unwrap_or(true),
            entries: required(self.entries, E::LIST)?.0,
        })
    }
}

/// Entries, refused as soon as there are too many.
struct List<E>(Vec<E>);

impl<'de, E: Entry> Deserialize<'de> for List<E> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(ListVisitor(PhantomData))
    }
}

struct ListVisitor<E>(PhantomData<E>);

impl<'de, E: Entry> Visitor<'de> for ListVisitor<E> {
    type Value = List<E>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a sequence")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<List<E>, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = list.next_element()? {
            entries.push(entry);
            if entries.len() > E::ENTRIES_MAX {
                let used = entries.len();
                return Err(A::Error::custom(format!(
                    "too much: {}: {used} used, {} allowed",
                    E::LIST,
                    E::ENTRIES_MAX
                )));
            }
        }
        Ok(List(entries))
    }
}
