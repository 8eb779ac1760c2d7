//! The reader of `axe`.
#![no_main]

tidegate_evidence_fuzz::reads!("axe");
