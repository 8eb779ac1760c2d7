//! The corpus of hostile strings that every output is tried with.

use serde::Deserialize;

/// One hostile string.
pub(crate) struct Hostile {
    /// What it tries.
    pub(crate) name: String,
    /// The string.
    pub(crate) text: String,
}

#[derive(Deserialize)]
struct Row {
    name: String,
    text: String,
    times: usize,
}

/// All of them.
pub(crate) fn corpus() -> Vec<Hostile> {
    let rows: Vec<Row> = serde_json::from_str(include_str!("../../../tests/fixtures/hostile.json")).unwrap();
    rows.into_iter().map(|row| Hostile { name: row.name, text: row.text.repeat(row.times) }).collect()
}
