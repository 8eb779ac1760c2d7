//! The arena as the global allocator of a plugin.
#![expect(unsafe_code, reason = "an allocator hands out raw memory; `Bump` says where, and is tested")]

use super::{ARENA_BYTES, bump::Bump};
use core::{
    alloc::{GlobalAlloc, Layout},
    arch::wasm32::memory_grow,
    cell::{Cell, UnsafeCell},
    ptr,
};

const PAGE_BYTES: usize = 1 << 16;

/// The allocator.
pub struct Arena {
    room: UnsafeCell<[u128; ARENA_BYTES / 16]>,
    bump: Cell<Option<Bump>>,
}

// SAFETY: a component instance has one thread.
unsafe impl Sync for Arena {}

impl Arena {
    /// Empty; all zeros, so that it takes no room in the component's file.
    #[must_use]
    pub const fn new() -> Self {
        Self { room: UnsafeCell::new([0; ARENA_BYTES / 16]), bump: Cell::new(None) }
    }

    fn bump(&self) -> Bump {
        let start = self.room.get().addr();
        self.bump.get().unwrap_or(Bump::new(start, start + ARENA_BYTES))
    }
}

/// Asks the host for memory; it answers with the old size in pages, or with the largest number when it has none.
pub(super) fn grow(bump: &mut Bump, bytes: usize) -> Option<()> {
    let pages = bytes.max(ARENA_BYTES).div_ceil(PAGE_BYTES);
    let old = memory_grow::<0>(pages);
    if old == usize::MAX {
        return None;
    }
    let start = old.checked_mul(PAGE_BYTES)?;
    // Memory that ends at 4 GiB has no address behind it; its last byte is not given out.
    let end = start.saturating_add(pages.checked_mul(PAGE_BYTES)?);
    bump.extend(start, end);
    Some(())
}

impl Default for Arena {
    fn default() -> Self {
        Self::new()
    }
}

// SAFETY: `Bump` never gives out an address twice unless the last block was given back, keeps to the alignment, and stays within
// the arena or within memory that the host has just added for it.
unsafe impl GlobalAlloc for Arena {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let mut bump = self.bump();
        let taken = bump.take(layout.size(), layout.align()).or_else(|| {
            grow(&mut bump, layout.size().checked_add(layout.align())?)?;
            bump.take(layout.size(), layout.align())
        });
        self.bump.set(Some(bump));
        taken.map_or(ptr::null_mut(), ptr::with_exposed_provenance_mut)
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        let mut bump = self.bump();
        if bump.is_last(block.addr(), layout.size()) {
            bump.resize_last(block.addr(), 0);
            self.bump.set(Some(bump));
        }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        let mut bump = self.bump();
        if new_size <= layout.size() && !bump.is_last(block.addr(), layout.size()) {
            return block;
        }
        if bump.is_last(block.addr(), layout.size()) && bump.resize_last(block.addr(), new_size) {
            self.bump.set(Some(bump));
            return block;
        }
        // SAFETY: the caller vouches that `new_size` fits a layout of this alignment, and that `block` has `layout.size()` bytes.
        unsafe {
            let new = self.alloc(Layout::from_size_align_unchecked(new_size, layout.align()));
            if !new.is_null() {
                ptr::copy_nonoverlapping(block, new, layout.size().min(new_size));
            }
            new
        }
    }
}
