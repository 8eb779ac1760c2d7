//! The reader of `junit`.
#![no_main]

tidegate_evidence_fuzz::reads!("junit");
