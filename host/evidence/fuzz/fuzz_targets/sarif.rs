//! The reader of `sarif`.
#![no_main]

tidegate_evidence_fuzz::reads!("sarif");
