//! Sizes of blocks that are given out again: arithmetic, nothing else.

/// Up to here, blocks are multiples of [`STEP`]; beyond, powers of two.
const FINE_MAX: usize = 1024;
/// The smallest block, and the alignment of every block.
pub const STEP: usize = 16;
/// How many sizes there are: the largest is 512 MiB.
pub const COUNT: usize = FINE_MAX / STEP + 19;

/// The size that holds so many bytes; `None`: no block that is given out again is that large, or aligned so.
#[must_use]
pub fn class_of(bytes: usize, align: usize) -> Option<usize> {
    if align > STEP {
        return None;
    }
    if bytes <= FINE_MAX {
        return Some(bytes.max(1).div_ceil(STEP) - 1);
    }
    let doublings = (bytes.checked_next_power_of_two()? / FINE_MAX).trailing_zeros() as usize;
    Some(FINE_MAX / STEP + doublings - 1).filter(|class| *class < COUNT)
}

/// Bytes of a block of that size.
#[must_use]
pub fn bytes_of(class: usize) -> usize {
    let fine = FINE_MAX / STEP;
    if class < fine { (class + 1) * STEP } else { FINE_MAX << (class - fine + 1) }
}

#[cfg(test)]
mod tests {
    use super::{COUNT, STEP, bytes_of, class_of};

    #[test]
    fn a_block_holds_what_is_asked_for_and_little_more() {
        let sizes = (0..5000).chain([1 << 20, (1 << 20) + 1, 512 << 20]);
        for bytes in sizes {
            let class = class_of(bytes, 8).unwrap();
            let block = bytes_of(class);
            assert!(class < COUNT && block >= bytes && block.is_multiple_of(STEP), "{bytes} in {block}");
            assert!(block <= bytes.max(STEP) * 2 + STEP, "{bytes} in {block}");
            assert_eq!(class_of(block, 16), Some(class), "{bytes}");
        }
    }

    #[test]
    fn what_is_too_large_or_aligned_further_has_no_class() {
        assert_eq!((class_of((512 << 20) + 1, 8), class_of(usize::MAX, 8), class_of(16, 32)), (None, None, None));
    }
}
