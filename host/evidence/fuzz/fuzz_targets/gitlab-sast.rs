//! The reader of `gitlab-sast`.
#![no_main]

tidegate_evidence_fuzz::reads!("gitlab-sast");
