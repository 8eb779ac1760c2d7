//! Rules against an independent reading of the RFC, and what is refused.

use super::Recurrence;
use jiff::{
    ToSpan as _,
    civil::{Date, DateTime, date},
};

const DAYS_MAX: usize = 40;

fn start() -> DateTime {
    date(2026, 1, 1).at(22, 0, 0, 0)
}

fn occurrences(rule: &Recurrence) -> Vec<Date> {
    let days = rule.first_day().saturating_sub(3.days()).series(1.day()).take_while(|day| day.year() < 2030);
    days.filter(|day| rule.on(*day).is_some()).take(DAYS_MAX).collect()
}

#[test]
fn rules_mean_what_another_implementation_of_the_rfc_says() {
    let lines = include_str!("../../tests/fixtures/recurrence.txt").lines().filter(|line| !line.starts_with('#'));
    let mut seen = 0;
    for line in lines {
        let [text, start, days] = line.split(" | ").collect::<Vec<_>>()[..] else { panic!("{line}") };
        let rule = Recurrence::parse(text, start.parse().unwrap()).unwrap();
        let found: Vec<String> = occurrences(&rule).into_iter().map(|day| day.strftime("%Y%m%d").to_string()).collect();
        assert_eq!(found.join(","), days, "{text} from {start}");
        seen += 1;
    }
    assert!(seen > 100, "{seen} rules");
}

#[test]
fn an_occurrence_begins_at_the_time_of_the_start() {
    let rule = Recurrence::parse("FREQ=DAILY", start()).unwrap();
    assert_eq!(rule.on(date(2026, 5, 1)), Some(date(2026, 5, 1).at(22, 0, 0, 0)));
    assert_eq!(rule.on(date(2025, 12, 31)), None);
}

#[test]
fn until_takes_a_day_a_local_time_or_a_moment() {
    let last = |until: &str| {
        let rule = Recurrence::parse(&format!("FREQ=DAILY;UNTIL={until}"), start()).unwrap();
        let begins = |day: &Date| {
            let at = rule.on(*day).map(|local| jiff::tz::Offset::UTC.to_timestamp(local).unwrap());
            at.is_some_and(|at| !rule.is_over_at(at))
        };
        start().date().series(1.day()).take_while(begins).last().map(|day| day.day())
    };
    for (until, day) in [
        ("20260110", Some(10)),
        ("20260110T220000", Some(10)),
        ("20260110T215959", Some(9)),
        ("20260110T220000Z", Some(10)),
        ("20260110T215959Z", Some(9)),
        ("20251231", None),
    ] {
        assert_eq!(last(until), day, "{until}");
    }
}

#[test]
fn what_is_not_understood_is_refused_by_name() {
    for (text, words) in [
        ("", "is no part of a rule"),
        ("FREQ", "`FREQ` is no part of a rule"),
        ("INTERVAL=2", "`FREQ` is missing"),
        ("FREQ=HOURLY", "`FREQ=HOURLY` is not understood"),
        ("freq=DAILY", "`freq` is not understood"),
        ("FREQ=DAILY;BYSETPOS=1", "`BYSETPOS` is not understood"),
        ("FREQ=DAILY;BYHOUR=1", "`BYHOUR` is not understood"),
        ("FREQ=WEEKLY;WKST=SU", "`WKST` is not understood"),
        ("FREQ=YEARLY;BYWEEKNO=20", "`BYWEEKNO` is not understood"),
        ("FREQ=DAILY;", "is no part of a rule"),
        ("FREQ=DAILY;FREQ=WEEKLY", "`FREQ` is there twice"),
        ("FREQ=DAILY;INTERVAL=0", "`INTERVAL=0`: expected a number from 1 to 1000"),
        ("FREQ=DAILY;INTERVAL=1001", "expected a number from 1 to 1000"),
        ("FREQ=DAILY;COUNT=-1", "expected a number"),
        ("FREQ=DAILY;COUNT=99999999999999999999", "expected a number"),
        ("FREQ=DAILY;COUNT=1;UNTIL=20260101", "either `COUNT` or `UNTIL`"),
        ("FREQ=DAILY;UNTIL=20260230", "`UNTIL=20260230`: expected"),
        ("FREQ=DAILY;UNTIL=20260101Z", "expected"),
        ("FREQ=DAILY;UNTIL=2026010１T0000", "expected"),
        ("FREQ=DAILY;BYDAY=1MO", "takes numbers only with"),
        ("FREQ=WEEKLY;BYDAY=-1MO", "takes numbers only with"),
        ("FREQ=MONTHLY;BYDAY=0MO", "expected weekdays"),
        ("FREQ=MONTHLY;BYDAY=54MO", "expected weekdays"),
        ("FREQ=MONTHLY;BYDAY=é", "expected weekdays"),
        ("FREQ=MONTHLY;BYDAY=M", "expected weekdays"),
        ("FREQ=MONTHLY;BYMONTHDAY=32", "expected days of a month"),
        ("FREQ=MONTHLY;BYMONTHDAY=", "expected days of a month"),
        ("FREQ=WEEKLY;BYMONTHDAY=1", "no meaning with"),
        ("FREQ=YEARLY;BYMONTH=13", "expected months"),
    ] {
        let problems = Recurrence::parse(text, start()).unwrap_err();
        assert!(problems.iter().any(|problem| problem.contains(words)), "{text}: {problems:?}");
    }
    let several = Recurrence::parse("FREQ=DAILY;INTERVAL=0;BYHOUR=1;COUNT=x", start()).unwrap_err();
    assert_eq!(several.len(), 3, "{several:?}");
    assert_eq!(Recurrence::parse(&"a".repeat(257), start()).unwrap_err(), ["257 bytes used, 256 allowed"]);
}
