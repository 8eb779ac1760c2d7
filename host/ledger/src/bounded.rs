//! Serialisation under a limit: what is too large is refused before it fills the memory.

use serde::Serialize;
use std::io::{self, Write};

/// Why a value could not be written.
#[derive(Debug)]
pub(crate) enum BoundedError {
    /// Larger than allowed; at least so many bytes.
    TooLarge {
        used: usize,
    },
    Json(serde_json::Error),
}

struct Bounded {
    bytes: Vec<u8>,
    allowed: usize,
    needed: usize,
}

impl Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.needed = self.bytes.len().saturating_add(bytes.len());
        if self.needed > self.allowed {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The value as JSON, of at most `allowed` bytes.
pub(crate) fn to_json(value: &impl Serialize, allowed: usize) -> Result<Vec<u8>, BoundedError> {
    let mut bounded = Bounded { bytes: Vec::new(), allowed, needed: 0 };
    match serde_json::to_writer(&mut bounded, value) {
        Ok(()) => Ok(bounded.bytes),
        Err(error) if error.is_io() => Err(BoundedError::TooLarge { used: bounded.needed }),
        Err(error) => Err(BoundedError::Json(error)),
    }
}

/// How many bytes the value's JSON has.
pub(crate) fn json_len(value: &impl Serialize) -> Result<usize, serde_json::Error> {
    struct Count(usize);
    impl Write for Count {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0 = self.0.saturating_add(bytes.len());
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let mut count = Count(0);
    serde_json::to_writer(&mut count, value)?;
    Ok(count.0)
}
