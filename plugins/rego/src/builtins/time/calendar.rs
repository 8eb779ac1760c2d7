//! Years, months and days as Go counts them, which is what rules expect.

use jiff::{Span, Timestamp, Zoned, civil::Date};

/// So many years, months and days later, by the wall clock. The 31st of a month that has none is the 1st of the next.
pub(super) fn added(at: &Zoned, years: i64, months: i64, days: i64) -> Option<Timestamp> {
    let month_index = i64::from(at.month()).checked_sub(1)?.checked_add(months)?;
    let year = i64::from(at.year()).checked_add(years)?.checked_add(month_index.div_euclid(12))?;
    let month = i8::try_from(month_index.rem_euclid(12) + 1).ok()?;
    let first = Date::new(i16::try_from(year).ok()?, month, 1).ok()?;
    let days = days.checked_add(i64::from(at.day()) - 1)?;
    let date = first.checked_add(Span::new().try_days(days).ok()?).ok()?;
    Some(date.to_datetime(at.time()).to_zoned(at.time_zone().clone()).ok()?.timestamp())
}

/// Years, months, days, hours, minutes and seconds from the earlier to the later, both of one zone.
pub(super) fn between(earlier: &Zoned, later: &Zoned) -> [i64; 6] {
    let parts = |at: &Zoned| {
        [
            i64::from(at.year()),
            i64::from(at.month()),
            i64::from(at.day()),
            at.hour().into(),
            at.minute().into(),
            at.second().into(),
        ]
    };
    let (from, to) = (parts(earlier), parts(later));
    let mut span: [i64; 6] = std::array::from_fn(|index| to[index] - from[index]);
    let carry = [12, i64::from(earlier.days_in_month()), 24, 60, 60];
    for index in (1..6).rev() {
        if span[index] < 0 {
            span[index] += carry[index - 1];
            span[index - 1] -= 1;
        }
    }
    span
}
