//! One question to a plugin, of whatever kind: a slot, a fresh instance, every limit, and what it cost.

use crate::{
    call::open,
    config::Limits,
    engine::Engine,
    evaluate::{Cost, Evaluated},
    evidence::shown::Shown,
    manifest::Kind,
    plugin::Plugin,
    state::State,
    stop::{Deadline, decided_late, fault, fault_of},
    wasi::inputs::Asked,
};
use std::time::{Duration, Instant};
use tidegate_core::fault::{Blame, Fault, FaultKind, Refusal};
use wasmtime::Store;

/// Who is asked, as what, and until when.
pub(crate) struct Question<'a, I> {
    pub(crate) plugin: &'a Plugin,
    pub(crate) kind: Kind,
    pub(crate) asked: Asked<'a>,
    /// None where the plugin is of another kind.
    pub(crate) interface: Option<&'a I>,
    pub(crate) end: Instant,
}

impl Engine {
    /// Blocks the thread: until a slot is free, and then until the plugin has answered or one of its limits strikes.
    pub(crate) fn ask<I, P, A, R>(
        &self,
        question: Question<'_, I>,
        shown: impl FnOnce() -> Shown,
        instantiate: impl FnOnce(&I, &mut Store<State>) -> wasmtime::Result<P>,
        call: impl FnOnce(&P, &mut Store<State>) -> wasmtime::Result<A>,
        answer: impl FnOnce(A, &Limits) -> Result<R, Refusal>,
    ) -> Evaluated<R> {
        let Question { plugin, kind, asked, interface, end } = question;
        let began = Instant::now();
        let permit = self.enter(end);
        let queued = began.elapsed();
        let cost = Cost { queued, ..Cost::default() };
        let failed = |fault| Evaluated { result: Err(Refusal::Fault(fault)), log: Vec::new(), cost };
        if permit.is_none() {
            return failed(self.nothing_free(queued));
        }
        if end <= Instant::now() {
            return failed(decided_late("the decision's deadline struck before the plugin could run".to_owned()));
        }
        if !wasmtime::Engine::same(self.wasm(), plugin.describing.engine()) {
            let message = format!("plugin `{}` was loaded by another engine", plugin.description.name);
            return failed(fault(Blame::Host, FaultKind::Host, message));
        }
        let Some(interface) = interface else {
            let message = format!("plugin `{}` is no {}", plugin.description.name, kind.word());
            return failed(fault(Blame::Policy, FaultKind::BadSettings, message));
        };
        let limits = self.limits();
        let began = Instant::now();
        let deadline = Deadline::earlier(began, limits.plugin_deadline, Some(end));
        let mut store = open(self, plugin.machine(), &asked, shown(), deadline);
        let instance = instantiate(interface, &mut store);
        let instantiate = began.elapsed();
        let answered = instance.and_then(|instance| call(&instance, &mut store));
        let call = began.elapsed().saturating_sub(instantiate);
        let state = store.into_data();
        let cost =
            Cost { queued, instantiate, call, memory_bytes: state.meter.peak(), grew_memory: state.meter.grew() };
        let result = answered
            .map_err(|error| Refusal::Fault(fault_of(&error, deadline, limits.answer_bytes_max)))
            .and_then(|answered| answer(answered, &limits));
        Evaluated { result, log: state.written(), cost }
    }

    fn nothing_free(&self, queued: Duration) -> Fault {
        let slots = self.slots();
        let waited = queued.as_millis();
        decided_late(format!(
            "the decision's deadline struck after {waited} ms of waiting for a slot: {slots} used, {slots} allowed"
        ))
    }
}
