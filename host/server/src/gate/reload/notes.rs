//! What came of the last reload, for whoever asks, and said in the log once.

use super::{ReloadError, Reloaded, Trigger};
use crate::{
    api::problem::PlacedError,
    gate::{clock, error::placed, plugins::PolicyError},
};
use std::sync::{Mutex, MutexGuard, PoisonError};
use tidegate_core::{digest::Digest, time::Timestamp};

/// What came of a reload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastReload {
    /// When.
    pub at: Timestamp,
    /// What asked for it.
    pub trigger: Trigger,
    /// `activated`, `unchanged`, `refused`, or `failed`.
    pub result: &'static str,
    /// Everything that is wrong with the files.
    pub mistakes: Vec<PlacedError>,
    /// Why it failed, when that was not the files' fault.
    pub error: Option<String>,
}

impl LastReload {
    /// Whether the policies in force are not those of the files.
    #[must_use]
    pub fn failed(&self) -> bool {
        !matches!(self.result, "activated" | "unchanged")
    }

    /// Whether somebody handed a bundle in, or asked for an earlier one: what comes of that says nothing of the policies that should be in
    /// force.
    #[must_use]
    pub fn by_hand(&self) -> bool {
        matches!(self.trigger, Trigger::Bundle(_) | Trigger::Revert(_))
    }
}

/// Notes of what came of reloads.
#[derive(Debug, Default)]
pub(super) struct Notes(Mutex<Inner>);

#[derive(Debug, Default)]
struct Inner {
    last: Option<LastReload>,
    /// Of the files as they were last loaded, with whatever success; none when they are to be looked at again.
    seen: Option<Digest>,
    /// The failure that the log knows of.
    said: Option<String>,
}

impl Notes {
    pub(super) fn last(&self) -> Option<LastReload> {
        self.inner().last.clone()
    }

    pub(super) fn seen(&self) -> Option<Digest> {
        self.inner().seen
    }

    /// The first loading of all: the files as they were seen then.
    pub(super) fn start(&self, seen: Option<Digest>, failed: Option<&PolicyError>) {
        let mut inner = self.inner();
        inner.seen = seen;
        if let Some(failed) = failed {
            inner.said = Some(failed.to_string());
            inner.last = Some(LastReload {
                at: clock::now(),
                trigger: Trigger::Start,
                result: "refused",
                mistakes: failed.placed(),
                error: None,
            });
        }
    }

    /// Takes note, and says it in the log unless the log has it already.
    pub(super) fn note(&self, trigger: Trigger, seen: Option<Digest>, result: &Result<Reloaded, ReloadError>) {
        let mut inner = self.inner();
        let (mistakes, error) = match result {
            Ok(_) => (Vec::new(), None),
            Err(ReloadError::Policies(failed)) => (failed.placed(), None),
            Err(ReloadError::Earlier(failed)) => (vec![placed("bundle", failed)], None),
            Err(failed @ (ReloadError::NoTrust | ReloadError::NoEarlier(_))) => (vec![placed("bundle", failed)], None),
            Err(other) => (Vec::new(), Some(other.to_string())),
        };
        // What was no fault of the files is worth another try with the same ones.
        inner.seen = seen.filter(|_| error.is_none());
        say(&mut inner.said, &trigger, result);
        inner.last = Some(LastReload { at: clock::now(), trigger, result: word(result), mistakes, error });
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What came of a reload, in one word of few.
pub(super) fn word(result: &Result<Reloaded, ReloadError>) -> &'static str {
    match result {
        Ok(reloaded) if reloaded.changed() => "activated",
        Ok(_) => "unchanged",
        Err(ReloadError::Policies(_) | ReloadError::Earlier(_) | ReloadError::NoTrust | ReloadError::NoEarlier(_)) => {
            "refused"
        }
        Err(_) => "failed",
    }
}

fn say(said: &mut Option<String>, trigger: &Trigger, result: &Result<Reloaded, ReloadError>) {
    let trigger = trigger.word();
    match result {
        Ok(reloaded) => {
            if said.take().is_some() {
                tracing::info!(trigger, "the policies can be used again");
            }
            let Reloaded { old, new, .. } = reloaded;
            if reloaded.changed() {
                tracing::info!(trigger, %old, %new, "policies activated");
            } else {
                tracing::info!(trigger, bundle = %new, "policies reloaded: nothing changed");
            }
        }
        Err(error) => {
            let text = error.to_string();
            if said.as_ref() != Some(&text) {
                let error_type = word(result);
                let one_line = text.replace('\n', "; ");
                // What somebody asked for that is not to be had is no trouble of the gate's.
                if matches!(error, ReloadError::NoTrust | ReloadError::NoEarlier(_)) {
                    tracing::warn!(
                        trigger,
                        error.r#type = error_type,
                        "reload {error_type}, nothing changed: {one_line}"
                    );
                } else {
                    tracing::error!(
                        trigger,
                        error.r#type = error_type,
                        "reload {error_type}, nothing changed: {one_line}"
                    );
                }
                *said = Some(text);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Notes, ReloadError, Reloaded, Trigger};
    use crate::{
        config::{LogConfig, LogFormat, LogLevel},
        gate::{clock, plugins::PolicyError},
        telemetry::{log, memory::Memory},
    };
    use std::sync::Arc;
    use tidegate_bundle::document::Mistake;
    use tidegate_core::digest::Digest;
    use tracing_subscriber::layer::SubscriberExt as _;

    fn refused(line: usize) -> Result<Reloaded, ReloadError> {
        let mistake = Mistake {
            file: "a.yaml".to_owned(),
            line,
            column: 1,
            pointer: String::new(),
            message: "wrong".to_owned(),
            hint: Some("mend it".to_owned()),
        };
        Err(ReloadError::Policies(Arc::new(PolicyError::Mistakes(vec![mistake.clone(), mistake]))))
    }

    #[test]
    fn a_failure_is_said_once_and_again_when_it_is_another_one() {
        let memory = Memory::default();
        let config = LogConfig { format: LogFormat::Text, level: LogLevel::Warn };
        let subscriber = tracing_subscriber::registry().with(log::layer(config, memory.writer()));
        let notes = Notes::default();
        let (a, now) = (Digest::of(b"a"), clock::now());
        let good = Ok(Reloaded { old: a, new: a, since: now });
        tracing::subscriber::with_default(subscriber, || {
            for result in [refused(1), refused(1), refused(2), good, refused(2)] {
                notes.note(Trigger::Watch, Some(a), &result);
            }
        });
        let text = memory.text();
        assert_eq!(text.lines().count(), 3, "{text}");
        let whole = "a.yaml:2:1: wrong; hint: mend it; a.yaml:2:1: wrong; hint: mend it";
        assert!(text.lines().next_back().unwrap().contains(whole), "{text}");
        let last = notes.last().unwrap();
        assert_eq!((last.result, last.mistakes.len(), last.error), ("refused", 2, None));
        assert_eq!(last.mistakes[0].place, "a.yaml:2:1");
    }

    #[test]
    fn what_was_no_fault_of_the_files_is_tried_again_with_the_same_ones() {
        let (notes, seen) = (Notes::default(), Digest::of(b"a"));
        notes.note(Trigger::Watch, Some(seen), &refused(1));
        assert_eq!(notes.seen(), Some(seen));
        notes.note(Trigger::Watch, Some(seen), &Err(ReloadError::Internal("a thread died".to_owned())));
        assert_eq!(notes.seen(), None);
        assert_eq!(notes.last().unwrap().error.as_deref(), Some("the gate's own fault: a thread died"));
    }
}
