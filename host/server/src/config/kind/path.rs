//! Files and folders. Those of the file are relative to the file's folder, all others to where the program was started.

use crate::config::{kind::Given, mistake::Refused};
use std::path::PathBuf;
use tidegate_bundle::document::quoted;

/// One path.
pub(in crate::config) fn read(given: Given<'_>) -> Result<PathBuf, Refused> {
    path(given.text()?, given)
}

/// As it is read.
pub(in crate::config) fn show(path: &PathBuf) -> Vec<String> {
    show_all(std::slice::from_ref(path))
}

/// At least one path.
pub(in crate::config) fn read_all(given: Given<'_>) -> Result<Vec<PathBuf>, Refused> {
    if given.texts.is_empty() {
        return Err(Refused::because("names no file or folder"));
    }
    given.texts.iter().map(|text| path(text, given)).collect()
}

/// As they are read.
pub(in crate::config) fn show_all(paths: &[PathBuf]) -> Vec<String> {
    paths.iter().map(|path| path.display().to_string()).collect()
}

fn path(text: &str, given: Given<'_>) -> Result<PathBuf, Refused> {
    if text.is_empty() {
        return Err(Refused::because("the name of a file or folder is empty"));
    }
    if text.chars().any(char::is_control) {
        return Err(Refused::because(format!("{} holds a control character", quoted(text))));
    }
    Ok(given.folder.join(text))
}
