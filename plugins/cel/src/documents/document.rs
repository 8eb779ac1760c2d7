//! A document as expressions see it: where it comes from is there at once, what it holds is read when it is looked at.

use crate::{
    documents::part::{PARTS, Part},
    values::{
        Owned,
        record::{Record, missing},
    },
};
use cel_rust::{
    ExecutionError,
    common::{
        traits::{Container, Indexer},
        types::{CelString, MAP_TYPE, Type},
        value::{CowVal, StaticVal, Val},
    },
};
use std::{
    any::Any,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicU16, Ordering},
    },
};

/// A part of a document, once it was read.
#[derive(Debug)]
pub(crate) enum Read {
    /// It is there.
    Held(Owned),
    /// The document holds no such thing.
    Absent,
    /// It cannot be read; says why.
    Unreadable(String),
}

/// Such a document. An expression that looks at a part that was not read yet fails, and the part is remembered as wanted: it is
/// read then, and the expression is asked again. So what no expression looks at is never read, and what it says never depends on it.
#[derive(Debug, Clone)]
pub(crate) struct DocumentValue(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    source: Record,
    parts: [OnceLock<Read>; PARTS.len()],
    wanted: AtomicU16,
}

impl DocumentValue {
    pub(crate) fn new(source: Record) -> Self {
        Self(Arc::new(Inner { source, parts: Default::default(), wanted: AtomicU16::new(0) }))
    }

    /// The parts that were looked at and are not read yet, as bits.
    pub(crate) fn wanted(&self) -> u16 {
        self.0.wanted.load(Ordering::Relaxed)
    }

    /// Reads those of these parts that are not there yet.
    pub(crate) fn fill(&self, wanted: u16, read: impl Fn(Part) -> Read) {
        for part in PARTS.into_iter().filter(|part| part.bit() & wanted != 0) {
            self.0.parts[part as usize].get_or_init(|| read(part));
        }
        self.0.wanted.store(0, Ordering::Relaxed);
    }

    fn find(&self, key: &dyn Val) -> Result<&(dyn Val + 'static), ExecutionError> {
        let name = key.downcast_ref::<CelString<'_>>().map(CelString::inner);
        let Some(part) = name.and_then(Part::named) else {
            return self.0.source.find(key).map(AsRef::as_ref).ok_or_else(|| missing(key));
        };
        match self.0.parts[part as usize].get() {
            Some(Read::Held(value)) => Ok(value.as_ref()),
            Some(Read::Absent) => Err(missing(key)),
            Some(Read::Unreadable(why)) => Err(ExecutionError::function_error(part.name(), why)),
            None => {
                self.0.wanted.fetch_or(part.bit(), Ordering::Relaxed);
                Err(ExecutionError::function_error(part.name(), "is not read yet"))
            }
        }
    }
}

impl Val for DocumentValue {
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

    /// The same document: the same bytes under the same name.
    fn equals(&self, other: &dyn Val) -> bool {
        other.downcast_ref::<Self>().is_some_and(|other| self.0.source.equals(&other.0.source))
    }

    fn clone_as_boxed<'v>(&self) -> Box<dyn Val + 'v> {
        Box::new(self.clone())
    }

    fn as_any(&self) -> Option<&dyn Any> {
        Some(self)
    }
}

impl StaticVal for DocumentValue {}

impl Container for DocumentValue {
    fn contains(&self, key: &dyn Val) -> Result<bool, ExecutionError> {
        match self.find(key) {
            Ok(_) => Ok(true),
            Err(ExecutionError::NoSuchKey(_)) => Ok(false),
            Err(error) => Err(error),
        }
    }
}

impl Indexer for DocumentValue {
    fn get<'b, 'v>(&'b self, key: &dyn Val) -> Result<CowVal<'b, 'v>, ExecutionError>
    where
        Self: 'v,
    {
        Ok(CowVal::Borrowed(self.find(key)?))
    }

    fn steal<'v>(self: Box<Self>, key: &dyn Val) -> Result<Box<dyn Val + 'v>, ExecutionError>
    where
        Self: 'v,
    {
        self.get(key).map(CowVal::into_owned)
    }
}
