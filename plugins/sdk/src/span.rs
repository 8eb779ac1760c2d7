//! Spans of time as policy files write them: `20m`, `24h`, `1h30m`, `14d`.

/// The longest span that can be written, in seconds: ten years.
pub const SECONDS_MAX: u64 = 3660 * 86_400;

const NANOS: u64 = 1_000_000_000;

/// Reads days, hours, minutes and seconds, each at most once and in this order; at least one second. Nanoseconds, or what is
/// wrong with the text.
pub fn parse(text: &str) -> Result<u64, String> {
    let form = || "is not a span of time: expected e.g. `45s`, `20m`, `1h30m` or `14d`".to_owned();
    let mut rest = text;
    let mut seconds = 0_u64;
    for (unit, worth) in [('d', 86_400), ('h', 3_600), ('m', 60), ('s', 1)] {
        let Some((count, after)) = rest.split_once(unit) else { continue };
        if count.is_empty() || !count.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(form());
        }
        let count = count.parse::<u64>().unwrap_or(u64::MAX);
        seconds = seconds.saturating_add(count.saturating_mul(worth));
        rest = after;
    }
    match seconds {
        _ if !rest.is_empty() || text.is_empty() => Err(form()),
        0 => Err("is no time at all".to_owned()),
        used if used > SECONDS_MAX => Err(format!("is too long: {used} seconds used, {SECONDS_MAX} allowed")),
        seconds => Ok(seconds * NANOS),
    }
}

/// A number of nanoseconds as people write it: `36s`, `24h`, `1h30m`, `3d`. Two units at most, the rest is left out.
#[must_use]
pub fn in_words(nanos: u64) -> String {
    let seconds = nanos / NANOS;
    let days = if seconds < 172_800 { 0 } else { seconds / 86_400 };
    let rest = seconds - days * 86_400;
    let parts = [(days, "d"), (rest / 3600, "h"), (rest / 60 % 60, "m"), (rest % 60, "s")];
    let said = parts.iter().skip_while(|(count, _)| *count == 0).take(2).filter(|(count, _)| *count > 0);
    let text: String = said.map(|(count, unit)| format!("{count}{unit}")).collect();
    if text.is_empty() { "0s".to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::{in_words, parse};

    #[test]
    fn spans_are_read_as_policy_files_write_them() {
        for (text, seconds) in
            [("1s", 1), ("20m", 1200), ("24h", 86_400), ("1h30m", 5400), ("14d", 1_209_600), ("1d2h3m4s", 93_784)]
        {
            assert_eq!(parse(text), Ok(seconds * 1_000_000_000), "{text}");
        }
    }

    #[test]
    fn other_texts_say_what_is_wrong() {
        for text in ["", "20", "m", "20 m", "-5m", "1.5h", "30m1h", "1h1h", "20min", "PT20M", "1w", "h1", "²h"] {
            assert!(parse(text).is_err_and(|problem| problem.starts_with("is not a span of time")), "{text}");
        }
        assert_eq!(parse("0h0m"), Err("is no time at all".to_owned()));
        assert_eq!(parse("3661d"), Err("is too long: 316310400 seconds used, 316224000 allowed".to_owned()));
        assert!(parse("99999999999999999999999h").is_err());
    }

    #[test]
    fn a_span_reads_as_people_write_it() {
        let second = 1_000_000_000;
        for (seconds, text) in [(0, "0s"), (36, "36s"), (5400, "1h30m"), (86_400, "24h"), (90_061, "25h1m")] {
            assert_eq!(in_words(seconds * second), text);
        }
        assert_eq!(in_words(3 * 86_400 * second + 7 * second), "3d");
        assert_eq!(in_words(second - 1), "0s");
    }
}
