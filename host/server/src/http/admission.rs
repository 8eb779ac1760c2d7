//! How many requests are worked on, how many wait, and whose turn it is.
//!
//! Whoever asks has a share of the work, of the queue and of each second; beyond it they are refused with 429, and when the whole gate is
//! full with 503. Turns go round among those who wait, so that a crowd of one caller's requests costs another a turn and no more. Alone at the gate a caller
//! may use all of it.
//!
//! A caller is known before anything is admitted: a request without a token that is believed costs a digest
//! or a signature, and its body is not read.

mod caller;
mod state;

use crate::{gate::error::GateError, identity::principal::Principal};
use caller::Key;
use state::State;
use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};
use tokio::sync::oneshot;

/// How long somebody counts as being here after their last request: who asks again and again is not alone in between.
const HERE: Duration = Duration::from_secs(10);

/// What there is, and what of it is one caller's.
#[derive(Debug, Clone, Copy)]
pub struct Shares {
    /// Requests worked on.
    pub in_flight: usize,
    /// Requests waiting.
    pub queue: usize,
    /// Requests of one caller worked on while others are here.
    pub in_flight_of_one: usize,
    /// Requests of one caller waiting.
    pub queue_of_one: usize,
    /// Requests of one caller in a second.
    pub rate_of_one: u32,
}

/// Admits requests.
#[derive(Debug, Clone)]
pub struct Admission(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    shares: Shares,
    state: Mutex<State>,
}

impl Inner {
    /// A lock that a panic poisoned holds counts, which are right after each step.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Admission {
    /// With these shares.
    #[must_use]
    pub fn new(shares: Shares) -> Self {
        Self(Arc::new(Inner { shares, state: Mutex::new(State::default()) }))
    }

    /// How many requests are worked on, and how many wait, at this moment.
    #[must_use]
    pub fn standing(&self) -> (usize, usize) {
        let state = self.0.state();
        (state.in_flight, state.present.saturating_sub(state.in_flight))
    }

    /// Counts a request against its caller's second, whatever it is for.
    pub fn count(&self, principal: &Principal, now: Instant) -> Result<(), GateError> {
        let (mut state, allowed) = (self.0.state(), self.0.shares.rate_of_one);
        match state.caller(&Key::of(principal), now).take(allowed, now) {
            Ok(()) => Ok(()),
            Err(used) => Err(GateError::OverShare {
                what: "requests in a second",
                principal: principal.name.clone(),
                used: used as usize,
                allowed: allowed as usize,
            }),
        }
    }

    /// Takes note of a request; refuses at once when too many are here already, of this caller or altogether.
    pub fn enter(&self, principal: &Principal, now: Instant) -> Result<Waiting, GateError> {
        let (shares, key) = (self.0.shares, Key::of(principal));
        let mut state = self.0.state();
        let (used, allowed) = (state.present + 1, shares.in_flight.saturating_add(shares.queue));
        if used > allowed {
            return Err(GateError::Overloaded { used, allowed });
        }
        // Alone, a caller may have as many worked on as there are places.
        let places = state.places(&key, &shares, now);
        let caller = state.caller(&key, now);
        let (used, allowed) = (caller.present + 1, places.saturating_add(shares.queue_of_one));
        if used > allowed {
            let (what, principal) = ("requests in flight or waiting", principal.name.clone());
            return Err(GateError::OverShare { what, principal, used, allowed });
        }
        caller.present += 1;
        state.present += 1;
        drop(state);
        Ok(Waiting { present: Present { inner: self.0.clone(), key } })
    }
}

#[derive(Debug)]
struct Present {
    inner: Arc<Inner>,
    key: Key,
}

impl Drop for Present {
    fn drop(&mut self) {
        self.inner.state().leave(&self.key);
    }
}

/// A request that is here, but not yet worked on: its body may still arrive.
#[derive(Debug)]
pub struct Waiting {
    present: Present,
}

impl Waiting {
    /// Waits for its turn.
    pub async fn admit(self) -> Result<Admitted, GateError> {
        let Present { inner, key } = &self.present;
        let (turn, granted) = oneshot::channel();
        let mut asked = Asked { inner: inner.clone(), key: key.clone(), granted };
        {
            let mut state = inner.state();
            state.wait(key, turn);
            state.grant(&inner.shares, Instant::now());
        }
        let granted = (&mut asked.granted).await;
        granted.map_err(|_| GateError::Internal("a turn was lost".to_owned()))?;
        Ok(Admitted { _place: Place { inner: inner.clone(), key: key.clone() }, _present: self.present })
    }
}

/// A request that waits for its turn; one that goes away gives back the turn that it may have got meanwhile.
struct Asked {
    inner: Arc<Inner>,
    key: Key,
    granted: oneshot::Receiver<()>,
}

impl Drop for Asked {
    fn drop(&mut self) {
        self.granted.close();
        if self.granted.try_recv().is_ok() {
            self.inner.state().finish(&self.key, &self.inner.shares, Instant::now());
        }
    }
}

/// An admitted request; admits the next one when dropped.
#[derive(Debug)]
pub struct Admitted {
    _place: Place,
    _present: Present,
}

#[derive(Debug)]
struct Place {
    inner: Arc<Inner>,
    key: Key,
}

impl Drop for Place {
    fn drop(&mut self) {
        self.inner.state().finish(&self.key, &self.inner.shares, Instant::now());
    }
}

#[cfg(test)]
mod tests;
