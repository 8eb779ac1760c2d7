//! How core's types are written in leaves and bodies, both ways.
//!
//! Core knows no serde. Each of its types has a twin here, derived as a serde `remote`: it names every field and every
//! variant, so that a type that grows does not compile until its written form is decided.
//!
//! **Invariant:** the fields of a twin stand in the order of their UTF-8 bytes, so that plain serialisation is canonical
//! (a property test reads every leaf and body back and sorts it).

pub(crate) mod decision;
pub(crate) mod input;
pub(crate) mod numbers;
pub(crate) mod observed;
pub(crate) mod shadow;
pub(crate) mod stage;
pub(crate) mod words;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use std::{fmt::Display, str::FromStr};
use tidegate_core::{
    digest::Digest,
    name::{
        Commit, EnvironmentName, EvidenceName, PluginName, PolicySetId, RuleId, ServiceName, StageId, Version, WaiverId,
    },
};

/// A type of core that can be written and read back.
pub(crate) trait Shape: Sized {
    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error>;
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error>;
}

/// Gives core's types the shape of their twins.
macro_rules! shaped {
    ($($core:ty => $twin:ident),+ $(,)?) => {
        $(impl $crate::shape::Shape for $core {
            fn write<S: ::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                $twin::serialize(self, serializer)
            }
            fn read<'de, D: ::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $twin::deserialize(deserializer)
            }
        })+
    };
}
pub(crate) use shaped;

/// Writes what prints itself as text.
pub(crate) fn write_text<S: Serializer>(value: &impl Display, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(value)
}

/// Reads text back into what it stands for.
pub(crate) fn read_text<'de, T, D>(deserializer: D) -> Result<T, D::Error>
where
    T: FromStr<Err: Display>,
    D: Deserializer<'de>,
{
    let text = String::deserialize(deserializer)?;
    text.parse().map_err(D::Error::custom)
}

macro_rules! texts {
    ($($type:ty),+ $(,)?) => {
        $(impl Shape for $type {
            fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                write_text(self, serializer)
            }
            fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                read_text(deserializer)
            }
        })+
    };
}

// Integers that may exceed 2^53 are texts: many a JSON reader would round them.
texts!(u64, usize, Digest, Commit, EnvironmentName, EvidenceName, PluginName, PolicySetId, RuleId, ServiceName);
texts!(StageId, Version, WaiverId);

/// A value with a shape, for serde.
pub(crate) struct Out<'a, T>(pub(crate) &'a T);

impl<T: Shape> Serialize for Out<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.write(serializer)
    }
}

/// Values with a shape, for serde.
pub(crate) struct OutList<'a, T>(pub(crate) &'a [T]);

impl<T: Shape> Serialize for OutList<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        list::serialize(self.0, serializer)
    }
}

/// A value with a shape, from serde.
pub(crate) struct In<T>(pub(crate) T);

impl<'de, T: Shape> Deserialize<'de> for In<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::read(deserializer).map(Self)
    }
}

/// `#[serde(with = "one")]`: a value with a shape.
pub(crate) mod one {
    use super::Shape;
    use serde::{Deserializer, Serializer};

    pub(crate) fn serialize<T: Shape, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
        value.write(serializer)
    }
    pub(crate) fn deserialize<'de, T: Shape, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
        T::read(deserializer)
    }
}

/// `#[serde(with = "maybe")]`: a value with a shape, or `null`.
pub(crate) mod maybe {
    use super::{In, Out, Shape};
    use serde::{Deserialize as _, Deserializer, Serialize as _, Serializer};

    pub(crate) fn serialize<T: Shape, S: Serializer>(value: &Option<T>, serializer: S) -> Result<S::Ok, S::Error> {
        value.as_ref().map(Out).serialize(serializer)
    }
    pub(crate) fn deserialize<'de, T: Shape, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
        Ok(Option::<In<T>>::deserialize(deserializer)?.map(|read| read.0))
    }
}

/// `#[serde(with = "list")]`: values with a shape.
pub(crate) mod list {
    use super::{In, Out, Shape};
    use serde::{Deserialize as _, Deserializer, Serializer};

    pub(crate) fn serialize<T: Shape, S: Serializer>(values: &[T], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(values.iter().map(Out))
    }
    pub(crate) fn deserialize<'de, T: Shape, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<T>, D::Error> {
        Ok(Vec::<In<T>>::deserialize(deserializer)?.into_iter().map(|read| read.0).collect())
    }
}
