//! Receipts in the text form of C2SP tlog-proof: a leaf's index, its way to the root, and the checkpoint with that root.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use std::fmt::Write as _;
use tidegate_core::digest::Digest;

/// The receipt; nothing extra is in it, so whoever verifies it has the leaf from elsewhere.
pub(crate) fn text(index: u64, path: &[Digest], checkpoint: &str) -> String {
    let mut text = format!("c2sp.org/tlog-proof@v1\nindex {index}\n");
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

    /// The vectors of the format's Go implementation, without those with extra data.
    #[test]
    fn receipts_are_the_published_ones() {
        let path = [Digest::of(b"hash1"), Digest::of(b"hash2")];
        assert_eq!(
            text(5, &path, "test checkpoint\n"),
            "c2sp.org/tlog-proof@v1\nindex 5\nrzFuy5Go7nrpkhBwKy1HWPMM3eO/YePY54fXRoH5Cm4=\n\
             5784L25ZFbP4hhm4ZiI+vx1RxMUyHMzeLp/3AKMlkIY=\n\ntest checkpoint\n"
        );
        assert_eq!(text(0, &[], "checkpoint\n"), "c2sp.org/tlog-proof@v1\nindex 0\n\ncheckpoint\n");
    }
}
