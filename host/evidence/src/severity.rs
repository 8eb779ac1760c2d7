//! Severities as scanners write them.

use tidegate_core::finding::Severity;

/// Of the scanner's word, in capitals or not. No word, `unknown`, and a word that is not known are medium: unrated is not harmless.
pub(crate) fn of_word(word: Option<&str>) -> Severity {
    const WORDS: [(&str, Severity); 6] = [
        ("critical", Severity::Critical),
        ("high", Severity::High),
        ("low", Severity::Low),
        ("negligible", Severity::Low),
        ("info", Severity::Info),
        ("none", Severity::Info),
    ];
    let known = word.and_then(|word| WORDS.into_iter().find(|(known, _)| known.eq_ignore_ascii_case(word)));
    known.map_or(Severity::Medium, |(_, severity)| severity)
}

#[cfg(test)]
mod tests {
    use super::of_word;
    use tidegate_core::finding::Severity;

    #[test]
    fn what_is_not_rated_is_medium() {
        for (word, severity) in [
            (Some("CRITICAL"), Severity::Critical),
            (Some("High"), Severity::High),
            (Some("medium"), Severity::Medium),
            (Some("Negligible"), Severity::Low),
            (Some("low"), Severity::Low),
            (Some("none"), Severity::Info),
            (Some("UNKNOWN"), Severity::Medium),
            (Some("catastrophic"), Severity::Medium),
            (Some(""), Severity::Medium),
            (None, Severity::Medium),
        ] {
            assert_eq!(of_word(word), severity, "{word:?}");
        }
    }
}
