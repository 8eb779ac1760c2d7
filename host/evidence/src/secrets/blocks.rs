//! Private keys as PEM, also where a report cuts them into lines of its own.

use super::{
    SecretKind,
    scan::{Hit, Secret, run},
};

const BEGIN: &[u8] = b"-----BEGIN ";
const END: &[u8] = b"-----END ";
const LABEL: &[u8] = b"PRIVATE KEY";
/// Bytes of the line that begins a key, and of a whole one, at most: 16,384 bits of RSA are less.
const LINE_MAX: usize = 64;
const KEY_MAX: usize = 14 * 1024;
/// Bytes of the longest line of a key, at least: where no word is longer, somebody writes about keys.
const BODY_MIN: usize = 24;
/// Bytes of a line of a key that stands apart from the others: what is shorter may be a word of the report.
const APART_MIN: usize = 40;

/// The key that begins here: its lines, and what stands between them stays.
pub(super) fn private_key(bytes: &[u8], at: usize) -> Option<Hit> {
    let rest = bytes.get(at..)?;
    let line = rest.strip_prefix(BEGIN)?;
    let label = run(line, 0, LINE_MAX, |byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b' ');
    let is_private = line.get(..label)?.windows(LABEL.len()).any(|part| part == LABEL);
    if !is_private || !line.get(label..)?.starts_with(b"-----") {
        return None;
    }
    let begins = at + BEGIN.len() + label + b"-----".len();
    let reach = bytes.get(begins..bytes.len().min(begins + KEY_MAX))?;
    // Another beginning ends it, too, so that nothing is looked through twice.
    let ends = (0..reach.len()).find(|at| reach[*at..].starts_with(END) || reach[*at..].starts_with(BEGIN));
    let has_end = ends.is_some_and(|at| reach[at..].starts_with(END));
    let reach = begins..begins + ends.unwrap_or(reach.len());
    let spans = lines(bytes, reach.clone(), has_end);
    let longest = spans.iter().map(ExactSizeIterator::len).max().unwrap_or(0);
    let next = spans.last().map_or(reach.start, |span| span.end);
    (longest >= BODY_MIN).then_some((Secret { kind: SecretKind::PrivateKey, spans }, next))
}

/// Everything up to where the key stops being one; after that, where an end is in sight, what can only be lines of it.
fn lines(bytes: &[u8], reach: std::ops::Range<usize>, has_end: bool) -> Vec<std::ops::Range<usize>> {
    let mut spans = Vec::new();
    let (mut at, mut apart) = (reach.start, false);
    while at < reach.end {
        let ends =
            run(bytes, at, reach.end - at, |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'='));
        if ends > at && (!apart || ends - at >= APART_MIN) {
            spans.push(at..ends);
        }
        let gap = bytes.get(ends).copied().unwrap_or(b' ');
        // `Proc-Type: 4,ENCRYPTED` stands above the lines of a key.
        apart |= !(gap.is_ascii_whitespace() || matches!(gap, b':' | b',' | b'-' | b'*'));
        if apart && !has_end {
            break;
        }
        at = ends + 1;
    }
    spans
}
