//! One pass over bytes: where secrets stand.

use super::{SecretKind, assigned, blocks, tokens};
use std::ops::Range;

/// One secret, and which bytes of it are masked: in order, none empty.
#[derive(Debug)]
pub(super) struct Secret {
    pub(super) kind: SecretKind,
    pub(super) spans: Vec<Range<usize>>,
}

impl Secret {
    /// One that stands in one piece.
    pub(super) fn whole(kind: SecretKind, span: Range<usize>) -> Self {
        Self { kind, spans: Vec::from([span]) }
    }
}

/// What a matcher found: the secret, and where to look on.
pub(super) type Hit = (Secret, usize);

/// Every secret, in order. `before` is the byte that stands before the first one.
pub(super) fn scan(bytes: &[u8], before: Option<u8>) -> Vec<Secret> {
    let mut secrets = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let previous = at.checked_sub(1).map_or(before, |index| bytes.get(index).copied());
        match hit(bytes, at, previous) {
            Some((secret, next)) => {
                secrets.push(secret);
                at = next.max(at + 1);
            }
            None => at += 1,
        }
    }
    secrets
}

fn hit(bytes: &[u8], at: usize, previous: Option<u8>) -> Option<Hit> {
    match bytes.get(at)? {
        b'-' => blocks::private_key(bytes, at),
        b':' => assigned::url_password(bytes, at),
        byte if byte.is_ascii_alphabetic() => {
            let is_inside_a_word = previous.is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
            let token = if is_inside_a_word { None } else { tokens::token(bytes, at) };
            token.or_else(|| assigned::assigned(bytes, at))
        }
        _ => None,
    }
}

/// Where the run of such bytes that begins at `at` ends, `max` bytes later at most; never inside a character.
pub(super) fn run(bytes: &[u8], at: usize, max: usize, is_part: impl Fn(u8) -> bool) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    let length = rest.iter().take(max).take_while(|byte| is_part(**byte)).count();
    let is_continued = |byte: &&u8| **byte & 0xC0 == 0x80;
    let tail = if length == max { rest.iter().skip(length).take(3).take_while(is_continued).count() } else { 0 };
    at + length + tail
}
