//! Tokens that say by their beginning what they are.

use super::{
    SecretKind,
    scan::{Hit, Secret, run},
};

/// Bytes of a token, at most: a web token of a whole directory.
const TOKEN_MAX: usize = 8 * 1024;

struct Shape {
    prefix: &'static [u8],
    kind: SecretKind,
    is_part: fn(u8) -> bool,
    /// Bytes after the prefix, at least and at most.
    min: usize,
    max: usize,
}

const fn shape(prefix: &'static [u8], kind: SecretKind, is_part: fn(u8) -> bool, min: usize, max: usize) -> Shape {
    Shape { prefix, kind, is_part, min, max }
}

fn alnum(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
}

fn upper(byte: u8) -> bool {
    byte.is_ascii_uppercase() || byte.is_ascii_digit()
}

fn url_safe(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

/// As their issuers document them.
const SHAPES: &[Shape] = &[
    shape(b"AKIA", SecretKind::AwsKey, upper, 16, 16),
    shape(b"ASIA", SecretKind::AwsKey, upper, 16, 16),
    shape(b"ghp_", SecretKind::GithubToken, alnum, 36, 255),
    shape(b"gho_", SecretKind::GithubToken, alnum, 36, 255),
    shape(b"ghu_", SecretKind::GithubToken, alnum, 36, 255),
    shape(b"ghs_", SecretKind::GithubToken, alnum, 36, 255),
    shape(b"ghr_", SecretKind::GithubToken, alnum, 36, 255),
    shape(b"github_pat_", SecretKind::GithubToken, url_safe, 40, 255),
    shape(b"glpat-", SecretKind::GitlabToken, url_safe, 20, 255),
    shape(b"gldt-", SecretKind::GitlabToken, url_safe, 20, 255),
    shape(b"glrt-", SecretKind::GitlabToken, url_safe, 20, 255),
    shape(b"glcbt-", SecretKind::GitlabToken, url_safe, 20, 255),
    shape(b"glptt-", SecretKind::GitlabToken, url_safe, 20, 255),
    shape(b"AIza", SecretKind::GoogleKey, url_safe, 35, 35),
    shape(b"GOCSPX-", SecretKind::GoogleKey, url_safe, 24, 64),
    shape(b"npm_", SecretKind::NpmToken, alnum, 36, 36),
    shape(b"pypi-", SecretKind::PypiToken, url_safe, 50, 512),
    shape(b"xoxb-", SecretKind::SlackToken, url_safe, 16, 255),
    shape(b"xoxp-", SecretKind::SlackToken, url_safe, 16, 255),
    shape(b"xoxa-", SecretKind::SlackToken, url_safe, 16, 255),
    shape(b"xoxr-", SecretKind::SlackToken, url_safe, 16, 255),
    shape(b"xoxs-", SecretKind::SlackToken, url_safe, 16, 255),
    shape(b"xapp-", SecretKind::SlackToken, url_safe, 16, 255),
    shape(b"sk_live_", SecretKind::StripeKey, alnum, 16, 255),
    shape(b"rk_live_", SecretKind::StripeKey, alnum, 16, 255),
    shape(b"sk_test_", SecretKind::StripeKey, alnum, 16, 255),
    shape(b"rk_test_", SecretKind::StripeKey, alnum, 16, 255),
    shape(b"whsec_", SecretKind::StripeKey, alnum, 24, 255),
    shape(b"tidegate_", SecretKind::TidegateToken, url_safe, 56, 128),
];

/// The token that begins here; its prefix, which is no secret, stays.
pub(super) fn token(bytes: &[u8], at: usize) -> Option<Hit> {
    let rest = bytes.get(at..)?;
    if rest.starts_with(b"eyJ") {
        // One inside a run of such bytes belongs to that run, which was followed to its end.
        let is_inside = at.checked_sub(1).is_some_and(|before| bytes[before] == b'-');
        return if is_inside { None } else { web_token(bytes, at) };
    }
    let shape = SHAPES.iter().find(|shape| rest.starts_with(shape.prefix))?;
    let begins = at + shape.prefix.len();
    let ends = run(bytes, begins, shape.max, shape.is_part);
    // What goes on is of another shape: `AKIA` and forty letters is no key.
    let goes_on = bytes.get(ends).is_some_and(|byte| (shape.is_part)(*byte) || byte.is_ascii_alphanumeric());
    if ends - begins < shape.min || goes_on {
        return None;
    }
    Some((Secret::whole(shape.kind, begins..ends), ends))
}

/// Three parts with dots between them, the first two of which are JSON objects as base64.
fn web_token(bytes: &[u8], at: usize) -> Option<Hit> {
    const PART_MIN: usize = 8;
    let mut ends = at;
    for part in 0..3 {
        let begins = if part == 0 { at } else { ends + 1 };
        if part > 0 && bytes.get(ends) != Some(&b'.') || part == 1 && !bytes.get(begins..)?.starts_with(b"eyJ") {
            return None;
        }
        ends = run(bytes, begins, TOKEN_MAX, url_safe);
        if ends - begins < PART_MIN {
            return None;
        }
    }
    let begins = at + b"eyJ".len();
    Some((Secret::whole(SecretKind::Jwt, begins..ends), ends))
}
