//! `--receipt`: what a pipeline keeps to find the record of a decision again.

use super::outputs::WriteError;
use crate::{
    api::answer::{Answer, ReceiptBody},
    render::escape,
};
use serde::Serialize;
use std::path::Path;
use tidegate_workbench::files::write_atomically;

#[derive(Debug, Serialize)]
struct Receipt<'a> {
    id: &'a str,
    receipt: &'a ReceiptBody,
    trace_id: Option<&'a str>,
    outcome: &'a str,
    allowed: bool,
    evaluated_at: &'a str,
}

/// Writes where the decision is recorded. An answer without a record is none to rely on.
pub(super) fn write(file: &Path, answer: &Answer) -> Result<(), WriteError> {
    let (Some(id), Some(receipt)) = (&answer.id, &answer.receipt) else {
        return Err(WriteError::NoReceipt(file.to_owned()));
    };
    let receipt = Receipt {
        id,
        receipt,
        trace_id: answer.trace_id.as_deref(),
        outcome: &answer.outcome,
        allowed: answer.allowed,
        evaluated_at: &answer.evaluated_at,
    };
    // Strings and numbers: there is nothing in it that JSON cannot hold.
    let text = escape::json(&serde_json::to_string_pretty(&receipt).unwrap_or_default()) + "\n";
    Ok(write_atomically(file, text.as_bytes())?)
}
