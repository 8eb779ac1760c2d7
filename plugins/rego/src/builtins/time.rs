//! `time.*`: the moment of the decision, and arithmetic over moments that are given.

mod calendar;
mod duration;
mod layout;

use super::{Builtin, Shared, Unanswered, kind, text};
use calendar::{added, between};
use jiff::{
    Timestamp, Zoned,
    tz::{TimeZone, TimeZoneDatabase},
};
use regorus::Value;
use std::sync::atomic::Ordering;

pub(super) const ALL: &[(&str, u8, Builtin)] = &[
    ("time.add_date", 4, add_date),
    ("time.clock", 1, clock),
    ("time.date", 1, date),
    ("time.diff", 2, diff),
    ("time.format", 1, format),
    ("time.now_ns", 0, |_, shared| Ok(Value::from(shared.now_ns.load(Ordering::Relaxed)))),
    ("time.parse_duration_ns", 1, |args, _| duration::parse(text(&args[0])?).map(Value::from)),
    ("time.parse_ns", 2, |args, _| nanos(layout::parse(layout::named(text(&args[0])?), text(&args[1])?)?)),
    ("time.parse_rfc3339_ns", 1, |args, _| nanos(layout::parse(layout::RFC3339, text(&args[0])?)?)),
    ("time.weekday", 1, weekday),
];

/// Nanoseconds; or an array of them, a time zone, and a layout.
struct Moment<'a> {
    at: Zoned,
    layout: Option<&'a str>,
}

impl<'a> Moment<'a> {
    fn of(value: &'a Value) -> Result<Self, Unanswered> {
        let (ns, zone, layout) = match value {
            Value::Array(array) => (array.get(0), array.get(1), array.get(2)),
            other => (Some(other), None, None),
        };
        let ns = ns.and_then(|ns| ns.as_i64().ok());
        let ns = ns.ok_or_else(|| {
            Unanswered::Wrong(format!(
                "a moment in nanoseconds is needed, alone or first in an array, not {}",
                kind(value)
            ))
        })?;
        let zone = zone.map_or(Ok(TimeZone::UTC), |zone| zone_of(text(zone)?))?;
        let at = Timestamp::from_nanosecond(i128::from(ns)).map_err(|_| Unanswered::Wrong(too_far()))?;
        Ok(Self { at: at.to_zoned(zone), layout: layout.map(text).transpose()? })
    }
}

fn too_far() -> String {
    "the moment is out of the calendar".to_owned()
}

/// From the database that is part of the plugin. A zone that is not known, or is the machine's own, is refused: what a rule would make
/// of another one is not what it means.
fn zone_of(name: &str) -> Result<TimeZone, Unanswered> {
    match name {
        "" | "UTC" => Ok(TimeZone::UTC),
        "Local" => {
            Err(Unanswered::Refused("there is no local time: name a time zone, e.g. `Europe/Berlin`".to_owned()))
        }
        name => {
            let found = TimeZoneDatabase::bundled().get(name).ok().filter(|zone| !zone.is_unknown());
            found.ok_or_else(|| Unanswered::Refused(format!("time zone `{name}` is not known")))
        }
    }
}

fn nanos(moment: Timestamp) -> Result<Value, Unanswered> {
    let ns = i64::try_from(moment.as_nanosecond());
    ns.map(Value::from).map_err(|_| Unanswered::Wrong(too_far()))
}

fn numbers(parts: impl IntoIterator<Item = i64>) -> Value {
    Value::from(parts.into_iter().map(Value::from).collect::<Vec<_>>())
}

fn clock(args: &[Value], _: &Shared) -> Result<Value, Unanswered> {
    let at = Moment::of(&args[0])?.at;
    Ok(numbers([at.hour(), at.minute(), at.second()].map(i64::from)))
}

fn date(args: &[Value], _: &Shared) -> Result<Value, Unanswered> {
    let at = Moment::of(&args[0])?.at;
    Ok(numbers([i64::from(at.year()), i64::from(at.month()), i64::from(at.day())]))
}

fn weekday(args: &[Value], _: &Shared) -> Result<Value, Unanswered> {
    const DAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
    let day = Moment::of(&args[0])?.at.weekday().to_sunday_zero_offset();
    Ok(Value::from(usize::try_from(day).ok().and_then(|day| DAYS.get(day).copied()).unwrap_or_default()))
}

fn format(args: &[Value], _: &Shared) -> Result<Value, Unanswered> {
    let Moment { at, layout } = Moment::of(&args[0])?;
    layout::format(layout.map_or(layout::RFC3339_NANO, layout::named), &at).map(Value::from)
}

fn add_date(args: &[Value], _: &Shared) -> Result<Value, Unanswered> {
    let at = Moment::of(&args[0])?.at;
    let whole = |value: &Value| {
        value.as_i64().map_err(|_| Unanswered::Wrong(format!("a whole number is needed, not {}", kind(value))))
    };
    let (years, months, days) = (whole(&args[1])?, whole(&args[2])?, whole(&args[3])?);
    nanos(added(&at, years, months, days).ok_or_else(|| Unanswered::Wrong(too_far()))?)
}

fn diff(args: &[Value], _: &Shared) -> Result<Value, Unanswered> {
    let (one, other) = (Moment::of(&args[0])?.at, Moment::of(&args[1])?.at);
    let other = other.with_time_zone(one.time_zone().clone());
    Ok(numbers(if one <= other { between(&one, &other) } else { between(&other, &one) }))
}
