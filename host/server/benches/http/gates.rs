//! Gates: one with a policy set for each number of stages, and those that are started to see how long it takes.

use super::{
    asker::{Asker, Request},
    workload::{Document, environment},
};
use std::{
    env, fs,
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    time::{Duration, Instant},
};
use tempfile::TempDir;
use tidegate::{
    config::{Config, Limits, LogConfig, LogFormat, LogLevel, ReloadConfig},
    service::Service,
};
use tidegate_workbench::{build::BuildOptions, shipped};

/// There is a policy set with so many stages.
pub(crate) const STAGES: [u32; 8] = [1, 2, 4, 8, 16, 20, 32, 64];

/// A gate that serves.
pub(crate) struct Gate {
    pub(crate) address: SocketAddr,
    // Its record lies there.
    _folder: TempDir,
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap()
}

fn folder() -> TempDir {
    env::var_os("BENCH_DIR").map_or_else(tempfile::tempdir, tempfile::tempdir_in).unwrap()
}

/// Every stage asks all of the evidence, by limits of its own.
fn set(stages: u32) -> String {
    let stage = |n: u32| {
        format!(
            "  - id: stage_{n}\n    title: Stage {n}\n    plugin: quality\n    evidence:\n      - {{ name: issues, documents: {{ min: 1 }} }}\n      \
             - {{ name: tests, documents: {{ min: 1 }} }}\n    settings: {{ issues: {{ max: {{ high: 1, low: {} }} }}, tests: {{ min_pass_rate: 100 }} }}\n",
            1_000_000 + n
        )
    };
    format!(
        "policy_set: {name}\nversion: \"1\"\nowner: Bench\nmatch: {{ environments: [{name}], services: [\"*\"] }}\nplugins: {{ quality: {{ path: {path} }} \
         }}\nstages:\n{stages}",
        name = environment(stages),
        path = root().join("plugins/quality.wasm").display(),
        stages = (0..stages).map(stage).collect::<String>(),
    )
}

fn config(data: &Path, policies: PathBuf) -> Config {
    Config {
        listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
        data_dir: data.join("data"),
        policies: vec![policies],
        dev: true,
        reload: ReloadConfig { watch: Duration::ZERO },
        log: LogConfig { format: LogFormat::Text, level: LogLevel::Error },
        limits: Limits {
            // All clients are one caller here.
            caller_in_flight: 256,
            caller_queue: 1_000,
            caller_rate: 1_000_000,
            document_bytes: 128 << 20,
            request_bytes: 128 << 20,
            ..Config::default().limits
        },
        ..Config::default()
    }
}

impl Gate {
    pub(crate) async fn start() -> Self {
        let folder = folder();
        shipped::build_these(root(), &["quality"], &BuildOptions::default(), |_| ()).unwrap();
        let policies = folder.path().join("policies");
        fs::create_dir(&policies).unwrap();
        for stages in STAGES {
            fs::write(policies.join(format!("{}.yaml", environment(stages))), set(stages)).unwrap();
        }
        let service = Service::open(&config(folder.path(), policies)).await.unwrap();
        let address = service.address();
        tokio::spawn(service.run(std::future::pending()));
        Self { address, _folder: folder }
    }

    /// Hands documents in before anybody cites them.
    pub(crate) fn keep(&self, documents: &[Document]) {
        for document in documents {
            let path = format!("/v1/evidence/{}", document.digest());
            let put = Request::new("PUT", &path, "application/octet-stream", document.kept().as_bytes());
            Asker::several(self.address, &put, 1).iter_mut().for_each(Asker::asked);
        }
    }
}

/// How long a gate takes until it serves: the first time, and the median of later times, when its components are compiled already.
pub(crate) fn started(times: u32) -> (Duration, Duration) {
    let names = shipped::named_in(&root().join("policies")).unwrap();
    shipped::build_these(root(), &names, &BuildOptions::default(), |_| ()).unwrap();
    let folder = folder();
    let config = config(folder.path(), root().join("policies"));
    let once = || {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        let begun = Instant::now();
        let service = runtime.block_on(Service::open(&config)).unwrap();
        let took = begun.elapsed();
        runtime.block_on(service.run(std::future::ready(()))).unwrap();
        took
    };
    let first = once();
    let mut later: Vec<Duration> = (0..times).map(|_| once()).collect();
    later.sort();
    (first, later[later.len() / 2])
}
