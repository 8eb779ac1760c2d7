//! The document, as `policies/schema/evidence/probe.schema.json` describes it.

use serde::Serialize;
use std::collections::BTreeMap;
use tidegate_core::time::Timestamp;

/// What addresses answered.
#[derive(Debug, Serialize)]
pub struct Document {
    format: &'static str,
    tool: &'static str,
    produced_at: String,
    /// Left out where it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    complete: Option<bool>,
    probes: Vec<Probe>,
}

impl Document {
    /// The document of probes that began at a moment: evidence is as old as its oldest part.
    #[must_use]
    pub fn new(began_at: Timestamp, probes: Vec<Probe>) -> Self {
        Self {
            format: "tidegate/probe/v1",
            tool: concat!("tidegate ", env!("CARGO_PKG_VERSION")),
            produced_at: began_at.to_string(),
            complete: None,
            probes,
        }
    }

    /// The same, of which something could not be asked.
    #[must_use]
    pub fn unfinished(self) -> Self {
        Self { complete: Some(false), ..self }
    }

    /// As it is written to a file.
    pub fn json(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string_pretty(self).map(|text| text + "\n")
    }
}

/// What one address answered: a status, or an error where there was no answer.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Probe {
    /// As it was typed.
    pub url: String,
    /// Of HTTP.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Why there was no answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// Until the answer had been read, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duration_ms: Option<f64>,
    /// Some of the answer's headers, by their names in lower case.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, String>,
    /// What the address presented, also when no answer followed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certificate: Option<Certificate>,
}

/// What a certificate says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Certificate {
    /// Valid from then on; RFC 3339.
    pub not_before: String,
    /// Valid until then; RFC 3339.
    pub not_after: String,
    /// Whom it speaks of.
    pub subject: String,
    /// Who says so.
    pub issuer: String,
    /// The hosts that it is for.
    pub names: Vec<String>,
    /// Whether it proves the address, as this machine sees it now.
    pub trusted: bool,
    /// Why it does not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
}
