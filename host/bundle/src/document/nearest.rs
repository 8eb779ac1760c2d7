//! What somebody probably meant.

/// The known name that is so near to the text given that it was probably meant.
#[must_use]
pub fn nearest<'a>(text: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // Longer than any name: not worth comparing, and the comparison is quadratic.
    if text.len() > 128 {
        return None;
    }
    let allowed = (text.chars().count() / 3).max(1);
    let distance = |name: &str| strsim::damerau_levenshtein(&text.to_lowercase(), &name.to_lowercase());
    let near = known.into_iter().map(|name| (distance(name), name)).filter(|(distance, _)| *distance <= allowed);
    near.min().map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_typing_mistake_is_recognised_and_another_word_is_not() {
        let known = ["stages", "plugins", "per", "title"];
        for (text, meant) in
            [("stage", Some("stages")), ("pulgins", Some("plugins")), ("Title", Some("title")), ("webhook", None)]
        {
            assert_eq!(nearest(text, known), meant, "{text}");
        }
        assert_eq!(nearest(&"s".repeat(500), known), None);
    }
}
