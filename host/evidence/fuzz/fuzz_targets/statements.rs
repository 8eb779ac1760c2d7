//! The reader of `statements`.
#![no_main]

tidegate_evidence_fuzz::reads!("statements");
