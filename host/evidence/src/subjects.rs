//! Digests of artifacts as documents list them.

use std::collections::HashSet;
use tidegate_core::digest::Digest;

/// Those that are digests, each once, in their order.
pub(crate) fn of_texts<T: AsRef<str>>(texts: impl IntoIterator<Item = T>) -> Vec<Digest> {
    let mut seen = HashSet::new();
    let digests = texts.into_iter().filter_map(|text| Digest::parse(text.as_ref()).ok());
    digests.filter(|digest| seen.insert(*digest)).collect()
}

#[cfg(test)]
mod tests {
    use super::of_texts;

    #[test]
    fn digests_come_once_and_in_their_order() {
        let [a, b] = ["a", "b"].map(|digit| format!("sha256:{}", digit.repeat(64)));
        let read = of_texts([b.as_str(), "latest", a.as_str(), b.as_str(), ""]);
        assert_eq!(read.iter().map(ToString::to_string).collect::<Vec<_>>(), [b, a]);
    }
}
