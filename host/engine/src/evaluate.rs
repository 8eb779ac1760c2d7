//! One question to a gate plugin, and what it cost.

use crate::{
    ask::Question,
    convert::{self, answer},
    engine::Engine,
    evidence::shown::Shown,
    manifest::Kind,
    plugin::Plugin,
    wasi::inputs::Asked,
};
use std::time::{Duration, Instant};
use tidegate_core::{
    evidence::{Baseline, Evidence},
    fault::Refusal,
    report::{GateReport, GateRequest},
};

/// How an evaluation ended.
#[derive(Debug, Clone)]
pub struct Evaluated<R = GateReport> {
    /// The plugin's answer, or why there is none. Its consistency is core's to judge.
    pub result: Result<R, Refusal>,
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
        self.ask(
            Question {
                plugin,
                kind: Kind::Gate,
                asked: Asked::Gate(request),
                interface: plugin.judging.as_ref(),
                end: decision_deadline,
            },
            || Shown::new(documents, baseline),
            |gate, store| gate.instantiate(store),
            |gate, store| gate.tidegate_policy_gate().call_evaluate(store, &convert::request(request)),
            answer,
        )
    }
}
