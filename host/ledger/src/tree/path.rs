//! From a leaf to the root, as somebody does who has nothing but the way.

use super::parent;
use tidegate_core::digest::Digest;

/// The root that a leaf's hash and its path make in a tree of that size (RFC 9162, 2.1.3.2); none if the path is of another length.
pub(crate) fn root(leaf: Digest, index: u64, size: u64, path: &[Digest]) -> Option<Digest> {
    let (mut node, mut last) = (index, size.checked_sub(1)?);
    if node > last {
        return None;
    }
    let mut hash = leaf;
    for beside in path {
        if last == 0 {
            return None;
        }
        if node % 2 == 1 || node == last {
            hash = parent(beside, &hash);
            // The last of its level has no neighbour until it is a right child.
            while node != 0 && node.is_multiple_of(2) {
                (node, last) = (node / 2, last / 2);
            }
        } else {
            hash = parent(&hash, beside);
        }
        (node, last) = (node / 2, last / 2);
    }
    (last == 0).then_some(hash)
}
