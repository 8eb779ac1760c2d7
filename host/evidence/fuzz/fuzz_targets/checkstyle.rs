//! The reader of `checkstyle`.
#![no_main]

tidegate_evidence_fuzz::reads!("checkstyle");
