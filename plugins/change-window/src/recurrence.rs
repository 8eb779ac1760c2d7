//! Recurrence rules: a part of RFC 5545, by days.
//!
//! FREQ of DAILY, WEEKLY, MONTHLY and YEARLY; INTERVAL, COUNT, UNTIL, BYDAY with ordinals, BYMONTHDAY, BYMONTH. Everything else is
//! refused by name. Weeks begin on Monday. The start counts as an occurrence only when the rule says so.
//!
//! Our own, because the crate `rrule` brings a second time library with a second time-zone database into the component, and walks
//! from the start of a rule to the moment asked for. Here a day is asked whether it belongs to the rule, wherever it lies.

mod parse;
#[cfg(test)]
mod tests;

use jiff::{
    Timestamp,
    civil::{Date, DateTime, Weekday},
};
use std::iter;

/// Days that a rule with COUNT is followed, at most: a hundred years.
const COUNT_DAYS_MAX: u32 = 36_600;

/// A rule, which says which days belong to it.
#[derive(Debug, Clone)]
pub(crate) struct Recurrence {
    start: DateTime,
    frequency: Frequency,
    /// At least 1.
    interval: i32,
    by_month: Vec<i8>,
    by_month_day: Vec<i8>,
    by_day: Vec<ByDay>,
    until: Until,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Frequency {
    Daily,
    Weekly,
    Monthly,
    Yearly,
}

/// A weekday, of which there may be several in a month or a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct ByDay {
    /// Counted from the beginning or, negative, from the end; 0 means all.
    ordinal: i16,
    weekday: Weekday,
}

/// The last moment at which an occurrence may begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Until {
    Forever,
    Local(DateTime),
    Moment(Timestamp),
}

impl Recurrence {
    /// Reads a rule; says everything that is wrong with it.
    pub(crate) fn parse(text: &str, start: DateTime) -> Result<Self, Vec<String>> {
        let (mut rule, count) = parse::rule(text, start)?;
        if let Some(count) = count {
            rule.until = rule.nth(count).map_or(Until::Forever, |last| Until::Local(last.to_datetime(start.time())));
        }
        Ok(rule)
    }

    /// The local time at which the occurrence of that day begins, when the day belongs to the rule.
    pub(crate) fn on(&self, day: Date) -> Option<DateTime> {
        let begins = day.to_datetime(self.start.time());
        let past = matches!(self.until, Until::Local(last) if begins > last);
        (!past && self.belongs(day)).then_some(begins)
    }

    /// Whether an occurrence that begins at this moment is too late for the rule.
    pub(crate) fn is_over_at(&self, moment: Timestamp) -> bool {
        matches!(self.until, Until::Moment(last) if moment > last)
    }

    pub(crate) fn first_day(&self) -> Date {
        self.start.date()
    }

    fn nth(&self, count: u32) -> Option<Date> {
        let days = iter::successors(Some(self.start.date()), |day| day.tomorrow().ok()).take(COUNT_DAYS_MAX as usize);
        days.filter(|day| self.belongs(*day)).nth(count.saturating_sub(1) as usize)
    }

    fn belongs(&self, day: Date) -> bool {
        day >= self.start.date()
            && (self.by_month.is_empty() || self.by_month.contains(&day.month()))
            && self.turn(day) % self.interval == 0
            && self.is_day(day)
    }

    /// How many days, weeks, months or years after that of the start this day lies.
    fn turn(&self, day: Date) -> i32 {
        let start = self.start.date();
        match self.frequency {
            Frequency::Daily => days_between(start, day),
            Frequency::Weekly => {
                let into_week = i32::from(start.weekday().to_monday_zero_offset());
                (days_between(start, day) + into_week).div_euclid(7)
            }
            Frequency::Monthly => {
                let years = i32::from(day.year()) - i32::from(start.year());
                years * 12 + i32::from(day.month()) - i32::from(start.month())
            }
            Frequency::Yearly => i32::from(day.year()) - i32::from(start.year()),
        }
    }

    fn is_day(&self, day: Date) -> bool {
        let start = self.start.date();
        if self.by_day.is_empty() && self.by_month_day.is_empty() {
            return match self.frequency {
                Frequency::Daily => true,
                Frequency::Weekly => day.weekday() == start.weekday(),
                Frequency::Monthly => day.day() == start.day(),
                Frequency::Yearly => {
                    day.day() == start.day() && (!self.by_month.is_empty() || day.month() == start.month())
                }
            };
        }
        let from_end = day.day() - day.days_in_month() - 1;
        let month_day = |wanted: &i8| *wanted == day.day() || *wanted == from_end;
        (self.by_month_day.is_empty() || self.by_month_day.iter().any(month_day))
            && (self.by_day.is_empty() || self.by_day.iter().any(|wanted| self.is_weekday(*wanted, day)))
    }

    fn is_weekday(&self, wanted: ByDay, day: Date) -> bool {
        if wanted.weekday != day.weekday() || wanted.ordinal == 0 {
            return wanted.weekday == day.weekday();
        }
        let within_month = self.frequency == Frequency::Monthly || !self.by_month.is_empty();
        let (position, days) = if within_month {
            (i16::from(day.day()), i16::from(day.days_in_month()))
        } else {
            (day.day_of_year(), day.days_in_year())
        };
        let from_start = (position - 1) / 7 + 1;
        let from_end = -((days - position) / 7 + 1);
        wanted.ordinal == from_start || wanted.ordinal == from_end
    }
}

fn days_between(earlier: Date, later: Date) -> i32 {
    i32::try_from(earlier.duration_until(later).as_hours() / 24).unwrap_or(i32::MAX)
}
