//! Which parts of the tree a proof consists of, in the order in which RFC 6962 gives their hashes.

use super::Node;
use std::ops::Range;

/// The largest power of two below `count`, which is at least two.
fn split(count: u64) -> u64 {
    1 << (count - 1).ilog2()
}

/// The path from a leaf to the root of a tree of that size (section 2.1.1), the leaf's neighbour first.
pub(crate) fn inclusion(index: u64, size: u64) -> Vec<Range<u64>> {
    let (mut start, mut end, mut path) = (0, size, Vec::new());
    while end - start > 1 {
        let middle = start + split(end - start);
        if index < middle {
            path.push(middle..end);
            end = middle;
        } else {
            path.push(start..middle);
            start = middle;
        }
    }
    path.reverse();
    path
}

/// What shows that a tree of the new size begins with one of the old size (section 2.1.2). Nothing, from a tree without leaves and to itself.
pub(crate) fn consistency(old: u64, new: u64) -> Vec<Range<u64>> {
    let (mut start, mut end, mut path) = (0, new, Vec::new());
    if old == 0 || old >= new {
        return path;
    }
    while old < end {
        let middle = start + split(end - start);
        if old <= middle {
            path.push(middle..end);
            end = middle;
        } else {
            path.push(start..middle);
            start = middle;
        }
    }
    // The old root itself is known to whoever asks.
    if start > 0 {
        path.push(start..end);
    }
    path.reverse();
    path
}

/// The full subtrees of a part of the tree that begins where its tallest may begin, the tallest first.
pub(crate) fn nodes(range: Range<u64>) -> Vec<Node> {
    let (mut start, mut nodes) = (range.start, Vec::new());
    while start < range.end {
        let height = (range.end - start).ilog2();
        nodes.push(Node { height, index: start >> height });
        start += 1 << height;
    }
    nodes
}
