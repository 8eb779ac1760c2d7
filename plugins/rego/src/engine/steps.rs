//! How much an evaluation may do, counted in steps of the interpreter: the same everywhere, so a decision replays.
//!
//! regorus bounds an evaluation by a clock that it is given. The clock that it is given here ticks when it is looked at.

use regorus::{
    Engine,
    utils::limits::{ExecutionTimerConfig, TimeSource, set_time_source},
};
use std::{cell::Cell, num::NonZeroU32, time::Duration};

/// Steps of one evaluation of the plugin, at most.
pub(crate) const STEPS_MAX: u64 = 5_000_000;
/// Steps between two looks.
const STEPS_A_TICK: NonZeroU32 = NonZeroU32::MIN.saturating_add(999);

thread_local! {
    /// Looks so far; an instance has one thread, and tests have one each.
    static TICKS: Cell<u64> = const { Cell::new(0) };
    /// Of them, before this evaluation of the plugin.
    static BEFORE: Cell<u64> = const { Cell::new(0) };
}

struct Ticks;

impl TimeSource for Ticks {
    fn now(&self) -> Option<Duration> {
        TICKS.set(TICKS.get() + 1);
        Some(Duration::from_nanos(TICKS.get()))
    }
}

static CLOCK: Ticks = Ticks;

/// A new evaluation of the plugin begins.
pub(crate) fn begin() {
    BEFORE.set(TICKS.get());
}

/// Leaves the engine as many steps as are left.
pub(super) fn bound(engine: &mut Engine) {
    // Whoever set it first was this function.
    let _ = set_time_source(&CLOCK);
    let used = TICKS.get() - BEFORE.get();
    let allowed = STEPS_MAX / u64::from(STEPS_A_TICK.get());
    let limit = Duration::from_nanos(allowed.saturating_sub(used));
    engine.set_execution_timer_config(ExecutionTimerConfig { limit, check_interval: STEPS_A_TICK });
}

/// How many steps were used, roughly.
pub(super) fn used() -> u64 {
    (TICKS.get() - BEFORE.get()) * u64::from(STEPS_A_TICK.get())
}
