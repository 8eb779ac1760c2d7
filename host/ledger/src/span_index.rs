//! What is searched for in a span tree: its spans and their attributes as rows, made from the tree's bytes alone.
//!
//! **Invariant:** the same bytes are the same rows, whatever else there is: ids of keys and values follow from what they stand for.

pub(crate) mod flatten;
pub mod key;
pub(crate) mod profile;
pub mod value;

use key::Key;
use std::collections::{BTreeMap, BTreeSet};
use value::Value;

/// Spans of one tree that are indexed, at most: their places take 16 bits of a span's number.
pub(crate) const SPANS_MAX: usize = 1 << PLACE_BITS;
/// Bits of a span's number that are its place within the tree.
pub(crate) const PLACE_BITS: u32 = 16;
/// Bytes of a tree that is indexed, at most; the gate's own are a quarter of that.
pub(crate) const TREE_BYTES_MAX: usize = 1 << 20;

/// The number of the first span of a leaf's tree.
pub(crate) fn first_of(leaf_index: u64) -> u64 {
    leaf_index << PLACE_BITS
}

/// A tree, ready to be written under the leaf that names it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Indexed {
    /// 32 hexadecimal digits.
    pub(crate) trace_id: String,
    pub(crate) root_service: String,
    pub(crate) root_name: String,
    pub(crate) start_ns: i64,
    pub(crate) duration_ns: i64,
    /// At least one.
    pub(crate) spans: Vec<SpanRow>,
    pub(crate) keys: BTreeMap<i64, Key>,
    pub(crate) values: BTreeMap<i64, Value>,
    /// Key, place of the span, value.
    pub(crate) uses: BTreeSet<(i64, u64, i64)>,
}

/// A span; its place is that in [`Indexed::spans`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SpanRow {
    /// The place of the first span under the same resource and scope.
    pub(crate) part: u64,
    /// Hexadecimal digits.
    pub(crate) span_id: String,
    /// Hexadecimal digits; empty where there is no parent.
    pub(crate) parent_id: String,
    pub(crate) name: String,
    pub(crate) kind: i32,
    pub(crate) status: i32,
    pub(crate) start_ns: i64,
    pub(crate) duration_ns: i64,
}
