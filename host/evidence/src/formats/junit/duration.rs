//! Durations as tools write them: seconds, sometimes with separators.

/// Milliseconds; 0 for what is not a duration.
pub(super) fn milliseconds(text: &str) -> u64 {
    const MILLISECONDS_MAX: f64 = 1e15;
    let seconds = plain(text.trim()).parse::<f64>().unwrap_or(0.0);
    let milliseconds = (seconds * 1000.0).round();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "whole, not negative and far below 2^53 once inside the range"
    )]
    if (0.0..=MILLISECONDS_MAX).contains(&milliseconds) { milliseconds as u64 } else { 0 }
}

/// `1,234.5` separates thousands; `1,5` is a comma of some locales where others write a point.
fn plain(text: &str) -> String {
    match text.split_once(',') {
        Some((whole, rest)) if !rest.contains([',', '.']) && rest.len() != 3 => format!("{whole}.{rest}"),
        _ => text.replace(',', ""),
    }
}

#[cfg(test)]
mod tests {
    use super::milliseconds;

    #[test]
    fn durations_are_read_with_and_without_separators() {
        for (text, read) in [
            ("0.0015", 2),
            ("1.5", 1500),
            ("1,234.5", 1_234_500),
            ("1,234,567.8", 1_234_567_800),
            ("1,234", 1_234_000),
            ("0,25", 250),
            (" 3 ", 3000),
            ("-1", 0),
            ("NaN", 0),
            ("inf", 0),
            ("1e300", 0),
            ("", 0),
            ("soon", 0),
        ] {
            assert_eq!(milliseconds(text), read, "{text:?}");
        }
    }
}
