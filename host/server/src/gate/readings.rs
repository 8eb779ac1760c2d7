//! Who looked at what: questions to the record are kept in the record, before they are answered.
//!
//! A question is recorded once an hour for each reader, whatever its pages and its moments are, so that somebody who looks again and again
//! is one leaf. A reader has so many questions an hour; the last of these says that there are more, and those are answered without a leaf. What is read by
//! its name (a decision, its trace, its receipt) is one leaf an hour for each, of so many of its own: whoever opens what a list shows does not
//! use up their questions.
//!
//! Whoever asked for a decision and reads it gets the answer to their own request once more: that is in the record already, and a pipeline
//! that waits for a confirmation asks every few seconds.
//!
//! **Invariant:** whoever reads what others asked for stands in the record within the hour. **Invariant:** no reader floods the record.

use crate::{
    api::answer::Answer,
    gate::{Gate, activation::act, clock, error::GateError},
    identity::{principal::Principal, role::READERS},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tidegate_core::{deployment::Deployment, name::ServiceName, time::Timestamp};
use tidegate_ledger::{
    act::Act,
    id::DecisionId,
    reading::NewReading,
    search::Window,
    stats::{Counts, Stat, StatsError},
};

/// Questions of one reader that are recorded in an hour, at most.
pub const QUESTIONS_MAX: usize = 30;
/// Decisions, traces and receipts that one reader reads by their names and that are recorded in an hour, at most.
pub const NAMED_MAX: usize = 100;
/// Readers who are told apart, at most; all others are one.
const READERS_MAX: usize = 1_024;
const HOUR: Duration = Duration::from_hours(1);
/// What does not make another question of one; the last four are Grafana's.
const SAME_QUESTION: [&str; 8] = ["from", "to", "cursor", "limit", "start", "end", "step", "spss"];

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

/// What was read in the last hour.
#[derive(Debug)]
pub struct Readings {
    questions: Hours,
    named: Hours,
}

impl Default for Readings {
    fn default() -> Self {
        Self { questions: Hours::new(QUESTIONS_MAX), named: Hours::new(NAMED_MAX) }
    }
}

/// What each reader read in their hour.
#[derive(Debug)]
struct Hours {
    max: usize,
    readers: Mutex<BTreeMap<Arc<str>, Hour>>,
}

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

impl Hours {
    fn new(max: usize) -> Self {
        Self { max, readers: Mutex::default() }
    }

    fn due(&self, by: &Arc<str>, question: &str, now: Timestamp) -> Due {
        let mut readers = self.readers.lock().unwrap_or_else(PoisonError::into_inner);
        if readers.len() >= READERS_MAX && !readers.contains_key(by) {
            readers.retain(|_, hour| now.since(hour.since) < HOUR);
        }
        let by = if readers.len() < READERS_MAX || readers.contains_key(by) { by.clone() } else { "".into() };
        let fresh = || Hour { since: now, questions: BTreeSet::new() };
        let hour = readers.entry(by).or_insert_with(fresh);
        if now.since(hour.since) >= HOUR {
            *hour = fresh();
        }
        if hour.questions.contains(question) || hour.questions.len() >= self.max {
            return Due::Recorded;
        }
        hour.questions.insert(question.to_owned());
        if hour.questions.len() == self.max { Due::AndMore } else { Due::Now }
    }

    /// It could not be recorded: it still has to be.
    fn forget(&self, by: &str, question: &str) {
        let mut readers = self.readers.lock().unwrap_or_else(PoisonError::into_inner);
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
        let same = format!("{}?{}", reading.route, filters(&reading, &SAME_QUESTION));
        self.keep(&self.readings.questions, principal, same, reading).await
    }

    /// A recorded decision that somebody may read, of which, or of a `part` of which, the record then says that they did. None: for them it does not
    /// exist.
    pub async fn read_decision(
        &self,
        principal: &Principal,
        id: &str,
        part: &'static str,
    ) -> Result<Option<Answer>, GateError> {
        let Ok(id) = DecisionId::parse(id) else { return Ok(None) };
        let Some(stored) = self.ledger().decision(&id).await? else { return Ok(None) };
        let deployment = &stored.judgement.deployment;
        if !may_read(principal, deployment) {
            return Ok(None);
        }
        if *principal.name != *deployment.actor() {
            self.read_named(principal, &format!("/v1/decisions/{id}{part}")).await?;
        }
        self.as_it_stands(&stored).await.map(Some)
    }

    /// Keeps in the record that somebody read what has this name, where it does not say so already.
    pub async fn read_named(&self, principal: &Principal, route: &str) -> Result<(), GateError> {
        self.keep(&self.readings.named, principal, route.to_owned(), Reading { route, asked: &[], rows: 1 }).await
    }

    async fn keep(
        &self,
        hours: &Hours,
        principal: &Principal,
        same: String,
        reading: Reading<'_>,
    ) -> Result<(), GateError> {
        let due = hours.due(&principal.name, &same, clock::now());
        if due == Due::Recorded {
            return Ok(());
        }
        let reading = NewReading {
            by: principal.name.clone(),
            route: reading.route.into(),
            question: filters(&reading, &[]).into(),
            rows: reading.rows as u64,
            more: due == Due::AndMore,
        };
        let recorded = self.ledger().act(act(Act::Read(reading), Vec::new())).await;
        if recorded.is_err() {
            hours.forget(&principal.name, &same);
        }
        recorded?;
        Ok(())
    }
}

/// What lies beyond somebody's grants does not exist for them.
fn may_read(principal: &Principal, deployment: &Deployment) -> bool {
    let services: Vec<ServiceName> = deployment.services().iter().map(|service| service.name.clone()).collect();
    READERS.iter().any(|role| principal.may(*role, deployment.environment(), &services))
}

/// Filters as they were sent, without some of them.
fn filters(reading: &Reading<'_>, but: &[&str]) -> String {
    let pairs = reading.asked.iter().filter(|(name, _)| !but.contains(&name.as_str()));
    pairs.map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
}

#[cfg(test)]
mod tests {
    use super::{Due, Hours, QUESTIONS_MAX, READERS_MAX, Reading, SAME_QUESTION, filters};
    use std::sync::Arc;
    use tidegate_core::time::Timestamp;

    fn at(seconds: u64) -> Timestamp {
        Timestamp::from_nanos(seconds * 1_000_000_000)
    }

    #[test]
    fn a_reader_has_so_many_leaves_an_hour_and_the_last_says_that_there_are_more() {
        let (readings, ada): (Hours, Arc<str>) = (Hours::new(QUESTIONS_MAX), "ada".into());
        let due: Vec<Due> = (0..1_000).map(|n| readings.due(&ada, &n.to_string(), at(n))).collect();
        assert_eq!(due.iter().filter(|due| **due == Due::Now).count(), QUESTIONS_MAX - 1);
        assert_eq!(due.iter().filter(|due| **due == Due::AndMore).count(), 1);
        assert_eq!(readings.due(&"grace".into(), "1", at(1)), Due::Now, "one reader's questions are not another's");
        assert_eq!(readings.due(&ada, "1", at(3_600)), Due::Now, "an hour later it is asked anew");
        assert_eq!(readings.due(&ada, "1", at(3_601)), Due::Recorded);
    }

    #[test]
    fn what_could_not_be_recorded_is_still_due() {
        let (readings, ada): (Hours, Arc<str>) = (Hours::new(QUESTIONS_MAX), "ada".into());
        assert_eq!(readings.due(&ada, "1", at(1)), Due::Now);
        readings.forget(&ada, "1");
        assert_eq!(readings.due(&ada, "1", at(2)), Due::Now);
    }

    #[test]
    fn readers_beyond_those_told_apart_are_bounded_together() {
        let readings = Hours::new(QUESTIONS_MAX);
        for n in 0..READERS_MAX + 100 {
            readings.due(&format!("reader-{n}").into(), "1", at(1));
        }
        assert!(readings.readers.lock().unwrap().len() <= READERS_MAX + 1);
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
