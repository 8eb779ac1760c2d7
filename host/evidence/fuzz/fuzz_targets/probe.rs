//! The reader of `probe`.
#![no_main]

tidegate_evidence_fuzz::reads!("probe");
