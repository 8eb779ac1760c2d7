//! Entry bundles of C2SP tlog-tiles: leaves, each after its length in two bytes, the higher one first.

/// These leaves as a bundle; none if one is longer than two bytes can say, which no leaf is.
pub(crate) fn bytes<'a>(leaves: impl IntoIterator<Item = &'a str>) -> Option<Vec<u8>> {
    let mut bundle = Vec::new();
    for leaf in leaves {
        bundle.extend(u16::try_from(leaf.len()).ok()?.to_be_bytes());
        bundle.extend(leaf.as_bytes());
    }
    Some(bundle)
}

#[cfg(test)]
mod tests {
    use super::bytes;
    use crate::leaf_size::LEAF_BYTES_MAX;

    #[test]
    fn every_leaf_follows_its_length() {
        assert_eq!(bytes(["", "a", "bc"]).unwrap(), b"\0\0\0\x01a\0\x02bc");
        assert_eq!(bytes([]).unwrap(), b"");
    }

    #[test]
    fn the_longest_leaf_fits_and_no_longer_one() {
        let longest = "x".repeat(LEAF_BYTES_MAX);
        assert_eq!(bytes([longest.as_str()]).unwrap()[..3], *b"\xff\xffx");
        assert_eq!(bytes([format!("{longest}x").as_str()]), None);
    }
}
