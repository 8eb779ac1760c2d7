//! The reader of `sonarqube`.
#![no_main]

tidegate_evidence_fuzz::reads!("sonarqube");
