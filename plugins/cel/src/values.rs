//! What is handed in, as CEL's values.

pub(crate) mod json;
pub(crate) mod moment;
pub(crate) mod record;

use self::record::Record;
use crate::documents::document::DocumentValue;
use cel_rust::common::{
    types::{
        CelBool, CelBytes, CelDouble, CelDuration, CelInt, CelList, CelNull, CelString, CelTimestamp, CelType, CelUInt,
    },
    value::Val,
};

/// A value that borrows nothing.
pub(crate) type Owned = Box<dyn Val>;

pub(crate) fn text(text: &str) -> Owned {
    Box::new(CelString::from(text.to_owned()))
}

/// A count. What does not fit into 63 bits is the largest number that does.
pub(crate) fn count(count: u64) -> Owned {
    Box::new(CelInt::from(i64::try_from(count).unwrap_or(i64::MAX)))
}

pub(crate) fn number(number: f64) -> Owned {
    Box::new(CelDouble::from(number))
}

pub(crate) fn flag(flag: bool) -> Owned {
    Box::new(CelBool::from(flag))
}

pub(crate) fn list(values: Vec<Owned>) -> Owned {
    Box::new(CelList::from(values))
}

pub(crate) fn texts(texts: &[String]) -> Owned {
    list(texts.iter().map(|each| text(each)).collect())
}

/// A copy of a value that borrows nothing; none of a kind that no expression here can make.
pub(crate) fn kept(value: &dyn Val) -> Option<Owned> {
    macro_rules! copied {
        ($($kind:ty),*) => {
            $(if let Some(value) = value.downcast_ref::<$kind>() { return Some(Box::new(value.clone())); })*
        };
    }
    copied!(CelBool, CelInt, CelUInt, CelDouble, CelNull, CelTimestamp, CelDuration, CelType, Record, DocumentValue);
    if let Some(value) = value.downcast_ref::<CelString<'_>>() {
        return Some(text(value.inner()));
    }
    if let Some(value) = value.downcast_ref::<CelBytes<'_>>() {
        return Some(Box::new(CelBytes::from(value.inner().to_vec())));
    }
    let values = value.downcast_ref::<CelList<'_>>()?;
    values.inner().iter().map(|each| kept(each.as_ref())).collect::<Option<Vec<Owned>>>().map(list)
}
