//! The reader of `trx`.
#![no_main]

tidegate_evidence_fuzz::reads!("trx");
