//! Secrets in what is handed in: found by their shapes, and masked before anything is read, judged or stored.
//!
//! A secret is replaced by as many `*` as it has bytes, so that the document keeps its structure and its places. It is looked for in
//! the bytes as they are, in what their escapes stand for (JSON's, XML's, `%41`, twice over), and in base64. Only shapes that are secrets
//! and nothing else are known, so a text that merely is one is not found: SECURITY.md says what that leaves.
//!
//! **Invariant:** what was masked is not masked again: the mask is no secret of any shape.
//! **Invariant:** the time is linear in the bytes: a candidate is followed for so many bytes at most.

mod assigned;
mod blocks;
mod scan;
mod tokens;
mod view;

use crate::{Limits, detect, envelope::base64, formats, source::Source};
use serde::Deserialize;
use std::{borrow::Cow, collections::BTreeMap};
use view::View;

/// What a secret is put in place of, byte by byte.
const MASK: u8 = b'*';
/// Bytes whose escapes are looked through together, and how far one part of them reaches into the next.
const PART: usize = 64 * 1024;
const REACH: usize = 16 * 1024;
/// Escapes inside escapes, at most: JSON in a text of JSON.
const LAYERS: usize = 2;
/// Bytes of base64 that are worth looking into, at least: a shorter text holds no secret.
const BASE64_MIN: usize = 32;
/// What every envelope has.
const PAYLOAD: &[u8] = b"\"payload\"";

/// What kind of secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SecretKind {
    /// The value of a header `Authorization`, or what follows `Bearer`.
    Authorization,
    /// An access key of AWS.
    AwsKey,
    /// A token of GitHub.
    GithubToken,
    /// A token of GitLab.
    GitlabToken,
    /// A key, a client's secret or an access token of Google.
    GoogleKey,
    /// A signed JSON web token.
    Jwt,
    /// A token of npm.
    NpmToken,
    /// The value of something that calls itself a password or a secret.
    Password,
    /// A private key as PEM.
    PrivateKey,
    /// A token of PyPI.
    PypiToken,
    /// A token of Slack.
    SlackToken,
    /// A key of Stripe.
    StripeKey,
    /// A token of a gate.
    TidegateToken,
    /// The password in a URL.
    UrlPassword,
}

impl SecretKind {
    /// The word used in answers, records and errors.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Authorization => "authorization",
            Self::AwsKey => "aws_key",
            Self::GithubToken => "github_token",
            Self::GitlabToken => "gitlab_token",
            Self::GoogleKey => "google_key",
            Self::Jwt => "jwt",
            Self::NpmToken => "npm_token",
            Self::Password => "password",
            Self::PrivateKey => "private_key",
            Self::PypiToken => "pypi_token",
            Self::SlackToken => "slack_token",
            Self::StripeKey => "stripe_key",
            Self::TidegateToken => "tidegate_token",
            Self::UrlPassword => "url_password",
        }
    }
}

/// How many secrets of each kind.
pub type Found = BTreeMap<SecretKind, u32>;

/// Bytes in place of those that held secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Masked {
    /// As many as before.
    pub bytes: Vec<u8>,
    /// What was masked.
    pub found: Found,
}

/// Secrets that cannot be masked: they lie in what was signed, which nobody may change.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the signed payload holds {}, which cannot be masked without breaking the signature", in_words(.0))]
pub struct Unmaskable(pub Found);

/// `2 github_token, 1 password`.
#[must_use]
pub fn in_words(found: &Found) -> String {
    let each: Vec<String> = found.iter().map(|(kind, count)| format!("{count} {}", kind.word())).collect();
    each.join(", ")
}

/// The document with its secrets masked; `None`: it holds none. Of an archive each member is asked for itself.
pub fn masked(bytes: &[u8], limits: &Limits) -> Result<Option<Masked>, Unmaskable> {
    let payload = signed_payload(bytes, limits);
    let signed = payload.as_deref().map(|payload| mask(payload, Base64::LookedInto).1).unwrap_or_default();
    if !signed.is_empty() {
        return Err(Unmaskable(signed));
    }
    // What is signed was looked into; the rest of an envelope's base64 is signatures and certificates.
    let base64 = if payload.is_some() { Base64::Left } else { Base64::LookedInto };
    let (bytes, found) = mask(bytes, base64);
    Ok(if found.is_empty() { None } else { Some(Masked { bytes: bytes.into_owned(), found }) })
}

