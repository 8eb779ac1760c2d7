//! The reader of `openvex`.
#![no_main]

tidegate_evidence_fuzz::reads!("openvex");
