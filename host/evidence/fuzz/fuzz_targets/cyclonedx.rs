//! The reader of `cyclonedx`.
#![no_main]

tidegate_evidence_fuzz::reads!("cyclonedx");
