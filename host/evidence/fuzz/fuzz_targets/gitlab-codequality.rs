//! The reader of `gitlab-codequality`.
#![no_main]

tidegate_evidence_fuzz::reads!("gitlab-codequality");
