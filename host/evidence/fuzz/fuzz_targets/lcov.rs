//! The reader of `lcov`.
#![no_main]

tidegate_evidence_fuzz::reads!("lcov");
