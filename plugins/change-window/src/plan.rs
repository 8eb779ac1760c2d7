//! The windows and freezes that settings describe.

mod read;

use self::read::Reader;
use crate::{settings::Settings, times::Times, zone::Zone};
use tidegate_sdk::{describe::Problem, pattern};

/// When changes are allowed, and when not.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) zone: Zone,
    pub(crate) windows: Vec<Window>,
    pub(crate) freezes: Vec<Freeze>,
}

/// When changes are allowed.
#[derive(Debug)]
pub(crate) struct Window {
    pub(crate) name: String,
    pub(crate) times: Times,
}

/// When they are not.
#[derive(Debug)]
pub(crate) struct Freeze {
    pub(crate) name: String,
    pub(crate) kind: Kind,
    /// Empty means all.
    pub(crate) services: Vec<String>,
    pub(crate) times: Times,
}

/// What a freeze does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// It holds deployments.
    Hard,
    /// It warns.
    Soft,
}

impl Plan {
    /// The plan, or everything that is wrong with the settings.
    pub(crate) fn of(settings: &Settings) -> Result<Self, Vec<Problem>> {
        let mut reader = Reader::of(&settings.time_zone);
        reader.lists(settings);
        let windows: Vec<Option<Window>> =
            settings.windows.iter().enumerate().map(|(index, window)| reader.window(index, window)).collect();
        let freezes: Vec<Option<Freeze>> =
            settings.freezes.iter().enumerate().map(|(index, freeze)| reader.freeze(index, freeze)).collect();
        let (zone, problems) = reader.into_parts();
        match zone {
            Some(zone) if problems.is_empty() => Ok(Self {
                zone,
                windows: windows.into_iter().flatten().collect(),
                freezes: freezes.into_iter().flatten().collect(),
            }),
            _ => Err(problems),
        }
    }
}

impl Freeze {
    /// Whether one of these services is frozen.
    pub(crate) fn concerns(&self, services: &[&str]) -> bool {
        let matched = |pattern: &String| services.iter().any(|service| pattern::matches(pattern, service));
        self.services.is_empty() || self.services.iter().any(matched)
    }
}
