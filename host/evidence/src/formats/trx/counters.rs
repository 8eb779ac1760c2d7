//! What the summary says of the results, compared with what was counted.

use super::outcome::Outcome;
use crate::{text::quoted, xml::Element};

/// Results by how they ended, in three ways of counting: loggers differ in whether a data-driven test, its rows, or both count.
#[derive(Debug, Default)]
pub(super) struct Counts {
    all: [u64; Outcome::ALL.len()],
    leaves: [u64; Outcome::ALL.len()],
    outermost: [u64; Outcome::ALL.len()],
}

impl Counts {
    /// One result more.
    pub(super) fn count(&mut self, outcome: Outcome, is_leaf: bool, is_outermost: bool) {
        let counted = [(&mut self.all, true), (&mut self.leaves, is_leaf), (&mut self.outermost, is_outermost)];
        for (view, counts) in counted {
            if let Some(slot) = view.get_mut(outcome as usize).filter(|_| counts) {
                *slot += 1;
            }
        }
    }

    /// The word of a result that shows that the run was not over.
    pub(super) fn unfinished(&self) -> Option<&'static str> {
        let mut counted = Outcome::ALL.into_iter().zip(self.all);
        counted.find(|(outcome, count)| *count > 0 && outcome.is_unfinished()).map(|(outcome, _)| outcome.word())
    }
}

/// The counters of the summary, as written.
#[derive(Debug, Default)]
pub(super) struct Declared(Vec<(&'static str, String)>);

/// The counters that loggers agree on. Left out are `executed` and `notExecuted`, which several write as they like.
const COUNTERS: [(&str, &[Outcome]); 8] = [
    ("total", &Outcome::ALL),
    ("passed", &[Outcome::Passed]),
    ("failed", &[Outcome::Failed]),
    ("error", &[Outcome::Error]),
    ("timeout", &[Outcome::Timeout]),
    ("aborted", &[Outcome::Aborted]),
    ("inconclusive", &[Outcome::Inconclusive]),
    ("disconnected", &[Outcome::Disconnected]),
];

impl Declared {
    pub(super) fn of(element: &Element<'_>) -> Self {
        let stated = |(name, _)| element.stated(name).map(|value| (name, value.trim().to_owned()));
        Self(COUNTERS.into_iter().filter_map(stated).collect())
    }

    /// The counters that fit none of the ways of counting.
    pub(super) fn contradiction(&self, counts: &Counts) -> Option<String> {
        let wrong = self.0.iter().filter(|(name, value)| !fits(name, value, counts));
        let says: Vec<String> = wrong.map(|(name, value)| format!("{name}={}", quoted(value))).collect();
        if says.is_empty() {
            return None;
        }
        let [total, passed, failed, ..] = COUNTERS.map(|(_, outcomes)| sum(&counts.leaves, outcomes));
        Some(format!("the report says {}; counted: {total} tests, {passed} passed, {failed} failed", says.join(", ")))
    }
}

fn fits(name: &str, value: &str, counts: &Counts) -> bool {
    let Ok(said) = value.parse::<u64>() else { return false };
    let outcomes = COUNTERS.iter().find(|(known, _)| *known == name).map_or(&[][..], |(_, outcomes)| outcomes);
    [&counts.all, &counts.leaves, &counts.outermost].iter().any(|view| sum(view.as_slice(), outcomes) == said)
}

fn sum(view: &[u64], outcomes: &[Outcome]) -> u64 {
    outcomes.iter().filter_map(|outcome| view.get(*outcome as usize)).sum()
}
