//! The reader of `jacoco`.
#![no_main]

tidegate_evidence_fuzz::reads!("jacoco");
