//! Reading a rule.

use super::{ByDay, Frequency, Recurrence, Until};
use jiff::{
    Timestamp,
    civil::{Date, DateTime, Time, Weekday},
};

/// Bytes of a rule, at most.
const BYTES_MAX: usize = 256;
/// INTERVAL and COUNT, at most.
const NUMBER_MAX: u32 = 1000;
const UNDERSTOOD: &str =
    "understood are `FREQ`, `INTERVAL`, `COUNT`, `UNTIL`, `BYDAY`, `BYMONTHDAY` and `BYMONTH`; weeks begin on Monday";

/// The parts of a rule, each at most once.
#[derive(Default)]
struct Parts<'a> {
    seen: Vec<&'a str>,
    frequency: Option<Frequency>,
    interval: Option<u32>,
    count: Option<u32>,
    until: Option<Until>,
    by_day: Vec<ByDay>,
    by_month_day: Vec<i8>,
    by_month: Vec<i8>,
}

/// A rule without its COUNT, and that; or everything that is wrong.
pub(super) fn rule(text: &str, start: DateTime) -> Result<(Recurrence, Option<u32>), Vec<String>> {
    if text.len() > BYTES_MAX {
        return Err(vec![format!("{} bytes used, {BYTES_MAX} allowed", text.len())]);
    }
    let (mut parts, mut problems) = (Parts::default(), Vec::new());
    for part in text.split(';') {
        match part.split_once('=') {
            Some((name, value)) => problems.extend(parts.take(name, value).err()),
            None => problems.push(format!("`{part}` is no part of a rule: expected e.g. `FREQ=WEEKLY`")),
        }
    }
    problems.extend(parts.contradictions());
    let Parts { frequency, interval, count, until, by_day, by_month_day, by_month, .. } = parts;
    let Some(frequency) = frequency.filter(|_| problems.is_empty()) else { return Err(problems) };
    let interval = interval.and_then(|interval| i32::try_from(interval).ok()).unwrap_or(1);
    let until = until.unwrap_or(Until::Forever);
    Ok((Recurrence { start, frequency, interval, by_month, by_month_day, by_day, until }, count))
}

impl<'a> Parts<'a> {
    fn take(&mut self, name: &'a str, value: &str) -> Result<(), String> {
        if self.seen.contains(&name) {
            return Err(format!("`{name}` is there twice"));
        }
        self.seen.push(name);
        let wrong = |what: &str| format!("`{name}={value}`: expected {what}");
        match name {
            "FREQ" => self.frequency = Some(frequency(value)?),
            "INTERVAL" => self.interval = Some(number(value).ok_or_else(|| wrong("a number from 1 to 1000"))?),
            "COUNT" => self.count = Some(number(value).ok_or_else(|| wrong("a number from 1 to 1000"))?),
            "UNTIL" => self.until = Some(until(value).ok_or_else(|| wrong("`20261231`, `20261231T235900` or `…Z`"))?),
            "BYDAY" => self.by_day = list(value, by_day).ok_or_else(|| wrong("weekdays, e.g. `MO,2TU,-1FR`"))?,
            "BYMONTHDAY" => {
                let day =
                    |text: &str| signed(text).and_then(|n| i8::try_from(n).ok()).filter(|n| (-31..=31).contains(n));
                self.by_month_day = list(value, day).ok_or_else(|| wrong("days of a month, e.g. `1,15,-1`"))?;
            }
            "BYMONTH" => {
                let month = |text: &str| text.parse().ok().filter(|month| (1..=12).contains(month));
                self.by_month = list(value, month).ok_or_else(|| wrong("months, e.g. `3,12`"))?;
            }
            _ => return Err(format!("`{name}` is not understood; {UNDERSTOOD}")),
        }
        Ok(())
    }

