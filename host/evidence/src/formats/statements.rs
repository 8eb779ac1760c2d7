//! `tidegate/statements/v1`: what a person or a system vouches for (`policies/schema/evidence/statements.schema.json`).

use super::own::{self, Entry};
use crate::{
    detect::Head,
    error::ReadError,
    limits::Limits,
    source::{Reading, Source},
    strict::{Known, Moment, Strict, Text, fill, object, required},
    text::bounded,
};
use serde::{
    Deserialize, Deserializer,
    de::{Error, MapAccess},
};
use tidegate_core::evidence::{Content, Standing, Statement};

pub(super) fn recognises(head: &Head<'_>) -> bool {
    own::recognises::<Row>(head)
}

pub(super) fn read(source: &Source<'_>) -> Result<Reading, ReadError> {
    own::read::<Row>(source)
}

struct Row {
    item: Text,
    standing: Standing,
    by: Text,
    at: Option<Moment>,
    link: Option<Text>,
    note: String,
}

impl Entry for Row {
    const LIST: &'static str = "statements";
    const KEYS: &'static [&'static str] =
        &["format", "tool", "produced_at", "subject", "revision", "environment", "services", "complete", "statements"];
    const IS_SOMEWHERE: bool = true;

    /// Several may vouch for one item.
    fn unique_name(&self) -> Option<(&str, &str)> {
        None
    }

    fn contents(entries: Vec<Self>, limits: &Limits) -> Vec<Content> {
        let statement = |row: Self| Statement {
            item: bounded(&row.item.0, limits),
            standing: row.standing,
            by: bounded(&row.by.0, limits),
            at: row.at.map(|at| at.0),
            link: row.link.map(|link| bounded(&link.0, limits)),
            note: bounded(&row.note, limits),
        };
        vec![Content::Statements(entries.into_iter().map(statement).collect())]
    }
}

impl<'de> Deserialize<'de> for Row {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        object::<Parts, D>(deserializer)
    }
}

#[derive(Default)]
struct Parts {
    item: Option<Text>,
    satisfied: Option<bool>,
    not_applicable: Option<bool>,
    by: Option<Text>,
    at: Option<Moment>,
    link: Option<Text>,
    note: Option<String>,
}

impl<'de> Strict<'de> for Parts {
    const WHAT: &'static str = "a statement, an object";
    type Whole = Row;

    fn take<A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<Known, A::Error> {
        match key {
            "item" => fill(&mut self.item, "item", map),
            "satisfied" => fill(&mut self.satisfied, "satisfied", map),
            "not_applicable" => fill(&mut self.not_applicable, "not_applicable", map),
            "by" => fill(&mut self.by, "by", map),
            "at" => fill(&mut self.at, "at", map),
            "link" => fill(&mut self.link, "link", map),
            "note" => fill(&mut self.note, "note", map),
            _ => Ok(Known::Only(&["item", "satisfied", "not_applicable", "by", "at", "link", "note"])),
        }
    }

    fn whole<E: Error>(self) -> Result<Row, E> {
        let note = self.note.unwrap_or_default();
        let standing = match (self.satisfied, self.not_applicable) {
            (Some(true), None) => Standing::Met,
            (Some(false), None) => Standing::Unmet,
            (None, Some(true)) if note.trim().is_empty() => {
                return Err(E::custom("`not_applicable` needs a `note` that says why"));
            }
            (None, Some(true)) => Standing::NotApplicable,
            _ => return Err(E::custom("either `satisfied`: true or false, or `not_applicable`: true")),
        };
        Ok(Row {
            item: required(self.item, "item")?,
            standing,
            by: required(self.by, "by")?,
            at: self.at,
            link: self.link,
            note,
        })
    }
}
