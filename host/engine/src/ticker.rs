//! One thread per engine that advances its epoch: what interrupts a plugin that does not come back.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{Builder, JoinHandle, park_timeout},
    time::{Duration, Instant},
};

/// The length of one tick.
pub(crate) const TICK: Duration = Duration::from_millis(10);

/// The running thread; stops and joins it when dropped.
pub(crate) struct Ticker {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Ticker {
    /// Starts ticking.
    pub(crate) fn start(engine: wasmtime::Engine) -> io::Result<Self> {
        let stop = Arc::new(AtomicBool::new(false));
        let seen = Arc::clone(&stop);
        let thread = Builder::new().name("tidegate-epoch".to_owned()).spawn(move || {
            while !seen.load(Ordering::Acquire) {
                park_timeout(TICK);
                engine.increment_epoch();
            }
        })?;
        Ok(Self { stop, thread: Some(thread) })
    }
}

impl Drop for Ticker {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Release);
        if let Some(thread) = self.thread.take() {
            thread.thread().unpark();
            // The thread cannot panic; were it to, there would be nothing left to stop.
            let _ = thread.join();
        }
    }
}

/// Ticks after which `deadline` has certainly passed: the current tick may be nearly over, so one more than fits.
pub(crate) fn ticks_until(deadline: Instant) -> u64 {
    let left = deadline.saturating_duration_since(Instant::now());
    let ticks = left.as_nanos().div_ceil(TICK.as_nanos());
    // A sum of epochs must not overflow: half the range is 2.9 billion years of ticks.
    u64::try_from(ticks).unwrap_or(u64::MAX).min(u64::MAX / 2).saturating_add(1)
}

#[cfg(test)]
mod tests {
    use super::{TICK, Ticker, ticks_until};
    use std::time::{Duration, Instant};

    #[test]
    fn a_deadline_never_strikes_early() {
        assert_eq!(ticks_until(Instant::now()), 1, "past deadlines strike at the next tick");
        assert!(ticks_until(Instant::now() + TICK * 7) >= 7);
        assert!(ticks_until(Instant::now() + TICK * 7) <= 8);
        assert!(ticks_until(Instant::now() + Duration::from_secs(u32::MAX.into())) <= u64::MAX / 2 + 1);
    }

    #[test]
    fn dropping_the_ticker_ends_its_thread() {
        let ticker = Ticker::start(wasmtime::Engine::default()).unwrap();
        let stop = std::sync::Arc::downgrade(&ticker.stop);
        drop(ticker);
        assert!(stop.upgrade().is_none(), "the thread has let go of its flag");
    }
}
