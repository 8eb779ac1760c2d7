//! A map from texts, walked in the order of its keys and copied by reference.

use super::Owned;
use cel_rust::{
    ExecutionError,
    common::{
        traits::{self, Container, Indexer, Iterable, Sizer},
        types::{CelInt, CelString, MAP_TYPE, Type},
        value::{CowVal, StaticVal, Val},
    },
};
use std::{any::Any, collections::BTreeMap, sync::Arc};

/// Such a map.
#[derive(Debug, Clone, Default)]
pub(crate) struct Record(Arc<BTreeMap<String, (CelString<'static>, Owned)>>);

/// A key and its value, where there is one.
pub(crate) type Field = (&'static str, Option<Owned>);

impl Record {
    /// Of fields; those without a value are not there.
    pub(crate) fn of<const N: usize>(fields: [Field; N]) -> Self {
        fields.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?))).collect()
    }

    pub(crate) fn boxed(self) -> Owned {
        Box::new(self)
    }

    pub(crate) fn find(&self, key: &dyn Val) -> Option<&Owned> {
        self.0.get(key.downcast_ref::<CelString<'_>>()?.inner()).map(|(_, value)| value)
    }
}

impl FromIterator<(String, Owned)> for Record {
    fn from_iter<I: IntoIterator<Item = (String, Owned)>>(fields: I) -> Self {
        let field = |(key, value): (String, Owned)| (key.clone(), (CelString::from(key), value));
        Self(Arc::new(fields.into_iter().map(field).collect()))
    }
}

impl From<BTreeMap<String, Owned>> for Record {
    fn from(fields: BTreeMap<String, Owned>) -> Self {
        fields.into_iter().collect()
    }
}

/// What is looked for, for people.
pub(crate) fn missing(key: &dyn Val) -> ExecutionError {
    match key.downcast_ref::<CelString<'_>>() {
        Some(key) => ExecutionError::no_such_key(key.inner()),
        None => ExecutionError::function_error("[]", format!("only texts are keys, not {key:?}")),
    }
}

impl Val for Record {
    fn get_type(&self) -> &Type {
        &MAP_TYPE
    }

    fn cel_type() -> &'static Type {
        &MAP_TYPE
    }

    fn as_container(&self) -> Option<&dyn Container> {
        Some(self)
    }

    fn as_indexer<'b, 'v>(&'b self) -> Option<&'b (dyn Indexer + 'v)>
    where
        Self: 'v,
    {
        Some(self)
    }

    fn as_iterable<'b, 'v>(&'b self) -> Option<&'b (dyn Iterable + 'v)>
    where
        Self: 'v,
    {
        Some(self)
    }

    fn as_sizer(&self) -> Option<&dyn Sizer> {
        Some(self)
    }

    fn equals(&self, other: &dyn Val) -> bool {
        let Some(other) = other.downcast_ref::<Self>() else { return false };
        let mut pairs = self.0.iter().zip(other.0.iter());
        self.0.len() == other.0.len()
            && pairs.all(|((key, (_, one)), (other_key, (_, other)))| key == other_key && one.equals(other.as_ref()))
    }

    fn clone_as_boxed<'v>(&self) -> Box<dyn Val + 'v> {
        Box::new(self.clone())
    }

    fn as_any(&self) -> Option<&dyn Any> {
        Some(self)
    }
}

impl StaticVal for Record {}

impl Container for Record {
    fn contains(&self, key: &dyn Val) -> Result<bool, ExecutionError> {
        Ok(self.find(key).is_some())
    }
}

impl Indexer for Record {
    fn get<'b, 'v>(&'b self, key: &dyn Val) -> Result<CowVal<'b, 'v>, ExecutionError>
    where
        Self: 'v,
    {
        self.find(key).map(|value| CowVal::Borrowed(value.as_ref())).ok_or_else(|| missing(key))
    }

    fn steal<'v>(self: Box<Self>, key: &dyn Val) -> Result<Box<dyn Val + 'v>, ExecutionError>
    where
        Self: 'v,
    {
        self.get(key).map(CowVal::into_owned)
    }
}

impl Sizer for Record {
    fn size(&self) -> CelInt {
        CelInt::from(i64::try_from(self.0.len()).unwrap_or(i64::MAX))
    }
}

impl Iterable for Record {
    fn iter<'b, 'v>(&'b self) -> Box<dyn traits::Iterator<'b, 'v> + 'b>
    where
        Self: 'v,
    {
        Box::new(Keys(self.0.values()))
    }
}

/// The keys, sorted.
struct Keys<'b>(std::collections::btree_map::Values<'b, String, (CelString<'static>, Owned)>);

impl<'b, 'v> traits::Iterator<'b, 'v> for Keys<'b> {
    fn next(&mut self) -> Option<&'b (dyn Val + 'v)> {
        self.0.next().map(|(key, _)| key as &'b (dyn Val + 'v))
    }
}
