//! What stands behind the question mark, for routes that read it themselves to name every mistake.

use crate::{
    api::problem::{PlacedError, Problem, ProblemKind},
    gate::error::placed,
    http::reply::Refused,
};
use axum::{extract::Query, http::Uri};
use serde::de::DeserializeOwned;
use std::{str::FromStr, sync::Arc};
use tidegate_core::time::Timestamp;

/// Bytes of a text that is no name of ours, at most.
const TEXT_BYTES_MAX: usize = 1_024;

/// Names and values, as they were sent.
pub type Pairs = Vec<(String, String)>;

/// Those of an address.
pub fn pairs(uri: &Uri) -> Result<Pairs, Refused> {
    read(uri)
}

/// What stands there, in the shape of its route.
pub fn read<T: DeserializeOwned>(uri: &Uri) -> Result<T, Refused> {
    let Query(read) = Query::try_from_uri(uri)
        .map_err(|error| Problem::new(ProblemKind::MalformedRequest, format!("query: {}", error.body_text())))?;
    Ok(read)
}

/// Parameters that are not known here, and those that are given more than once.
#[must_use]
pub fn mistaken(pairs: &[(String, String)], known: &[&str]) -> Vec<PlacedError> {
    let mut errors = Vec::new();
    for (at, (name, _)) in pairs.iter().enumerate() {
        let shown = name.escape_debug().take(80).collect::<String>();
        if !known.contains(&name.as_str()) {
            errors.push(placed(shown, format!("not known here: only {} are", known.join(", "))));
        } else if pairs.iter().take(at).any(|(before, _)| before == name) {
            errors.push(placed(shown, "given more than once"));
        }
    }
    errors
}

/// What somebody or something is called, or a person typed into a label.
pub struct Text(pub Arc<str>);

impl FromStr for Text {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.len() {
            0 => Err("is empty".to_owned()),
            1..=TEXT_BYTES_MAX => Ok(Self(text.into())),
            used => Err(format!("is too long: {used} bytes used, {TEXT_BYTES_MAX} allowed")),
        }
    }
}

/// RFC 3339.
pub fn moment(text: &str) -> Result<Timestamp, String> {
    Timestamp::parse(text).map_err(|error| error.to_string())
}

/// Where a page ended.
pub fn cursor(text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| "is no cursor: send `next` of the page before".to_owned())
}

/// Rows of a page.
pub fn limit(text: &str, max: u32) -> Result<u32, String> {
    match text.parse() {
        Ok(limit) if (1..=max).contains(&limit) => Ok(limit),
        _ => Err(format!("is no number from 1 to {max}")),
    }
}
