//! What a text names: every digest in it, whatever the field is called. A field that comes later is seen as well.

use std::collections::BTreeSet;
use tidegate_core::digest::Digest;

const DIGEST: &str = "sha256:";
const DIGEST_CHARS: usize = DIGEST.len() + 64;
/// What stands before the digest of a private text.
const SALTED: &str = "salted:";

/// Digests that a text names.
#[derive(Debug, Default)]
pub(crate) struct Named {
    /// Of bodies; also of what is no body.
    pub(crate) bodies: BTreeSet<Digest>,
    /// Of private texts.
    pub(crate) texts: BTreeSet<Digest>,
}

impl Named {
    /// Adds those of a text.
    pub(crate) fn add(&mut self, text: &str) {
        for (at, _) in text.match_indices(DIGEST) {
            let Some(Ok(digest)) = text.get(at..at + DIGEST_CHARS).map(Digest::parse) else { continue };
            let is_text = text.get(..at).is_some_and(|before| before.ends_with(SALTED));
            if is_text {
                self.texts.insert(digest)
            } else {
                self.bodies.insert(digest)
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Named;
    use tidegate_core::digest::Digest;

    #[test]
    fn every_digest_is_found_and_told_from_private_texts() {
        let [one, other, salted] = ["one", "other", "salted"].map(|text| Digest::of(text.as_bytes()));
        let mut named = Named::default();
        named.add(&format!(
            "{{\"a\":\"{one}\",\"b\":[\"salted:{salted}\",\"{other}\"],\"c\":\"sha256:short\",\"ä\":\"sha256:"
        ));
        assert_eq!(named.bodies.into_iter().collect::<Vec<_>>(), {
            let mut both = vec![one, other];
            both.sort();
            both
        });
        assert_eq!(named.texts.into_iter().collect::<Vec<_>>(), [salted]);
    }
}
