//! Who is here, and whose turn it is: round and round among those who wait.

use super::{
    Shares,
    caller::{Caller, Key},
};
use std::{
    collections::{BTreeMap, VecDeque},
    time::Instant,
};
use tokio::sync::oneshot;

/// Callers that are remembered after they left, at most.
const REMEMBERED: usize = 4_096;

#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) present: usize,
    pub(super) in_flight: usize,
    callers: BTreeMap<Key, Caller>,
    /// Callers with requests that wait; each once.
    turns: VecDeque<Key>,
}

impl State {
    /// A caller who asks for something now.
    pub(super) fn caller(&mut self, key: &Key, now: Instant) -> &mut Caller {
        if self.callers.len() >= REMEMBERED && !self.callers.contains_key(key) {
            self.callers.retain(|_, caller| caller.is_here(now));
        }
        let caller = self.callers.entry(key.clone()).or_insert_with(|| Caller::new(now));
        caller.see(now);
        caller
    }

    /// How many of a caller's requests may be worked on now.
    pub(super) fn places(&self, key: &Key, shares: &Shares, now: Instant) -> usize {
        let is_alone = !self.callers.iter().any(|(other, caller)| other != key && caller.is_here(now));
        if is_alone { shares.in_flight } else { shares.in_flight_of_one.min(shares.in_flight) }
    }

    pub(super) fn leave(&mut self, key: &Key) {
        self.present = self.present.saturating_sub(1);
        if let Some(caller) = self.callers.get_mut(key) {
            caller.present = caller.present.saturating_sub(1);
        }
    }

    pub(super) fn wait(&mut self, key: &Key, turn: oneshot::Sender<()>) {
        let Some(caller) = self.callers.get_mut(key) else { return };
        caller.waiting.push_back(turn);
        if caller.waiting.len() == 1 {
            self.turns.push_back(key.clone());
        }
    }

    /// A request was worked off: the next one's turn.
    pub(super) fn finish(&mut self, key: &Key, shares: &Shares, now: Instant) {
        self.in_flight = self.in_flight.saturating_sub(1);
        if let Some(caller) = self.callers.get_mut(key) {
            caller.in_flight = caller.in_flight.saturating_sub(1);
        }
        self.grant(shares, now);
    }

    /// Gives out the places that are free, one to each caller in turn; who has their share is passed over.
    pub(super) fn grant(&mut self, shares: &Shares, now: Instant) {
        let mut passed_over = 0;
        while self.in_flight < shares.in_flight && passed_over < self.turns.len() {
            let Some(key) = self.turns.pop_front() else { return };
            let places = self.places(&key, shares, now);
            let Some(caller) = self.callers.get_mut(&key) else { continue };
            if caller.in_flight >= places {
                self.turns.push_back(key);
                passed_over += 1;
                continue;
            }
            // Whoever hung up meanwhile takes no turn.
            while let Some(turn) = caller.waiting.pop_front() {
                if turn.send(()).is_ok() {
                    caller.in_flight += 1;
                    self.in_flight += 1;
                    passed_over = 0;
                    break;
                }
            }
            if !caller.waiting.is_empty() {
                self.turns.push_back(key);
            }
        }
    }
}
