//! The search against the plainest reading of the settings: every minute of two years is converted to local time, and the
//! definition is asked. Nothing here uses the plan's own times.

use super::{next_allowed, standing};
use crate::{plan::Plan, settings::Settings};
use jiff::{
    Timestamp,
    civil::{Date, DateTime, Time, Weekday},
    tz::{TimeZone, TimeZoneDatabase},
};
use std::collections::HashMap;

const MINUTES: i64 = 731 * 24 * 60;
/// The answer for a minute after which nothing is known.
const NEVER: i64 = i64::MAX;

/// Every minute of two years with its local time.
struct Minutes {
    first: Timestamp,
    local: Vec<DateTime>,
    /// The first and the last minute at which the clock shows a time.
    shown: HashMap<DateTime, (i64, i64)>,
}

impl Minutes {
    fn of(zone: &TimeZone) -> Self {
        let first: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
        let at = |minute: i64| Timestamp::from_second(first.as_second() + minute * 60).unwrap();
        let local: Vec<DateTime> = (0..MINUTES).map(|minute| zone.to_datetime(at(minute))).collect();
        let mut shown = HashMap::new();
        for (minute, local) in (0_i64..).zip(&local) {
            shown.entry(*local).or_insert((minute, minute)).1 = minute;
        }
        Self { first, local, shown }
    }

    fn at(&self, minute: i64) -> Timestamp {
        Timestamp::from_second(self.first.as_second() + minute * 60).unwrap()
    }

    /// The minute at which the clock shows that time: the first one, or the last one; where it never does, the first minute at
    /// which it shows a later one.
    fn when(&self, local: DateTime, last: bool) -> i64 {
        let mut looked_for = local;
        // A gap is shorter than two hours.
        for _ in 0..120 {
            if let Some((first_minute, last_minute)) = self.shown.get(&looked_for) {
                return if last { *last_minute } else { *first_minute };
            }
            looked_for = looked_for.checked_add(jiff::Span::new().minutes(1)).unwrap();
        }
        // Outside the two years.
        if local < self.local[0] { -1 } else { MINUTES }
    }

    fn days(&self) -> impl Iterator<Item = Date> {
        let first = self.local[0].date().yesterday().unwrap();
        first.series(jiff::Span::new().days(1)).take(740)
    }
}

/// Marks the minutes of a span on a strip of minutes.
fn mark(strip: &mut [bool], from: i64, to: i64) {
    for minute in from.max(0)..to.min(MINUTES) {
        strip[usize::try_from(minute).unwrap()] = true;
    }
}

fn time(text: &str) -> Time {
    text.parse().unwrap()
}

/// A weekly span, read plainly.
fn weekly(minutes: &Minutes, days: &[Weekday], from: &str, to: &str, strip: &mut [bool]) {
    for day in minutes.days().filter(|day| days.contains(&day.weekday())) {
        let (from, to) =
            (day.to_datetime(time(from)), if to == "24:00" { None } else { Some(day.to_datetime(time(to))) });
        let tomorrow = day.tomorrow().unwrap();
        let end = match to {
            None => tomorrow.to_datetime(Time::midnight()),
            Some(to) if to < from => tomorrow.to_datetime(to.time()),
            Some(to) => to,
        };
        mark(strip, minutes.when(from, false), minutes.when(end, true));
    }
}

/// What the settings below say, minute by minute: whether a window covers it, whether a hard freeze does.
fn plainly(minutes: &Minutes) -> (Vec<bool>, Vec<bool>) {
    let none = || vec![false; usize::try_from(MINUTES).unwrap()];
    let (mut windows, mut freezes) = (none(), none());
    use Weekday::{Friday, Monday, Saturday, Sunday, Thursday, Tuesday, Wednesday};
    weekly(minutes, &[Monday, Tuesday, Wednesday, Thursday], "09:00", "16:00", &mut windows);
    weekly(minutes, &[Saturday, Sunday], "01:45", "02:45", &mut windows);
    weekly(minutes, &[Saturday], "22:30", "02:15", &mut windows);
    weekly(minutes, &[Friday], "20:00", "24:00", &mut windows);
    for day in minutes.days() {
        let second_tuesday = day.weekday() == Tuesday && (8..=14).contains(&day.day());
        if second_tuesday && day >= jiff::civil::date(2026, 1, 1) {
            let begins = minutes.when(day.to_datetime(time("23:00")), false);
            mark(&mut windows, begins, begins + 300);
        }
        let last_of_month = day.day() == day.days_in_month();
        if last_of_month && day >= jiff::civil::date(2026, 3, 1) {
            let begins = minutes.when(day.to_datetime(time("02:30")), false);
            mark(&mut freezes, begins, begins + 36 * 60);
        }
    }
    weekly(minutes, &[Wednesday, Sunday], "23:30", "02:30", &mut freezes);
    let local = |text: &str| text.parse::<DateTime>().unwrap();
    let once = |from: &str, to: &str| (minutes.when(local(from), false), minutes.when(local(to), true));
    for (from, to) in [once("2026-12-18T00:00", "2027-01-04T08:00"), once("2027-03-28T02:30", "2027-03-28T03:10")] {
        mark(&mut freezes, from, to);
    }
    (windows, freezes)
}

