//! What the evidence says about each item.

use crate::checklist::Checklist;
use std::collections::{BTreeMap, BTreeSet};
use tidegate_sdk::{
    deployment::Timestamp,
    evidence::{
        Content, Source,
        small::{Fact, Standing, Statement, Value},
    },
    gate::Request,
};

/// Facts of this beginning speak about items.
const FACT_PREFIX: &str = "checklist.";
/// Items nobody asked for that are named, at most.
const STRANGERS_MAX: usize = 5;

/// Documents with their contents.
pub(crate) type Documents = [(Source, Vec<Content>)];

/// Everything that was said, by item.
#[derive(Debug)]
pub(crate) struct Heard<'a>(BTreeMap<&'a str, Vec<Said<'a>>>);

/// What was said about an item once.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Said<'a> {
    pub(crate) word: Word,
    /// Who says so, when the document tells.
    pub(crate) by: Option<&'a str>,
    /// When, when the document tells.
    pub(crate) at: Option<Timestamp>,
    /// Why; may be empty.
    pub(crate) note: &'a str,
    /// The digest of the document.
    pub(crate) document: &'a str,
}

/// How an item stands in somebody's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Word {
    Met,
    NotApplicable,
    Unmet,
    /// A fact that is neither true nor false.
    Unclear,
}

impl<'a> Heard<'a> {
    pub(crate) fn of<S>(documents: &'a Documents, request: &Request<S>) -> Self {
        let mut heard: BTreeMap<&str, Vec<Said<'_>>> = BTreeMap::new();
        for (source, contents) in documents {
            for content in contents {
                match content {
                    Content::Statements(statements) => {
                        for said in statements {
                            heard.entry(&said.item).or_default().push(stated(said, source));
                        }
                    }
                    Content::Facts(facts) => {
                        for fact in facts {
                            let Some(item) = fact.name.strip_prefix(FACT_PREFIX) else { continue };
                            heard.entry(item).or_default().extend(flagged(fact, source, request));
                        }
                    }
                    _ => {}
                }
            }
        }
        Self(heard)
    }

    pub(crate) fn about(&self, item: &str) -> &[Said<'a>] {
        self.0.get(item).map_or(&[], Vec::as_slice)
    }

    /// Some of the items that something is said about and nobody asked for, and how many there are.
    pub(crate) fn strangers(&self, checklist: &Checklist) -> (Vec<&'a str>, usize) {
        let asked: BTreeSet<&str> = checklist.items.iter().map(|item| item.id.as_str()).collect();
        let mut strangers = self.0.keys().copied().filter(|item| !asked.contains(item));
        let named: Vec<&str> = strangers.by_ref().take(STRANGERS_MAX).collect();
        let count = named.len() + strangers.count();
        (named, count)
    }
}

fn stated<'a>(said: &'a Statement, source: &'a Source) -> Said<'a> {
    let word = match said.standing {
        Standing::Met => Word::Met,
        Standing::Unmet => Word::Unmet,
        Standing::NotApplicable => Word::NotApplicable,
    };
    let by = Some(said.by.trim()).filter(|by| !by.is_empty());
    Said { word, by, at: Some(said.at), note: said.note.trim(), document: &source.digest }
}

/// A flag counts as said when its document was made, by whoever signed that. One about something else than what is deployed
/// says nothing good of it.
fn flagged<'a, S>(fact: &'a Fact, source: &'a Source, request: &Request<S>) -> Option<Said<'a>> {
    let word = match fact.value {
        Value::Flag(true) => Word::Met,
        Value::Flag(false) => Word::Unmet,
        _ => Word::Unclear,
    };
    if word != Word::Unmet && !concerns(fact.subject.as_deref(), request) {
        return None;
    }
    // A text says why nobody knows.
    let note = if let Value::Text(why) = &fact.value { why.trim() } else { "" };
    Some(Said { word, by: source.signer.as_deref(), at: source.produced_at, note, document: &source.digest })
}

/// Names are compared as people read them: without regard to case and to space around them.
pub(crate) fn same_person(one: &str, other: &str) -> bool {
    let folded = |name: &str| name.trim().to_lowercase();
    folded(one) == folded(other)
}

/// Whether a fact about that subject is true of what is judged: of everything, or of the only service.
pub(crate) fn concerns<S>(subject: Option<&str>, request: &Request<S>) -> bool {
    let only = match (&request.service, request.deployment.services.as_slice()) {
        (Some(service), _) => Some(service.as_str()),
        (None, [service]) => Some(service.name.as_str()),
        (None, _) => None,
    };
    subject.is_none() || subject == only
}
