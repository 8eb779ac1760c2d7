//! The text of a token: `tidegate_<id>_<secret>`. The id is no secret; of the secret only a digest is kept.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use std::{fmt, sync::Arc};
use tidegate_core::digest::Digest;

const PREFIX: &str = "tidegate_";
const ID_BYTES: usize = 8;
const SECRET_BYTES: usize = 32;

/// A token as its holder has it. Never printed by accident: only [`Secret::reveal`] gives its text.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret {
    id: Arc<str>,
    text: String,
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Secret").field("id", &self.id).finish_non_exhaustive()
    }
}

impl Secret {
    /// A new one, of the machine's randomness.
    pub fn random() -> Result<Self, getrandom::Error> {
        let (mut id, mut secret) = ([0; ID_BYTES], [0; SECRET_BYTES]);
        getrandom::fill(&mut id)?;
        getrandom::fill(&mut secret)?;
        let id: String = id.iter().map(|byte| format!("{byte:02x}")).collect();
        let text = format!("{PREFIX}{id}_{}", URL_SAFE_NO_PAD.encode(secret));
        Ok(Self { id: id.into(), text })
    }

    /// Reads one; `None`: it is none of this gate's.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (id, secret) = text.strip_prefix(PREFIX)?.split_once('_')?;
        let is_id = id.len() == 2 * ID_BYTES && id.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        let is_secret = URL_SAFE_NO_PAD.decode(secret).is_ok_and(|bytes| bytes.len() == SECRET_BYTES);
        (is_id && is_secret).then(|| Self { id: id.into(), text: text.to_owned() })
    }

    /// By what the token is called.
    #[must_use]
    pub fn id(&self) -> &Arc<str> {
        &self.id
    }

    /// What is kept of it. The secret is 256 random bits, so a plain digest cannot be turned round.
    #[must_use]
    pub fn digest(&self) -> Digest {
        Digest::of(self.text.as_bytes())
    }

    /// Its text, for its holder alone.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.text
    }
}

#[cfg(test)]
mod tests {
    use super::Secret;

    #[test]
    fn a_token_is_read_as_it_was_made_and_no_other_text_is_one() {
        let made = Secret::random().unwrap();
        let read = Secret::parse(made.reveal()).unwrap();
        assert_eq!((read.id(), read.digest()), (made.id(), made.digest()));
        assert_ne!(Secret::random().unwrap(), made);
        let text = made.reveal();
        for other in [
            "",
            "tidegate_",
            "tidegate__",
            &text[1..],
            &text[..text.len() - 1],
            &format!("{text}A"),
            &format!("{text} "),
            &text.replacen("tidegate_", "tidegate_x", 1),
            &text.to_uppercase(),
        ] {
            assert_eq!(Secret::parse(other), None, "{other}");
        }
    }

    #[test]
    fn a_secret_is_not_printed() {
        let made = Secret::random().unwrap();
        let printed = format!("{made:?}");
        assert!(printed.contains(&**made.id()) && !printed.contains(made.reveal().splitn(3, '_').nth(2).unwrap()));
    }
}
