//! A machine's clock that jumps: told from one that only runs, said in the record, and warned of.
//!
//! The wall clock is compared with the monotonic one, which nobody sets. What is recorded does not go back with the clock: the ledger sees to it.

use crate::gate::{Gate, activation::act, clock};
use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};
use tidegate_core::time::Timestamp;
use tidegate_ledger::{act::Act, error::RecordError, ledger::Ledger};

/// How far a clock may be from where it should be.
pub const JUMP: Duration = Duration::from_secs(5);
/// How often it is looked at.
const LOOKED_EVERY: Duration = Duration::from_secs(1);
/// For how long it is warned of a jump.
const WARNED_FOR: Duration = Duration::from_secs(3600);

/// A clock that was elsewhere than it should have been.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Jump {
    /// What it should have said.
    pub expected: Timestamp,
    /// What it said.
    pub found: Timestamp,
}

impl Jump {
    /// What there is between two moments that should be the same; none where it is little.
    #[must_use]
    pub fn between(expected: Timestamp, found: Timestamp) -> Option<Self> {
        let apart = expected.since(found).max(found.since(expected));
        (apart > JUMP).then_some(Self { expected, found })
    }
}

/// Both clocks at one moment.
#[derive(Debug, Clone, Copy)]
pub struct Reading {
    /// What the wall clock says.
    pub wall: Timestamp,
    /// Since some moment, by the clock that nobody sets.
    pub monotonic: Duration,
}

/// Looks at the clocks one time after the other. What the wall clock is moved slowly, from one look to the next, is no jump.
#[derive(Debug)]
pub struct Watch(Reading);

impl Watch {
    /// From this reading on.
    #[must_use]
    pub fn new(first: Reading) -> Self {
        Self(first)
    }

    /// Whether the wall clock jumped since the last look.
    pub fn look(&mut self, now: Reading) -> Option<Jump> {
        let expected = self.0.wall.plus(now.monotonic.saturating_sub(self.0.monotonic));
        self.0 = now;
        Jump::between(expected, now.wall)
    }
}

/// The last jump, for as long as it is warned of.
#[derive(Debug, Default)]
pub struct Jumped(Mutex<Option<(Jump, Instant)>>);

impl Jumped {
    fn note(&self, jump: Jump) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((jump, Instant::now()));
    }

    fn last(&self) -> Option<Jump> {
        let last = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        last.filter(|(_, noted)| noted.elapsed() < WARNED_FOR).map(|(jump, _)| jump)
    }
}

impl Gate {
    /// Warns of a jump, and makes it a part of the record.
    pub async fn clock_jumped(&self, jump: Jump) -> Result<(), RecordError> {
        let Jump { expected, found } = jump;
        tracing::warn!(%expected, %found, "the machine's clock jumped");
        self.jumped.note(jump);
        self.metrics().clock_jumped();
        self.ledger().act(act(Act::ClockJumped { expected, found }, Vec::new())).await.map(drop)
    }

    /// The last jump, for an hour.
    #[must_use]
    pub fn last_jump(&self) -> Option<Jump> {
        self.jumped.last()
    }
}

/// Whether the clock is behind what the record says: it was put back while no gate ran, or was ahead before.
pub async fn behind(ledger: &Ledger) -> Option<Jump> {
    let last = ledger.last_moment().await.ok().flatten()?;
    let now = clock::now();
    Jump::between(last, now).filter(|_| now < last)
}

/// Looks at the clocks every so often.
pub async fn watch(gate: std::sync::Arc<Gate>) {
    let started = Instant::now();
    let reading = || Reading { wall: clock::now(), monotonic: started.elapsed() };
    let mut watch = Watch::new(reading());
    let mut ticks = tokio::time::interval(LOOKED_EVERY);
    loop {
        ticks.tick().await;
        let Some(jump) = watch.look(reading()) else { continue };
        if let Err(error) = gate.clock_jumped(jump).await {
            tracing::error!("that the clock jumped is not recorded: {error}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Jump, Reading, Watch};
    use std::time::Duration;
    use tidegate_core::time::Timestamp;

    fn seconds(seconds: u64) -> Timestamp {
        Timestamp::from_nanos(0).plus(Duration::from_secs(seconds))
    }

    fn reading(wall: u64, monotonic: u64) -> Reading {
        Reading { wall: seconds(wall), monotonic: Duration::from_secs(monotonic) }
    }

    #[test]
    fn a_clock_that_jumps_either_way_is_told_once_and_one_that_is_slewed_is_not() {
        let mut watch = Watch::new(reading(1_000, 0));
        for (now, found) in [
            (reading(1_001, 1), None),
            // A pause of the whole process is no jump.
            (reading(1_101, 101), None),
            (reading(1_107, 102), None),
            (reading(1_113, 103), None),
            (reading(1_120, 104), Some((1_114, 1_120))),
            (reading(1_121, 105), None),
            (reading(900, 106), Some((1_122, 900))),
            (reading(901, 107), None),
        ] {
            let expected = found.map(|(expected, found)| Jump { expected: seconds(expected), found: seconds(found) });
            assert_eq!(watch.look(now), expected, "{now:?}");
        }
    }
}
