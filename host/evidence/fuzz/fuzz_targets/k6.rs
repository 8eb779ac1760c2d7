//! The reader of `k6`.
#![no_main]

tidegate_evidence_fuzz::reads!("k6");
