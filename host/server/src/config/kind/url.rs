//! How callers reach the gate.

use crate::config::{kind::Given, mistake::Refused};
use reqwest::Url;
use tidegate_bundle::document::quoted;

/// An `http` or `https` address that paths can be put after.
pub(in crate::config) fn read(given: Given<'_>) -> Result<Option<String>, Refused> {
    let text = given.text()?;
    let url = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    let Some(url) = url.filter(|_| !text.chars().any(|c| c.is_control() || c.is_whitespace())) else {
        let message = format!("{} is not a web address: expected e.g. `https://gate.example.org`", quoted(text));
        return Err(Refused::because(message));
    };
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Refused::because("a public address holds no user name or password: it is shown in every answer"));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(Refused::because(format!(
            "{} goes on after its path: links are made by adding to it",
            quoted(text)
        )));
    }
    Ok(Some(url.as_str().trim_end_matches('/').to_owned()))
}

/// As it is read.
pub(in crate::config) fn show(url: &Option<String>) -> Vec<String> {
    url.iter().cloned().collect()
}
