//! What a candidate would have changed: a table, JSON, one page of HTML.

pub mod html;
pub mod json;
pub mod table;

use crate::replay::impact::{
    compared::{Change, Compared, Now},
    summary::Counts,
};

/// Characters of one text, at most.
const TEXT_CHARS_MAX: usize = 400;

/// So many.
fn count(counts: &Counts, change: Change) -> usize {
    counts.get(&change).copied().unwrap_or_default()
}

/// What was deployed, in a few words.
fn services(one: &Compared) -> String {
    one.services().iter().map(|service| format!("{} {}", service.name, service.version)).collect::<Vec<_>>().join(", ")
}

/// What comes of it, in a few words.
fn now(one: &Compared) -> String {
    match &one.now {
        Now::Judged(side) => side.words(),
        Now::NotTaken(why) => format!("not taken: {why}"),
        Now::NotReplayable(reason) => format!("not replayable: {reason}"),
    }
}

/// What newly stands against it.
fn newly(one: &Compared) -> String {
    one.newly_blocking().collect::<Vec<_>>().join(", ")
}
