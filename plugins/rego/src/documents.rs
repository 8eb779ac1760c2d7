//! Documents of a team's own: JSON, or YAML with one or many documents in a file.

mod scalar;
pub(crate) mod yaml;

use regorus::Value;
use tidegate_sdk::evidence::{Document, Source};

/// Bytes of one document, at most.
const DOCUMENT_BYTES_MAX: u64 = 4 << 20;
/// Bytes asked for at once: what the contract allows.
const PAGE_BYTES: u32 = 1 << 20;

/// A document and what it holds.
#[derive(Debug)]
pub(crate) struct Parsed {
    pub(crate) source: Source,
    /// As many as the file has, in their order.
    pub(crate) values: Vec<Value>,
}

/// Reads a document, or says why it cannot be read. One that holds nothing cannot.
pub(crate) fn parsed(document: &Document) -> Result<Parsed, String> {
    let source = document.source();
    let values = values(document).map_err(|why| format!("{}: {why}", named(&source)))?;
    Ok(Parsed { source, values })
}

/// How messages name a document.
pub(crate) fn named(source: &Source) -> String {
    format!("document `{}` ({}, {})", source.name, source.format, source.digest)
}

fn values(document: &Document) -> Result<Vec<Value>, String> {
    let size = document.size();
    if size > DOCUMENT_BYTES_MAX {
        return Err(format!("it is too large for rules: {size} bytes used, {DOCUMENT_BYTES_MAX} allowed"));
    }
    let mut bytes = Vec::new();
    while (bytes.len() as u64) < size {
        let page = document.bytes(bytes.len() as u64, PAGE_BYTES);
        if page.is_empty() {
            return Err(format!("it ends early: {} bytes read of {size}", bytes.len()));
        }
        bytes.extend(page);
    }
    let text = String::from_utf8(bytes).map_err(|_| "it is not UTF-8".to_owned())?;
    let values = read(text.trim_start_matches('\u{feff}'))?;
    if values.is_empty() {
        return Err("it is empty".to_owned());
    }
    for value in &values {
        if !matches!(value, Value::Object(_) | Value::Array(_)) {
            return Err(format!("it is neither JSON nor YAML with keys: {} was read", crate::builtins::kind(value)));
        }
    }
    Ok(values)
}

/// As JSON where it begins like that, else as YAML. Empty documents between the marks of a YAML file are none.
fn read(text: &str) -> Result<Vec<Value>, String> {
    let mut as_json = None;
    if text.trim_start().starts_with(['{', '[']) {
        match Value::from_json_str(text) {
            Ok(value) => return Ok(vec![value]),
            Err(error) => as_json = Some(error.to_string()),
        }
    }
    let values = yaml::all(text).map_err(|error| match as_json {
        Some(as_json) => format!("neither JSON ({as_json}) nor YAML ({error})"),
        None => format!("neither JSON nor YAML: {error}"),
    })?;
    Ok(values.into_iter().filter(|value| *value != Value::Null).collect())
}
