//! Small things, handed over whole.

use crate::{deployment::Timestamp, report::Ratio};

/// Coverage, counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Coverage {
    /// Lines covered of lines that could be.
    pub lines: Ratio,
    /// Branches covered of branches that could be.
    pub branches: Option<Ratio>,
}

/// A number with its unit.
#[derive(Debug, Clone, PartialEq)]
pub struct Measurement {
    /// E.g. `http_req_duration.p95`.
    pub name: String,
    /// What it was measured on: a page, an endpoint; none: everything that the document speaks of.
    pub subject: Option<String>,
    /// The number.
    pub value: f64,
    /// E.g. `ms`; may be empty.
    pub unit: String,
}

/// How a checklist item stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It is fulfilled.
    Met,
    /// It is not.
    Unmet,
    /// It does not concern this deployment; the note says why.
    NotApplicable,
}

/// A checklist item that a person or a system vouched for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// The item's id.
    pub item: String,
    /// How it stands.
    pub standing: Standing,
    /// Who says so, as the document names them.
    pub by: String,
    /// When they said it.
    pub at: Timestamp,
    /// Where to read more.
    pub link: Option<String>,
    /// Free text; may be empty.
    pub note: String,
}

/// How the artifact came to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provenance {
    /// Who built it.
    pub builder: String,
    /// How.
    pub build_type: String,
    /// From where.
    pub repository: String,
    /// From which commit.
    pub commit: String,
    /// From which branch or tag; may be empty.
    pub ref_name: String,
    /// From what, by digest.
    pub materials: Vec<String>,
}

/// A fact's value.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Text.
    Text(String),
    /// A number.
    Number(f64),
    /// Yes or no.
    Flag(bool),
    /// A moment.
    Time(Timestamp),
}

/// A name and a value.
#[derive(Debug, Clone, PartialEq)]
pub struct Fact {
    /// E.g. `certificate.not_after`.
    pub name: String,
    /// What it is true of: an address, a host; none: everything that the document speaks of.
    pub subject: Option<String>,
    /// Its value.
    pub value: Value,
}
