//! Receipts in the text form of C2SP tlog-proof: a leaf, its index, its way to the root, and the checkpoint with that root.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use std::fmt::Write as _;
use tidegate_core::digest::Digest;

/// The receipt. The leaf is its extra data, which nothing vouches for by itself: whoever verifies the receipt hashes it, and then the
/// way to the root vouches for it.
pub(crate) fn text(leaf: &str, index: u64, path: &[Digest], checkpoint: &str) -> String {
    let extra = BASE64_STANDARD.encode(leaf);
    let mut text = format!("c2sp.org/tlog-proof@v1\nextra {extra}\nindex {index}\n");
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
