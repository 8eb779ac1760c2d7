//! A gate to test against: real plugins, a real ledger in a temporary folder, a free loopback port.

use crate::wire::{self, Form};
use serde_json::json;
use std::{
    fs,
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    sync::{Arc, OnceLock},
    time::Duration,
};
use tempfile::TempDir;
use tidegate::{
    config::{Config, ReloadConfig},
    egress::{
        address::Network,
        destination::{DestinationConfig, EgressLimits, base},
    },
    service::{Service, ServiceError},
};
use tidegate_core::digest::Digest;
use tidegate_workbench::{build::BuildOptions, shipped};
use tokio::{sync::oneshot, task::JoinHandle};

/// Where a program's log says that it listens.
pub(crate) fn listens(log: &str) -> Option<SocketAddr> {
    let (_, rest) = log.split_once("listening on http://")?;
    let address: String = rest.chars().take_while(|c| c.is_ascii_digit() || matches!(c, '.' | ':')).collect();
    Some(address.parse().unwrap())
}

/// A destination of a gate at this address of the loopback interface, with so much time for a request.
pub(crate) fn loopback(url: &str, time: Duration) -> DestinationConfig {
    DestinationConfig {
        url: base(url).unwrap(),
        private: vec![Network::parse("127.0.0.0/8").unwrap()],
        credential: None,
        ca_file: None,
        limits: EgressLimits { time, ..EgressLimits::default() },
    }
}

/// The repository.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap().to_owned()
}

/// Builds the shipped plugins, once for all tests of this process.
pub(crate) fn plugins() {
    static BUILT: OnceLock<()> = OnceLock::new();
    BUILT.get_or_init(|| {
        shipped::build_all(&root(), &BuildOptions::default(), |_| ()).expect("the shipped plugins build");
    });
}

/// The reports of the example in which everything is green, but for those under these names.
pub(crate) fn green_reports(form: Form, except: &[&str]) -> Form {
    let mut form = form;
    for path in entries(&root().join("examples/01-all-green/evidence")) {
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        if except.contains(&name.as_str()) {
            continue;
        }
        for file in if path.is_dir() { entries(&path) } else { vec![path] } {
            let file_name = file.file_name().unwrap().to_str().unwrap().to_owned();
            form = form.file(&name, &file_name, fs::read(&file).unwrap());
        }
    }
    form
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

/// One set for everything, with further lines. The plugins are built.
pub(crate) fn set_with(lines: &str) -> String {
    let plugin = root().join("plugins/quality.wasm");
    let pin = Digest::of(&fs::read(&plugin).unwrap()).hex();
    let set = format!(
        "policy_set: all\nversion: \"1\"\nowner: Test\nmatch: {{ environments: [\"*\"], services: [\"*\"] }}\n\
         plugins: {{ quality: {{ path: {}, sha256: {pin} }} }}\nstages:\n  - id: unit_tests\n    title: Unit Tests\n    \
         plugin: quality\n    evidence: [{{ name: unit_tests, documents: {{ min: 1 }} }}]\n    settings: {{ tests: {{ \
         min_pass_rate: 100 }} }}\n",
        plugin.display()
    );
    set + lines
}

/// A gate that is being made.
pub(crate) struct World {
    config: Config,
    data: TempDir,
}

/// A gate that listens. Stopped by [`Gate::stop`]; a test that ends without it leaves the runtime to drop it.
pub(crate) struct Gate {
    /// `http://127.0.0.1:port`
    pub(crate) url: String,
    /// Where it listens.
    pub(crate) address: SocketAddr,
    /// Its data.
    pub(crate) data: TempDir,
    /// The file of its ledger, wherever its configuration puts it.
    pub(crate) ledger: PathBuf,
    inside: Arc<tidegate::gate::Gate>,
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

/// A gate with the repository's policies.
pub(crate) fn gate() -> World {
    let data = tempfile::tempdir().unwrap();
    let config = Config {
        listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
        data_dir: data.path().join("data"),
        policies: vec![root().join("policies")],
        // The plugins were built a moment ago: nobody can have pinned them.
        dev: true,
        // Whoever tests what a look at the files does asks for it.
        reload: ReloadConfig { watch: Duration::ZERO },
        ..Config::default()
    };
    World { config, data }
}

impl World {
    /// With other policies.
    pub(crate) fn policies(mut self, path: PathBuf) -> Self {
        self.config.policies = vec![path];
        self
    }

    /// Over the data of a gate that was stopped.
    pub(crate) fn over(mut self, data: TempDir) -> Self {
        self.config.data_dir = data.path().join("data");
        self.data = data;
        self
    }

    /// With another configuration.
    pub(crate) fn configured(mut self, change: impl FnOnce(&mut Config)) -> Self {
        change(&mut self.config);
        self
    }

    /// Tries to start it and says why it does not; its data comes back.
    pub(crate) async fn refused(self) -> (ServiceError, TempDir) {
        match Service::open(&self.config).await {
            Ok(service) => panic!("a gate opened at {}", service.address()),
            Err(error) => (error, self.data),
        }
    }

    /// Starts it.
    pub(crate) async fn run(self) -> Gate {
        tokio::task::spawn_blocking(plugins).await.unwrap();
        let service = Service::open(&self.config).await.expect("the gate opens");
        let (address, inside) = (service.address(), service.gate());
        wire::carry_nothing(address);
        let (stop, stopped) = oneshot::channel();
        let task = tokio::spawn(async move {
            service.run(async { drop(stopped.await) }).await.expect("the gate stops in good order");
        });
        let ledger = self.config.data_dir.join("ledger.sqlite");
        Gate { url: format!("http://{address}"), address, data: self.data, ledger, inside, stop, task }
    }

    /// Starts it, with a token for whoever sends to it.
    pub(crate) async fn run_with_token(self) -> Gate {
        let gate = self.run().await;
        let grant = json!({"roles": ["decide", "policy", "operate"], "environments": ["*"], "services": ["*"]});
        let holder = serde_json::from_value(json!({"name": "tests", "grants": [grant]})).unwrap();
        let (token, _) = gate.inside.tokens().create(&holder, Duration::from_secs(3600), "tests").await.unwrap();
        wire::carry(gate.address, token.reveal());
        gate
    }
}

impl Gate {
    /// Leaves that were recorded since it started.
    pub(crate) fn leaves(&self) -> u64 {
        self.inside.ledger().counts().leaves
    }

    /// The gate itself, past HTTP.
    pub(crate) fn inside(&self) -> &Arc<tidegate::gate::Gate> {
        &self.inside
    }

    /// Closes the ledger behind its back: from now on nothing can be recorded.
    pub(crate) async fn close_ledger(&self) {
        self.inside.ledger().close().await;
    }

    /// Stops it, waits for its last answer, and gives its data back.
    pub(crate) async fn stop(self) -> TempDir {
        self.stop.send(()).expect("the gate listens for its stop");
        self.task.await.expect("the gate stops in good order");
        self.data
    }
}
