//! Secrets in what operators write: policy files and the gate's configuration. What stands there is recorded, digested and shown, so it may
//! hold none; messages about the rest of it must not repeat one either.

use std::borrow::Cow;
use tidegate_evidence::secrets::{found_in, in_words, masked_text};

/// What stands in place of a secret while the rest is looked at: a word like any other, since `*` means something in YAML.
const STAND_IN: char = 'x';

/// A text without its secrets.
#[derive(Debug)]
pub struct LookedThrough<'a> {
    /// Everything else at its place.
    pub text: Cow<'a, str>,
    /// Where secrets were, in the order of the text; one for each line that holds any, or begins one.
    pub secrets: Vec<SecretAt>,
}

/// Secrets in one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretAt {
    /// Counted from 1.
    pub line: usize,
    /// Counted from 1, in characters.
    pub column: usize,
    /// How many of which kind.
    pub kinds: String,
}

/// Takes the secrets out of a text.
#[must_use]
pub fn look_through(text: &str) -> LookedThrough<'_> {
    let Cow::Owned(masked) = masked_text(text) else {
        return LookedThrough { text: Cow::Borrowed(text), secrets: Vec::new() };
    };
    let all = in_words(&found_in(text));
    let (mut without, mut secrets) = (String::with_capacity(text.len()), Vec::new());
    let mut in_secret = false;
    // Ends of lines are not masked, so lines stand beside each other.
    for (index, (line, masked)) in text.split('\n').zip(masked.split('\n')).enumerate() {
        let begins = line.bytes().zip(masked.bytes()).position(|(before, after)| before != after);
        if let Some(at) = begins.filter(|_| !in_secret) {
            let column = 1 + line.char_indices().take_while(|(start, _)| *start < at).count();
            let here = found_in(line);
            let kinds = if here.is_empty() { all.clone() } else { in_words(&here) };
            secrets.push(SecretAt { line: index + 1, column, kinds });
        }
        // A key of several lines is told once, where it begins.
        in_secret = begins.is_some() && masked.ends_with('*');
        without.extend(
            masked.chars().zip(line.chars()).map(|(after, before)| if after == before { before } else { STAND_IN }),
        );
        without.push('\n');
    }
    without.pop();
    LookedThrough { text: Cow::Owned(without), secrets }
}

#[cfg(test)]
mod tests {
    use super::look_through;

    fn token() -> String {
        format!("ghp_{}", "aB3x".repeat(9))
    }

    #[test]
    fn a_secret_is_told_by_its_place_and_the_rest_stays() {
        let text = format!("owner: Ünit\nlinks: {{ a: \"{}\" }}\nnext: *anchor\n", token());
        let found = look_through(&text);
        let [one] = found.secrets.as_slice() else { panic!("{found:?}") };
        assert_eq!((one.line, &*one.kinds), (2, "1 github_token"));
        assert_eq!(one.column, 18, "behind its beginning, which says what it is");
        assert!(!found.text.contains("aB3x") && found.text.ends_with("next: *anchor\n"), "{}", found.text);
        assert_eq!(found.text.lines().count(), text.lines().count());
    }

    #[test]
    fn a_key_of_several_lines_is_told_once() {
        let head = ["-----BEGIN PRIVATE", " KEY-----"].concat();
        let tail = ["-----END PRIVATE", " KEY-----"].concat();
        let line = "MC4CAQAwBQYDK2VwBCIEIO9x8YQ0ZcVgXn1pQ2s3T4u5V6w7X8y9Z0a1B2c3D4e5";
        let text = format!("a: 1\nkey: |\n  {head}\n  {line}\n  {tail}\nb: 2\n");
        let found = look_through(&text);
        assert_eq!(found.secrets.len(), 1, "{:?}", found.secrets);
        assert_eq!((found.secrets[0].line, &*found.secrets[0].kinds), (4, "1 private_key"));
        assert!(!found.text.contains(line), "{}", found.text);
    }

    #[test]
    fn what_holds_none_is_the_text_itself() {
        for text in
            ["", "a: b\n", "secrets: refuse\n", "secrets: { max: 0, include_suppressed: true, required: false }\n"]
        {
            let found = look_through(text);
            assert_eq!((&*found.text, found.secrets.len()), (text, 0));
        }
    }
}
