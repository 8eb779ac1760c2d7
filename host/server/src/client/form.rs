//! A submission as a form, the way `curl -F` would send it.
//!
//! It is written once, in memory: each attempt sends the very same bytes, and an answer that comes before all of them were sent (too
//! large, overloaded) is still read.

use super::Failure;
use crate::gate::submission::{Source, Submission, Upload};
use bytes::Bytes;
use reqwest::blocking::multipart::{Form, Part};
use std::{
    collections::BTreeMap,
    io::{Cursor, Read as _},
};
use tidegate_core::one_line::one_line;

/// Characters of a file's name that are sent, at most.
const FILE_NAME_CHARS_MAX: usize = 255;

/// A form, ready to be sent.
#[derive(Debug, Clone)]
pub(super) struct Encoded {
    pub(super) content_type: String,
    pub(super) body: Bytes,
}

/// Writes the form.
pub(super) fn encode(submission: &Submission) -> Result<Encoded, Failure> {
    let form = form(submission)?;
    let content_type = format!("multipart/form-data; boundary={}", form.boundary());
    let mut body = Vec::new();
    form.into_reader().read_to_end(&mut body).map_err(|error| Failure::Setup(error.to_string()))?;
    Ok(Encoded { content_type, body: Bytes::from(body) })
}

fn form(submission: &Submission) -> Result<Form, Failure> {
    let mut form = Form::new().text("deployment", json(&submission.deployment)?);
    for stage in &submission.skip {
        form = form.text("skip", stage.clone());
    }
    if let Some(emergency) = &submission.emergency {
        form = form.text("emergency", json(emergency)?);
    }
    for (name, value) in annotations(&submission.evidence)? {
        form = form.text(name, value);
    }
    for upload in &submission.evidence {
        form = match &upload.source {
            Source::Digest(digest) => form.text(upload.name.clone(), digest.clone()),
            Source::Bytes(bytes) => {
                let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
                let part = Part::reader_with_length(Cursor::new(bytes.clone()), length);
                form.part(upload.name.clone(), part.file_name(file_name(upload)))
            }
        };
    }
    Ok(form)
}

/// Stands in a header of the form, and in the gate's messages: one line, nothing that ends a quoted text.
fn file_name(upload: &Upload) -> String {
    let place = if upload.place.is_empty() { &upload.name } else { &upload.place };
    one_line(place, FILE_NAME_CHARS_MAX).replace(['"', '\\'], "_")
}

fn json<T: serde::Serialize>(value: &T) -> Result<String, Failure> {
    serde_json::to_string(value).map_err(|error| Failure::Setup(error.to_string()))
}

/// `unit_tests.format` and `unit_tests.produced_at`: a form says them once, for all documents of a name.
fn annotations(uploads: &[Upload]) -> Result<BTreeMap<String, String>, Failure> {
    let mut said = BTreeMap::new();
    for upload in uploads {
        for (what, value) in [("format", &upload.format), ("produced_at", &upload.produced_at)] {
            let earlier = said.insert(format!("{}.{what}", upload.name), value.clone());
            if earlier.is_some_and(|earlier| earlier != *value) {
                return Err(Failure::Ambiguous(upload.name.clone()));
            }
        }
    }
    Ok(said.into_iter().filter_map(|(name, value)| Some((name, value?))).collect())
}
