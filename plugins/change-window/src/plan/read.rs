//! Settings read, with every problem and its place.

mod texts;

use self::texts::{day_time, local, weekday};
use super::{Freeze, Kind, Window};
use crate::{
    recurrence::Recurrence,
    settings::{FreezeSettings, Settings, WeeklySettings, WindowSettings},
    times::{DayTime, Rule, Times, Weekly},
    zone::{Span, Zone},
};
use jiff::{SignedDuration, civil::DateTime};
use std::collections::BTreeSet;
use tidegate_sdk::{describe::Problem, span};

/// Entries of a list, at most.
const WINDOWS_MAX: usize = 32;
const FREEZES_MAX: usize = 128;
const SERVICES_MAX: usize = 256;
/// Bytes of a name or pattern, at most.
const NAME_BYTES_MAX: usize = 128;
/// How long an occurrence of a rule lasts, at most: 366 days, in nanoseconds.
const DURATION_MAX: u64 = 366 * 86_400 * 1_000_000_000;

/// The zone, and what is wrong so far.
#[derive(Debug)]
pub(super) struct Reader {
    zone: Option<Zone>,
    problems: Vec<Problem>,
}

/// What an entry says about its times: exactly one of three forms.
struct Form<'a> {
    from: Option<&'a str>,
    to: Option<&'a str>,
    weekly: Option<&'a WeeklySettings>,
    rrule: Option<&'a str>,
    start: Option<&'a str>,
    duration: Option<&'a str>,
}

impl Reader {
    pub(super) fn of(name: &str) -> Self {
        let mut reader = Self { zone: Zone::named(name), problems: Vec::new() };
        if reader.zone.is_none() {
            let name: String = name.chars().take(NAME_BYTES_MAX).collect();
            reader.add("/time_zone", format!("`{name}` is no time zone: expected an IANA name, e.g. `Europe/Berlin`"));
        }
        reader
    }

    pub(super) fn lists(&mut self, settings: &Settings) {
        if settings.windows.is_empty() && settings.freezes.is_empty() {
            self.add("", "nothing is asked: set `windows` or `freezes`");
        }
        self.count("/windows", settings.windows.len(), WINDOWS_MAX);
        self.count("/freezes", settings.freezes.len(), FREEZES_MAX);
        self.names("/windows", settings.windows.iter().map(|window| window.name.as_str()));
        self.names("/freezes", settings.freezes.iter().map(|freeze| freeze.name.as_str()));
    }

    pub(super) fn window(&mut self, index: usize, given: &WindowSettings) -> Option<Window> {
        let WindowSettings { name, from, to, weekly, rrule, start, duration } = given;
        let form = Form {
            from: from.as_deref(),
            to: to.as_deref(),
            weekly: weekly.as_ref(),
            rrule: rrule.as_deref(),
            start: start.as_deref(),
            duration: duration.as_deref(),
        };
        let times = self.times(&format!("/windows/{index}"), &form)?;
        Some(Window { name: name.clone(), times })
    }

    pub(super) fn freeze(&mut self, index: usize, given: &FreezeSettings) -> Option<Freeze> {
        let FreezeSettings { name, kind, services, from, to, weekly, rrule, start, duration } = given;
        let at = format!("/freezes/{index}");
        let form = Form {
            from: from.as_deref(),
            to: to.as_deref(),
            weekly: weekly.as_ref(),
            rrule: rrule.as_deref(),
            start: start.as_deref(),
            duration: duration.as_deref(),
        };
        let kind = match kind.as_deref() {
            None | Some("hard") => Some(Kind::Hard),
            Some("soft") => Some(Kind::Soft),
            Some(_) => self.none(format!("{at}/kind"), "expected `hard` or `soft`"),
        };
        if let Some(services) = services {
            self.services(&format!("{at}/services"), services);
        }
        let times = self.times(&at, &form)?;
        Some(Freeze { name: name.clone(), kind: kind?, services: services.clone().unwrap_or_default(), times })
    }

    pub(super) fn into_parts(self) -> (Option<Zone>, Vec<Problem>) {
        (self.zone, self.problems)
    }

    fn times(&mut self, at: &str, form: &Form<'_>) -> Option<Times> {
        match form {
            Form { from: Some(from), to: Some(to), weekly: None, rrule: None, start: None, duration: None } => {
                self.once(at, from, to)
            }
            Form { from: None, to: None, weekly: Some(weekly), rrule: None, start: None, duration: None } => {
                self.weekly(&format!("{at}/weekly"), weekly)
            }
            Form {
                from: None,
                to: None,
                weekly: None,
                rrule: Some(rule),
                start: Some(start),
                duration: Some(long),
            } => self.rule(at, rule, start, long),
            _ => self.none(at, "expected either `from` and `to`, or `weekly`, or `rrule` with `start` and `duration`"),
        }
    }

