//! Durations as .NET writes them: `[days.]hours:minutes:seconds[.fraction]`.

/// Milliseconds; 0 for what is not a duration.
pub(super) fn milliseconds(text: &str) -> u64 {
    parsed(text.trim()).unwrap_or(0)
}

fn parsed(text: &str) -> Option<u64> {
    let mut parts = text.split(':');
    let (hours, minutes, seconds) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    let (days, hours) = hours.split_once('.').unwrap_or(("0", hours));
    let (seconds, fraction) = seconds.split_once('.').unwrap_or((seconds, "0"));
    let minutes = whole(days)?.checked_mul(24 * 60)?.checked_add(whole(hours)? * 60)?.checked_add(whole(minutes)?)?;
    let millis = minutes.checked_mul(60_000)?.checked_add(whole(seconds)? * 1000)?;
    millis.checked_add(fraction_ms(fraction)?)
}

/// Digits, few enough that small factors cannot overflow.
fn whole(text: &str) -> Option<u64> {
    (text.len() <= 9 && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}

/// The digits behind the point, rounded.
fn fraction_ms(digits: &str) -> Option<u64> {
    let four: String = digits.chars().chain("0000".chars()).take(4).collect();
    whole(digits.get(..9).unwrap_or(digits))?;
    Some((whole(&four)? + 5) / 10)
}

#[cfg(test)]
mod tests {
    use super::milliseconds;

    #[test]
    fn durations_of_dotnet_are_read() {
        for (text, read) in [
            ("00:00:00.0012", 1),
            ("00:00:00.0015000", 2),
            ("00:00:01", 1000),
            (" 01:02:03.5 ", 3_723_500),
            ("1.00:00:00.1234567", 86_400_123),
            ("00:00:00.9999", 1000),
            ("999999999.23:59:59", 86_399_999_999_999_000),
            ("-00:00:01", 0),
            ("00:01", 0),
            ("00:00:00:01", 0),
            ("1.5", 0),
            ("00:00:0x", 0),
            ("99999999999999999999:00:00", 0),
            ("", 0),
        ] {
            assert_eq!(milliseconds(text), read, "{text:?}");
        }
    }
}
