//! Ways through the tree, as somebody follows them who has nothing else: from a leaf to the root, and from an older tree to a newer one.

use super::parent;
use crate::proof::TreeHead;
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

/// Whether these hashes show that the new tree begins with the old one (RFC 9162, 2.1.4.2). Every tree begins with the one of no leaf.
pub(crate) fn leads_on(old: &TreeHead, new: &TreeHead, path: &[Digest]) -> bool {
    if old.size == 0 || old.size >= new.size {
        let empty = old.size == 0 && old.root == Digest::of(b"");
        return path.is_empty() && (empty || old == new);
    }
    let (mut node, mut last) = (old.size - 1, new.size - 1);
    while node % 2 == 1 {
        (node, last) = (node / 2, last / 2);
    }
    // Where the old tree is full, its root is where the way begins.
    let mut way = old.size.is_power_of_two().then_some(&old.root).into_iter().chain(path);
    let Some(first) = way.next() else { return false };
    let (mut older, mut newer) = (*first, *first);
    for beside in way {
        if last == 0 {
            return false;
        }
        if node % 2 == 1 || node == last {
            (older, newer) = (parent(beside, &older), parent(beside, &newer));
            while node != 0 && node.is_multiple_of(2) {
                (node, last) = (node / 2, last / 2);
            }
        } else {
            newer = parent(&newer, beside);
        }
        (node, last) = (node / 2, last / 2);
    }
    last == 0 && older == old.root && newer == new.root
}
