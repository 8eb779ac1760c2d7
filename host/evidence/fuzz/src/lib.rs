//! What the targets share. One target a format; `detect` and `archive` beside them.

pub mod invariants;

#[doc(hidden)]
pub use libfuzzer_sys::fuzz_target;

/// A target for the reader of this name.
#[macro_export]
macro_rules! reads {
    ($format:literal) => {
        $crate::fuzz_target!(|bytes: &[u8]| $crate::invariants::of_reader($format, bytes));
    };
}
