//! The reader of `trivy`.
#![no_main]

tidegate_evidence_fuzz::reads!("trivy");