    fn once(&mut self, at: &str, from: &str, to: &str) -> Option<Times> {
        let start = self.local(format!("{at}/from"), from);
        let end = self.local(format!("{at}/to"), to);
        let (start, end) = (start?, end?);
        if start >= end {
            return self.none(format!("{at}/to"), "is not after `from`");
        }
        let zone = self.zone.as_ref()?;
        Some(Times::Once(Span { start: zone.beginning(start)?, end: zone.end(end)? }))
    }

    fn weekly(&mut self, at: &str, given: &WeeklySettings) -> Option<Times> {
        let from = day_time(&given.from).filter(|time| !time.next_day);
        let from = self.some(format!("{at}/from"), from, "expected a time of day, e.g. `09:00`");
        let to = self.some(format!("{at}/to"), day_time(&given.to), "expected a time of day, e.g. `16:00` or `24:00`");
        let mut days = [false; 7];
        if given.days.is_empty() {
            self.add(format!("{at}/days"), "nothing is asked: name a day");
        }
        for (index, name) in given.days.iter().enumerate() {
            match weekday(name).and_then(|index| days.get_mut(index)) {
                Some(day) if !*day => *day = true,
                Some(_) => self.add(format!("{at}/days/{index}"), "is there twice"),
                None => self.add(format!("{at}/days/{index}"), "expected `mon` to `sun`"),
            }
        }
        let (from, to) = (from?.time, to?);
        if from == to.time && !to.next_day {
            return self.none(format!("{at}/to"), "is the same as `from`: a whole day is `00:00` to `24:00`");
        }
        let to = DayTime { next_day: to.next_day || to.time < from, ..to };
        Some(Times::Weekly(Weekly { days, from, to }))
    }

    fn rule(&mut self, at: &str, rule: &str, start: &str, long: &str) -> Option<Times> {
        let start = self.local(format!("{at}/start"), start);
        let duration = match span::parse(long) {
            Ok(nanos) if nanos <= DURATION_MAX => i64::try_from(nanos).ok(),
            Ok(_) => self.none(format!("{at}/duration"), "is longer than 366 days"),
            Err(problem) => self.none(format!("{at}/duration"), problem),
        };
        // Without a start that can be read the rule is looked at all the same.
        match Recurrence::parse(rule, start.unwrap_or(DateTime::constant(2026, 1, 1, 0, 0, 0, 0))) {
            Ok(recurrence) => {
                start?;
                Some(Times::Rule(Box::new(Rule { recurrence, duration: SignedDuration::from_nanos(duration?) })))
            }
            Err(problems) => {
                for problem in problems {
                    self.add(format!("{at}/rrule"), problem);
                }
                None
            }
        }
    }

    fn local(&mut self, at: String, text: &str) -> Option<DateTime> {
        self.some(at, local(text), "expected a local time between 1970 and 2400, e.g. `2026-12-18T00:00`")
    }

    fn services(&mut self, at: &str, services: &[String]) {
        if services.is_empty() {
            self.add(at, "names no service: leave it out to mean all");
        }
        self.count(at, services.len(), SERVICES_MAX);
        for (index, service) in services.iter().enumerate() {
            self.name(format!("{at}/{index}"), service);
        }
    }

    fn names<'a>(&mut self, at: &str, names: impl Iterator<Item = &'a str>) {
        let mut seen = BTreeSet::new();
        for (index, name) in names.enumerate() {
            let at = format!("{at}/{index}/name");
            if !seen.insert(name) {
                self.add(at.clone(), "is there twice");
            }
            self.name(at, name);
        }
    }

    fn name(&mut self, at: String, name: &str) {
        if name.trim().is_empty() {
            self.add(at, "empty");
        } else if name.len() > NAME_BYTES_MAX {
            self.add(at, format!("{} bytes used, {NAME_BYTES_MAX} allowed", name.len()));
        }
    }

    fn count(&mut self, at: &str, used: usize, allowed: usize) {
        if used > allowed {
            self.add(at, format!("{used} entries used, {allowed} allowed"));
        }
    }

    fn some<T>(&mut self, at: String, value: Option<T>, problem: &str) -> Option<T> {
        value.or_else(|| self.none(at, problem))
    }

    /// Nothing comes of the value.
    fn none<T>(&mut self, at: impl Into<String>, problem: impl Into<String>) -> Option<T> {
        self.add(at, problem);
        None
    }

    fn add(&mut self, at: impl Into<String>, problem: impl Into<String>) {
        self.problems.push(Problem::new(at, problem));
    }
}
