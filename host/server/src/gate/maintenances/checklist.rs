//! What people stated for a maintenance: ordinary statements that name its services, and the environment in which its set is asked.

use crate::{
    api::problem::PlacedError,
    gate::{
        Gate,
        error::{GateError, placed},
    },
};
use serde::Deserialize;
use std::{collections::BTreeSet, sync::Arc};
use tidegate_core::{digest::Digest, time::Timestamp};
use tidegate_ledger::maintenance::{Item, Maintenance, Phase};

/// Statements of a scope that are looked at, at most: the newest. An item that is not among them is not met.
const LOOKED_AT_MAX: u32 = 1_000;

/// How an item stands in somebody's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Word {
    Met,
    Unmet,
    NotApplicable,
}

/// What somebody stated about an item.
#[derive(Debug, Clone)]
pub(super) struct Said {
    pub(super) item: Arc<str>,
    pub(super) word: Word,
    pub(super) by: Arc<str>,
    pub(super) at: Timestamp,
    pub(super) leaf_index: u64,
    pub(super) document: Digest,
}

/// How an item stands by the last words of all who said something of it.
#[derive(Debug)]
pub(super) struct Stands<'a> {
    pub(super) word: Option<Word>,
    pub(super) last: Option<&'a Said>,
}

/// The document that the gate wrote when it was stated.
#[derive(Deserialize)]
struct Document {
    environment: Option<String>,
    #[serde(default)]
    services: Vec<String>,
    statements: Vec<Statement>,
}

#[derive(Deserialize)]
struct Statement {
    item: Arc<str>,
    satisfied: Option<bool>,
    not_applicable: Option<bool>,
}

impl Gate {
    /// Everything that was stated for one since it was planned, in its order.
    pub(super) async fn said_for(&self, maintenance: &Maintenance) -> Result<Vec<Said>, GateError> {
        let new = &maintenance.new;
        let stated = self.ledger().stated_since(&new.scope, maintenance.leaf_index, LOOKED_AT_MAX).await?;
        let mut said = Vec::new();
        for one in stated.iter().rev() {
            // What was redacted since says nothing any more.
            let Some(bytes) = self.ledger().body(&one.document).await? else { continue };
            let Ok(document) = serde_json::from_slice::<Document>(&bytes) else { continue };
            if !document.is_about(maintenance) {
                continue;
            }
            said.extend(document.statements.iter().filter_map(|statement| {
                let (word, item) = (statement.word()?, statement.item.clone());
                let (by, at, leaf_index, document) = (one.by.clone(), one.at, one.leaf_index, one.document);
                Some(Said { item, word, by, at, leaf_index, document })
            }));
        }
        Ok(said)
    }
}

impl Document {
    /// Whether it names the environment and all services: what holds anywhere was not said of this.
    fn is_about(&self, maintenance: &Maintenance) -> bool {
        let new = &maintenance.new;
        let named =
            |service: &tidegate_core::name::ServiceName| self.services.iter().any(|one| one == service.as_str());
        self.environment.as_deref() == Some(new.asked_in.as_str()) && new.services.iter().all(named)
    }
}

impl Statement {
    fn word(&self) -> Option<Word> {
        match (self.satisfied, self.not_applicable) {
            (Some(true), None) => Some(Word::Met),
            (Some(false), None) => Some(Word::Unmet),
            (None, Some(true)) => Some(Word::NotApplicable),
            _ => None,
        }
    }
}

impl Word {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::Unmet => "unmet",
            Self::NotApplicable => "not_applicable",
        }
    }
}

/// The last word of each person about each item, in the order in which they were said.
pub(super) fn last_words(said: &[Said]) -> Vec<&Said> {
    let mut heard: BTreeSet<(&str, &str)> = BTreeSet::new();
    let mut last: Vec<&Said> = said.iter().rev().filter(|one| heard.insert((&*one.item, &*one.by))).collect();
    last.reverse();
    last
}

