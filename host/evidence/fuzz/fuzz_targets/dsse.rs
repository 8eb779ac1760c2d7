//! The reader of `dsse`.
#![no_main]

tidegate_evidence_fuzz::reads!("dsse");
