//! Rows that are not what the leaves say, as they are shown.

use crate::store::beside;
use std::{collections::BTreeMap, fmt};

/// Rows of one table that are shown, at most.
pub const SHOWN_MAX: u64 = 20;
/// Characters of one value that are shown, at most.
const VALUE_CHARS_MAX: usize = 200;

/// A row that is not what the leaves say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Of which table.
    pub table: &'static str,
    /// What tells the row apart there.
    pub key: String,
    /// Columns that differ as they are stored; none: the row is missing.
    pub stored: Option<String>,
    /// The same columns as the leaves say; none: no leaf says it.
    pub said: Option<String>,
}

/// The rows of both sides by their keys.
pub(super) fn pairs(table: &'static str, key: usize, sides: &beside::Sides) -> Vec<Difference> {
    let beside::Sides { columns, stored, said } = sides;
    let mut rows: BTreeMap<&[Option<String>], [Option<&beside::Text>; 2]> = BTreeMap::new();
    for (side, found) in [stored, said].into_iter().enumerate() {
        for row in found {
            let both = rows.entry(row.get(..key).unwrap_or_default()).or_default();
            if let Some(place) = both.get_mut(side) {
                *place = Some(row);
            }
        }
    }
    // Of a side that was cut off nobody knows what comes after its last row.
    let cut = |side: &Vec<beside::Text>| side.len() as u64 == SHOWN_MAX;
    let last = |side: &'_ Vec<beside::Text>| side.last().and_then(|row| row.get(..key)).map(<[_]>::to_vec);
    let until = [stored, said].into_iter().filter(|side| cut(side)).filter_map(last).min();
    let shown = rows.into_iter().filter(|(key, _)| until.as_deref().is_none_or(|until| *key <= until));
    shown
        .map(|(key, [stored, said])| {
            let differs = |at: usize| match (stored, said) {
                (Some(stored), Some(said)) => stored.get(at) != said.get(at),
                _ => true,
            };
            let text = |row: &beside::Text| {
                let named = columns.iter().zip(row).enumerate().filter(|(at, _)| differs(*at));
                named.map(|(_, (column, value))| format!("{column}={}", Shown(value))).collect::<Vec<_>>().join(" ")
            };
            let key = key.iter().map(|part| Shown(part).to_string()).collect::<Vec<_>>().join(" ");
            Difference { table, key, stored: stored.map(text), said: said.map(text) }
        })
        .collect()
}

/// A value on one line.
struct Shown<'a>(&'a Option<String>);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            None => f.write_str("null"),
            Some(text) => f.write_str(&text.escape_debug().take(VALUE_CHARS_MAX).collect::<String>()),
        }
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { table, key, stored, said } = self;
        let (stored, said) = (stored.as_deref().unwrap_or("nothing"), said.as_deref().unwrap_or("nothing"));
        write!(f, "table `{table}`, row `{key}`: stored is {stored}; the leaves say {said}")
    }
}
