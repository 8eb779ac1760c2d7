//! The reader of `cobertura`.
#![no_main]

tidegate_evidence_fuzz::reads!("cobertura");
