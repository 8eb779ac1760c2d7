//! Names of decisions and traces.

use std::{fmt, str::FromStr, sync::Arc};

/// Bytes of a decision's id, at most.
pub const DECISION_ID_BYTES_MAX: usize = 64;

/// The id of one decision: letters, digits, `-` and `_`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DecisionId(Arc<str>);

/// The id of a distributed trace: 32 lower-case hexadecimal digits, not all zero.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TraceId(u128);

/// A text that is not an id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{}` is not {what}: expected {expected}", text.escape_debug())]
pub struct IdError {
    /// The kind of id that was asked for.
    pub what: &'static str,
    /// What one looks like.
    pub expected: &'static str,
    /// The text given, cut after 80 characters.
    pub text: String,
}

impl DecisionId {
    /// Reads an id of 1 to 64 letters, digits, `-` and `_`.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        let fits = !text.is_empty() && text.len() <= DECISION_ID_BYTES_MAX;
        if fits && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_')) {
            return Ok(Self(Arc::from(text)));
        }
        Err(IdError {
            what: "a decision id",
            expected: "1 to 64 letters, digits, `-` and `_`",
            text: text.chars().take(80).collect(),
        })
    }

    /// One that is as long as any.
    pub(crate) fn widest() -> Self {
        Self("0".repeat(DECISION_ID_BYTES_MAX).into())
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TraceId {
    /// One that is as long as any.
    pub(crate) fn widest() -> Self {
        Self(u128::MAX)
    }

    /// Reads 32 lower-case hexadecimal digits, not all zero.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        let lower = text.len() == 32 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        match u128::from_str_radix(text, 16) {
            Ok(id) if lower && id != 0 => Ok(Self(id)),
            _ => Err(IdError {
                what: "a trace id",
                expected: "32 lower-case hexadecimal digits, not all zero",
                text: text.chars().take(80).collect(),
            }),
        }
    }
}

impl TraceId {
    /// As protocols carry it.
    #[must_use]
    pub fn bytes(self) -> [u8; 16] {
        self.0.to_be_bytes()
    }
}

impl fmt::Display for DecisionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for DecisionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", &*self.0)
    }
}

impl fmt::Display for TraceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl fmt::Debug for TraceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for DecisionId {
    type Err = IdError;
    fn from_str(text: &str) -> Result<Self, IdError> {
        Self::parse(text)
    }
}

impl FromStr for TraceId {
    type Err = IdError;
    fn from_str(text: &str) -> Result<Self, IdError> {
        Self::parse(text)
    }
}

#[cfg(test)]
mod tests {
    use super::{DecisionId, TraceId};

    #[test]
    fn ids_are_read_as_they_are_written() {
        let id = "0192f6a0-7c1e-7b3a-9d55-0123456789ab";
        assert_eq!(DecisionId::parse(id).unwrap().to_string(), id);
        let trace = "000651916cd43dd8448eb211c80319c0";
        assert_eq!(TraceId::parse(trace).unwrap().to_string(), trace);
    }

    #[test]
    fn other_texts_are_refused() {
        for text in ["", "a b", "a/b", "é", &"a".repeat(65)] {
            assert!(DecisionId::parse(text).is_err(), "{text}");
        }
        for text in ["", &"0".repeat(32), &"A".repeat(32), &"a".repeat(31), "+0651916cd43dd8448eb211c80319c00"] {
            assert!(TraceId::parse(text).is_err(), "{text}");
        }
    }
}
