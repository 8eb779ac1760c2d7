//! Writes all over its memory, and first says how much of it was not zero: whatever an earlier instance has left.

use tidegate_sdk::{
    describe::Description,
    evidence::Evidence,
    export_gate,
    gate::{Failure, Gate, Request},
    report::Report,
};

/// The plugin.
#[derive(Debug)]
pub struct ScribblesMemory;

impl Gate for ScribblesMemory {
    type Settings = ();

    fn describe() -> Description {
        let summary = "Writes all over its memory and says what it found there.";
        Description::new("scribbles-memory", "0.1.0", summary, r#"{"type": "null"}"#)
    }

    fn evaluate(_request: &Request<()>, _evidence: &Evidence) -> Result<Report, Failure> {
        let found = memory::count_and_scribble();
        let left = memory::count_and_scribble();
        Ok(Report::of(vec![], None).summary(format!("found {found}, left {left}")))
    }
}

export_gate!(ScribblesMemory);

#[cfg(target_arch = "wasm32")]
mod memory {
    #![expect(unsafe_code, reason = "it looks at memory that nobody has written yet")]

    use core::{arch::wasm32::memory_grow, cell::UnsafeCell, ptr};
    use std::sync::OnceLock;

    const PAGE_BYTES: usize = 1 << 16;
    const WORD_BYTES: usize = 8;
    /// More than a pool keeps resident between two instances.
    const STATIC_BYTES: usize = 8 << 20;
    const GROWN_PAGES: usize = 128;

    #[repr(align(8))]
    struct Zeros(UnsafeCell<[u8; STATIC_BYTES]>);

    // SAFETY: an instance has one thread.
    unsafe impl Sync for Zeros {}

    static ZEROS: Zeros = Zeros(UnsafeCell::new([0; STATIC_BYTES]));
    static GROWN: OnceLock<usize> = OnceLock::new();

    /// Bytes that are not zero, in memory that was there from the beginning and in memory that was added; then none is zero.
    pub(super) fn count_and_scribble() -> usize {
        let grown = *GROWN.get_or_init(|| memory_grow::<0>(GROWN_PAGES) * PAGE_BYTES);
        let parts = [
            (ZEROS.0.get().cast::<u64>(), STATIC_BYTES),
            (ptr::with_exposed_provenance_mut(grown), GROWN_PAGES * PAGE_BYTES),
        ];
        let mut count = 0;
        for (start, bytes) in parts {
            for offset in 0..bytes / WORD_BYTES {
                // SAFETY: both parts belong to this instance, are that long and aligned, and nobody else uses them.
                unsafe {
                    let word = start.add(offset);
                    count += word.read_volatile().to_ne_bytes().into_iter().filter(|byte| *byte != 0).count();
                    word.write_volatile(u64::from_ne_bytes([0xa5; WORD_BYTES]));
                }
            }
        }
        count
    }
}

#[cfg(not(target_arch = "wasm32"))]
mod memory {
    /// Natively there is no instance before this one.
    pub(super) fn count_and_scribble() -> usize {
        0
    }
}
