//! The span tree of a decision, built from measured times: what the ledger keeps beside the record, what is shown, what is exported.
//!
//! Nothing here asks the machine for times, numbers or names: the same decision with the same times is the same bytes. Commit and response
//! lie outside of the tree, because its digest is in the leaf that is committed.
//!
//! **Invariant:** a caller's `traceparent` is joined, and its sampling flag hides nothing. **Invariant:** a refusal is no error. **Invariant:** the
//! tree has a largest size, and says what was left out.

mod afterwards;
mod attributes;
pub mod identity;
pub mod json;
mod links;
pub(super) mod live;
pub mod moments;
pub mod outbox;
mod stage;
#[cfg(test)]
mod tests;
mod tree;

use crate::gate::{Gate, error::GateError, ruling::Ruled};
use identity::{Linked, Trace};
use moments::Moments;
use opentelemetry_proto::tonic::trace::v1::{Span, TracesData};
use prost::Message as _;
use tidegate_ledger::id::DecisionId;

/// Bytes of a tree, at most.
pub const TREE_BYTES_MAX: usize = 256 * 1024;

/// What a tree is built from.
#[derive(Debug, Clone, Copy)]
pub struct Told<'a> {
    /// Which decision, in which trace.
    pub trace: &'a Trace,
    /// What was decided, and what it cost.
    pub ruled: &'a Ruled,
    /// When what happened.
    pub moments: Moments,
    /// The decisions that it takes the place of.
    pub linked: &'a [Linked],
}

/// The tree as OTLP's `TracesData`, within [`TREE_BYTES_MAX`].
#[must_use]
pub fn encoded(told: Told<'_>) -> Vec<u8> {
    bounded(tree::spans(told), TREE_BYTES_MAX)
}

/// The tree as OTLP's JSON, whole: for whoever judges without a gate and looks at it once.
#[must_use]
pub fn shown(told: Told<'_>) -> serde_json::Value {
    json::traces(&tree::data(tree::spans(told)))
}

/// Leaves out what matters least until the rest fits: events, those of the last span first, then whole spans from the end. The first two
/// spans, the request and the decision, stay.
fn bounded(mut spans: Vec<Span>, allowed: usize) -> Vec<u8> {
    let mut cut = 0_i64;
    let mut used: usize = spans.iter().map(|span| span.encoded_len() + OVERHEAD).sum::<usize>() + RESOURCE;
    for span in spans.iter_mut().rev() {
        if used <= allowed {
            break;
        }
        let before = span.encoded_len();
        let dropped = span.events.len();
        span.events.clear();
        span.dropped_events_count =
            span.dropped_events_count.saturating_add(u32::try_from(dropped).unwrap_or(u32::MAX));
        cut += i64::try_from(dropped).unwrap_or(i64::MAX);
        used = used.saturating_sub(before.saturating_sub(span.encoded_len()));
    }
    while used > allowed && spans.len() > KEPT {
        let gone = spans.pop().map_or(0, |span| span.encoded_len() + OVERHEAD);
        used = used.saturating_sub(gone);
        cut += 1;
    }
    tree::note_cut(&mut spans, cut);
    tree::data(spans).encode_to_vec()
}

/// Spans that are never left out.
const KEPT: usize = 2;
/// Bytes around a span in its list, at most.
const OVERHEAD: usize = 8;
/// Bytes of resource, scope and the note of what was left out, at most.
const RESOURCE: usize = 1024;

impl Gate {
    /// The stored tree of a decision, as OTLP's JSON. None: there is no such decision, or none was kept with it.
    pub async fn trace(&self, id: &str) -> Result<Option<serde_json::Value>, GateError> {
        let Ok(id) = DecisionId::parse(id) else { return Ok(None) };
        let Some(stored) = self.ledger().decision(&id).await? else { return Ok(None) };
        let Some(digest) = stored.circumstances.spans else { return Ok(None) };
        let Some(bytes) = self.ledger().body(&digest).await? else {
            let removed = self.ledger().removed(&digest.to_string()).await?;
            let why = removed.map(|removed| format!(": {removed}")).unwrap_or_default();
            return Err(GateError::Gone(format!("the span tree of decision `{id}` is not kept any more{why}")));
        };
        let data = TracesData::decode(&*bytes).map_err(|error| GateError::Internal(format!("a span tree: {error}")))?;
        Ok(Some(json::traces(&data)))
    }
}
