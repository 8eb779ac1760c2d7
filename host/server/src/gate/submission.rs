//! What a caller handed in, whatever way it came: a form, JSON, or the command line.

use crate::api::request::{DeploymentRequestBody, EmergencyRequest};
use bytes::Bytes;

/// A question to the gate, not yet believed.
#[derive(Debug, Clone, Default)]
pub struct Submission {
    /// What is to be deployed.
    pub deployment: DeploymentRequestBody,
    /// Optional stages not to be judged.
    pub skip: Vec<String>,
    /// A wish to deploy all the same.
    pub emergency: Option<EmergencyRequest>,
    /// Documents and archives, in the caller's order.
    pub evidence: Vec<Upload>,
}

/// One document or archive as it was handed in.
#[derive(Debug, Clone)]
pub struct Upload {
    /// `name` or `name@service`.
    pub name: String,
    /// Where it stood in the request, for messages: a file's name, a form field, a JSON pointer.
    pub place: String,
    /// One of the formats; recognised by content when absent.
    pub format: Option<String>,
    /// When it was made, as the caller says; RFC 3339.
    pub produced_at: Option<String>,
    /// The bytes, or where the gate finds them.
    pub source: Source,
}

/// The bytes, or where the gate finds them.
#[derive(Debug, Clone)]
pub enum Source {
    /// By value.
    Bytes(Bytes),
    /// By digest of an earlier upload, `sha256:…`.
    Digest(String),
}
