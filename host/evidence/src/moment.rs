//! Times as documents write them.

use jiff::civil;
use tidegate_core::{
    evidence::{DocumentTime, Zone},
    time::Timestamp,
};

/// A time with a zone, or without one: then UTC is assumed, and said so.
pub(crate) fn document_time(text: &str) -> Option<DocumentTime> {
    let text = text.trim();
    if let Ok(at) = Timestamp::parse(text) {
        return Some(DocumentTime { at, zone: Zone::Stated });
    }
    let local: civil::DateTime = text.parse().ok()?;
    let moment = local.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp();
    let at = u64::try_from(moment.as_nanosecond()).ok().map(Timestamp::from_nanos)?;
    Some(DocumentTime { at, zone: Zone::Assumed })
}

/// Seconds or milliseconds since the epoch; 0 says nothing. 10^11 milliseconds lie in 1973, 10^11 seconds in the year 5138.
pub(crate) fn epoch(text: &str) -> Option<DocumentTime> {
    const MILLISECONDS_FROM: u64 = 100_000_000_000;
    let whole = text.trim().split('.').next()?;
    let number: u64 = whole.parse().ok().filter(|number| *number > 0)?;
    let nanos_each = if number < MILLISECONDS_FROM { 1_000_000_000 } else { 1_000_000 };
    let at = number.checked_mul(nanos_each).map(Timestamp::from_nanos)?;
    Some(DocumentTime { at, zone: Zone::Stated })
}

/// RFC 3339 to the letter, from 1970 to 2499, for the formats of our own, whose schema says the same.
pub(crate) fn rfc3339(text: &str) -> Option<Timestamp> {
    const SHAPE: &[u8] = b"0000-00-00T00:00:00";
    const TOO_LATE: &str = "2500";
    let (date_time, rest) = text.split_at_checked(SHAPE.len())?;
    let fits = |(byte, shape): (u8, &u8)| if *shape == b'0' { byte.is_ascii_digit() } else { byte == *shape };
    if date_time >= TOO_LATE || !date_time.bytes().zip(SHAPE).all(fits) {
        return None;
    }
    let zone = match rest.strip_prefix('.') {
        None => rest,
        Some(fraction) => {
            let zone = fraction.trim_start_matches(|c: char| c.is_ascii_digit());
            (1..=9).contains(&(fraction.len() - zone.len())).then_some(zone)?
        }
    };
    let is_offset = match zone.as_bytes() {
        [b'Z'] => true,
        [b'+' | b'-', a, b, b':', c, d] => [a, b, c, d].iter().all(|digit| digit.is_ascii_digit()) && [*a, *b] < *b"24",
        _ => false,
    };
    is_offset.then(|| Timestamp::parse(text).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::{document_time, epoch, rfc3339};
    use tidegate_core::evidence::Zone;

    #[test]
    fn a_time_without_a_zone_is_read_as_utc_and_marked() {
        for (text, read) in [
            ("2025-11-15T11:51:49.5-05:00", Some(("2025-11-15T16:51:49.5Z", Zone::Stated))),
            (" 2020-10-27T21:39:41 ", Some(("2020-10-27T21:39:41Z", Zone::Assumed))),
            ("2020-10-27 21:39:41", Some(("2020-10-27T21:39:41Z", Zone::Assumed))),
            ("1969-10-27T21:39:41", None),
            ("yesterday", None),
            ("", None),
        ] {
            let time = document_time(text).map(|time| (time.at.to_string(), time.zone));
            assert_eq!(time, read.map(|(at, zone)| (at.to_owned(), zone)), "{text}");
        }
    }

    #[test]
    fn seconds_and_milliseconds_are_told_apart() {
        for text in ["1632549295", "1632549295000", "1632549295.9"] {
            assert_eq!(epoch(text).unwrap().at.to_string(), "2021-09-25T05:54:55Z", "{text}");
        }
        for text in ["0", "", "-5", "soon", "99999999999999999999", "9999999999999999999"] {
            assert_eq!(epoch(text), None, "{text}");
        }
    }

    #[test]
    fn our_formats_take_rfc3339_alone() {
        for text in ["2026-03-31T14:30:00Z", "2026-03-31T14:30:00.123456789+02:00", "2026-12-31T23:59:60-23:59"] {
            assert!(rfc3339(text).is_some(), "{text}");
        }
        for text in [
            "2026-03-31T14:30Z",
            "2026-03-31 14:30:00Z",
            "2026-03-31T14:30:00",
            "2026-03-31T14:30:00.Z",
            "2026-03-31T14:30:00+0200",
            "2026-02-30T14:30:00Z",
            "2026-03-31T14:30:00Z[UTC]",
            "1960-03-31T14:30:00Z",
            "2026-03-31T14:30:00+24:00",
            "2026-03-31T14:30:0é",
            "2500-01-01T00:00:00Z",
        ] {
            assert!(rfc3339(text).is_none(), "{text}");
        }
    }
}
