//! The reader of `measurements`.
#![no_main]

tidegate_evidence_fuzz::reads!("measurements");
