//! Which trace a decision belongs to, and what its spans are called: made from its id, so that whoever knows the id knows them.

use crate::telemetry::context::RemoteParent;
use tidegate_core::digest::Digest;

/// Bytes of a trace's id.
pub const TRACE_BYTES: usize = 16;
/// Bytes of a span's id.
pub const SPAN_BYTES: usize = 8;

/// A decision's place among traces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trace {
    /// The decision's id.
    pub decision: String,
    /// The caller's trace, or one of the decision's own.
    pub id: [u8; TRACE_BYTES],
    /// The caller's span.
    pub parent: Option<[u8; SPAN_BYTES]>,
    /// What other tracing systems want passed on.
    pub state: String,
}

/// A decision that this one takes the place of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Linked {
    /// `retried`: asked again under the same key; `overridden`: refused before it was forced.
    pub kind: &'static str,
    /// Its id.
    pub decision: String,
    /// Its trace.
    pub trace: [u8; TRACE_BYTES],
}

impl Trace {
    /// Of the decision of this id, asked for by this caller.
    #[must_use]
    pub fn new(decision: &str, parent: Option<&RemoteParent>) -> Self {
        let own = || first(&digest("trace", decision, 0));
        Self {
            decision: decision.to_owned(),
            id: parent.map_or_else(own, RemoteParent::trace_bytes),
            parent: parent.map(RemoteParent::span_bytes),
            state: parent.map(RemoteParent::state).unwrap_or_default(),
        }
    }

    /// The id of its n-th span.
    #[must_use]
    pub fn span(&self, number: usize) -> [u8; SPAN_BYTES] {
        span_of(&self.decision, number)
    }

    /// As 32 hexadecimal digits.
    #[must_use]
    pub fn hex(&self) -> String {
        hex(&self.id)
    }
}

impl Linked {
    /// The span of its decision.
    #[must_use]
    pub fn span(&self) -> [u8; SPAN_BYTES] {
        span_of(&self.decision, DECISION)
    }
}

/// The number of the request's span.
pub const REQUEST: usize = 0;
/// The number of the decision's span.
pub const DECISION: usize = 1;

fn span_of(decision: &str, number: usize) -> [u8; SPAN_BYTES] {
    first(&digest("span", decision, number))
}

fn digest(of: &str, decision: &str, number: usize) -> Digest {
    Digest::of(format!("tidegate {of} {number} {decision}").as_bytes())
}

/// The first bytes of a digest; one of zeros alone would be no id.
fn first<const N: usize>(digest: &Digest) -> [u8; N] {
    let mut bytes = [0; N];
    for (to, from) in bytes.iter_mut().zip(digest.as_bytes()) {
        *to = *from;
    }
    if bytes.iter().all(|byte| *byte == 0) {
        bytes.fill(1);
    }
    bytes
}

/// Lower-case hexadecimal digits.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
