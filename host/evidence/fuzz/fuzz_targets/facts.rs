//! The reader of `facts`.
#![no_main]

tidegate_evidence_fuzz::reads!("facts");
