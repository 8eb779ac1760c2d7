//! `tidegate/probe/v1`: what addresses answered (`policies/schema/evidence/probe.schema.json`), as `tidegate probe` writes it.
//!
//! Each probe becomes facts and a measurement about its address. An address that could not be reached is an observation like any
//! other: it has the fact `probe.error` and no `http.status`, so that a rule which asks for a status is not met by it.

mod certificate;
mod headers;

use super::own::{self, Entry};
use crate::{
    detect::Head,
    error::ReadError,
    limits::Limits,
    source::{Reading, Source},
    strict::{Known, Strict, Text, fill, object, required},
    text::bounded,
};
use certificate::Certificate;
use headers::Headers;
use serde::{
    Deserialize, Deserializer,
    de::{Error, MapAccess},
};
use std::sync::Arc;
use tidegate_core::evidence::{Content, Fact, Measurement, Value};

pub(super) fn recognises(head: &Head<'_>) -> bool {
    own::recognises::<Row>(head)
}

pub(super) fn read(source: &Source<'_>) -> Result<Reading, ReadError> {
    own::read::<Row>(source)
}

struct Row {
    url: Text,
    answer: Answer,
    duration_ms: Option<f64>,
    headers: Headers,
    certificate: Option<Certificate>,
}

/// What came of it.
enum Answer {
    Status(u16),
    /// There was none, because.
    Error(Text),
}

impl Entry for Row {
    const LIST: &'static str = "probes";
    const FORMAT: &'static str = "probe";
    const KEYS: &'static [&'static str] =
        &["format", "tool", "produced_at", "subject", "revision", "complete", "probes"];
    const ENTRIES_MAX: usize = 1_000;
    const UNIQUE_KEY: &'static str = "url";

    fn unique_name(&self) -> Option<(&str, &str)> {
        Some((&self.url.0, ""))
    }

    fn rows(&self) -> usize {
        let certificate = self.certificate.as_ref().map_or(0, |certificate| certificate.facts().len());
        1 + self.headers.0.len() + certificate + usize::from(self.duration_ms.is_some())
    }

    fn contents(entries: Vec<Self>, limits: &Limits) -> Vec<Content> {
        let (mut facts, mut measurements) = (Vec::new(), Vec::new());
        for row in entries {
            let subject = bounded(&row.url.0, limits);
            facts.extend(row.facts(limits).into_iter().map(|(name, value)| {
                let name = bounded(&name, limits);
                Fact { name, subject: Some(Arc::clone(&subject)), value }
            }));
            measurements.extend(row.duration_ms.map(|value| Measurement {
                name: Arc::from("http.duration"),
                subject: Some(subject),
                value,
                unit: Arc::from("ms"),
            }));
        }
        vec![Content::Facts(Arc::from(facts)), Content::Measurements(Arc::from(measurements))]
    }
}

impl Row {
    fn facts(&self, limits: &Limits) -> Vec<(String, Value)> {
        let text = |text: &str| Value::Text(bounded(text, limits));
        let mut facts = vec![match &self.answer {
            Answer::Status(status) => ("http.status".to_owned(), Value::Number(f64::from(*status))),
            Answer::Error(error) => ("probe.error".to_owned(), text(&error.0)),
        }];
        facts.extend(self.headers.0.iter().map(|(name, value)| (format!("header.{name}"), text(value))));
        let certificate = self.certificate.iter().flat_map(Certificate::facts);
        facts.extend(certificate.map(|(name, value)| (format!("certificate.{name}"), value.into_core(limits))));
        facts
    }
}

impl<'de> Deserialize<'de> for Row {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        object::<Parts, D>(deserializer)
    }
}

#[derive(Default)]
struct Parts {
    url: Option<Text>,
    status: Option<u16>,
    error: Option<Text>,
    duration_ms: Option<f64>,
    headers: Option<Headers>,
    certificate: Option<Certificate>,
}

impl<'de> Strict<'de> for Parts {
    const WHAT: &'static str = "a probe, an object";
    type Whole = Row;

    fn take<A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<Known, A::Error> {
        match key {
            "url" => fill(&mut self.url, "url", map),
            "status" => fill(&mut self.status, "status", map),
            "error" => fill(&mut self.error, "error", map),
            "duration_ms" => fill(&mut self.duration_ms, "duration_ms", map),
            "headers" => fill(&mut self.headers, "headers", map),
            "certificate" => fill(&mut self.certificate, "certificate", map),
            _ => Ok(Known::Only(&["url", "status", "error", "duration_ms", "headers", "certificate"])),
        }
    }

    fn whole<E: Error>(self) -> Result<Row, E> {
        let answer = match (self.status, self.error) {
            (Some(status @ 100..=999), None) => Answer::Status(status),
            (Some(status), None) => return Err(E::custom(format!("`status` is {status}: expected 100 to 999"))),
            (None, Some(error)) => Answer::Error(error),
            _ => return Err(E::custom("either `status`, or `error` where there was no answer")),
        };
        if self.duration_ms.is_some_and(|duration| duration < 0.0) {
            return Err(E::custom("`duration_ms` is less than nothing"));
        }
        Ok(Row {
            url: required(self.url, "url")?,
            answer,
            duration_ms: self.duration_ms,
            headers: self.headers.unwrap_or_default(),
            certificate: self.certificate,
        })
    }
}
