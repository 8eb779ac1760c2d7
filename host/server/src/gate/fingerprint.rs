//! What a request asks, as one digest: a retry asks the same.

use crate::gate::submission::{Source, Submission, Upload};
use serde_json::json;
use tidegate_core::digest::Digest;

/// Equal for two requests exactly if they ask the same: deployment, documents by name and digest, skip, emergency.
#[must_use]
pub fn fingerprint(submission: &Submission) -> Digest {
    let mut evidence: Vec<serde_json::Value> = submission
        .evidence
        .iter()
        .map(|upload| json!([upload.name, upload_digest(upload), upload.format, upload.produced_at]))
        .collect();
    evidence.sort_by_key(ToString::to_string);
    let mut skip = submission.skip.clone();
    skip.sort();
    let canonical = json!({
        "deployment": submission.deployment,
        "evidence": evidence,
        "skip": skip,
        "emergency": submission.emergency,
    });
    // serde_json's maps are sorted by key, so equal values are equal bytes.
    Digest::of(canonical.to_string().as_bytes())
}

/// The digest of an upload, or what the caller wrote in place of one.
#[must_use]
pub fn upload_digest(upload: &Upload) -> String {
    match &upload.source {
        Source::Bytes(bytes) => Digest::of(bytes).to_string(),
        Source::Digest(text) => text.clone(),
    }
}
