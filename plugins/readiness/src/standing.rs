//! How one item stands.

mod words;

use self::words::{doubt, refusal};
use crate::{
    authors::Authors,
    checklist::{Item, Need},
    flags::{Flags, Known},
    heard::{Said, Word, same_person},
};
use tidegate_sdk::gate::Request;

/// Of statements that do not count, as many are named where it matters whose they are.
const NAMED_MAX: usize = 4;

/// How an item stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Standing {
    Fulfilled,
    /// It does not concern this deployment.
    NotConcerned,
    /// Somebody said so.
    Unmet(Reason),
    /// Nobody said anything that counts.
    Open(Reason),
}

/// Why, and the document that says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reason {
    pub(crate) message: String,
    pub(crate) document: Option<String>,
}

/// What an item is judged with besides what was said about it.
#[derive(Debug)]
pub(crate) struct Knowing<'a, S> {
    pub(crate) flags: &'a Flags<'a>,
    pub(crate) authors: &'a Authors<'a>,
    pub(crate) request: &'a Request<S>,
}

/// Why something that was said does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Doubt<'a> {
    /// It is neither true nor false.
    Unclear,
    Future,
    Undated,
    /// Nanoseconds: how old, how old it may be.
    Old(u64, u64),
    Nameless,
    OwnWord,
    /// By this author of the change.
    AuthorsWord(&'a str),
    AuthorUnknown,
    NoReason,
}

pub(crate) fn of<S>(item: &Item, said: &[Said<'_>], knowing: &Knowing<'_, S>) -> Standing {
    let Knowing { flags, request, .. } = knowing;
    let mut unknown_flag = None;
    if let Need::If(flag) = &item.need {
        match flags.get(flag) {
            Known::False => return Standing::NotConcerned,
            Known::True => {}
            Known::Unknown => unknown_flag = Some(flag.as_str()),
        }
    }
    let now = request.evaluated_at;
    let future = |said: &&Said<'_>| said.at.is_some_and(|at| at > now);
    let against: Vec<&Said<'_>> = said.iter().filter(|said| speaks_against(said.word, &item.need)).collect();
    let counts = |said: &&Said<'_>| doubt_of(said, item, knowing).is_none();
    if let Some(worst) = against.iter().filter(|said| !future(said)).max_by_key(|said| said.at) {
        let other = said.iter().find(|other| other.word == Word::Met);
        return Standing::Unmet(refusal(item, worst, other, now));
    }
    // Neither is believed, nor anything better beside it: it may mean that the item is not fulfilled.
    let unclear = said.iter().find(|said| said.word == Word::Unclear);
    let blocking = against.first().map(|said| (*said, Doubt::Future)).or(unclear.map(|said| (said, Doubt::Unclear)));
    if blocking.is_some() {
        return Standing::Open(doubt(item, blocking.as_slice(), unknown_flag));
    }
    let mut counting = said.iter().filter(counts);
    match counting.next() {
        // Of those that say it is met and those that say it does not concern this deployment, the latter are the worse.
        Some(first) if first.word == Word::NotApplicable || counting.any(|said| said.word == Word::NotApplicable) => {
            Standing::NotConcerned
        }
        Some(_) => Standing::Fulfilled,
        None => {
            let mut latest: Vec<&Said<'_>> = said.iter().collect();
            latest.sort_by_key(|said| std::cmp::Reverse(said.at));
            // Where it matters who, everybody who tried is named.
            latest.truncate(if item.independent { NAMED_MAX } else { 1 });
            let why: Vec<_> =
                latest.into_iter().filter_map(|said| Some((said, doubt_of(said, item, knowing)?))).collect();
            Standing::Open(doubt(item, &why, unknown_flag))
        }
    }
}

/// Whether these words mean that the item is not fulfilled.
fn speaks_against(word: Word, need: &Need) -> bool {
    match word {
        Word::Unmet => true,
        Word::NotApplicable => *need != Need::IfApplicable,
        Word::Met | Word::Unclear => false,
    }
}

/// Why these words, which do not speak against the item, do not speak for it either.
fn doubt_of<'a, S>(said: &Said<'_>, item: &Item, knowing: &Knowing<'a, S>) -> Option<Doubt<'a>> {
    let Knowing { authors, request, .. } = knowing;
    if said.word == Word::Unclear {
        return Some(Doubt::Unclear);
    }
    match (said.at, item.age_max) {
        (Some(at), _) if at > request.evaluated_at => return Some(Doubt::Future),
        (Some(at), Some(max)) if request.evaluated_at - at > max => {
            return Some(Doubt::Old(request.evaluated_at - at, max));
        }
        (None, Some(_)) => return Some(Doubt::Undated),
        _ => {}
    }
    match said.by {
        None if item.four_eyes => return Some(Doubt::Nameless),
        Some(by) if item.four_eyes && same_person(by, &request.deployment.actor) => return Some(Doubt::OwnWord),
        Some(by) if item.independent => match authors.named(by) {
            Some(author) => return Some(Doubt::AuthorsWord(author)),
            None if authors.are_unknown() => return Some(Doubt::AuthorUnknown),
            None => {}
        },
        _ => {}
    }
    (said.word == Word::NotApplicable && said.note.is_empty()).then_some(Doubt::NoReason)
}