/// A text with its secrets masked: for messages, which may repeat what a caller sent.
#[must_use]
pub fn masked_text(text: &str) -> Cow<'_, str> {
    match mask(text.as_bytes(), Base64::LookedInto).0 {
        Cow::Borrowed(_) => Cow::Borrowed(text),
        Cow::Owned(bytes) => Cow::Owned(String::from_utf8_lossy(&bytes).into_owned()),
    }
}

/// What a text holds.
#[must_use]
pub fn found_in(text: &str) -> Found {
    mask(text.as_bytes(), Base64::LookedInto).1
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Base64 {
    LookedInto,
    Left,
}

fn mask(bytes: &[u8], base64: Base64) -> (Cow<'_, [u8]>, Found) {
    let mut whole = Cow::Borrowed(bytes);
    let mut found = plainly(&mut whole);
    if base64 == Base64::LookedInto {
        for (run, inside) in in_base64(&whole) {
            whole.to_mut()[run].fill(MASK);
            inside.into_iter().for_each(|(kind, count)| *found.entry(kind).or_default() += count);
        }
    }
    (whole, found)
}

/// Masks what stands there in escapes, or as it is. Escapes come first: in them `\n` is the end of a line and not a letter.
fn plainly(whole: &mut Cow<'_, [u8]>) -> Found {
    let mut found = Found::new();
    if whole.iter().any(|byte| matches!(byte, b'\\' | b'&' | b'%')) {
        unescaped(whole, &mut found);
    }
    let secrets = scan::scan(whole, None);
    for secret in secrets {
        secret.spans.into_iter().for_each(|span| whole.to_mut()[span].fill(MASK));
        *found.entry(secret.kind).or_default() += 1;
    }
    found
}

/// Part by part, each reaching into the next, so that what is kept of escapes is bounded.
fn unescaped(whole: &mut Cow<'_, [u8]>, found: &mut Found) {
    let mut at = 0;
    loop {
        let end = (at + PART).min(whole.len());
        for layers in (1..=LAYERS).rev() {
            if let Some(view) = View::unescaped(whole, at..end, layers) {
                apply(whole, &view, end, found);
            }
        }
        if end == whole.len() {
            return;
        }
        at = end - REACH;
    }
}

/// Masks what a view of a part shows, where it stands in the whole.
fn apply(whole: &mut Cow<'_, [u8]>, view: &View, part_end: usize, found: &mut Found) {
    let is_last = part_end == whole.len();
    for secret in scan::scan(view.bytes(), view.before()) {
        let (Some(first), Some(last)) = (secret.spans.first(), secret.spans.last()) else { continue };
        // What is cut off here is found whole in the next part, if it begins where that one does.
        let is_cut = !is_last && last.end == view.bytes().len();
        if is_cut && view.source(first.start).start >= part_end - REACH {
            continue;
        }
        for index in secret.spans.iter().cloned().flatten() {
            whole.to_mut()[view.source(index)].fill(MASK);
        }
        *found.entry(secret.kind).or_default() += 1;
    }
}

/// Runs of base64 that hold secrets, and which.
fn in_base64(bytes: &[u8]) -> Vec<(std::ops::Range<usize>, Found)> {
    let is_base64 = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_');
    let mut runs = Vec::new();
    let mut at = 0;
    while let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty()) {
        let body = rest.iter().take_while(is_base64).count();
        let padding = rest.iter().skip(body).take(2).take_while(|byte| **byte == b'=').count();
        let length = body + padding;
        if body >= BASE64_MIN
            && let Ok(text) = std::str::from_utf8(&rest[..length])
            && let Ok(inside) = base64::decode(text)
        {
            let found = plainly(&mut Cow::Owned(inside));
            if !found.is_empty() {
                runs.push((at..at + length, found));
            }
        }
        at += length.max(1);
    }
    runs
}

/// What an envelope's signatures are over; `None`: the document is no envelope.
fn signed_payload(bytes: &[u8], limits: &Limits) -> Option<Vec<u8>> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Signed {
        payload: Option<String>,
        dsse_envelope: Option<Payload>,
    }
    #[derive(Deserialize)]
    struct Payload {
        payload: String,
    }
    let is_envelope = bytes.windows(PAYLOAD.len()).any(|part| part == PAYLOAD)
        && detect::detect(&Source::new(bytes, limits)).is_ok_and(|format| format.name == formats::ENVELOPE);
    let signed: Signed = if is_envelope { serde_json::from_slice(bytes).ok()? } else { return None };
    let payload = signed.payload.or_else(|| signed.dsse_envelope.map(|inner| inner.payload))?;
    base64::decode(&payload).ok()
}

#[cfg(test)]
mod tests;
