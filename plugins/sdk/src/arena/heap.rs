//! An arena that gives blocks out again, for plugins that make and forget many values in one call.
#![expect(unsafe_code, reason = "an allocator hands out raw memory; `Bump` and `classes` say where, and are tested")]

use super::{
    bump::Bump,
    classes::{COUNT, STEP, bytes_of, class_of},
    installed::grow,
};
use core::{
    alloc::{GlobalAlloc, Layout},
    cell::{Cell, UnsafeCell},
    ptr,
};

/// The allocator, with so many bytes that are there from the beginning. A block that is given back is given out again for the same
/// size; nothing is joined or split.
pub struct Heap<const BYTES: usize> {
    room: UnsafeCell<Room<BYTES>>,
    bump: Cell<Option<Bump>>,
    /// By size, the address of the first block that was given back, which begins with the address of the next; 0: none.
    free: [Cell<usize>; COUNT],
}

#[repr(align(16))]
struct Room<const BYTES: usize>(#[expect(dead_code, reason = "only its place is of use")] [u8; BYTES]);

// SAFETY: a component instance has one thread.
unsafe impl<const BYTES: usize> Sync for Heap<BYTES> {}

impl<const BYTES: usize> Heap<BYTES> {
    /// Empty; all zeros, so that it takes no room in the component's file.
    #[must_use]
    pub const fn new() -> Self {
        let free = [const { Cell::new(0) }; COUNT];
        Self { room: UnsafeCell::new(Room([0; BYTES])), bump: Cell::new(None), free }
    }

    fn bump(&self) -> Bump {
        let start = self.room.get().addr();
        self.bump.get().unwrap_or(Bump::new(start, start + BYTES))
    }

    /// A new block.
    fn take(&self, bytes: usize, align: usize) -> *mut u8 {
        let mut bump = self.bump();
        let taken = bump.take(bytes, align).or_else(|| {
            grow(&mut bump, bytes.checked_add(align)?)?;
            bump.take(bytes, align)
        });
        self.bump.set(Some(bump));
        taken.map_or(ptr::null_mut(), ptr::with_exposed_provenance_mut)
    }
}

impl<const BYTES: usize> Default for Heap<BYTES> {
    fn default() -> Self {
        Self::new()
    }
}

// SAFETY: `Bump` never gives out an address twice, keeps to the alignment, and stays within memory that is ours. A block is in the
// list of its size only between `dealloc` and the `alloc` that takes it out, is at least `STEP` bytes long, and aligned to `STEP`.
unsafe impl<const BYTES: usize> GlobalAlloc for Heap<BYTES> {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let Some(class) = class_of(layout.size(), layout.align()) else {
            return self.take(layout.size(), layout.align());
        };
        let first = self.free[class].get();
        if first == 0 {
            return self.take(bytes_of(class), STEP);
        }
        let block: *mut usize = ptr::with_exposed_provenance_mut(first);
        // SAFETY: it was given back, and nobody else has it.
        self.free[class].set(unsafe { block.read() });
        block.cast()
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        if let Some(class) = class_of(layout.size(), layout.align()) {
            // SAFETY: the caller gives back the whole block, which holds an address.
            unsafe { block.cast::<usize>().write(self.free[class].get()) };
            self.free[class].set(block.expose_provenance());
        }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        let class = class_of(layout.size(), layout.align());
        if class.is_some() && class == class_of(new_size, layout.align()) {
            return block;
        }
        // SAFETY: the caller vouches that `new_size` fits a layout of this alignment, and that `block` has `layout.size()` bytes.
        unsafe {
            let new = self.alloc(Layout::from_size_align_unchecked(new_size, layout.align()));
            if !new.is_null() {
                ptr::copy_nonoverlapping(block, new, layout.size().min(new_size));
                self.dealloc(block, layout);
            }
            new
        }
    }
}
