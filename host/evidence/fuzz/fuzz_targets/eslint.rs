//! The reader of `eslint`.
#![no_main]

tidegate_evidence_fuzz::reads!("eslint");
