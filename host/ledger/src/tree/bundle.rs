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

/// The leaf at this place of a bundle, where there is one.
pub(crate) fn leaf(mut bundle: &[u8], place: usize) -> Option<&str> {
    for passed in 0..=place {
        let (length, rest) = bundle.split_first_chunk::<2>()?;
        let (leaf, rest) = rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
        if passed == place {
            return std::str::from_utf8(leaf).ok();
        }
        bundle = rest;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{bytes, leaf};
    use crate::leaf_size::LEAF_BYTES_MAX;

    #[test]
    fn every_leaf_follows_its_length() {
        assert_eq!(bytes(["", "a", "bc"]).unwrap(), b"\0\0\0\x01a\0\x02bc");
        assert_eq!(bytes([]).unwrap(), b"");
    }

    #[test]
    fn a_leaf_is_found_by_its_place_and_none_beyond_the_last() {
        let bundle = bytes(["", "a", "bc"]).unwrap();
        assert_eq!([0, 1, 2, 3].map(|place| leaf(&bundle, place)), [Some(""), Some("a"), Some("bc"), None]);
        assert_eq!(leaf(&bundle[..bundle.len() - 1], 2), None);
    }

    #[test]
    fn the_longest_leaf_fits_and_no_longer_one() {
        let longest = "x".repeat(LEAF_BYTES_MAX);
        assert_eq!(bytes([longest.as_str()]).unwrap()[..3], *b"\xff\xffx");
        assert_eq!(bytes([format!("{longest}x").as_str()]), None);
    }
}
