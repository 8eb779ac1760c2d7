//! `tidegate/measurements/v1`: numbers with units, for what has no standard (`policies/schema/evidence/measurements.schema.json`).

use super::own::{self, Entry};
use crate::{
    detect::Head,
    error::ReadError,
    limits::Limits,
    source::{Reading, Source},
    strict::{Known, Strict, Text, fill, object, required},
    text::bounded,
};
use serde::{
    Deserialize, Deserializer,
    de::{Error, MapAccess},
};
use tidegate_core::evidence::{Content, Measurement};

pub(super) fn recognises(head: &Head<'_>) -> bool {
    own::recognises::<Row>(head)
}

pub(super) fn read(source: &Source<'_>) -> Result<Reading, ReadError> {
    own::read::<Row>(source)
}

struct Row {
    name: Text,
    subject: Option<Text>,
    value: f64,
    unit: String,
}

impl Entry for Row {
    const LIST: &'static str = "measurements";
    const KEYS: &'static [&'static str] =
        &["format", "tool", "produced_at", "subject", "revision", "complete", "measurements"];

    fn unique_name(&self) -> Option<(&str, &str)> {
        Some((&self.name.0, self.subject.as_ref().map_or("", |subject| &subject.0)))
    }

    fn contents(entries: Vec<Self>, limits: &Limits) -> Vec<Content> {
        let measurement = |row: Self| Measurement {
            name: bounded(&row.name.0, limits),
            subject: row.subject.map(|subject| bounded(&subject.0, limits)),
            value: row.value,
            unit: bounded(&row.unit, limits),
        };
        vec![Content::Measurements(entries.into_iter().map(measurement).collect())]
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
    value: Option<f64>,
    unit: Option<String>,
}

impl<'de> Strict<'de> for Parts {
    const WHAT: &'static str = "a measurement, an object";
    type Whole = Row;

    fn take<A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<Known, A::Error> {
        match key {
            "name" => fill(&mut self.name, "name", map),
            "subject" => fill(&mut self.subject, "subject", map),
            "value" => fill(&mut self.value, "value", map),
            "unit" => fill(&mut self.unit, "unit", map),
            _ => Ok(Known::Only(&["name", "subject", "value", "unit"])),
        }
    }

    fn whole<E: Error>(self) -> Result<Row, E> {
        Ok(Row {
            name: required(self.name, "name")?,
            subject: self.subject,
            value: required(self.value, "value")?,
            unit: required(self.unit, "unit")?,
        })
    }
}
