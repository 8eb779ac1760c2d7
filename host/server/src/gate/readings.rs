//! Who looked at what: questions to the record are kept in the record, before they are answered.
//!
//! A question is recorded once an hour for each reader, whatever its pages and its moments are, so that somebody who looks again and again
//! is one leaf. A reader has so many questions an hour; the last of these says that there are more, and those are answered without a leaf.
//!
//! **Invariant:** whoever reads lists and counts stands in the record within the hour. **Invariant:** no reader floods the record.

use crate::{
    gate::{Gate, activation::act, clock, error::GateError},
    identity::principal::Principal,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tidegate_core::time::Timestamp;
use tidegate_ledger::{
    act::Act,
    reading::NewReading,
    search::Window,
    stats::{Counts, Stat, StatsError},
};

/// Questions of one reader that are recorded in an hour, at most.
pub const QUESTIONS_MAX: usize = 30;
/// Readers who are told apart, at most; all others are one.
const READERS_MAX: usize = 1_024;
const HOUR: Duration = Duration::from_hours(1);
/// What does not make another question of one.
const SAME_QUESTION: [&str; 4] = ["from", "to", "cursor", "limit"];

/// A question that was answered.
#[derive(Debug, Clone, Copy)]
pub struct Reading<'a> {
    /// The route.
    pub route: &'a str,
    /// As it was sent.
    pub asked: &'a [(String, String)],
    /// Rows of the answer.
    pub rows: usize,
}

/// Questions of the last hour.
#[derive(Debug, Default)]
pub struct Readings(Mutex<BTreeMap<Arc<str>, Hour>>);

#[derive(Debug)]
struct Hour {
    since: Timestamp,
    questions: BTreeSet<String>,
}

/// Whether a question is to be recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Due {
    Recorded,
    Now,
    /// And that more will follow.
    AndMore,
}

impl Readings {
    fn due(&self, by: &Arc<str>, question: &str, now: Timestamp) -> Due {
        let mut readers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if readers.len() >= READERS_MAX && !readers.contains_key(by) {
            readers.retain(|_, hour| now.since(hour.since) < HOUR);
        }
        let by = if readers.len() < READERS_MAX || readers.contains_key(by) { by.clone() } else { "".into() };
        let fresh = || Hour { since: now, questions: BTreeSet::new() };
        let hour = readers.entry(by).or_insert_with(fresh);
        if now.since(hour.since) >= HOUR {
            *hour = fresh();
        }
        if hour.questions.contains(question) || hour.questions.len() >= QUESTIONS_MAX {
            return Due::Recorded;
        }
        hour.questions.insert(question.to_owned());
        if hour.questions.len() == QUESTIONS_MAX { Due::AndMore } else { Due::Now }
    }

    /// It could not be recorded: it still has to be.
    fn forget(&self, by: &str, question: &str) {
        let mut readers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Also as one of those who are not told apart.
        for by in [by, ""] {
            if let Some(hour) = readers.get_mut(by) {
                hour.questions.remove(question);
            }
        }
    }
}

impl Gate {
    /// Counts decisions of a window that somebody may read.
    pub async fn count(&self, principal: &Principal, stat: Stat, window: Window) -> Result<Counts, StatsError> {
        self.ledger().count(stat, window, &super::search::reach_of(principal)).await
    }

    /// Keeps in the record that somebody read this, where it does not say so already.
    pub async fn read_by(&self, principal: &Principal, reading: Reading<'_>) -> Result<(), GateError> {
        let question = filters(&reading, &[]);
        let same = format!("{}?{}", reading.route, filters(&reading, &SAME_QUESTION));
        let due = self.readings.due(&principal.name, &same, clock::now());
        if due == Due::Recorded {
            return Ok(());
        }
        let reading = NewReading {
            by: principal.name.clone(),
            route: reading.route.into(),
            question: question.into(),
            rows: reading.rows as u64,
            more: due == Due::AndMore,
        };
        let recorded = self.ledger().act(act(Act::Read(reading), Vec::new())).await;
        if recorded.is_err() {
            self.readings.forget(&principal.name, &same);
        }
        recorded?;
        Ok(())
    }
}

/// Filters as they were sent, without some of them.
fn filters(reading: &Reading<'_>, but: &[&str]) -> String {
    let pairs = reading.asked.iter().filter(|(name, _)| !but.contains(&name.as_str()));
    pairs.map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
}

#[cfg(test)]
mod tests {
    use super::{Due, QUESTIONS_MAX, READERS_MAX, Reading, Readings, SAME_QUESTION, filters};
    use std::sync::Arc;
    use tidegate_core::time::Timestamp;

    fn at(seconds: u64) -> Timestamp {
        Timestamp::from_nanos(seconds * 1_000_000_000)
    }

    #[test]
    fn a_reader_has_so_many_leaves_an_hour_and_the_last_says_that_there_are_more() {
        let (readings, ada): (Readings, Arc<str>) = (Readings::default(), "ada".into());
        let due: Vec<Due> = (0..1_000).map(|n| readings.due(&ada, &n.to_string(), at(n))).collect();
        assert_eq!(due.iter().filter(|due| **due == Due::Now).count(), QUESTIONS_MAX - 1);
        assert_eq!(due.iter().filter(|due| **due == Due::AndMore).count(), 1);
        assert_eq!(readings.due(&"grace".into(), "1", at(1)), Due::Now, "one reader's questions are not another's");
        assert_eq!(readings.due(&ada, "1", at(3_600)), Due::Now, "an hour later it is asked anew");
        assert_eq!(readings.due(&ada, "1", at(3_601)), Due::Recorded);
    }

    #[test]
    fn what_could_not_be_recorded_is_still_due() {
        let (readings, ada): (Readings, Arc<str>) = (Readings::default(), "ada".into());
        assert_eq!(readings.due(&ada, "1", at(1)), Due::Now);
        readings.forget(&ada, "1");
        assert_eq!(readings.due(&ada, "1", at(2)), Due::Now);
    }

    #[test]
    fn readers_beyond_those_told_apart_are_bounded_together() {
        let readings = Readings::default();
        for n in 0..READERS_MAX + 100 {
            readings.due(&format!("reader-{n}").into(), "1", at(1));
        }
        assert!(readings.0.lock().unwrap().len() <= READERS_MAX + 1);
    }

    #[test]
    fn pages_and_moments_make_no_other_question() {
        let asked = |pairs: &[(&str, &str)]| {
            let asked: Vec<_> = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
            filters(&Reading { route: "/v1/decisions", asked: &asked, rows: 0 }, &SAME_QUESTION)
        };
        assert_eq!(asked(&[("service", "api"), ("cursor", "7"), ("from", "x")]), "service=api");
        assert_ne!(asked(&[("service", "api")]), asked(&[("service", "web")]));
    }
}
