//! A person's name, looked for in everything that the record has.

use super::{NotRedacted, Redactable, stays};
use crate::{
    error::ReadError,
    ledger::Ledger,
    private::Salted,
    store::{blobs, notices, present},
    token::Token,
};
use std::sync::Arc;
use tidegate_core::time::Timestamp;

/// Characters of a name, at least.
const NAME_CHARS_MIN: usize = 3;

impl Ledger {
    /// Texts and bodies that have the name, and notices that do.
    pub(super) async fn of_person(&self, name: &Arc<str>, now: Timestamp) -> Result<Redactable, NotRedacted> {
        if name.trim().chars().count() < NAME_CHARS_MIN {
            return Err(NotRedacted::Short { name: name.clone(), least: NAME_CHARS_MIN });
        }
        let word = Word::of(name.trim());
        let good = |token: &Token| token.revoked_at.is_none() && token.token.expires > now;
        let tokens = self.tokens().await?;
        if let Some(token) = tokens.iter().find(|token| good(token) && word.is_in(token.token.holder.as_bytes())) {
            return Err(NotRedacted::Token { id: token.token.id.clone() });
        }
        let mut found = Redactable::default();
        self.texts_with(&word, &mut found).await?;
        self.bodies_with(&word, &mut found).await?;
        let mut connection = self.0.reads.acquire().await.map_err(ReadError::from)?;
        let notices = notices::bodies(&mut connection).await?;
        found.notices.extend(notices.into_iter().filter(|(_, body)| word.is_in(body.as_bytes())).map(|(id, _)| id));
        Ok(found)
    }

    async fn texts_with(&self, word: &Word, found: &mut Redactable) -> Result<(), ReadError> {
        let mut after = String::new();
        loop {
            let page = present::texts_after(&mut *self.0.reads.acquire().await?, &after).await?;
            let Some((last, _)) = page.last() else { return Ok(()) };
            after.clone_from(last);
            let theirs = page.iter().filter(|(_, text)| word.is_in(text.as_bytes()));
            found.texts.extend(theirs.filter_map(|(salted, _)| salted.parse::<Salted>().ok()));
        }
    }

    async fn bodies_with(&self, word: &Word, found: &mut Redactable) -> Result<(), ReadError> {
        let mut after = String::new();
        loop {
            let mut connection = self.0.reads.acquire().await?;
            let page = present::bodies_after(&mut connection, &after).await?;
            let Some((last, _)) = page.last() else { return Ok(()) };
            after = last.to_string();
            for (digest, there) in page {
                let Some(row) = blobs::get(&mut connection, &[digest]).await?.pop() else { continue };
                let (_, bytes) = row.unpack(self.0.config.body_bytes_max)?;
                if !word.is_in(&bytes) {
                    continue;
                }
                if stays(&there) {
                    found.policies += 1;
                } else {
                    found.bodies.insert(digest, there);
                }
            }
        }
    }
}

/// A name as it is written plainly, and within JSON.
struct Word([Vec<u8>; 2]);

impl Word {
    fn of(name: &str) -> Self {
        let quoted = serde_json::Value::from(name).to_string();
        let escaped = quoted.get(1..quoted.len().saturating_sub(1)).unwrap_or(name);
        Self([name.as_bytes().to_vec(), escaped.as_bytes().to_vec()])
    }

    /// Whether it stands there as a word of its own, in whatever case.
    fn is_in(&self, bytes: &[u8]) -> bool {
        self.0.iter().any(|word| {
            bytes.windows(word.len()).enumerate().any(|(at, window)| {
                let beside = [at.checked_sub(1), at.checked_add(word.len())];
                let ends = beside.into_iter().flatten().filter_map(|at| bytes.get(at));
                window.eq_ignore_ascii_case(word) && !ends.into_iter().any(|byte| byte.is_ascii_alphanumeric())
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Word;

    #[test]
    fn a_name_is_found_as_a_word_of_its_own() {
        let cases: &[(&str, &str, bool)] = &[
            ("ada@example.org", r#"{"by":"Ada@Example.org"}"#, true),
            ("ada", "adaptive", false),
            ("ada", "nada", false),
            ("ada", "by ada.", true),
            ("Zoë", "told by Zoë", true),
            (r#"the "boss""#, r#"{"who":"the \"boss\""}"#, true),
            ("ada", "", false),
        ];
        for (name, text, is_there) in cases {
            assert_eq!(Word::of(name).is_in(text.as_bytes()), *is_there, "{name} in {text}");
        }
    }
}
