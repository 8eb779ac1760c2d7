//! Whether changes are allowed at a moment, and when they are next.

#[cfg(test)]
mod brute_force;

use crate::{
    plan::{Freeze, Kind, Plan, Window},
    times::Times,
    zone::{Span, Zone},
};
use jiff::{SignedDuration, Timestamp, civil::Date};

/// How far ahead is looked for a moment at which changes are allowed.
const HORIZON: SignedDuration = SignedDuration::from_hours(731 * 24);
/// Moments looked at, at most; a plan of so many changes in two years is no plan.
const STEPS_MAX: usize = 10_000;

/// What holds at a moment.
#[derive(Debug)]
pub(crate) struct Standing<'a> {
    /// Hard freezes that cover it, with their ends.
    pub(crate) hard: Vec<(&'a str, Timestamp)>,
    /// Soft ones.
    pub(crate) soft: Vec<(&'a str, Timestamp)>,
    /// The first window that covers it, with its end.
    pub(crate) window: Option<(&'a str, Timestamp)>,
    /// Whether there is one, or none is asked for.
    pub(crate) within: bool,
}

impl Standing<'_> {
    pub(crate) fn is_allowed(&self) -> bool {
        self.within && self.hard.is_empty()
    }
}

/// What holds at `now` for a deployment of these services.
pub(crate) fn standing<'a>(plan: &'a Plan, services: &[&str], now: Timestamp) -> Standing<'a> {
    let last_day = last_day(plan, now);
    let covering = |times: &Times| {
        times.first_ending_after(now, &plan.zone, last_day).filter(|span| span.covers(now)).map(|span| span.end)
    };
    let frozen = |kind: Kind| {
        let concerned = plan.freezes.iter().filter(move |freeze| freeze.kind == kind && freeze.concerns(services));
        concerned.filter_map(|freeze| Some((freeze.name.as_str(), covering(&freeze.times)?))).collect()
    };
    let window = plan.windows.iter().find_map(|window| Some((window.name.as_str(), covering(&window.times)?)));
    let within = plan.windows.is_empty() || window.is_some();
    Standing { hard: frozen(Kind::Hard), soft: frozen(Kind::Soft), window, within }
}

/// The first moment from `now` on that a window allows and no hard freeze covers; none is known within the horizon.
pub(crate) fn next_allowed(plan: &Plan, services: &[&str], now: Timestamp) -> Option<Timestamp> {
    let (zone, last_day) = (&plan.zone, last_day(plan, now));
    let cursor = |times| Cursor { times, zone, last_day, next: Next::NotLooked };
    let hard = |freeze: &&Freeze| freeze.kind == Kind::Hard && freeze.concerns(services);
    let mut freezes: Vec<Cursor<'_>> = plan.freezes.iter().filter(hard).map(|freeze| cursor(&freeze.times)).collect();
    let mut windows: Vec<Cursor<'_>> = plan.windows.iter().map(|window: &Window| cursor(&window.times)).collect();
    let horizon = now.checked_add(HORIZON).unwrap_or(Timestamp::MAX);
    let mut moment = now;
    for _ in 0..STEPS_MAX {
        if moment > horizon {
            return None;
        }
        let covering = freezes.iter_mut().filter_map(|freeze| freeze.at(moment)).filter(|span| span.covers(moment));
        if let Some(end) = covering.map(|span| span.end).max() {
            moment = end;
            continue;
        }
        if windows.is_empty() {
            return Some(moment);
        }
        let opens = windows.iter_mut().filter_map(|window| window.at(moment)).map(|span| span.start).min()?;
        if opens <= moment {
            return Some(moment);
        }
        moment = opens;
    }
    None
}

fn last_day(plan: &Plan, now: Timestamp) -> Date {
    plan.zone.local(now.checked_add(HORIZON).unwrap_or(Timestamp::MAX)).date()
}

/// Walks through the spans of one source, as the moments asked for grow.
struct Cursor<'a> {
    times: &'a Times,
    zone: &'a Zone,
    last_day: Date,
    next: Next,
}

enum Next {
    NotLooked,
    Span(Span),
    /// There is none before the horizon.
    Never,
}

impl Cursor<'_> {
    /// The first span that ends after that moment.
    fn at(&mut self, moment: Timestamp) -> Option<Span> {
        match self.next {
            Next::Never => return None,
            Next::Span(span) if span.end > moment => return Some(span),
            _ => {}
        }
        let found = self.times.first_ending_after(moment, self.zone, self.last_day);
        self.next = found.map_or(Next::Never, Next::Span);
        found
    }
}
