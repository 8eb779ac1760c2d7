//! A text read by a layout.

use super::{
    DAYS, MONTHS,
    element::{Element, OffsetForm, elements},
    refused,
};
use crate::builtins::Unanswered;
use jiff::{Timestamp, civil::DateTime, tz::Offset};

/// What was read so far; where a layout has no year, Go's is 0.
#[derive(Debug)]
struct Parts {
    year: i16,
    month: i8,
    day: i8,
    hour: i8,
    minute: i8,
    second: i8,
    nanos: i32,
    is_afternoon: Option<bool>,
    offset_seconds: i32,
}

/// The moment that a text says.
pub(in super::super) fn parse(layout: &str, text: &str) -> Result<Timestamp, Unanswered> {
    let wrong = || Unanswered::Wrong(format!("`{text}` is no time of the form `{layout}`"));
    let mut parts = Parts {
        year: 0,
        month: 1,
        day: 1,
        hour: 0,
        minute: 0,
        second: 0,
        nanos: 0,
        is_afternoon: None,
        offset_seconds: 0,
    };
    let mut rest = text;
    let elements = elements(layout);
    for (index, element) in elements.iter().enumerate() {
        if let Element::Unknown(what) = element {
            return Err(refused(what));
        }
        if *element == Element::Abbreviation && !(rest.starts_with("UTC") || rest.starts_with("GMT")) {
            return Err(Unanswered::Refused(format!("the time zone of `{text}` has only an abbreviation")));
        }
        rest = parts.take(element, rest).ok_or_else(wrong)?;
        // A fraction may follow the seconds whether the layout has one or not.
        let is_second = matches!(element, Element::Second { .. });
        if is_second && !matches!(elements.get(index + 1), Some(Element::Fraction { .. })) {
            rest = parts.fraction(rest).unwrap_or(rest);
        }
    }
    if rest.is_empty() { parts.moment().ok_or_else(wrong) } else { Err(wrong()) }
}

impl Parts {
    /// Reads an element, and gives what is behind it.
    fn take<'a>(&mut self, element: &Element<'_>, text: &'a str) -> Option<&'a str> {
        match *element {
            Element::Literal(literal) => return text.strip_prefix(literal),
            Element::Year => {
                return number(text, 4, 4).map(|(year, rest)| {
                    self.year = year;
                    rest
                });
            }
            Element::YearShort => {
                let (year, rest) = number(text, 2, 2)?;
                self.year = if year >= 69 { 1900 + year } else { 2000 + year };
                return Some(rest);
            }
            Element::Month => return self.month(text, usize::MAX),
            Element::MonthShort => return self.month(text, 3),
            Element::Weekday => return DAYS.iter().find_map(|day| text.strip_prefix(day)),
            Element::WeekdayShort => return DAYS.iter().find_map(|day| text.strip_prefix(&day[..3])),
            Element::Fraction { .. } => return Some(self.fraction(text).unwrap_or(text)),
            Element::Noon { upper } => {
                let words = if upper { ["AM", "PM"] } else { ["am", "pm"] };
                let (is_afternoon, rest) = match (text.strip_prefix(words[0]), text.strip_prefix(words[1])) {
                    (Some(rest), _) => (false, rest),
                    (None, rest) => (true, rest?),
                };
                self.is_afternoon = Some(is_afternoon);
                return Some(rest);
            }
            Element::Abbreviation => return text.get(3..),
            Element::Offset { is_z, form } => return self.offset(text, is_z, form),
            Element::Unknown(_) => return None,
            _ => {}
        }
        let (field, least) = match *element {
            Element::MonthNumber { padded } => (&mut self.month, width(padded)),
            Element::Day { padded } => (&mut self.day, width(padded)),
            Element::DaySpaced => (&mut self.day, 1),
            Element::Hour24 => (&mut self.hour, 2),
            Element::Hour12 { padded } => (&mut self.hour, width(padded)),
            Element::Minute { padded } => (&mut self.minute, width(padded)),
            Element::Second { padded } => (&mut self.second, width(padded)),
            _ => return None,
        };
        let text = if *element == Element::DaySpaced { text.strip_prefix(' ').unwrap_or(text) } else { text };
        let (value, rest) = number(text, least, 2)?;
        *field = i8::try_from(value).ok()?;
        Some(rest)
    }

    fn month<'a>(&mut self, text: &'a str, letters: usize) -> Option<&'a str> {
        let (number, rest) = (1..).zip(MONTHS).find_map(|(number, name)| {
            let name = name.get(..letters).unwrap_or(name);
            Some((number, text.strip_prefix(name)?))
        })?;
        self.month = number;
        Some(rest)
    }

    fn fraction<'a>(&mut self, text: &'a str) -> Option<&'a str> {
        let digits = text.strip_prefix(['.', ','])?;
        let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
        if end == 0 {
            return None;
        }
        let nine: String = digits[..end].chars().chain("000000000".chars()).take(9).collect();
        self.nanos = nine.parse().ok()?;
        Some(&digits[end..])
    }

    fn offset<'a>(&mut self, text: &'a str, is_z: bool, form: OffsetForm) -> Option<&'a str> {
        if let Some(rest) = text.strip_prefix('Z').filter(|_| is_z) {
            return Some(rest);
        }
        let (sign, rest) = match text.strip_prefix('-') {
            Some(rest) => (-1, rest),
            None => (1, text.strip_prefix('+')?),
        };
        let (hours, rest) = number(rest, 2, 2)?;
        let (minutes, rest) = match form {
            OffsetForm::Hours => (0, rest),
            OffsetForm::Plain => number(rest, 2, 2)?,
            OffsetForm::Colon => number(rest.strip_prefix(':')?, 2, 2)?,
        };
        if hours > 24 || minutes > 59 {
            return None;
        }
        self.offset_seconds = sign * (i32::from(hours) * 3600 + i32::from(minutes) * 60);
        Some(rest)
    }

    fn moment(&self) -> Option<Timestamp> {
        let hour = match self.is_afternoon {
            None => self.hour,
            Some(_) if !(1..=12).contains(&self.hour) => return None,
            Some(is_afternoon) => self.hour % 12 + if is_afternoon { 12 } else { 0 },
        };
        let local = DateTime::new(self.year, self.month, self.day, hour, self.minute, self.second, self.nanos).ok()?;
        Offset::from_seconds(self.offset_seconds).ok()?.to_timestamp(local).ok()
    }
}

fn width(padded: bool) -> usize {
    if padded { 2 } else { 1 }
}

/// A number of so many digits, and what is behind it.
fn number(text: &str, least: usize, most: usize) -> Option<(i16, &str)> {
    let digits = text.bytes().take(most).take_while(u8::is_ascii_digit).count();
    if digits < least {
        return None;
    }
    let (number, rest) = text.split_at(digits);
    Some((number.parse().ok()?, rest))
}
