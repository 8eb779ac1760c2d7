//! What a reader gets, and what it gives.

use crate::{
    error::{Place, ReadError},
    json::Survey,
    limits::Limits,
    text,
};
use std::{cell::OnceCell, sync::Arc};
use tidegate_core::{
    digest::Digest,
    evidence::{About, Completeness, Content, DocumentTime},
    signer::{Signed, Signers},
};

/// A document on its way through a reader.
pub(crate) struct Source<'a> {
    pub(crate) bytes: &'a [u8],
    pub(crate) limits: &'a Limits,
    pub(crate) format: Option<&'static str>,
    /// Whose signatures count; `None`: nobody's.
    pub(crate) signers: Option<&'a Signers>,
    /// Made once, by whoever asks first: the search for the format or the reader.
    pub(crate) survey: OnceCell<Survey>,
}

/// What a reader understood.
#[derive(Debug)]
pub(crate) struct Reading {
    pub(crate) tool: Option<Arc<str>>,
    pub(crate) produced_at: Option<DocumentTime>,
    pub(crate) author: Option<Arc<str>>,
    pub(crate) subjects: Vec<Digest>,
    pub(crate) revision: Option<Arc<str>>,
    pub(crate) about: About,
    /// Only of what came in an envelope.
    pub(crate) signer: Option<Signed>,
    pub(crate) completeness: Completeness,
    pub(crate) contents: Vec<Content>,
}

impl Reading {
    /// Contents and whether they support a conclusion; the rest is not stated.
    pub(crate) fn new(completeness: Completeness, contents: Vec<Content>) -> Self {
        Self {
            tool: None,
            author: None,
            produced_at: None,
            subjects: Vec::new(),
            revision: None,
            about: About::default(),
            signer: None,
            completeness,
            contents,
        }
    }
}

/// It cannot be told from a tool that looked at nothing, because; ends with what makes the tool say more, where something does.
pub(crate) fn empty(why: impl Into<Arc<str>>) -> Completeness {
    Completeness::Empty(why.into())
}

/// Not to be concluded from, because.
pub(crate) fn incomplete(why: impl Into<Arc<str>>) -> Completeness {
    Completeness::Incomplete(why.into())
}

impl<'a> Source<'a> {
    pub(crate) fn new(bytes: &'a [u8], limits: &'a Limits) -> Self {
        Self { bytes, limits, format: None, signers: None, survey: OnceCell::new() }
    }

    /// The same, its format known.
    pub(crate) fn named(self, format: &'static str) -> Self {
        Self { format: Some(format), ..self }
    }

    /// The same, with those whose signatures count.
    pub(crate) fn knowing(self, signers: &'a Signers) -> Self {
        Self { signers: Some(signers), ..self }
    }

    /// The bytes as text, without a byte order mark; other encodings and nothing at all are refused.
    pub(crate) fn text(&self) -> Result<&'a str, ReadError> {
        if self.bytes.starts_with(&[0xFF, 0xFE]) || self.bytes.starts_with(&[0xFE, 0xFF]) {
            return Err(self.malformed(Place::Document, "the bytes are UTF-16; only UTF-8 is read"));
        }
        let text = std::str::from_utf8(self.bytes).map_err(|error| {
            let valid = self.bytes.get(..error.valid_up_to()).unwrap_or_default();
            let place = text::place_of(&String::from_utf8_lossy(valid), valid.len());
            self.malformed(place, &format!("byte {} is not UTF-8; only UTF-8 is read", error.valid_up_to()))
        })?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        if text.trim().is_empty() {
            return Err(self.malformed(Place::Document, "the document is empty"));
        }
        Ok(text)
    }

    pub(crate) fn malformed(&self, place: Place, what: &str) -> ReadError {
        ReadError::malformed(self.format, place, what)
    }

    pub(crate) fn over(&self, place: Place, what: &'static str, used: usize, allowed: usize) -> ReadError {
        ReadError::over(self.format, place, what, used, allowed)
    }
}
