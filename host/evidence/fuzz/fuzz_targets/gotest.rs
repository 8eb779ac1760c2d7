//! The reader of `gotest`.
#![no_main]

tidegate_evidence_fuzz::reads!("gotest");
