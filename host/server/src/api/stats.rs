//! What was counted over decisions, and acts of power, in JSON.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use tidegate_core::time::Timestamp;
use tidegate_ledger::{
    change::{Change, ChangesPage},
    stats::{Counted, Counts},
};

/// Decisions of a range of time, counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatsBody {
    /// Not evaluated before; RFC 3339.
    pub from: String,
    /// Evaluated before; RFC 3339.
    pub to: String,
    /// Decisions that were looked at: those that one may read.
    pub decisions: u64,
    /// What each row has, in the order in which people read it.
    pub columns: Vec<String>,
    /// The highest first count first.
    pub rows: Vec<Map<String, Value>>,
    /// Whether there are more rows than are shown.
    pub more: bool,
}

impl StatsBody {
    /// Of what was counted between these moments.
    #[must_use]
    pub fn of(counts: Counts, from: Timestamp, to: Timestamp) -> Self {
        let Counts { decisions, names, counts, rows, more } = counts;
        let row = |Counted { names: named, counts: counted }: Counted| {
            let named = names.iter().zip(named.into_iter().map(Value::from));
            let counted = counts.iter().zip(counted.into_iter().map(Value::from));
            named.chain(counted).map(|(name, value)| ((*name).to_owned(), value)).collect()
        };
        let rows = rows.into_iter().map(row).collect();
        let columns = names.iter().chain(&counts).map(|name| (*name).to_owned()).collect();
        Self { from: from.to_string(), to: to.to_string(), decisions, columns, rows, more }
    }
}

/// A page of acts of power.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangesBody {
    /// The newest first.
    pub changes: Vec<ChangeBody>,
    /// The `cursor` of the next page; absent: this is the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// An act of power.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeBody {
    /// Where it lies in the ledger.
    pub leaf_index: u64,
    /// What was done, in the words of leaves: `bundle_activated`, `waiver_agreed`, `token_created`, …
    pub kind: String,
    /// RFC 3339.
    pub at: String,
    /// Who did it; `salted:sha256:…` once the name was forgotten; absent: nobody in particular.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// What it was done to: a decision, an obligation, a token, a waiver, a digest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub what: Option<String>,
}

impl From<ChangesPage> for ChangesBody {
    fn from(page: ChangesPage) -> Self {
        let body = |Change { leaf_index, kind, at, by, what }| ChangeBody { leaf_index, kind, at, by, what };
        Self { changes: page.changes.into_iter().map(body).collect(), next: page.next.map(|leaf| leaf.to_string()) }
    }
}
