//! The reader of `in-toto`.
#![no_main]

tidegate_evidence_fuzz::reads!("in-toto");
