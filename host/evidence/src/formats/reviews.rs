//! What answers of code hosts about reviews have in common: they are statements about one item of the checklist.

use crate::{
    error::{Place, ReadError},
    limits::Limits,
    source::Source,
    text::{bounded, quoted},
};
use std::sync::Arc;
use tidegate_core::{
    evidence::{Standing, Statement},
    time::Timestamp,
};

/// The item of the runbook's checklist that a review speaks of.
const ITEM: &str = "code_review_completed";

/// One person's word, as the code host gives it.
pub(super) struct Said<'a> {
    pub(super) standing: Standing,
    pub(super) by: &'a str,
    pub(super) at: Option<Timestamp>,
    pub(super) link: Option<&'a str>,
    pub(super) note: &'a str,
}

impl Said<'_> {
    pub(super) fn statement(&self, limits: &Limits) -> Statement {
        Statement {
            item: Arc::from(ITEM),
            standing: self.standing,
            by: bounded(self.by, limits),
            at: self.at,
            link: self.link.map(|link| bounded(link, limits)),
            note: bounded(self.note, limits),
        }
    }
}

/// The moment under a key.
pub(super) fn moment(source: &Source<'_>, path: String, text: &str) -> Result<Timestamp, ReadError> {
    Timestamp::parse(text).map_err(|_| {
        let what = format!("{} is not a time: expected RFC 3339, e.g. `2026-03-31T14:30:00Z`", quoted(text));
        source.malformed(Place::Value { path, at: None }, &what)
    })
}
