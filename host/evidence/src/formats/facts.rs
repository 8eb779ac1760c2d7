//! `tidegate/facts/v1`: names and values (`policies/schema/evidence/facts.schema.json`).

use super::own::{self, Entry};
use crate::{
    detect::Head,
    error::ReadError,
    limits::Limits,
    source::{Reading, Source},
    strict::{Known, Moment, Strict, Text, fill, object, required, visit_object},
    text::bounded,
};
use serde::{
    Deserialize, Deserializer,
    de::{Error, MapAccess, Visitor},
};
use std::fmt;
use tidegate_core::{
    evidence::{Content, Fact, Value},
    time::Timestamp,
};

pub(super) fn recognises(head: &Head<'_>) -> bool {
    own::recognises::<Row>(head)
}

pub(super) fn read(source: &Source<'_>) -> Result<Reading, ReadError> {
    own::read::<Row>(source)
}

struct Row {
    name: Text,
    subject: Option<Text>,
    value: Written,
}

enum Written {
    Text(String),
    Number(f64),
    Flag(bool),
    Time(Timestamp),
}

impl Entry for Row {
    const LIST: &'static str = "facts";
    const KEYS: &'static [&'static str] =
        &["format", "tool", "produced_at", "subject", "revision", "complete", "facts"];

    fn unique_name(&self) -> Option<(&str, &str)> {
        Some((&self.name.0, self.subject.as_ref().map_or("", |subject| &subject.0)))
    }

    fn contents(entries: Vec<Self>, limits: &Limits) -> Vec<Content> {
        let fact = |row: Self| Fact {
            name: bounded(&row.name.0, limits),
            subject: row.subject.map(|subject| bounded(&subject.0, limits)),
            value: match row.value {
                Written::Text(text) => Value::Text(bounded(&text, limits)),
                Written::Number(number) => Value::Number(number),
                Written::Flag(flag) => Value::Flag(flag),
                Written::Time(time) => Value::Time(time),
            },
        };
        vec![Content::Facts(entries.into_iter().map(fact).collect())]
    }
}

impl<'de> Deserialize<'de> for Row {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        object::<Parts, D>(deserializer)
    }
}

#[derive(Default)]
struct Parts {
    name: Option<Text>,
    subject: Option<Text>,
    value: Option<Written>,
}

impl<'de> Strict<'de> for Parts {
    const WHAT: &'static str = "a fact, an object";
    type Whole = Row;

    fn take<A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<Known, A::Error> {
        match key {
            "name" => fill(&mut self.name, "name", map),
            "subject" => fill(&mut self.subject, "subject", map),
            "value" => fill(&mut self.value, "value", map),
            _ => Ok(Known::Only(&["name", "subject", "value"])),
        }
    }

    fn whole<E: Error>(self) -> Result<Row, E> {
        Ok(Row { name: required(self.name, "name")?, subject: self.subject, value: required(self.value, "value")? })
    }
}

impl<'de> Deserialize<'de> for Written {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(WrittenVisitor)
    }
}

struct WrittenVisitor;

impl<'de> Visitor<'de> for WrittenVisitor {
    type Value = Written;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string, a number, true, false or {\"time\": …}")
    }

    fn visit_bool<E: Error>(self, flag: bool) -> Result<Written, E> {
        Ok(Written::Flag(flag))
    }

    #[expect(clippy::cast_precision_loss, reason = "a fact's number is a double, as in the contract")]
    fn visit_i64<E: Error>(self, number: i64) -> Result<Written, E> {
        Ok(Written::Number(number as f64))
    }

    #[expect(clippy::cast_precision_loss, reason = "a fact's number is a double, as in the contract")]
    fn visit_u64<E: Error>(self, number: u64) -> Result<Written, E> {
        Ok(Written::Number(number as f64))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Written, E> {
        Ok(Written::Number(number))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Written, E> {
        Ok(Written::Text(text.to_owned()))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Written, A::Error> {
        visit_object::<TimeParts, A>(map).map(Written::Time)
    }
}

#[derive(Default)]
struct TimeParts {
    time: Option<Moment>,
}

impl<'de> Strict<'de> for TimeParts {
    const WHAT: &'static str = "{\"time\": …}";
    type Whole = Timestamp;

    fn take<A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<Known, A::Error> {
        match key {
            "time" => fill(&mut self.time, "time", map),
            _ => Ok(Known::Only(&["time"])),
        }
    }

    fn whole<E: Error>(self) -> Result<Timestamp, E> {
        required(self.time, "time").map(|moment| moment.0)
    }
}
