//! The reader of `ab`.
#![no_main]

tidegate_evidence_fuzz::reads!("ab");
