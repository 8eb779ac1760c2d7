//! The search for a format, and the reader that it finds.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| tidegate_evidence_fuzz::invariants::of_detection(bytes));
