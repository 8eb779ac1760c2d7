//! The reader of `opaque`.
#![no_main]

tidegate_evidence_fuzz::reads!("opaque");
