//! What unpacks archives.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| tidegate_evidence_fuzz::invariants::of_archives(bytes));
