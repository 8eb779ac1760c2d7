//! Where the next block goes: arithmetic over addresses, nothing else.

/// A free range of addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bump {
    next: usize,
    end: usize,
}

impl Bump {
    /// From `start` up to, but without, `end`.
    #[must_use]
    pub const fn new(start: usize, end: usize) -> Self {
        Self { next: start, end }
    }

    /// A block of that size at a multiple of `align`, a power of two; `None` when there is no room.
    pub fn take(&mut self, size: usize, align: usize) -> Option<usize> {
        let block = self.next.checked_next_multiple_of(align)?;
        let next = block.checked_add(size).filter(|next| *next <= self.end)?;
        self.next = next;
        Some(block)
    }

    /// Whether this is the last block that was taken.
    #[must_use]
    pub fn is_last(&self, block: usize, size: usize) -> bool {
        block.checked_add(size) == Some(self.next)
    }

    /// Gives the last block another size where it is; `false` when there is no room. Only for the last block.
    pub fn resize_last(&mut self, block: usize, size: usize) -> bool {
        match block.checked_add(size).filter(|next| *next <= self.end) {
            Some(next) => {
                self.next = next;
                true
            }
            None => false,
        }
    }

    /// More room: continues the range where it adjoins it, replaces it where not.
    pub fn extend(&mut self, start: usize, end: usize) {
        if start == self.end {
            self.end = end;
        } else {
            *self = Self::new(start, end);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Bump;

    #[test]
    fn blocks_lie_one_after_the_other_aligned() {
        let mut bump = Bump::new(100, 200);
        assert_eq!(bump.take(3, 1), Some(100));
        assert_eq!(bump.take(8, 8), Some(104));
        assert_eq!(bump.take(88, 8), Some(112));
        assert_eq!(bump.take(1, 1), None, "it is full");
        assert_eq!(bump.take(0, 1), Some(200));
    }

    #[test]
    fn a_block_that_does_not_fit_takes_nothing() {
        let mut bump = Bump::new(100, 200);
        assert_eq!(bump.take(101, 1), None);
        assert_eq!(bump.take(usize::MAX, 8), None);
        assert_eq!(bump.take(1, usize::MAX / 2 + 1), None);
        assert_eq!(bump.take(100, 1), Some(100));
    }

    #[test]
    fn only_the_last_block_changes_its_size() {
        let mut bump = Bump::new(100, 200);
        let first = bump.take(10, 1).unwrap();
        let last = bump.take(10, 1).unwrap();
        assert!(!bump.is_last(first, 10) && bump.is_last(last, 10));
        assert!(bump.resize_last(last, 90));
        assert!(!bump.resize_last(last, 91));
        assert!(bump.resize_last(last, 0));
        assert_eq!(bump.take(1, 1), Some(last), "what was given back is given out again");
    }

    #[test]
    fn adjoining_room_continues_the_range_and_other_room_replaces_it() {
        let mut bump = Bump::new(100, 200);
        bump.extend(200, 300);
        assert_eq!(bump.take(150, 1), Some(100));
        bump.extend(400, 500);
        assert_eq!(bump.take(1, 1), Some(400));
    }
}