fn plan(zone: &str) -> Plan {
    let day = |name: &str, days: &[&str], from: &str, to: &str| serde_json::json!({"name": name, "weekly": {"days": days, "from": from, "to": to}});
    let settings = serde_json::json!({
        "time_zone": zone,
        "windows": [
            day("working hours", &["mon", "tue", "wed", "thu"], "09:00", "16:00"),
            day("small hours", &["sat", "sun"], "01:45", "02:45"),
            day("saturday night", &["sat"], "22:30", "02:15"),
            day("friday evening", &["fri"], "20:00", "24:00"),
            {"name": "patch day", "rrule": "FREQ=MONTHLY;BYDAY=2TU", "start": "2026-01-01T23:00", "duration": "5h"},
        ],
        "freezes": [
            {"name": "closing", "rrule": "FREQ=MONTHLY;BYMONTHDAY=-1", "start": "2026-03-01T02:30", "duration": "36h"},
            day("backups", &["wed", "sun"], "23:30", "02:30"),
            {"name": "year end", "from": "2026-12-18T00:00", "to": "2027-01-04T08:00"},
            {"name": "change of clocks", "from": "2027-03-28T02:30", "to": "2027-03-28T03:10", "services": ["api*"]},
            {"name": "somebody else's", "from": "2026-01-01T00:00", "to": "2030-01-01T00:00", "services": ["billing"]},
            {"name": "soft", "kind": "soft", "from": "2026-01-01T00:00", "to": "2030-01-01T00:00"},
        ],
    });
    Plan::of(&serde_json::from_value::<Settings>(settings).unwrap()).unwrap()
}

/// From the end: the minute itself where changes are allowed, else that of the minute after it.
fn next_of_each(allowed: &[bool]) -> Vec<i64> {
    let mut next = vec![NEVER; allowed.len() + 1];
    for (index, allowed) in allowed.iter().enumerate().rev() {
        next[index] = if *allowed { i64::try_from(index).unwrap() } else { next[index + 1] };
    }
    next
}

fn agree(name: &str) {
    let minutes = Minutes::of(&TimeZoneDatabase::bundled().get(name).unwrap());
    let plan = plan(name);
    let (windows, freezes) = plainly(&minutes);
    let allowed: Vec<bool> = windows.iter().zip(&freezes).map(|(open, frozen)| *open && !*frozen).collect();
    let next = next_of_each(&allowed);
    for (index, minute) in (0_i64..MINUTES).enumerate() {
        let (now, local) = (minutes.at(minute), minutes.local[index]);
        let found = standing(&plan, &["api"], now);
        assert_eq!((found.within, !found.hard.is_empty()), (windows[index], freezes[index]), "{name} {now} {local}");
        assert_eq!(found.soft.len(), usize::from(local.year() >= 2026), "{name} {now}");
        if next[index] != NEVER {
            let wanted = Some(minutes.at(next[index]));
            assert_eq!(next_allowed(&plan, &["api"], now), wanted, "{name} {now} {local}");
        }
    }
    let open = allowed.iter().filter(|allowed| **allowed).count();
    let frozen = freezes.iter().filter(|frozen| **frozen).count();
    assert!(open > 100_000 && frozen > 100_000, "{name}: {open} open, {frozen} frozen");
}

macro_rules! zones {
    ($($claim:ident: $zone:literal,)*) => { $(#[test] fn $claim() { agree($zone); })* };
}

zones! {
    every_minute_of_two_years_is_right_in_berlin: "Europe/Berlin",
    every_minute_of_two_years_is_right_in_new_york: "America/New_York",
    every_minute_of_two_years_is_right_in_santiago_whose_clocks_change_at_midnight: "America/Santiago",
    every_minute_of_two_years_is_right_on_lord_howe_whose_clocks_change_by_half_an_hour: "Australia/Lord_Howe",
    every_minute_of_two_years_is_right_in_kathmandu_whose_clocks_never_change: "Asia/Kathmandu",
}
