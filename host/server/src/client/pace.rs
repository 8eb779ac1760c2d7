//! Time as the client sees it, so that a test can hand in its own.

use std::{
    thread,
    time::{Duration, Instant},
};

/// A clock that can be slept by.
pub(super) trait Pace {
    /// Time since some moment that stays the same.
    fn elapsed(&self) -> Duration;
    /// Lets time go by.
    fn sleep(&mut self, span: Duration);
    /// A random share: 0 to 65,535 of 65,536.
    fn jitter(&mut self) -> u16;
}

/// Real time.
pub(super) struct WallPace(Instant);

impl WallPace {
    pub(super) fn start() -> Self {
        Self(Instant::now())
    }
}

impl Pace for WallPace {
    fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }

    fn sleep(&mut self, span: Duration) {
        thread::sleep(span);
    }

    fn jitter(&mut self) -> u16 {
        // Without randomness clients come back in step, which is worse for the gate, but not wrong.
        getrandom::u32().map_or(u16::MAX / 2, |random| u16::try_from(random >> 16).unwrap_or(u16::MAX))
    }
}
