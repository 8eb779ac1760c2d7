//! Changes documents the way that a fuzzer does, the same way in every run.

/// Bytes of a changed document, at most.
const BYTES_MAX: usize = 1 << 14;

/// What documents are made of.
const PIECES: [&[u8]; 32] = [
    b"<",
    b"/>",
    b"\"",
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b":",
    b"0",
    b"-",
    b"null",
    b"true",
    b"1e400",
    b"-0.0",
    b"18446744073709551616",
    b"99999999999999999999",
    b"\\u0000",
    b"\\ud800",
    b"<![CDATA[",
    b"]]>",
    b"<!--",
    b"&lt;",
    b"&#x10FFFF;",
    b"</a>",
    b" a='b'",
    b"\xEF\xBB\xBF",
    b"\xC3\xA9",
    b"\0",
    b"\n",
    b"\xE2\x80\xAE",
    b"\x1B[31m",
];

pub(crate) struct Mutator {
    seeds: Vec<Vec<u8>>,
    state: u64,
}

impl Mutator {
    /// Over these documents; another salt gives other changes.
    pub(crate) fn new(seeds: Vec<Vec<u8>>, salt: &str) -> Self {
        assert!(!seeds.is_empty(), "{salt}: nothing to change");
        let state = salt.bytes().fold(0x9E37_79B9_7F4A_7C15, |state: u64, byte| {
            state.rotate_left(7).wrapping_mul(0x100_0000_01B3) ^ u64::from(byte)
        });
        Self { seeds, state: state | 1 }
    }

    /// One of the documents with one to four changes.
    pub(crate) fn changed(&mut self) -> Vec<u8> {
        let seed = self.below(self.seeds.len());
        let mut bytes = self.seeds[seed].clone();
        for _ in 0..=self.below(4) {
            self.change(&mut bytes);
            bytes.truncate(BYTES_MAX);
        }
        bytes
    }

    fn change(&mut self, bytes: &mut Vec<u8>) {
        let (from, to) = self.span(bytes.len());
        match self.below(8) {
            0 => {
                if let Some(byte) = bytes.get_mut(from) {
                    *byte ^= 1 << self.below(8);
                }
            }
            1 => bytes.truncate(from),
            2 => {
                bytes.drain(from..to);
            }
            3 => {
                let part = bytes[from..to].to_vec();
                bytes.splice(to..to, part);
            }
            4 => {
                let (seed, at) = (self.below(self.seeds.len()), self.below(bytes.len() + 1));
                let (from, to) = self.span(self.seeds[seed].len());
                let part = self.seeds[seed][from..to].to_vec();
                bytes.splice(at..at, part);
            }
            5 => self.digits(bytes),
            _ => {
                let piece = PIECES[self.below(PIECES.len())];
                let end = if self.below(2) == 0 { from } else { to.min(from + piece.len()) };
                bytes.splice(from..end, piece.iter().copied());
            }
        }
    }

    /// Another number where there is one: most documents stay what they are.
    fn digits(&mut self, bytes: &mut [u8]) {
        let digits: Vec<usize> = (0..bytes.len()).filter(|at| bytes[*at].is_ascii_digit()).collect();
        if digits.is_empty() {
            return;
        }
        for _ in 0..4 {
            let at = digits[self.below(digits.len())];
            bytes[at] = b"0123456789"[self.below(10)];
        }
    }

    /// A part of so many bytes: mostly a short one.
    fn span(&mut self, length: usize) -> (usize, usize) {
        let from = self.below(length + 1);
        let longest = if self.below(4) == 0 { length - from } else { (length - from).min(32) };
        (from, from + self.below(longest + 1))
    }

    fn below(&mut self, bound: usize) -> usize {
        // xorshift64*
        self.state ^= self.state >> 12;
        self.state ^= self.state << 25;
        self.state ^= self.state >> 27;
        let drawn = self.state.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33;
        usize::try_from(drawn).unwrap_or(0) % bound.max(1)
    }
}
