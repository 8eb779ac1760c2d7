//! Counts and bounds what an instance takes.

use crate::stop::Stop;
use wasmtime::ResourceLimiter;

/// Entries of one table; a table holds a plugin's function pointers: some 5,700 in Python, 7,700 in JavaScript.
pub(crate) const TABLE_ELEMENTS_MAX: usize = 16 * 1024;

/// What one instance took.
pub(crate) struct Meter {
    allowed: usize,
    now: usize,
    peak: usize,
    grew: bool,
}

impl Meter {
    /// Nothing taken yet.
    pub(crate) fn new(allowed: u64) -> Self {
        Self { allowed: usize::try_from(allowed).unwrap_or(usize::MAX), now: 0, peak: 0, grew: false }
    }

    /// The most there was at any time, in bytes.
    pub(crate) fn peak(&self) -> u64 {
        self.peak as u64
    }

    /// Whether it asked for more than it began with.
    pub(crate) fn grew(&self) -> bool {
        self.grew
    }
}

impl ResourceLimiter for Meter {
    fn memory_growing(&mut self, current: usize, desired: usize, maximum: Option<usize>) -> wasmtime::Result<bool> {
        // A plugin's own maximum is its own affair: it is told, as the language says.
        if maximum.is_some_and(|maximum| desired > maximum) {
            return Ok(false);
        }
        let used = self.now.saturating_sub(current).saturating_add(desired);
        if used > self.allowed {
            return Err(Stop::Memory { used: used as u64, allowed: self.allowed as u64 }.into());
        }
        self.grew |= current > 0;
        self.now = used;
        self.peak = self.peak.max(used);
        Ok(true)
    }

    fn table_growing(&mut self, _current: usize, desired: usize, _maximum: Option<usize>) -> wasmtime::Result<bool> {
        if desired > TABLE_ELEMENTS_MAX {
            return Err(Stop::TooMuch {
                what: "entries of a table",
                used: desired as u64,
                allowed: TABLE_ELEMENTS_MAX as u64,
            }
            .into());
        }
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::Meter;
    use wasmtime::ResourceLimiter as _;

    #[test]
    fn a_refusal_says_both_numbers() {
        let mut meter = Meter::new(1000);
        assert!(meter.memory_growing(0, 600, None).unwrap());
        let error = meter.memory_growing(600, 1001, None).unwrap_err().to_string();
        assert_eq!(error, "memory: 1001 bytes used, 1000 allowed");
        assert_eq!((meter.peak(), meter.grew()), (600, false));
    }

    #[test]
    fn memories_are_counted_together() {
        let mut meter = Meter::new(1000);
        assert!(meter.memory_growing(0, 600, None).unwrap());
        assert!(meter.memory_growing(0, 500, None).is_err());
        assert!(meter.memory_growing(600, 900, None).unwrap());
        assert_eq!((meter.peak(), meter.grew()), (900, true));
    }

    #[test]
    fn a_plugins_own_maximum_is_not_a_fault() {
        assert!(!Meter::new(1000).memory_growing(100, 300, Some(200)).unwrap());
    }
}
