//! One question to a gate plugin, and what it cost.

use crate::{
    bindings::judging::JudgingPre,
    call::open,
    convert::{self, answer},
    engine::Engine,
    evidence::shown::Shown,
    manifest::Kind,
    plugin::Plugin,
    state::State,
    stop::{Deadline, decided_late, fault, fault_of},
};
use std::time::{Duration, Instant};
use tidegate_core::{
    evidence::{Baseline, Evidence},
    fault::{Blame, Fault, FaultKind, Refusal},
    report::{GateReport, GateRequest},
};

/// How an evaluation ended.
#[derive(Debug, Clone)]
pub struct Evaluated {
    /// The plugin's report, or why there is none. Its consistency is core's to judge.
    pub result: Result<GateReport, Refusal>,
    /// What the plugin wrote.
    pub log: Vec<LogLine>,
    /// What it took.
    pub cost: Cost,
}

/// One line that a plugin wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogLine {
    /// How much it matters.
    pub level: LogLevel,
    /// Hostile text, cut to what one string may be.
    pub message: String,
}

/// How much a line matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LogLevel {
    /// For the plugin's author.
    Debug,
    /// Worth knowing.
    Info,
    /// Something is not as it should be.
    Warn,
    /// Something went wrong.
    Error,
}

impl LogLevel {
    /// The word used in JSON and text.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Debug => "debug",
            Self::Info => "info",
            Self::Warn => "warn",
            Self::Error => "error",
        }
    }
}

/// What an evaluation took.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Cost {
    /// Waiting for a slot of the pool.
    pub queued: Duration,
    /// Making a fresh instance.
    pub instantiate: Duration,
    /// The call itself, with the evidence it asked for.
    pub call: Duration,
    /// The most memory the instance had.
    pub memory_bytes: u64,
    /// Whether it asked for more than it began with, which holds other threads up.
    pub grew_memory: bool,
}

impl Engine {
    /// Asks a gate plugin, in a fresh instance that sees these documents and no others. Blocks the thread: until a slot is free,
    /// and then until the plugin has answered or one of its limits strikes.
    #[must_use]
    pub fn evaluate(
        &self,
        plugin: &Plugin,
        request: &GateRequest,
        documents: &[Evidence],
        baseline: &Baseline,
        decision_deadline: Instant,
    ) -> Evaluated {
        let began = Instant::now();
        let permit = self.enter(decision_deadline);
        let queued = began.elapsed();
        let cost = Cost { queued, ..Cost::default() };
        let failed = |fault| Evaluated { result: Err(Refusal::Fault(fault)), log: Vec::new(), cost };
        if permit.is_none() {
            return failed(self.nothing_free(queued));
        }
        if decision_deadline <= Instant::now() {
            return failed(decided_late("the decision's deadline struck before the plugin could run".to_owned()));
        }
        if !wasmtime::Engine::same(self.wasm(), plugin.describing.engine()) {
            let message = format!("plugin `{}` was loaded by another engine", plugin.description.name);
            return failed(fault(Blame::Host, FaultKind::Host, message));
        }
        let Some(gate) = &plugin.judging else {
            let message = format!("plugin `{}` is no {}", plugin.description.name, Kind::Gate.word());
            return failed(fault(Blame::Policy, FaultKind::BadSettings, message));
        };
        self.ask(gate, request, Shown::new(documents, baseline), decision_deadline, queued)
    }

    fn ask(
        &self,
        gate: &JudgingPre<State>,
        request: &GateRequest,
        shown: Shown,
        end: Instant,
        queued: Duration,
    ) -> Evaluated {
        let limits = self.limits();
        let began = Instant::now();
        let deadline = Deadline::earlier(began, limits.plugin_deadline, Some(end));
        let mut store = open(self, shown, deadline);
        let instance = gate.instantiate(&mut store);
        let instantiate = began.elapsed();
        let request = convert::request(request);
        let answered = instance.and_then(|gate| gate.tidegate_policy_gate().call_evaluate(&mut store, &request));
        let call = began.elapsed().saturating_sub(instantiate);
        let state = store.into_data();
        let cost =
            Cost { queued, instantiate, call, memory_bytes: state.meter.peak(), grew_memory: state.meter.grew() };
        let result = answered
            .map_err(|error| Refusal::Fault(fault_of(&error, deadline, limits.answer_bytes_max)))
            .and_then(|answered| answer(answered, &limits));
        Evaluated { result, log: state.log.close(), cost }
    }

    fn nothing_free(&self, queued: Duration) -> Fault {
        let slots = self.slots();
        let waited = queued.as_millis();
        decided_late(format!(
            "the decision's deadline struck after {waited} ms of waiting for a slot: {slots} used, {slots} allowed"
        ))
    }
}
