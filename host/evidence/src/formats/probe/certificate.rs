//! The certificate that an address presented, whether it is trusted or not.

use crate::{
    limits::Limits,
    strict::{Known, Moment, Strict, Text, fill, object, required},
    text::bounded,
};
use serde::{
    Deserialize, Deserializer,
    de::{Error, MapAccess},
};
use tidegate_core::{evidence::Value, time::Timestamp};

pub(super) struct Certificate {
    not_before: Moment,
    not_after: Moment,
    subject: Option<String>,
    issuer: Option<String>,
    names: Option<Vec<Text>>,
    trusted: Option<bool>,
    problem: Option<Text>,
}

/// A fact's value on its way to core.
pub(super) enum Stated<'c> {
    Time(Timestamp),
    Text(&'c str),
    /// Several names, which are one text.
    Names(&'c [Text]),
    Flag(bool),
}

impl Stated<'_> {
    pub(super) fn into_core(self, limits: &Limits) -> Value {
        match self {
            Self::Time(at) => Value::Time(at),
            Self::Text(text) => Value::Text(bounded(text, limits)),
            Self::Names(names) => {
                let names: Vec<&str> = names.iter().map(|name| name.0.as_str()).collect();
                Value::Text(bounded(&names.join(", "), limits))
            }
            Self::Flag(flag) => Value::Flag(flag),
        }
    }
}

impl Certificate {
    /// What it says, by the names of its facts.
    pub(super) fn facts(&self) -> Vec<(&'static str, Stated<'_>)> {
        let always = [("not_before", Stated::Time(self.not_before.0)), ("not_after", Stated::Time(self.not_after.0))];
        let stated = [
            text("subject", self.subject.as_deref()),
            text("issuer", self.issuer.as_deref()),
            self.names.as_deref().map(|names| ("names", Stated::Names(names))),
            self.trusted.map(|trusted| ("trusted", Stated::Flag(trusted))),
            text("problem", self.problem.as_ref().map(|problem| problem.0.as_str())),
        ];
        always.into_iter().chain(stated.into_iter().flatten()).collect()
    }
}

fn text<'c>(name: &'static str, text: Option<&'c str>) -> Option<(&'static str, Stated<'c>)> {
    Some((name, Stated::Text(text?)))
}

impl<'de> Deserialize<'de> for Certificate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        object::<Parts, D>(deserializer)
    }
}

#[derive(Default)]
struct Parts {
    not_before: Option<Moment>,
    not_after: Option<Moment>,
    subject: Option<String>,
    issuer: Option<String>,
    names: Option<Vec<Text>>,
    trusted: Option<bool>,
    problem: Option<Text>,
}

impl<'de> Strict<'de> for Parts {
    const WHAT: &'static str = "a certificate, an object";
    type Whole = Certificate;

    fn take<A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<Known, A::Error> {
        match key {
            "not_before" => fill(&mut self.not_before, "not_before", map),
            "not_after" => fill(&mut self.not_after, "not_after", map),
            "subject" => fill(&mut self.subject, "subject", map),
            "issuer" => fill(&mut self.issuer, "issuer", map),
            "names" => fill(&mut self.names, "names", map),
            "trusted" => fill(&mut self.trusted, "trusted", map),
            "problem" => fill(&mut self.problem, "problem", map),
            _ => Ok(Known::Only(&["not_before", "not_after", "subject", "issuer", "names", "trusted", "problem"])),
        }
    }

    fn whole<E: Error>(self) -> Result<Certificate, E> {
        if self.problem.is_some() && self.trusted != Some(false) {
            return Err(E::custom("a `problem` needs `trusted`: false"));
        }
        Ok(Certificate {
            not_before: required(self.not_before, "not_before")?,
            not_after: required(self.not_after, "not_after")?,
            subject: self.subject,
            issuer: self.issuer,
            names: self.names,
            trusted: self.trusted,
            problem: self.problem,
        })
    }
}
