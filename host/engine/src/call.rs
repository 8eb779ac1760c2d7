//! A store for one call, with every limit set.

use crate::{
    engine::Engine,
    evidence::shown::Shown,
    state::State,
    stop::Deadline,
    ticker::ticks_until,
    wasi::{Inert, inputs::Asked},
};
use std::sync::Arc;
use wasmtime::Store;

/// Handles to evidence that one evaluation may hold at a time: documents and what they contain, several times over.
const HANDLES_MAX: usize = 16 * 1024;

/// Whether a call needs a machine that it can ask by WASI.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Machine {
    None,
    Inert,
}

/// A fresh store: nothing in it was ever used by another call.
pub(crate) fn open(
    engine: &Engine,
    machine: Machine,
    asked: &Asked<'_>,
    shown: Shown,
    deadline: Deadline,
) -> Store<State> {
    let limits = engine.limits();
    let inert = match machine {
        Machine::None => None,
        Machine::Inert => Some(Inert::new(asked, &shown, &limits)),
    };
    let state = State::new(shown, inert, limits, deadline, Arc::clone(engine.columns()));
    let mut store = Store::new(engine.wasm(), state);
    store.limiter(|state| &mut state.meter);
    store.set_epoch_deadline(ticks_until(deadline.at));
    // Whatever a plugin hands over is paid for before it is copied. An answer cannot be looked at in place: it may be wiped as
    // soon as the call returns, so this bounds it, and lengths are compared with their own limits afterwards.
    store.set_hostcall_fuel(limits.answer_bytes_max as usize);
    store.set_max_component_handles(HANDLES_MAX);
    store
}
