//! What the gate is told when it starts, resolved from the configuration.

use crate::http::admission::Shares;
use std::{collections::BTreeSet, sync::Arc, time::Duration};
use tidegate_ledger::{cosignature::Witness, retention::Retention};

/// Limits and words of the gate itself; plugins' limits belong to the engine.
#[derive(Debug, Clone)]
pub struct GateSettings {
    /// Where people reach this gate, for links in answers.
    pub public_url: Option<String>,
    /// Whether whoever brings no token may ask all the same: for development.
    pub dev: bool,
    /// Whether it listens on more than the loopback interface.
    pub beyond_this_machine: bool,
    /// Bytes of a request's address and headers.
    pub header_bytes: usize,
    /// Bytes of one request.
    pub request_bytes: u64,
    /// Time for one request's body to arrive.
    pub body_time: Duration,
    /// Limits of reading documents and archives.
    pub read: tidegate_evidence::Limits,
    /// Bytes of all documents of one deployment, unpacked.
    pub evidence_bytes: u64,
    /// Documents of one deployment.
    pub documents_max: usize,
    /// Wall clock of one decision.
    pub decision_deadline: Duration,
    /// Requests worked on and waiting, and what of them is one caller's.
    pub shares: Shares,
    /// How long an upload is kept that no decision names.
    pub unreferenced_after: Duration,
    /// How long bodies are kept.
    pub retention: Retention,
    /// Whether span trees go to a collector.
    pub exports_spans: bool,
    /// Who outside says what they saw of the record.
    pub witnesses: Vec<Witness>,
    /// Contacts of policy sets of whom the configuration says where they are reached.
    pub routed: Arc<BTreeSet<String>>,
    /// Orders of which the configuration says how they are given.
    pub orders: Arc<BTreeSet<String>>,
    /// Bytes of parsed documents kept.
    pub parse_cache_bytes: u64,
}
