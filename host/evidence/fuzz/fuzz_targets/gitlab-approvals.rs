//! The reader of `gitlab-approvals`.
#![no_main]

tidegate_evidence_fuzz::reads!("gitlab-approvals");