/// How an item stands: met by whoever says so, unless somebody's last word is that it is not. What was said before its time counts for
/// nothing: of what is done in a maintenance, before it opened.
pub(super) fn standing<'a>(maintenance: &Maintenance, item: &Item, said: &'a [Said]) -> Stands<'a> {
    let since = match item.phase {
        Phase::Pre => Some(maintenance.leaf_index),
        Phase::During | Phase::Post | Phase::Actions | Phase::Communications => maintenance.opened_in,
    };
    let counts = |one: &&Said| one.item == item.id && since.is_some_and(|since| one.leaf_index > since);
    let words: Vec<&Said> = last_words(said).into_iter().filter(counts).collect();
    let against = words.iter().rev().copied().find(|one| one.word == Word::Unmet);
    let last = against.or_else(|| words.last().copied());
    Stands { word: last.map(|one| one.word), last }
}

impl Stands<'_> {
    pub(super) fn is_done(&self) -> bool {
        matches!(self.word, Some(Word::Met | Word::NotApplicable))
    }

    /// What is missing of an item, where it is.
    pub(super) fn missing(&self, item: &Item) -> Option<PlacedError> {
        let place = || format!("{}.{}", item.phase.word(), item.id);
        match (self.word, self.last) {
            (Some(Word::Met | Word::NotApplicable), _) => None,
            (_, Some(said)) => Some(placed(place(), format!("`{}` says that it is not so: {}", said.by, item.title))),
            (_, None) => Some(placed(place(), format!("nobody stated it: {}", item.title))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Said, Word, last_words, standing};
    use std::sync::Arc;
    use tidegate_core::{digest::Digest, time::Timestamp};
    use tidegate_ledger::maintenance::{Item, Maintenance, MaintenanceState, NewMaintenance, Phase};

    fn at() -> Timestamp {
        Timestamp::parse("2026-03-31T12:00:00Z").unwrap()
    }

    fn said(leaf_index: u64, by: &str, word: Word) -> Said {
        let (item, by, document) = ("banner".into(), Arc::from(by), Digest::of(&leaf_index.to_be_bytes()));
        Said { item, word, by, at: at(), leaf_index, document }
    }

    fn opened(opened_in: Option<u64>) -> Maintenance {
        let new = NewMaintenance {
            id: "m".into(),
            environment: "production".parse().unwrap(),
            policy_set: "maintenance".parse().unwrap(),
            asked_in: "production-maintenance".parse().unwrap(),
            verified_in: "production-verification".parse().unwrap(),
            scope: "default".into(),
            services: Vec::new(),
            from: at(),
            until: at(),
            by: "ada".into(),
            reason: "".into(),
            items: Vec::new(),
            anew: false,
            emergency: None,
        };
        Maintenance { new, leaf_index: 10, at: at(), state: MaintenanceState::Open, steps: 2, opened_in }
    }

    #[test]
    fn an_item_is_met_by_whoever_says_so_last_and_by_nobody_against_anybodys_last_word() {
        let item = |phase| Item { phase, id: "banner".into(), title: "".into() };
        let (ada, bob) = ("ada", "bob");
        for (phase, opened_in, words, wanted) in [
            (Phase::During, Some(20), vec![], None),
            (Phase::During, Some(20), vec![(21, ada, Word::Met)], Some(Word::Met)),
            (Phase::During, Some(20), vec![(19, ada, Word::Met)], None),
            (Phase::During, None, vec![(21, ada, Word::Met)], None),
            (Phase::Pre, None, vec![(11, ada, Word::Met)], Some(Word::Met)),
            (Phase::Post, Some(20), vec![(21, ada, Word::Unmet), (22, ada, Word::Met)], Some(Word::Met)),
            (Phase::Post, Some(20), vec![(21, ada, Word::Met), (22, ada, Word::Unmet)], Some(Word::Unmet)),
            (Phase::Post, Some(20), vec![(21, bob, Word::Unmet), (22, ada, Word::Met)], Some(Word::Unmet)),
            (Phase::Actions, Some(20), vec![(21, bob, Word::NotApplicable)], Some(Word::NotApplicable)),
        ] {
            let all: Vec<Said> = words.iter().map(|(leaf, by, word)| said(*leaf, by, *word)).collect();
            let stands = standing(&opened(opened_in), &item(phase), &all);
            assert_eq!(stands.word, wanted, "{phase:?} {words:?}");
            assert_eq!(stands.missing(&item(phase)).is_none(), stands.is_done());
        }
        let all = [said(11, ada, Word::Met), said(12, bob, Word::Met), said(13, ada, Word::Unmet)];
        assert_eq!(last_words(&all).iter().map(|one| one.leaf_index).collect::<Vec<_>>(), [12, 13]);
    }
}