    /// What the parts, each in order by itself, cannot mean together.
    fn contradictions(&self) -> Vec<String> {
        let mut problems = Vec::new();
        let ordinal = self.by_day.iter().any(|day| day.ordinal != 0);
        match self.frequency {
            None if !self.seen.contains(&"FREQ") => problems.push("`FREQ` is missing".to_owned()),
            Some(Frequency::Weekly) if !self.by_month_day.is_empty() => {
                problems.push("`BYMONTHDAY` has no meaning with `FREQ=WEEKLY`".to_owned());
            }
            _ => {}
        }
        if ordinal && matches!(self.frequency, Some(Frequency::Daily | Frequency::Weekly)) {
            problems.push("`BYDAY` takes numbers only with `FREQ=MONTHLY` and `FREQ=YEARLY`".to_owned());
        }
        if self.count.is_some() && self.until.is_some() {
            problems.push("either `COUNT` or `UNTIL`, not both".to_owned());
        }
        problems
    }
}

fn frequency(value: &str) -> Result<Frequency, String> {
    match value {
        "DAILY" => Ok(Frequency::Daily),
        "WEEKLY" => Ok(Frequency::Weekly),
        "MONTHLY" => Ok(Frequency::Monthly),
        "YEARLY" => Ok(Frequency::Yearly),
        _ => Err(format!("`FREQ={value}` is not understood; understood are `DAILY`, `WEEKLY`, `MONTHLY` and `YEARLY`")),
    }
}

fn number(text: &str) -> Option<u32> {
    digits(text)?.parse().ok().filter(|number| (1..=NUMBER_MAX).contains(number))
}

/// Not zero.
fn signed(text: &str) -> Option<i16> {
    let (sign, rest) = match text.as_bytes().first()? {
        b'-' => (-1, &text[1..]),
        b'+' => (1, &text[1..]),
        _ => (1, text),
    };
    digits(rest)?.parse::<i16>().ok().filter(|number| *number != 0).map(|number| sign * number)
}

fn digits(text: &str) -> Option<&str> {
    (!text.is_empty() && text.len() <= 4 && text.bytes().all(|byte| byte.is_ascii_digit())).then_some(text)
}

fn list<T>(value: &str, item: impl Fn(&str) -> Option<T>) -> Option<Vec<T>> {
    value.split(',').map(item).collect()
}

fn by_day(text: &str) -> Option<ByDay> {
    let (ordinal, name) = text.split_at_checked(text.len().checked_sub(2)?)?;
    let weekday = match name {
        "MO" => Weekday::Monday,
        "TU" => Weekday::Tuesday,
        "WE" => Weekday::Wednesday,
        "TH" => Weekday::Thursday,
        "FR" => Weekday::Friday,
        "SA" => Weekday::Saturday,
        "SU" => Weekday::Sunday,
        _ => return None,
    };
    let ordinal = if ordinal.is_empty() { 0 } else { signed(ordinal).filter(|n| (-53..=53).contains(n))? };
    Some(ByDay { ordinal, weekday })
}

/// A day means all of it; a moment is in UTC with `Z`, else local.
fn until(text: &str) -> Option<Until> {
    let (local, utc) = match text.strip_suffix('Z') {
        Some(local) => (local, true),
        None => (text, false),
    };
    let date = |text: &str| {
        let part = |from: usize, to: usize| text.get(from..to).and_then(digits);
        Date::new(part(0, 4)?.parse().ok()?, part(4, 6)?.parse().ok()?, part(6, 8)?.parse().ok()?).ok()
    };
    let time = |text: &str| {
        let part = |from: usize, to: usize| text.get(from..to).and_then(digits);
        Time::new(part(0, 2)?.parse().ok()?, part(2, 4)?.parse().ok()?, part(4, 6)?.parse().ok()?, 0).ok()
    };
    match (local.len(), utc) {
        (8, false) => Some(Until::Local(date(local)?.to_datetime(Time::MAX))),
        (15, _) if local.get(8..9) == Some("T") => {
            let at = date(local)?.to_datetime(time(&local[9..])?);
            if utc { moment(at).map(Until::Moment) } else { Some(Until::Local(at)) }
        }
        _ => None,
    }
}

fn moment(utc: DateTime) -> Option<Timestamp> {
    jiff::tz::Offset::UTC.to_timestamp(utc).ok()
}
