//! Who may enter the pool: as many evaluations as it has slots, so that it is never exhausted.

use std::{
    sync::{Condvar, Mutex, PoisonError},
    time::Instant,
};

/// Free slots, and those who wait for one.
pub(crate) struct Admission {
    free: Mutex<u32>,
    freed: Condvar,
}

/// One slot; given back when dropped.
pub(crate) struct Permit<'a>(&'a Admission);

impl Admission {
    /// So many slots, all free.
    pub(crate) fn new(slots: u32) -> Self {
        Self { free: Mutex::new(slots), freed: Condvar::new() }
    }

    /// Waits for a slot; `None` when none came free until then.
    pub(crate) fn enter(&self, until: Instant) -> Option<Permit<'_>> {
        let mut free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        while *free == 0 {
            let left = until.checked_duration_since(Instant::now()).filter(|left| !left.is_zero())?;
            free = self.freed.wait_timeout(free, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        *free -= 1;
        Some(Permit(self))
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        *self.0.free.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        self.0.freed.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::Admission;
    use std::time::{Duration, Instant};

    #[test]
    fn who_finds_no_slot_until_then_is_turned_away() {
        let admission = Admission::new(1);
        let held = admission.enter(Instant::now());
        assert!(held.is_some(), "a free slot needs no waiting");
        assert!(admission.enter(Instant::now()).is_none());
    }

    #[test]
    fn a_slot_given_back_admits_who_waits() {
        let admission = Admission::new(1);
        let held = admission.enter(Instant::now());
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| admission.enter(Instant::now() + Duration::from_secs(600)).is_some());
            drop(held);
            assert!(waiting.join().unwrap());
        });
    }
}
