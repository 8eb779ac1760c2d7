//! A layout in its elements.

/// One element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Element<'a> {
    Literal(&'a str),
    Year,
    YearShort,
    Month,
    MonthShort,
    MonthNumber {
        padded: bool,
    },
    Weekday,
    WeekdayShort,
    Day {
        padded: bool,
    },
    /// Filled up with a space.
    DaySpaced,
    Hour24,
    Hour12 {
        padded: bool,
    },
    Minute {
        padded: bool,
    },
    Second {
        padded: bool,
    },
    Fraction {
        digits: usize,
        point: char,
        is_trimmed: bool,
    },
    Noon {
        upper: bool,
    },
    Abbreviation,
    /// From UTC; `Z` for none where the layout says so.
    Offset {
        is_z: bool,
        form: OffsetForm,
    },
    /// Known to Go, not here.
    Unknown(&'a str),
}

/// How an offset is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OffsetForm {
    /// `-0700`
    Plain,
    /// `-07:00`
    Colon,
    /// `-07`
    Hours,
}

impl OffsetForm {
    pub(super) fn written(self, seconds: i32) -> String {
        let sign = if seconds < 0 { '-' } else { '+' };
        let minutes = seconds.abs() / 60;
        let (hours, minutes) = (minutes / 60, minutes % 60);
        match self {
            Self::Plain => format!("{sign}{hours:02}{minutes:02}"),
            Self::Colon => format!("{sign}{hours:02}:{minutes:02}"),
            Self::Hours => format!("{sign}{hours:02}"),
        }
    }
}

/// By how they are written, the longer before what they begin with.
const TABLE: &[(&str, Element<'static>)] = &[
    ("January", Element::Month),
    ("Jan", Element::MonthShort),
    ("Monday", Element::Weekday),
    ("Mon", Element::WeekdayShort),
    ("MST", Element::Abbreviation),
    ("2006", Element::Year),
    ("__2", Element::Unknown("__2")),
    ("_2", Element::DaySpaced),
    ("002", Element::Unknown("002")),
    ("01", Element::MonthNumber { padded: true }),
    ("02", Element::Day { padded: true }),
    ("03", Element::Hour12 { padded: true }),
    ("04", Element::Minute { padded: true }),
    ("05", Element::Second { padded: true }),
    ("06", Element::YearShort),
    ("15", Element::Hour24),
    ("1", Element::MonthNumber { padded: false }),
    ("2", Element::Day { padded: false }),
    ("3", Element::Hour12 { padded: false }),
    ("4", Element::Minute { padded: false }),
    ("5", Element::Second { padded: false }),
    ("PM", Element::Noon { upper: true }),
    ("pm", Element::Noon { upper: false }),
    ("Z07:00:00", Element::Unknown("Z07:00:00")),
    ("Z070000", Element::Unknown("Z070000")),
    ("Z07:00", Element::Offset { is_z: true, form: OffsetForm::Colon }),
    ("Z0700", Element::Offset { is_z: true, form: OffsetForm::Plain }),
    ("Z07", Element::Offset { is_z: true, form: OffsetForm::Hours }),
    ("-07:00:00", Element::Unknown("-07:00:00")),
    ("-070000", Element::Unknown("-070000")),
    ("-07:00", Element::Offset { is_z: false, form: OffsetForm::Colon }),
    ("-0700", Element::Offset { is_z: false, form: OffsetForm::Plain }),
    ("-07", Element::Offset { is_z: false, form: OffsetForm::Hours }),
];

/// The elements of a layout, and what stands between them.
pub(super) fn elements(layout: &str) -> Vec<Element<'_>> {
    let mut found = Vec::new();
    let (mut rest, mut literal) = (layout, 0);
    while literal < rest.len() {
        let here = &rest[literal..];
        let known = fraction(here).or_else(|| {
            TABLE.iter().find(|(text, _)| here.starts_with(text)).map(|(text, element)| (text.len(), *element))
        });
        match known {
            Some((length, element)) => {
                found.extend((literal > 0).then(|| Element::Literal(&rest[..literal])));
                found.push(element);
                rest = &here[length..];
                literal = 0;
            }
            None => literal += here.chars().next().map_or(1, char::len_utf8),
        }
    }
    found.extend((!rest.is_empty()).then_some(Element::Literal(rest)));
    found
}

/// `.000` or `,999`, and no digit behind it.
fn fraction(text: &str) -> Option<(usize, Element<'static>)> {
    let point = text.chars().next().filter(|c| matches!(c, '.' | ','))?;
    let digit = text[1..].chars().next().filter(|c| matches!(c, '0' | '9'))?;
    let digits = text[1..].chars().take_while(|c| *c == digit).count();
    if text[1 + digits..].starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    Some((1 + digits, Element::Fraction { digits, point, is_trimmed: digit == '9' }))
}
