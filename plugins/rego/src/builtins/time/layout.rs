//! Layouts of times as Go writes them: by the example `Mon Jan 2 15:04:05 MST 2006`.

mod element;
mod read;

use super::Unanswered;
use element::{Element, elements};
use jiff::Zoned;

pub(super) const RFC3339: &str = "2006-01-02T15:04:05Z07:00";
pub(super) const RFC3339_NANO: &str = "2006-01-02T15:04:05.999999999Z07:00";

pub(super) use read::parse;

/// The layouts that have a name.
pub(super) fn named(layout: &str) -> &str {
    match layout {
        "ANSIC" => "Mon Jan _2 15:04:05 2006",
        "UnixDate" => "Mon Jan _2 15:04:05 MST 2006",
        "RubyDate" => "Mon Jan 02 15:04:05 -0700 2006",
        "RFC822" => "02 Jan 06 15:04 MST",
        "RFC822Z" => "02 Jan 06 15:04 -0700",
        "RFC850" => "Monday, 02-Jan-06 15:04:05 MST",
        "RFC1123" => "Mon, 02 Jan 2006 15:04:05 MST",
        "RFC1123Z" => "Mon, 02 Jan 2006 15:04:05 -0700",
        "RFC3339" => RFC3339,
        "RFC3339Nano" => RFC3339_NANO,
        other => other,
    }
}

pub(super) const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
pub(super) const DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

fn refused(what: &str) -> Unanswered {
    Unanswered::Refused(format!("`{what}` in a layout is not supported"))
}

/// The moment, written so.
pub(super) fn format(layout: &str, at: &Zoned) -> Result<String, Unanswered> {
    let mut text = String::new();
    for element in elements(layout) {
        text.push_str(&written(&element, at)?);
    }
    Ok(text)
}

fn written(element: &Element<'_>, at: &Zoned) -> Result<String, Unanswered> {
    let month = MONTHS.get(usize::try_from(at.month() - 1).unwrap_or_default()).copied().unwrap_or_default();
    let day = usize::try_from(at.weekday().to_monday_zero_offset()).unwrap_or_default();
    let day = DAYS.get(day).copied().unwrap_or_default();
    let hour = if at.hour() % 12 == 0 { 12 } else { at.hour() % 12 };
    Ok(match *element {
        Element::Literal(text) => text.to_owned(),
        Element::Year => format!("{:04}", at.year()),
        Element::YearShort => format!("{:02}", at.year().rem_euclid(100)),
        Element::Month => month.to_owned(),
        Element::MonthShort => month.chars().take(3).collect(),
        Element::MonthNumber { padded } => number(at.month(), padded),
        Element::Weekday => day.to_owned(),
        Element::WeekdayShort => day.chars().take(3).collect(),
        Element::Day { padded } => number(at.day(), padded),
        Element::DaySpaced => format!("{:2}", at.day()),
        Element::Hour24 => format!("{:02}", at.hour()),
        Element::Hour12 { padded } => number(hour, padded),
        Element::Minute { padded } => number(at.minute(), padded),
        Element::Second { padded } => number(at.second(), padded),
        Element::Fraction { digits, point, is_trimmed } => fraction(at.subsec_nanosecond(), digits, point, is_trimmed),
        Element::Noon { upper } => match (at.hour() < 12, upper) {
            (true, true) => "AM",
            (true, false) => "am",
            (false, true) => "PM",
            (false, false) => "pm",
        }
        .to_owned(),
        Element::Abbreviation => at.time_zone().to_offset_info(at.timestamp()).abbreviation().to_owned(),
        Element::Offset { is_z, form } => match at.offset().seconds() {
            0 if is_z => "Z".to_owned(),
            seconds => form.written(seconds),
        },
        Element::Unknown(what) => return Err(refused(what)),
    })
}

fn number(number: i8, padded: bool) -> String {
    if padded { format!("{number:02}") } else { number.to_string() }
}

fn fraction(nanos: i32, digits: usize, point: char, is_trimmed: bool) -> String {
    let all = format!("{nanos:09}");
    let kept: String = all.chars().take(digits).collect();
    let kept = if is_trimmed { kept.trim_end_matches('0') } else { &kept };
    if kept.is_empty() { String::new() } else { format!("{point}{kept}") }
}
