//! What the JSON formats of our own share: no unknown key, no key twice, no empty text, times to the letter.

use crate::{moment, text::quoted};
use serde::{
    Deserialize, Deserializer,
    de::{Error, MapAccess, Visitor},
};
use std::{fmt, marker::PhantomData};
use tidegate_core::{
    deployment::SERVICES_MAX,
    digest::Digest,
    name::{EnvironmentName, ServiceName},
    time::Timestamp,
};

/// An object whose keys are all known.
pub(crate) trait Strict<'de>: Default {
    /// What the object is, with its article.
    const WHAT: &'static str;
    /// What it is made into.
    type Whole;

    /// Takes the value of a key that it knows, and gives back the keys that it knows when it does not.
    fn take<A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<Known, A::Error>;

    /// All keys are read.
    fn whole<E: Error>(self) -> Result<Self::Whole, E>;
}

/// Whether a key was one of the object's.
pub(crate) enum Known {
    /// It was.
    Taken,
    /// It was not; these are.
    Only(&'static [&'static str]),
}

/// Reads an object of the kind `S`.
pub(crate) fn object<'de, S: Strict<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<S::Whole, D::Error> {
    deserializer.deserialize_map(Keys::<S>(PhantomData))
}

/// Visits an object of the kind `S`, for values that may be something else as well.
pub(crate) fn visit_object<'de, S: Strict<'de>, A: MapAccess<'de>>(mut map: A) -> Result<S::Whole, A::Error> {
    let mut parts = S::default();
    while let Some(key) = map.next_key::<String>()? {
        if let Known::Only(known) = parts.take(&key, &mut map)? {
            return Err(unknown_key(&key, known));
        }
    }
    parts.whole()
}

struct Keys<S>(PhantomData<S>);

impl<'de, S: Strict<'de>> Visitor<'de> for Keys<S> {
    type Value = S::Whole;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(S::WHAT)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<S::Whole, A::Error> {
        visit_object::<S, A>(map)
    }
}

/// Reads the value of a key into its slot; the second time is an error.
pub(crate) fn fill<'de, T: Deserialize<'de>, A: MapAccess<'de>>(
    slot: &mut Option<T>,
    key: &'static str,
    map: &mut A,
) -> Result<Known, A::Error> {
    if slot.is_some() {
        return Err(A::Error::custom(format!("key `{key}` comes twice")));
    }
    *slot = Some(map.next_value()?);
    Ok(Known::Taken)
}

/// The value of a key that must be there.
pub(crate) fn required<T, E: Error>(slot: Option<T>, key: &'static str) -> Result<T, E> {
    slot.ok_or_else(|| E::custom(format!("key `{key}` is missing")))
}

fn unknown_key<E: Error>(key: &str, known: &[&str]) -> E {
    let start: String = key.chars().take(80).collect();
    let similarity = |name: &str| strsim::jaro_winkler(&start, name);
    let nearest = known.iter().max_by(|a, b| similarity(a).total_cmp(&similarity(b)));
    let hint = nearest.map_or_else(String::new, |nearest| format!("; the nearest known one is `{nearest}`"));
    E::custom(format!("unknown key {}{hint}", quoted(key)))
}

/// A text that is not empty.
pub(crate) struct Text(pub(crate) String);

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        if text.is_empty() { Err(D::Error::custom("the text is empty")) } else { Ok(Self(text)) }
    }
}

/// A time in RFC 3339.
pub(crate) struct Moment(pub(crate) Timestamp);

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        moment::rfc3339(&text).map(Self).ok_or_else(|| {
            D::Error::custom(format!("{} is not a time: expected RFC 3339, e.g. `2026-03-31T14:30:00Z`", quoted(&text)))
        })
    }
}

/// The digest of an artifact.
pub(crate) struct Subject(pub(crate) Digest);

impl<'de> Deserialize<'de> for Subject {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Digest::parse(&String::deserialize(deserializer)?).map(Self).map_err(D::Error::custom)
    }
}

/// Where something holds.
pub(crate) struct Environment(pub(crate) EnvironmentName);

impl<'de> Deserialize<'de> for Environment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        EnvironmentName::parse(&String::deserialize(deserializer)?).map(Self).map_err(D::Error::custom)
    }
}

/// What something holds for: at least one, at most as many as a deployment has.
pub(crate) struct Services(pub(crate) Vec<ServiceName>);

impl<'de> Deserialize<'de> for Services {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let names = Vec::<String>::deserialize(deserializer)?;
        match names.len() {
            0 => Err(D::Error::custom("the list is empty")),
            used if used > SERVICES_MAX => {
                Err(D::Error::custom(format!("too much: services: {used} used, {SERVICES_MAX} allowed")))
            }
            _ => names
                .iter()
                .map(|name| ServiceName::parse(name).map_err(D::Error::custom))
                .collect::<Result<_, _>>()
                .map(Self),
        }
    }
}
