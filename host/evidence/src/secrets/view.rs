//! What a part of a document says: what its escapes stand for, with the place of each.

use std::ops::Range;

/// Bytes to look at, and where each of them stands in the document.
pub(super) struct View {
    bytes: Vec<u8>,
    places: Vec<Range<usize>>,
    before: Option<u8>,
}

impl View {
    /// A part of a document without its escapes, so many layers of them; `None`: there are not so many.
    pub(super) fn unescaped(whole: &[u8], part: Range<usize>, layers: usize) -> Option<Self> {
        let before = part.start.checked_sub(1).map(|index| whole[index]);
        let mut bytes = whole[part.clone()].to_vec();
        let mut places: Vec<Range<usize>> = part.map(|index| index..index + 1).collect();
        for _ in 0..layers {
            let (mut out, mut out_places) = (Vec::with_capacity(bytes.len()), Vec::with_capacity(bytes.len()));
            let mut at = 0;
            while at < bytes.len() {
                let (length, stands_for) = unescape(&bytes[at..]).unwrap_or((1, u32::from(bytes[at])));
                let place = places[at].start..places[at + length - 1].end;
                match (length, char::from_u32(stands_for)) {
                    (2.., Some(stands_for)) => {
                        for byte in stands_for.encode_utf8(&mut [0; 4]).bytes() {
                            out.push(byte);
                            out_places.push(place.clone());
                        }
                    }
                    _ => {
                        out.push(bytes[at]);
                        out_places.push(place);
                    }
                }
                at += length;
            }
            if out.len() == bytes.len() {
                return None;
            }
            (bytes, places) = (out, out_places);
        }
        Some(Self { bytes, places, before })
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The document's byte before the first one.
    pub(super) fn before(&self) -> Option<u8> {
        self.before
    }

    /// Where a byte stands in the document.
    pub(super) fn source(&self, index: usize) -> Range<usize> {
        self.places[index].clone()
    }
}

/// How long the escape at the beginning is, and which character it stands for.
fn unescape(bytes: &[u8]) -> Option<(usize, u32)> {
    match bytes {
        [b'\\', b'u', rest @ ..] => Some((6, number(rest.get(..4)?, 16)?)),
        [b'\\', b'n', ..] => Some((2, u32::from(b'\n'))),
        [b'\\', b'r', ..] => Some((2, u32::from(b'\r'))),
        [b'\\', b't', ..] => Some((2, u32::from(b'\t'))),
        [b'\\', byte @ (b'"' | b'\\' | b'/' | b'\''), ..] => Some((2, u32::from(*byte))),
        [b'%', rest @ ..] => Some((3, number(rest.get(..2)?, 16).filter(u32_is_ascii)?)),
        [b'&', rest @ ..] => entity(rest),
        _ => None,
    }
}

fn u32_is_ascii(number: &u32) -> bool {
    *number < 128
}

fn entity(rest: &[u8]) -> Option<(usize, u32)> {
    const LONGEST: usize = 12;
    let end = rest.iter().take(LONGEST).position(|byte| *byte == b';')?;
    let stands_for = match rest.get(..end)? {
        b"lt" => u32::from(b'<'),
        b"gt" => u32::from(b'>'),
        b"amp" => u32::from(b'&'),
        b"quot" => u32::from(b'"'),
        b"apos" => u32::from(b'\''),
        [b'#', b'x' | b'X', digits @ ..] => number(digits, 16)?,
        [b'#', digits @ ..] => number(digits, 10)?,
        _ => return None,
    };
    Some((end + 2, stands_for))
}

fn number(digits: &[u8], radix: u32) -> Option<u32> {
    let text = std::str::from_utf8(digits).ok()?;
    if text.bytes().all(|byte| byte.is_ascii_hexdigit()) { u32::from_str_radix(text, radix).ok() } else { None }
}
