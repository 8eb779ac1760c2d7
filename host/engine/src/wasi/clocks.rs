//! Time as it is handed in.

use super::{link::Interface, poll::Pollable};
use crate::state::State;
use tidegate_core::time::Timestamp;
use wasmtime::{
    Result, StoreContextMut,
    component::{ComponentType, Lower, Resource},
};

/// What a look at the monotonic clock moves it on by, in nanoseconds: who waits by looking again comes to an end, and nobody divides by 0.
const LOOK_NS: u64 = 1_000;
const NS_PER_S: u64 = 1_000_000_000;

/// One call's clocks.
pub(super) struct Clocks {
    /// Stands still.
    wall: Timestamp,
    /// Nanoseconds since the call began, as the plugin is told: moved on by looks and by waiting, by nothing else.
    monotonic_ns: u64,
}

#[derive(ComponentType, Lower)]
#[component(record)]
struct Datetime {
    seconds: u64,
    nanoseconds: u32,
}

impl Clocks {
    /// Clocks at the moment of the judgement.
    pub(super) fn at(moment: Timestamp) -> Self {
        Self { wall: moment, monotonic_ns: 0 }
    }

    fn look(&mut self) -> u64 {
        let now = self.monotonic_ns;
        self.monotonic_ns = now.saturating_add(LOOK_NS);
        now
    }

    /// Waiting takes no time but the clock's: it is over at once.
    fn wait_until(&mut self, when_ns: u64) {
        self.monotonic_ns = self.monotonic_ns.max(when_ns);
    }
}

/// `wall-clock`
pub(super) fn wall(interface: &mut Interface<'_>) -> Result<()> {
    interface.func_wrap("now", |mut store: StoreContextMut<'_, State>, (): ()| {
        let nanos = store.data_mut().inert()?.clocks.wall.nanos();
        let nanoseconds = u32::try_from(nanos % NS_PER_S).unwrap_or_default();
        Ok((Datetime { seconds: nanos / NS_PER_S, nanoseconds },))
    })?;
    interface
        .func_wrap("resolution", |_: StoreContextMut<'_, State>, (): ()| Ok((Datetime { seconds: 0, nanoseconds: 1 },)))
}

/// `monotonic-clock`
pub(super) fn monotonic(interface: &mut Interface<'_>) -> Result<()> {
    interface.func_wrap("now", |mut store: StoreContextMut<'_, State>, (): ()| {
        Ok((store.data_mut().inert()?.clocks.look(),))
    })?;
    interface.func_wrap("resolution", |_: StoreContextMut<'_, State>, (): ()| Ok((LOOK_NS,)))?;
    interface.func_wrap("subscribe-instant", |mut store: StoreContextMut<'_, State>, (when,): (u64,)| {
        store.data_mut().inert()?.clocks.wait_until(when);
        Ok((Resource::<Pollable>::new_own(0),))
    })?;
    interface.func_wrap("subscribe-duration", |mut store: StoreContextMut<'_, State>, (long,): (u64,)| {
        let clocks = &mut store.data_mut().inert()?.clocks;
        clocks.wait_until(clocks.monotonic_ns.saturating_add(long));
        Ok((Resource::<Pollable>::new_own(0),))
    })
}

#[cfg(test)]
mod tests {
    use super::{Clocks, LOOK_NS};
    use tidegate_core::time::Timestamp;

    #[test]
    fn the_monotonic_clock_moves_by_looks_and_by_waiting_and_never_back() {
        let mut clocks = Clocks::at(Timestamp::from_nanos(5));
        assert_eq!((clocks.look(), clocks.look()), (0, LOOK_NS));
        clocks.wait_until(3_600_000_000_000);
        assert_eq!(clocks.look(), 3_600_000_000_000);
        clocks.wait_until(7);
        assert_eq!(clocks.look(), 3_600_000_000_000 + LOOK_NS);
        clocks.wait_until(u64::MAX);
        assert_eq!((clocks.look(), clocks.look()), (u64::MAX, u64::MAX));
    }
}
