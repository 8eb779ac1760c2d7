//! The reader of `github-reviews`.
#![no_main]

tidegate_evidence_fuzz::reads!("github-reviews");
