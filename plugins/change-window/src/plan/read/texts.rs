//! Times as settings write them. Strict: a text that could be read in two ways is refused.

use crate::times::DayTime;
use jiff::civil::{DateTime, Time};

/// Years that a local time may lie in.
const YEARS: std::ops::RangeInclusive<i16> = 1970..=2400;

/// `2026-12-18T00:00`.
pub(super) fn local(text: &str) -> Option<DateTime> {
    shaped(text, "0000-00-00T00:00")
        .then(|| text.parse().ok())?
        .filter(|local: &DateTime| YEARS.contains(&local.year()))
}

/// `09:00`; `24:00` is the beginning of the next day.
pub(super) fn day_time(text: &str) -> Option<DayTime> {
    if text == "24:00" {
        return Some(DayTime { time: Time::midnight(), next_day: true });
    }
    let time = shaped(text, "00:00").then(|| text.parse().ok())??;
    Some(DayTime { time, next_day: false })
}

/// Days after Monday.
pub(super) fn weekday(text: &str) -> Option<usize> {
    ["mon", "tue", "wed", "thu", "fri", "sat", "sun"].iter().position(|name| *name == text)
}

fn shaped(text: &str, shape: &str) -> bool {
    let fits = |(byte, wanted): (u8, u8)| if wanted == b'0' { byte.is_ascii_digit() } else { byte == wanted };
    text.len() == shape.len() && text.bytes().zip(shape.bytes()).all(fits)
}

#[cfg(test)]
mod tests {
    use super::{day_time, local, weekday};

    #[test]
    fn times_have_one_form() {
        assert_eq!(local("2026-12-18T00:05").unwrap().to_string(), "2026-12-18T00:05:00");
        for text in [
            "",
            "2026-12-18",
            "2026-12-18 00:05",
            "2026-12-18T00:05Z",
            "2026-12-18T00:05:00",
            "2026-02-30T00:00",
            "1969-12-31T23:59",
            "2401-01-01T00:00",
            "2026-12-18T24:00",
            "２026-12-18T0:05",
        ] {
            assert_eq!(local(text), None, "{text}");
        }
        assert!(day_time("24:00").is_some_and(|time| time.next_day));
        assert!(day_time("23:59").is_some_and(|time| !time.next_day));
        for text in ["", "9:00", "24:01", "09:60", "0900", "09:00:00", "09-00"] {
            assert_eq!(day_time(text), None, "{text}");
        }
        assert_eq!([weekday("mon"), weekday("sun"), weekday("Mon")], [Some(0), Some(6), None]);
    }
}
