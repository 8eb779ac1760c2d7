//! What is said about an item that is not fulfilled.

use super::{Doubt, Reason};
use crate::{
    checklist::{Item, Need},
    heard::{Said, Word},
};
use tidegate_sdk::{deployment::Timestamp, span::in_words, text::bounded};

/// Bytes of a name or a note that a message repeats, at most.
const NAME_BYTES_MAX: usize = 100;
const NOTE_BYTES_MAX: usize = 300;

/// Somebody says that it is not fulfilled, and perhaps somebody else that it is.
pub(super) fn refusal(item: &Item, worst: &Said<'_>, other: Option<&Said<'_>>, now: Timestamp) -> Reason {
    let mut message = match worst.word {
        Word::NotApplicable => format!("{}: always required, but {} that it does not apply", item.title, says(worst)),
        _ => format!("{}: not fulfilled, {}", item.title, says(worst)),
    };
    if let Some(at) = worst.at {
        message.push_str(&format!(", {} ago", in_words(now.saturating_sub(at))));
    }
    if !worst.note.is_empty() {
        message.push_str(&format!(": {}", bounded(worst.note.to_owned(), NOTE_BYTES_MAX)));
    }
    if let Some(other) = other {
        message.push_str(&format!("; {} that it is fulfilled: the worse counts", says(other)));
    }
    Reason { message, document: Some(worst.document.to_owned()) }
}

/// Nobody says anything that counts.
pub(super) fn doubt(item: &Item, why: &[(&Said<'_>, Doubt<'_>)], unknown_flag: Option<&str>) -> Reason {
    let mut message = format!("{}: ", item.title);
    if why.is_empty() {
        message.push_str("nobody has stated it");
    }
    let objections: Vec<String> = why.iter().map(|(said, doubt)| objection(said, *doubt)).collect();
    message.push_str(&objections.join("; "));
    if let Some(flag) = unknown_flag {
        message.push_str(&format!(
            "; required, since nobody says whether `{flag}`: say it with the label `{flag}`, `true` or `false`, or with a fact of that name"
        ));
    } else if item.need == Need::IfApplicable && why.is_empty() {
        message.push_str(", nor that it does not apply, with a note why");
    }
    Reason { message, document: why.first().map(|(said, _)| said.document.to_owned()) }
}

fn objection(said: &Said<'_>, doubt: Doubt<'_>) -> String {
    match doubt {
        Doubt::Unclear if said.note.is_empty() => "the fact about it is neither true nor false".to_owned(),
        Doubt::Unclear => {
            format!("the fact about it is neither true nor false: {}", bounded(said.note.to_owned(), NOTE_BYTES_MAX))
        }
        Doubt::Future => format!("{} so at a moment after this decision, which is not believed", says(said)),
        Doubt::Undated => "the document that states it does not say when it was made".to_owned(),
        Doubt::Old(used, allowed) => {
            format!("stated {} ago, at most {} allowed", in_words(used), in_words(allowed))
        }
        Doubt::Nameless => "nobody knows who states it; somebody else than the deployment's actor has to".to_owned(),
        Doubt::OwnWord => format!("stated by {}, who asks for this deployment; somebody else has to", who(said)),
        Doubt::AuthorsWord(author) => format!(
            "stated by {}, the author of the change (`{}`); somebody else has to",
            who(said),
            bounded(author.to_owned(), NAME_BYTES_MAX)
        ),
        Doubt::AuthorUnknown => {
            format!("stated by {}, and nobody says who wrote the change: say it with the label `author`", who(said))
        }
        Doubt::NoReason => format!("{} that it does not apply, but not why", says(said)),
    }
}

fn says(said: &Said<'_>) -> String {
    format!("{} says", who(said))
}

fn who(said: &Said<'_>) -> String {
    said.by.map_or_else(|| "a document".to_owned(), |by| format!("`{}`", bounded(by.to_owned(), NAME_BYTES_MAX)))
}
