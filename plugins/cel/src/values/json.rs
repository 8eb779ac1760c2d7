//! JSON of a team's own format, read straight into values. A key that comes twice is refused: which one counts nobody could say.

use super::{Owned, count, flag, list, number, record::Record, text};
use cel_rust::common::types::{CelInt, CelNull, CelUInt};
use serde::{
    Deserialize, Deserializer,
    de::{Error, MapAccess, SeqAccess, Visitor},
};
use std::{collections::BTreeMap, fmt};

/// A whole document, or why it is none.
pub(crate) fn read(bytes: &[u8]) -> Result<Owned, String> {
    serde_json::from_slice::<Json>(bytes).map(|json| json.0).map_err(|error| format!("not JSON: {error}"))
}

struct Json(Owned);

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader).map(Self)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Owned;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, given: bool) -> Result<Owned, E> {
        Ok(flag(given))
    }

    fn visit_i64<E>(self, given: i64) -> Result<Owned, E> {
        Ok(Box::new(CelInt::from(given)))
    }

    fn visit_u64<E>(self, given: u64) -> Result<Owned, E> {
        Ok(if i64::try_from(given).is_ok() { count(given) } else { Box::new(CelUInt::from(given)) })
    }

    fn visit_f64<E>(self, given: f64) -> Result<Owned, E> {
        Ok(number(given))
    }

    fn visit_str<E>(self, given: &str) -> Result<Owned, E> {
        Ok(text(given))
    }

    fn visit_unit<E>(self) -> Result<Owned, E> {
        Ok(Box::new(CelNull))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut given: A) -> Result<Owned, A::Error> {
        let mut values = Vec::new();
        while let Some(Json(value)) = given.next_element()? {
            values.push(value);
        }
        Ok(list(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut given: A) -> Result<Owned, A::Error> {
        let mut fields = BTreeMap::new();
        while let Some((key, Json(value))) = given.next_entry::<String, Json>()? {
            if fields.contains_key(&key) {
                return Err(A::Error::custom(format!("key `{key}` comes twice")));
            }
            fields.insert(key, value);
        }
        Ok(Record::from(fields).boxed())
    }
}
