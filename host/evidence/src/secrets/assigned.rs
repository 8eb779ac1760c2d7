//! Values of what calls itself a secret: `password=…`, `Authorization: …`, `https://somebody:…@host`.

use super::{
    SecretKind,
    scan::{Hit, Secret, run},
};

/// What is followed by a secret, in lower case. Longer ones first, where one begins another.
const WORDS: &[(&[u8], SecretKind)] = &[
    (b"authorization", SecretKind::Authorization),
    (b"access_token", SecretKind::Password),
    (b"accesskey", SecretKind::Password),
    (b"api_key", SecretKind::Password),
    (b"api-key", SecretKind::Password),
    (b"apikey", SecretKind::Password),
    (b"auth_token", SecretKind::Password),
    (b"client_secret", SecretKind::Password),
    (b"passphrase", SecretKind::Password),
    (b"password", SecretKind::Password),
    (b"passwd", SecretKind::Password),
    (b"pwd", SecretKind::Password),
    (b"secret_access_key", SecretKind::Password),
    (b"secret_key", SecretKind::Password),
    (b"secret", SecretKind::Password),
];
const SCHEMES: [&[u8]; 5] = [b"bearer", b"basic", b"token", b"digest", b"apikey"];
/// Bytes of a value, at least and at most: `password: required` is no secret.
const VALUE_MIN: usize = 8;
const VALUE_MAX: usize = 512;
/// Bytes after `Bearer` without `Authorization` before it, at least.
const BEARER_MIN: usize = 20;
/// Bytes of a URL from its scheme to its host, at most.
const AUTHORITY_MAX: usize = 512;

/// The value of what is named here.
pub(super) fn assigned(bytes: &[u8], at: usize) -> Option<Hit> {
    let rest = bytes.get(at..)?;
    let first = rest.first()?.to_ascii_lowercase();
    if first == b'b' && begins(rest, b"bearer ") {
        let from = at + b"bearer ".len();
        return value(bytes, from, BEARER_MIN).map(|ends| found(SecretKind::Authorization, from, ends));
    }
    let (word, kind) = WORDS.iter().find(|(word, _)| word.first() == Some(&first) && begins(rest, word))?;
    let from = after_sign(bytes, at + word.len())?;
    if *kind == SecretKind::Authorization {
        let scheme = SCHEMES.iter().find(|scheme| {
            bytes.get(from..).is_some_and(|rest| begins(rest, scheme) && rest.get(scheme.len()) == Some(&b' '))
        });
        if let Some(scheme) = scheme {
            let from = from + scheme.len() + 1;
            let ends = run(bytes, from, VALUE_MAX, is_of_value);
            return (ends - from >= VALUE_MIN && !is_masked(&bytes[from..ends])).then(|| found(*kind, from, ends));
        }
    }
    value(bytes, from, VALUE_MIN).map(|ends| found(*kind, from, ends))
}

fn found(kind: SecretKind, from: usize, ends: usize) -> Hit {
    (Secret::whole(kind, from..ends), ends)
}

fn begins(bytes: &[u8], word: &[u8]) -> bool {
    bytes.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word))
}

/// Behind `=`, `": "`, `" value="` or `>`.
fn after_sign(bytes: &[u8], at: usize) -> Option<usize> {
    let is_filling = |byte: u8| matches!(byte, b' ' | b'"' | b'\'' | b'`');
    let mut at = run(bytes, at, 3, is_filling);
    if begins(bytes.get(at..)?, b"value=") {
        at += b"value".len();
    }
    matches!(bytes.get(at)?, b'=' | b':' | b'>').then(|| run(bytes, at + 1, 3, is_filling))
}

/// Where the secret that begins here ends: it has letters and digits, and is not the place of one (`${…}`, `<…>`).
fn value(bytes: &[u8], from: usize, min: usize) -> Option<usize> {
    let ends = run(bytes, from, VALUE_MAX, is_of_value);
    let value = bytes.get(from..ends)?;
    let is_place = matches!(value.first()?, b'$' | b'{' | b'%' | b'[' | b'(');
    let has = |of: fn(&u8) -> bool| value.iter().any(of);
    let is_secret = value.len() >= min && has(u8::is_ascii_alphabetic) && has(u8::is_ascii_digit);
    (is_secret && !is_place && !is_masked(value)).then_some(ends)
}

fn is_of_value(byte: u8) -> bool {
    !byte.is_ascii_whitespace()
        && !byte.is_ascii_control()
        && !matches!(byte, b'"' | b'\'' | b'`' | b'<' | b'>' | b',' | b';' | b'&' | b'\\')
}

/// A value that a mask has a part of was masked, by us or by whoever wrote it.
fn is_masked(value: &[u8]) -> bool {
    value.windows(3).any(|part| part == b"***") || value.iter().all(|byte| *byte == super::MASK)
}

/// The password between `://somebody:` and `@`.
pub(super) fn url_password(bytes: &[u8], at: usize) -> Option<Hit> {
    let from = at + b"://".len();
    if !bytes.get(at..)?.starts_with(b"://") {
        return None;
    }
    let ends = run(bytes, from, AUTHORITY_MAX, |byte| is_of_value(byte) && !matches!(byte, b'/' | b'?' | b'#'));
    let authority = bytes.get(from..ends)?;
    let host = authority.iter().rposition(|byte| *byte == b'@')?;
    let colon = authority.get(..host)?.iter().position(|byte| *byte == b':')?;
    let password = authority.get(colon + 1..host)?;
    let is_place = matches!(password.first()?, b'$' | b'{' | b'%' | b'[');
    (!is_place && !is_masked(password))
        .then(|| (Secret::whole(SecretKind::UrlPassword, from + colon + 1..from + host), from + host))
}
