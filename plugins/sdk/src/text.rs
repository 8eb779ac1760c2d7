//! Texts of bounded length. Nothing is escaped: the host does that for the place where it shows them.

/// The text, cut at a character and ended with `…` where it is longer than that many bytes.
#[must_use]
pub fn bounded(mut text: String, bytes_max: usize) -> String {
    if text.len() > bytes_max {
        let mut end = bytes_max.saturating_sub('…'.len_utf8());
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        text.truncate(end);
        text.push('…');
    }
    text
}

/// `1 test`, `2 tests`: a count with its noun.
#[must_use]
pub fn counted(count: u64, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

#[cfg(test)]
mod tests {
    use super::{bounded, counted};

    #[test]
    fn a_text_is_cut_between_characters() {
        for (text, max, expected) in [("short", 5, "short"), ("longer", 5, "lo…"), ("aéé", 4, "a…"), ("日本", 4, "…")]
        {
            assert_eq!(bounded(text.to_owned(), max), expected, "{text} in {max}");
        }
    }

    #[test]
    fn one_is_singular() {
        assert_eq!([counted(0, "test"), counted(1, "test"), counted(2, "test")], ["0 tests", "1 test", "2 tests"]);
    }
}
