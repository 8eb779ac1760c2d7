//! A gate from its configuration to its last answer: opened, served, stopped, each step recorded.

mod first;

use crate::{
    config::Config,
    egress::{Egress, error::EgressError},
    gate::{
        Gate,
        activation::{LastGoodError, act},
        agreements::Agreements,
        bundles,
        clock::{self, jump},
        in_force::InForce,
        incidents::escalator,
        known::WhoIsKnown,
        notices::courier::Courier,
        others,
        plugins::PolicyError,
        reload::{Reloads, watch},
        retention,
        ruling::Bench,
        scrub,
        spans::outbox::Outbox,
        verifications::verifier,
        watches::watchman::Watchman,
    },
    http::{
        listen::{self, Bounds},
        router,
        tls::{self, Tls, TlsError},
    },
    identity::{
        oidc::{Oidc, keys::Keys},
        tokens::{self, Tokens},
    },
    open_files,
};
use first::First;
use std::{future::Future, io, net::SocketAddr, path::PathBuf, sync::Arc, time::Duration};
use tidegate_core::digest::Digest;
use tidegate_engine::engine::{Engine, EngineError};
use tidegate_ledger::{
    act::Act,
    config::LedgerConfig,
    error::{LedgerError, ReadError, RecordError},
    ledger::Ledger,
    place::url_file::UrlFileError,
};
use tokio::{net::TcpListener, sync::oneshot, task::JoinSet};

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
    /// The policies, and there is no last good bundle.
    #[error("{0}")]
    Policies(PolicyError),
    /// The policies, and the last good bundle cannot stand in for them either.
    #[error("{policies}\nthe last good bundle cannot stand in for them: {last_good}")]
    LastGood {
        /// What is wrong with the files.
        policies: PolicyError,
        /// What is wrong with what was kept.
        last_good: LastGoodError,
    },
    /// Nothing was activated yet, and there is nothing to begin with.
    #[error("no signed bundle was activated yet; hint: name the one to begin with under `bundle.first`")]
    NoBundle,
    /// The bundle to begin with.
    #[error("`bundle.first`: cannot read `{}`: {source}", path.display())]
    First {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The bundle in force cannot be made again.
    #[error("the bundle in force cannot be made again: {0}")]
    Recorded(LastGoodError),
    /// Where the ledger is.
    #[error("`ledger.url_file`: {0}")]
    Place(#[from] UrlFileError),
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
    /// The certificate it should show.
    #[error("tls: {0}")]
    Tls(#[from] TlsError),
    /// A destination that the gate may ask.
    #[error("egress: {0}")]
    Egress(#[from] EgressError),
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

/// How often uploads are looked at that no decision names.
const EXPIRED_EVERY: Duration = Duration::from_secs(60);

/// A gate that listens, but does not answer yet.
#[derive(Debug)]
pub struct Service {
    gate: Arc<Gate>,
    courier: Courier,
    outbox: Outbox,
    watchman: Watchman,
    listener: TcpListener,
    tls: Option<Arc<Tls>>,
    address: SocketAddr,
    bounds: Bounds,
    watch: Duration,
    configuration: Digest,
}

impl Service {
    /// Opens the ledger, loads the policies and their plugins, and takes the address.
    pub async fn open(config: &Config) -> Result<Self, ServiceError> {
        let data_dir = &config.data_dir;
        private_folder(data_dir).map_err(|source| ServiceError::DataDir { path: data_dir.clone(), source })?;
        let tls = Tls::open(&config.tls)?;
        // What cannot be set up is told at the start, and not when it is needed.
        let egress = Egress::new(&config.egress)?;
        let engine = Engine::new(&config.engine_config(Some(data_dir.join("plugin-cache"))))?;
        let record = LedgerConfig { checkpoints: Some(config.checkpoint_config()), ..config.ledger_config() };
        let ledger = Ledger::open(config.ledger_place()?, record).await?;
        if let Some(verifier) = ledger.verifier() {
            tracing::info!("checkpoints are signed by {verifier}");
        }
        let opened = Self::open_with(config, tls, egress, engine, ledger.clone()).await;
        if opened.is_err() {
            // Somebody may want to try again at once: the file is free from here on.
            ledger.close().await;
        }
        opened
    }

    async fn open_with(
        config: &Config,
        tls: Option<Arc<Tls>>,
        egress: Egress,
        engine: Engine,
        ledger: Ledger,
    ) -> Result<Self, ServiceError> {
        let first = First::load(config, &engine, &ledger).await?;
        // Before anything of this start is recorded, which would not be of before.
        let behind = jump::behind(&ledger).await;
        let address = config.listen;
        let listen = |source| ServiceError::Listen { address, source };
        let listener = TcpListener::bind(address).await.map_err(listen)?;
        let address = listener.local_addr().map_err(listen)?;
        let configuration = config.digest();
        let since = first.record(&ledger, configuration).await?;
        let settings = config.gate_settings();
        let First { active, origin, seen, refused } = first;
        let reloads = match &config.bundle {
            None => Reloads::new(config.policy_files(), seen, refused.as_ref()),
            Some(bundle) => {
                let seen = bundles::look(&ledger).await?;
                Reloads::of_bundles(config.policy_files(), Arc::new(bundle.trust.clone()), seen)
            }
        };
        let oidc = Oidc::new(Keys::new(egress.clone()), config.oidc);
        let known = WhoIsKnown { tokens: Tokens::load(ledger.clone()).await?, oidc };
        let agreements = Agreements::load(&ledger).await?;
        let in_force = InForce { bench: Bench::new(engine, active, agreements, &settings), since, origin };
        let traces = Arc::new(config.traces.clone());
        let outbox = Outbox { ledger: ledger.clone(), egress: egress.clone(), config: traces };
        let (notices, orders) = (Arc::new(config.notices.clone()), Arc::new(config.orders.clone()));
        let courier = Courier { ledger: ledger.clone(), egress: egress.clone(), config: notices, orders };
        let gate = Arc::new(Gate::new(in_force, (reloads, egress), known, ledger, settings));
        let watchman = Watchman { gate: gate.clone() };
        gate.warn_of_unrouted(&gate.active());
        if let Some(jump) = behind {
            gate.clock_jumped(jump).await?;
        }
        let bounds = Bounds {
            connections: config.limits.connections,
            headers: config.limits.header_timeout,
            taken: config.limits.body_timeout,
            stop: config.limits.body_timeout + config.limits.decision_deadline + Duration::from_secs(5),
        };
        if let Some(warning) = open_files::warning(bounds.connections) {
            tracing::warn!("{warning}");
        }
        Ok(Self {
            gate,
            courier,
            outbox,
            watchman,
            listener,
            tls,
            address,
            bounds,
            watch: config.reload.watch,
            configuration,
        })
    }

    /// Where it listens: the port that was taken, when the configuration asked for any.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What it shows to clients; none: it speaks no TLS.
    #[must_use]
    pub fn tls(&self) -> Option<Arc<Tls>> {
        self.tls.clone()
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
        // Ends with this function.
        let mut watching = JoinSet::new();
        watching.spawn(note_use(self.gate.clone()));
        watching.spawn(expire(self.gate.clone()));
        watching.spawn(others::look_after(self.gate.clone()));
        watching.spawn(jump::watch(self.gate.clone()));
        watching.spawn(scrub::watch(self.gate.clone()));
        watching.spawn(retention::watch(self.gate.clone()));
        watching.spawn(escalator::run(self.gate.clone()));
        watching.spawn(verifier::watch(self.gate.clone()));
        let (enough, stop_courier) = oneshot::channel();
        let courier = tokio::spawn(self.courier.run(stop_courier));
        let (all_decided, stop_outbox) = oneshot::channel();
        let outbox = tokio::spawn(self.outbox.run(stop_outbox));
        let (over, stop_watchman) = oneshot::channel();
        let watchman = tokio::spawn(self.watchman.run(stop_watchman));
        if !self.watch.is_zero() {
            watching.spawn(watch::watch(self.gate.clone(), self.watch));
            if let Some(tls) = &self.tls {
                watching.spawn(tls::watch(tls.clone(), self.watch));
            }
        }
        let served = listen::serve(self.listener, self.tls, router(self.gate.clone()), self.bounds, stop).await;
        drop(watching);
        // Nothing is decided any more: what was written in the last moment is sent, or after the next start.
        drop((enough, all_decided, over));
        let _ended = tokio::join!(courier, outbox, watchman);
        // One that takes longer finds the ledger closed, and changes nothing.
        let _late = tokio::time::timeout(self.bounds.stop, self.gate.close_reloads()).await;
        if let Err(error) = self.gate.tokens().note_use().await {
            tracing::warn!("when tokens were last used is not kept: {error}");
        }
        let stopped = self.gate.ledger().act(act(Act::Stop { configuration: self.configuration }, Vec::new())).await;
        self.gate.ledger().close().await;
        served.map_err(ServiceError::Serve)?;
        stopped?;
        Ok(())
    }
}

/// Keeps when tokens were last used, every so often.
async fn note_use(gate: Arc<Gate>) {
    let mut ticks = tokio::time::interval(tokens::NOTED_EVERY);
    loop {
        ticks.tick().await;
        if let Err(error) = gate.tokens().note_use().await {
            tracing::warn!("when tokens were last used is not kept yet: {error}");
        }
    }
}

/// Lets go of uploads that no decision named in time, every so often.
async fn expire(gate: Arc<Gate>) {
    let mut ticks = tokio::time::interval(EXPIRED_EVERY);
    loop {
        ticks.tick().await;
        if let Err(error) = gate.expire(clock::now()).await {
            tracing::warn!("uploads that no decision names are kept longer: {error}");
        }
    }
}

/// Reports and records are nobody else's to read.
pub(crate) fn private_folder(path: &std::path::Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(path)
}
