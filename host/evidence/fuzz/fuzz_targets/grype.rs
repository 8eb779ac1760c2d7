//! The reader of `grype`.
#![no_main]

tidegate_evidence_fuzz::reads!("grype");
