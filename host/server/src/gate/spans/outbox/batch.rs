//! How much is sent at once.

use tidegate_ledger::spans::SpanTree;

/// Trees of a batch, at most.
const TREES_MAX: u32 = 64;
/// Bytes of a batch, at most; one tree alone is within them.
pub(super) const BYTES_MAX: usize = 1 << 20;

/// How much is sent at once: less after a refusal, to find what is refused.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Sizes {
    /// Trees.
    pub(super) trees: u32,
}

impl Default for Sizes {
    fn default() -> Self {
        Self { trees: TREES_MAX }
    }
}

impl Sizes {
    /// Half of what was sent.
    pub(super) fn halve(&mut self, sent: usize) {
        self.trees = u32::try_from(sent / 2).unwrap_or(TREES_MAX).max(1);
    }

    /// Twice as many, up to the bound.
    pub(super) fn grow(&mut self) {
        self.trees = self.trees.saturating_mul(2).min(TREES_MAX);
    }
}

/// One request of many trees. Each is a message with one repeated field, and so is the request: put after each other they are one.
pub(super) fn body(trees: &[SpanTree]) -> Vec<u8> {
    trees.iter().filter_map(|tree| tree.bytes.as_deref()).flatten().copied().collect()
}
