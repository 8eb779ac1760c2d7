//! A gate from its configuration to its last answer: opened, served, stopped, each step recorded.

use crate::{
    config::Config,
    gate::{
        ACTOR, Gate, clock,
        plugins::{Active, PolicyError},
        record,
    },
    http::{
        listen::{self, Waits},
        router,
    },
    telemetry::metrics::Metrics,
};
use std::{future::Future, io, net::SocketAddr, path::PathBuf, sync::Arc, time::Duration};
use tidegate_core::digest::Digest;
use tidegate_engine::engine::{Engine, EngineError};
use tidegate_ledger::{
    act::{Act, ActRecord},
    body::{Body, BodyKind},
    error::{LedgerError, ReadError, RecordError},
    ledger::Ledger,
};
use tokio::net::TcpListener;

/// Why a gate could not be opened or served.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// The folder for its data.
    #[error("data folder `{}`: {source}", path.display())]
    DataDir {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The plugins' engine.
    #[error("engine: {0}")]
    Engine(#[from] EngineError),
    /// The policies.
    #[error("{0}")]
    Policies(#[from] PolicyError),
    /// The ledger cannot be opened.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// A start, a stop or the policies could not be recorded.
    #[error("ledger: {0}")]
    Record(#[from] RecordError),
    /// The policies in force before could not be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// A thread that loads plugins died.
    #[error("load: {0}")]
    Load(tokio::task::JoinError),
    /// The address.
    #[error("listen on {address}: {source}")]
    Listen {
        /// Which.
        address: SocketAddr,
        /// Why.
        source: io::Error,
    },
    /// Serving.
    #[error("serve: {0}")]
    Serve(io::Error),
}

/// A gate that listens, but does not answer yet.
#[derive(Debug)]
pub struct Service {
    gate: Arc<Gate>,
    listener: TcpListener,
    address: SocketAddr,
    waits: Waits,
    configuration: Digest,
}

impl Service {
    /// Loads the policies and their plugins, opens the ledger, and takes the address.
    pub async fn open(config: &Config) -> Result<Self, ServiceError> {
        let data_dir = &config.data_dir;
        private_folder(data_dir).map_err(|source| ServiceError::DataDir { path: data_dir.clone(), source })?;
        let engine = Engine::new(&config.engine_config(Some(data_dir.join("plugin-cache"))))?;
        let (paths, loader) = (config.policies.clone(), engine.clone());
        // Compiling plugins takes a while, and nothing else runs yet.
        let active = tokio::task::spawn_blocking(move || Active::load(&loader, &paths));
        let active = active.await.map_err(ServiceError::Load)??;
        let ledger = Ledger::open(&data_dir.join("ledger.sqlite"), config.ledger_config()).await?;
        let address = config.listen;
        let listen = |source| ServiceError::Listen { address, source };
        let listener = TcpListener::bind(address).await.map_err(listen)?;
        let address = listener.local_addr().map_err(listen)?;
        let gate = Gate::new(engine, active, ledger, Metrics::new(), config.gate_settings());
        let waits = Waits {
            headers: config.limits.header_timeout,
            stop: config.limits.body_timeout + config.limits.decision_deadline + Duration::from_secs(5),
        };
        let service = Self { gate: Arc::new(gate), listener, address, waits, configuration: config.digest() };
        service.record_start().await?;
        Ok(service)
    }

    /// Where it listens: the port that was taken, when the configuration asked for any.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The gate.
    #[must_use]
    pub fn gate(&self) -> Arc<Gate> {
        self.gate.clone()
    }

    /// Serves until `stop` resolves, ends what is in flight, and closes the ledger.
    pub async fn run(self, stop: impl Future<Output = ()>) -> Result<(), ServiceError> {
        let gate = self.gate.clone();
        let stop = async move {
            stop.await;
            gate.stop_accepting();
        };
        let served = listen::serve(self.listener, router(self.gate.clone()), self.waits, stop).await;
        let stopped = self.gate.ledger().act(act(Act::Stop { configuration: self.configuration }, Vec::new())).await;
        self.gate.ledger().close().await;
        served.map_err(ServiceError::Serve)?;
        stopped?;
        Ok(())
    }

    /// Nothing takes effect before its leaf is durable: neither this start nor the policies, with everything they consist of.
    async fn record_start(&self) -> Result<(), ServiceError> {
        let ledger = self.gate.ledger();
        ledger.act(act(Act::Start { configuration: self.configuration }, Vec::new())).await?;
        let (old, new) = (ledger.active_bundle().await?, self.gate.active().bundle().digest());
        if old != Some(new) {
            let activated = Act::BundleActivated { old, new, actor: Arc::from(ACTOR), reviewed_by: Vec::new() };
            ledger.act(act(activated, bodies(self.gate.active()))).await?;
        }
        Ok(())
    }
}

fn act(act: Act, bodies: Vec<Body>) -> ActRecord {
    ActRecord { act, at: clock::now(), host_version: record::host_version(), bodies }
}

/// Everything that the policies consist of: what a replay needs.
fn bodies(active: &Active) -> Vec<Body> {
    let body = |kind, bytes: &[u8]| Body { kind, bytes: Arc::from(bytes) };
    let mut bodies = vec![body(BodyKind::Bundle, active.bundle().canonical().as_bytes())];
    bodies.extend(active.bundle().texts().map(|text| body(BodyKind::PolicySet, text.as_bytes())));
    let mut plugins: Vec<Arc<[u8]>> = active.plugins().map(|(_, _, loaded)| loaded.component.clone()).collect();
    plugins.sort();
    plugins.dedup();
    bodies.extend(plugins.into_iter().map(|bytes| Body { kind: BodyKind::Plugin, bytes }));
    bodies
}

/// Reports and records are nobody else's to read.
fn private_folder(path: &std::path::Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(path)
}
