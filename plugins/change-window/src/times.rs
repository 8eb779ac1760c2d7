//! Spans of time that return: which of them is the next?

use crate::{
    recurrence::Recurrence,
    zone::{Span, Zone},
};
use jiff::{
    SignedDuration, Timestamp, ToSpan as _,
    civil::{Date, DateTime, Time, Weekday},
};
use std::iter;

/// Days before a moment that an occurrence which still covers it may begin on, besides its own length: one for those that go over
/// midnight, one for the change of clocks.
const DAYS_BACK: i64 = 2;

/// When something takes place. Occurrences never begin or end before an earlier one does.
#[derive(Debug, Clone)]
pub(crate) enum Times {
    Once(Span),
    Weekly(Weekly),
    Rule(Box<Rule>),
}

/// Some days of every week.
#[derive(Debug, Clone)]
pub(crate) struct Weekly {
    /// By `Weekday::to_monday_zero_offset`.
    pub(crate) days: [bool; 7],
    pub(crate) from: Time,
    pub(crate) to: DayTime,
}

/// A time of that day, or of the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct DayTime {
    pub(crate) time: Time,
    pub(crate) next_day: bool,
}

/// Occurrences of a rule, all of one length.
#[derive(Debug, Clone)]
pub(crate) struct Rule {
    pub(crate) recurrence: Recurrence,
    /// Exact: an occurrence of four hours is four hours long, whatever clocks do.
    pub(crate) duration: SignedDuration,
}

impl Times {
    /// The first span that ends after `moment`, when it begins on `last_day` or before. It may cover the moment or lie ahead.
    pub(crate) fn first_ending_after(&self, moment: Timestamp, zone: &Zone, last_day: Date) -> Option<Span> {
        match self {
            Self::Once(span) => (span.end > moment).then_some(*span),
            Self::Weekly(weekly) => days(zone.local(moment), last_day)
                .filter_map(|day| weekly.on(day, zone))
                .find(|span| span.end > moment && span.start < span.end),
            Self::Rule(rule) => {
                let begun = moment.checked_sub(rule.duration).unwrap_or(Timestamp::MIN);
                days(zone.local(begun), last_day)
                    .skip_while(|day| *day < rule.recurrence.first_day())
                    .filter_map(|day| rule.on(day, zone))
                    .find(|span| span.end > moment)
            }
        }
    }
}

impl Weekly {
    pub(crate) fn has(&self, weekday: Weekday) -> bool {
        let index = usize::try_from(weekday.to_monday_zero_offset()).unwrap_or_default();
        self.days.get(index).copied().unwrap_or_default()
    }

    fn on(&self, day: Date, zone: &Zone) -> Option<Span> {
        if !self.has(day.weekday()) {
            return None;
        }
        let last_day = if self.to.next_day { day.tomorrow().ok()? } else { day };
        let (start, end) = (day.to_datetime(self.from), last_day.to_datetime(self.to.time));
        Some(Span { start: zone.beginning(start)?, end: zone.end(end)? })
    }
}

impl Rule {
    fn on(&self, day: Date, zone: &Zone) -> Option<Span> {
        let start = zone.beginning(self.recurrence.on(day)?)?;
        let end = start.checked_add(self.duration).ok()?;
        (!self.recurrence.is_over_at(start)).then_some(Span { start, end })
    }
}

/// From shortly before that local time to the last day.
fn days(from: DateTime, last_day: Date) -> impl Iterator<Item = Date> {
    let first = from.date().saturating_sub(DAYS_BACK.days());
    iter::successors(Some(first), |day| day.tomorrow().ok()).take_while(move |day| *day <= last_day)
}
