//! The reader of `lighthouse`.
#![no_main]

tidegate_evidence_fuzz::reads!("lighthouse");
