//! Receipts in the text form of C2SP tlog-proof: a leaf, its index, its way to the root, and the checkpoint with that root.

use crate::{
    checkpoint::{self, CheckpointError, Kept},
    leaf,
    note::{NOTE_BYTES_MAX, Verifier},
    proof::TreeHead,
    tree::path,
};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use std::fmt::Write as _;
use tidegate_core::digest::Digest;

/// A receipt's bytes, at most: a leaf and its way beside the note.
const RECEIPT_BYTES_MAX: usize = NOTE_BYTES_MAX + (128 << 10);
/// Hashes of the longest way there can be.
const PATH_MAX: usize = 64;
const HEAD: &str = "c2sp.org/tlog-proof@v1";

/// What a receipt proves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proven {
    /// The leaf, as it was recorded.
    pub leaf: String,
    /// Its index.
    pub index: u64,
    /// The tree of the checkpoint that it is in.
    pub tree: TreeHead,
}

/// Why a receipt proves nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReceiptError {
    /// It is larger than receipts may be.
    #[error("a receipt of {used} bytes, {allowed} allowed")]
    TooLarge {
        /// Its bytes.
        used: usize,
        /// Bytes allowed.
        allowed: usize,
    },
    /// It is no receipt, or none of a leaf.
    #[error("it is not a receipt: {what}")]
    Malformed {
        /// What is wrong with it.
        what: &'static str,
    },
    /// Its checkpoint does not count.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// Its leaf is not where it says.
    #[error("the leaf is not the one at index {index} of {size} leaves")]
    OtherLeaf {
        /// As it says.
        index: u64,
        /// As its checkpoint says.
        size: u64,
    },
}

/// Verifies a receipt with nothing but the public key of the ledger's checkpoints.
pub fn verified(receipt: &str, verifier: &Verifier) -> Result<Proven, ReceiptError> {
    let malformed = |what| ReceiptError::Malformed { what };
    if receipt.len() > RECEIPT_BYTES_MAX {
        return Err(ReceiptError::TooLarge { used: receipt.len(), allowed: RECEIPT_BYTES_MAX });
    }
    let (proof, note) = receipt.split_once("\n\n").ok_or_else(|| malformed("no checkpoint follows an empty line"))?;
    let mut lines = proof.split('\n');
    if lines.next() != Some(HEAD) {
        return Err(malformed("its first line is another one"));
    }
    let extra = lines.next().and_then(|line| line.strip_prefix("extra "));
    let extra = extra.and_then(|extra| BASE64_STANDARD.decode(extra).ok());
    let leaf = extra.and_then(|leaf| String::from_utf8(leaf).ok()).ok_or_else(|| malformed("it holds no leaf"))?;
    let stated = lines.next().and_then(|line| line.strip_prefix("index ")).unwrap_or_default();
    let index: u64 = stated.parse().map_err(|_| malformed("it has no index"))?;
    if index.to_string() != stated {
        return Err(malformed("its index is not written in the one way"));
    }
    let hash = |line| Some(Digest::from_bytes(BASE64_STANDARD.decode(line).ok()?.try_into().ok()?));
    let way: Option<Vec<Digest>> = lines.take(PATH_MAX + 1).map(hash).collect();
    let way = way.filter(|way| way.len() <= PATH_MAX).ok_or_else(|| malformed("its way is not made of hashes"))?;
    let tree = checkpoint::verified(verifier, note, &Kept::InReceipt)?;
    if path::root(leaf::hash(leaf.as_bytes()), index, tree.size, &way) != Some(tree.root) {
        return Err(ReceiptError::OtherLeaf { index, size: tree.size });
    }
    Ok(Proven { leaf, index, tree })
}

/// The receipt. The leaf is its extra data, which nothing vouches for by itself: whoever verifies the receipt hashes it, and then the
/// way to the root vouches for it.
pub(crate) fn text(leaf: &str, index: u64, path: &[Digest], checkpoint: &str) -> String {
    let extra = BASE64_STANDARD.encode(leaf);
    let mut text = format!("{HEAD}\nextra {extra}\nindex {index}\n");
    for hash in path {
        let _ = writeln!(text, "{}", BASE64_STANDARD.encode(hash.as_bytes()));
    }
    text.push('\n');
    text.push_str(checkpoint);
    text
}

#[cfg(test)]
mod tests {
    use super::text;
    use tidegate_core::digest::Digest;

    /// The vector of the format's Go implementation that has extra data, and one with a longer path.
    #[test]
    fn receipts_are_the_published_ones() {
        let path = [Digest::of(b"hash1"), Digest::of(b"hash2")];
        assert_eq!(
            text("extra information", 10, &path[..1], "checkpoint data\n"),
            "c2sp.org/tlog-proof@v1\nextra ZXh0cmEgaW5mb3JtYXRpb24=\nindex 10\n\
             rzFuy5Go7nrpkhBwKy1HWPMM3eO/YePY54fXRoH5Cm4=\n\ncheckpoint data\n"
        );
        assert_eq!(
            text("", 5, &path, "test checkpoint\n"),
            "c2sp.org/tlog-proof@v1\nextra \nindex 5\nrzFuy5Go7nrpkhBwKy1HWPMM3eO/YePY54fXRoH5Cm4=\n\
             5784L25ZFbP4hhm4ZiI+vx1RxMUyHMzeLp/3AKMlkIY=\n\ntest checkpoint\n"
        );
    }
}
