//! The reader of `spdx`.
#![no_main]

tidegate_evidence_fuzz::reads!("spdx");
