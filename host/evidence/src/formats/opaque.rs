//! A format of the team's own: kept as bytes, for a plugin that knows it.

use crate::{
    error::ReadError,
    source::{Reading, Source, incomplete},
};
use tidegate_core::evidence::Completeness;

pub(super) fn read(source: &Source<'_>) -> Result<Reading, ReadError> {
    let completeness =
        if source.bytes.is_empty() { incomplete("the document is empty") } else { Completeness::Complete };
    Ok(Reading::new(completeness, Vec::new()))
}
