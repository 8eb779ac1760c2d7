//! Other gates on the same record: what they record of tokens and agreements counts here too, after a second at most. Rows that one of an older build
//! leaves out, since it does not know the tables, are made here.
//!
//! **Invariant:** whatever a gate does itself counts at once. Of what others did it learns by looking, so a token that was revoked elsewhere
//! is good here until it looked.

use crate::gate::Gate;
use std::{fmt::Display, future::Future, sync::Arc, time::Duration};
use tidegate_ledger::error::ReadError;
use tokio::time::{MissedTickBehavior, interval};

/// Looks until it is dropped; where there are no others, not at all.
pub async fn look_after(gate: Arc<Gate>) {
    let Some(every) = gate.ledger().looked_after_every() else { return };
    let mut seen = None;
    let [mut unknown, mut behind] = [false; 2];
    let mut ticks = interval(every);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let followed = gate.follow(&mut seen).await;
        say_once(&mut unknown, followed, "what other gates recorded of tokens and agreements is not known yet");
        say_once(&mut behind, gate.ledger().keep_up().await, "rows that an older gate left out are not made yet");
    }
}

/// Says what failed when it begins to.
fn say_once<E: Display>(failing: &mut bool, done: Result<(), E>, what: &str) {
    let before = std::mem::replace(failing, done.is_err());
    if let (Err(error), false) = (done, before) {
        tracing::warn!("{what}: {error}");
    }
}

/// Waits, but where there are other gates no longer than until it is time to look for what they wrote.
pub(crate) fn sooner(wait: Duration, every: Option<Duration>) -> impl Future<Output = ()> + Send {
    tokio::time::sleep(every.map_or(wait, |every| wait.min(every)))
}

impl Gate {
    /// Takes over what is new of tokens and agreements since `seen`, the last leaf that says any of it.
    async fn follow(&self, seen: &mut Option<u64>) -> Result<(), ReadError> {
        let last = self.ledger().last_trust().await?;
        if last != *seen {
            self.tokens().follow().await?;
            self.in_force().bench.agreements.reread(self.ledger()).await?;
            *seen = last;
        }
        Ok(())
    }
}
