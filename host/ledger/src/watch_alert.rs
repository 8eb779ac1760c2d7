//! Alerts that somebody handed in about deployments that are watched.

use crate::leaf_size::LeafTooLarge;
use std::{collections::BTreeMap, sync::Arc};
use tidegate_core::{digest::Digest, time::Timestamp};

/// Bytes of an alert's labels as JSON, at most.
pub const LABELS_BYTES_MAX: usize = 8 << 10;
/// Bytes of what its sender calls an alert, at most.
pub const FINGERPRINT_BYTES_MAX: usize = 128;
/// Alerts, and groups of messages, of one watch that are kept, at most.
pub const ALERTS_OF_WATCH_MAX: usize = 256;

/// What is known of an alert, or of the messages of a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AlertState {
    /// The alert is active.
    Firing,
    /// It is over, and stays so whatever comes again.
    Resolved,
    /// The group's last message left alerts out.
    Truncated,
    /// It left none out, after one that did.
    Whole,
}

impl AlertState {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Firing, Self::Resolved, Self::Truncated, Self::Whole];

    /// The word used in JSON and SQL.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Firing => "firing",
            Self::Resolved => "resolved",
            Self::Truncated => "truncated",
            Self::Whole => "whole",
        }
    }

    /// The state of this word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }

    /// Whether it says something new after another one, or after nothing.
    #[must_use]
    pub fn follows(self, before: Option<Self>) -> bool {
        match (before, self) {
            (None, Self::Firing | Self::Resolved | Self::Truncated)
            | (Some(Self::Firing), Self::Resolved)
            | (Some(Self::Truncated), Self::Whole)
            | (Some(Self::Whole), Self::Truncated) => true,
            (None | Some(_), _) => false,
        }
    }
}

/// An alert's labels: what it is.
pub type Labels = BTreeMap<Arc<str>, Arc<str>>;

/// Something new of one alert, or of one group of messages, about one watch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WatchAlert {
    /// The watch that it concerns.
    pub watch: Arc<str>,
    /// What tells it apart from others of the watch.
    pub key: Digest,
    /// What is known of it from then on.
    pub state: AlertState,
    /// When the alert began, in its sender's words; of messages, when this one came.
    pub since: Timestamp,
    /// What its sender calls it; empty: these are messages.
    pub fingerprint: Arc<str>,
    /// Labels of the alert, or of the group, as JSON.
    pub labels: Arc<str>,
    /// Alerts that the message left out.
    pub left_out: u64,
    /// Who handed it in; authenticated.
    pub by: Arc<str>,
}

impl WatchAlert {
    /// What says that there are more than are kept: beside those that are.
    #[must_use]
    pub fn more() -> Digest {
        Digest::of(b"more")
    }

    pub(crate) fn fits(&self) -> Result<(), LeafTooLarge> {
        for (what, used, allowed) in [
            ("bytes of an alert's labels", self.labels.len(), LABELS_BYTES_MAX),
            ("bytes of an alert's fingerprint", self.fingerprint.len(), FINGERPRINT_BYTES_MAX),
        ] {
            if used > allowed {
                return Err(LeafTooLarge { what, used, allowed });
            }
        }
        Ok(())
    }

    /// Its labels; none: they were forgotten.
    #[must_use]
    pub fn labels(&self) -> Option<Labels> {
        serde_json::from_str(&self.labels).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::AlertState::{self, Firing, Resolved, Truncated, Whole};

    #[test]
    fn what_is_over_stays_so_and_what_is_known_is_no_news() {
        let all = || AlertState::ALL.into_iter();
        let new = all().map(Some).chain([None]).flat_map(|before| all().map(move |state| (before, state)));
        let new: Vec<_> = new.filter(|(before, state)| state.follows(*before)).collect();
        let expected = [
            (Some(Firing), Resolved),
            (Some(Truncated), Whole),
            (Some(Whole), Truncated),
            (None, Firing),
            (None, Resolved),
            (None, Truncated),
        ];
        assert_eq!(new, expected);
        assert!(all().all(|state| AlertState::parse(state.word()) == Some(state)));
    }
}
