//! The engine: one pool of instances, one clock of epochs, one cache.

use crate::{
    admission::{Admission, Permit},
    cache::{Cache, CacheError},
    config::{EngineConfig, Limits},
    evidence::{columns::ColumnCache, link},
    state::State,
    stop::{Deadline, fault},
    ticker::Ticker,
    tuning::wasmtime_config,
};
use std::{
    fmt, io,
    sync::Arc,
    time::{Duration, Instant},
};
use tidegate_core::fault::{Blame, Fault, FaultKind};
use wasmtime::component::Linker;

/// How long loading waits for a slot of a busy pool.
const LOAD_WAIT: Duration = Duration::from_secs(30);

/// Runs plugins. Clones share everything; the last one to go stops the epoch thread.
#[derive(Clone)]
pub struct Engine(Arc<Inner>);

struct Inner {
    wasm: wasmtime::Engine,
    linker: Linker<State>,
    limits: Limits,
    slots: u32,
    admission: Admission,
    columns: Arc<ColumnCache>,
    cache: Option<Cache>,
    _ticker: Ticker,
}

/// Why no engine could be made.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// An engine without slots could not run anything.
    #[error("slots: 0 used, at least 1 needed")]
    NoSlots,
    /// The pool's address space, or the processor.
    #[error(
        "a pool of {slots} instances cannot be made: {cause}; hint: fewer slots, or more virtual memory (`ulimit -v`)"
    )]
    Pool {
        /// As configured.
        slots: u32,
        /// What wasmtime says.
        cause: String,
    },
    /// The epoch thread.
    #[error("the epoch thread cannot be started: {0}")]
    Ticker(#[source] io::Error),
    /// The cache of compiled components.
    #[error(transparent)]
    Cache(#[from] CacheError),
    /// The contract's functions contradict each other.
    #[error("the contract cannot be linked: {0}")]
    Link(String),
}

impl Engine {
    /// An engine with its pool, its epoch thread and its cache.
    pub fn new(config: &EngineConfig) -> Result<Self, EngineError> {
        let (limits, slots) = (config.limits, config.slots);
        if slots == 0 {
            return Err(EngineError::NoSlots);
        }
        let pool_error = |error: wasmtime::Error| EngineError::Pool { slots, cause: error.root_cause().to_string() };
        let wasm = wasmtime::Engine::new(&wasmtime_config(config)).map_err(pool_error)?;
        let open_cache = |dir| Cache::open(dir, limits.component_bytes_max);
        let cache = config.cache_dir.as_deref().map(open_cache).transpose()?;
        let linker = link::linker(&wasm).map_err(|error| EngineError::Link(error.to_string()))?;
        let ticker = Ticker::start(wasm.clone()).map_err(EngineError::Ticker)?;
        let (admission, columns) = (Admission::new(slots), Arc::new(ColumnCache::default()));
        Ok(Self(Arc::new(Inner { wasm, linker, limits, slots, admission, columns, cache, _ticker: ticker })))
    }

    /// What plugins may use.
    #[must_use]
    pub fn limits(&self) -> Limits {
        self.0.limits
    }

    pub(crate) fn wasm(&self) -> &wasmtime::Engine {
        &self.0.wasm
    }

    pub(crate) fn linker(&self) -> &Linker<State> {
        &self.0.linker
    }

    pub(crate) fn columns(&self) -> &Arc<ColumnCache> {
        &self.0.columns
    }

    pub(crate) fn cache(&self) -> Option<&Cache> {
        self.0.cache.as_ref()
    }

    pub(crate) fn slots(&self) -> u32 {
        self.0.slots
    }

    /// A slot of the pool; `None` when none came free until then.
    pub(crate) fn enter(&self, until: Instant) -> Option<Permit<'_>> {
        self.0.admission.enter(until)
    }

    /// A slot for a call that belongs to no decision.
    pub(crate) fn enter_to_load(&self) -> Result<Permit<'_>, Fault> {
        self.enter(Instant::now() + LOAD_WAIT).ok_or_else(|| {
            let message = format!(
                "no slot came free in {} s: {slots} used, {slots} allowed",
                LOAD_WAIT.as_secs(),
                slots = self.slots()
            );
            fault(Blame::Host, FaultKind::Host, message)
        })
    }

    /// Until when a call may run that belongs to no decision.
    pub(crate) fn load_deadline(&self) -> Deadline {
        Deadline::earlier(Instant::now(), self.0.limits.plugin_deadline, None)
    }
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine").field("limits", &self.0.limits).field("slots", &self.0.slots).finish_non_exhaustive()
    }
}
