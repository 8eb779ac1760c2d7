//! `tidegate serve` as it runs somewhere: with an environment, a configuration, policies, and a collector of its spans.

use super::{Canaries, HARMLESS};
use crate::world::{listens, root};
use std::{
    fs,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};
use tidegate_core::digest::Digest;
use tidegate_workbench::testing::guest;

/// Nobody waits that long for what is coming.
pub(super) const ENDLESS: Duration = Duration::from_secs(60);

/// `tidegate serve` with a canary in its environment; killed when it is dropped.
pub(super) struct Program {
    child: Child,
    log: PathBuf,
}

impl Program {
    pub(super) fn serve(folder: &Path, collector: SocketAddr, receiver: SocketAddr, canaries: &mut Canaries) -> Self {
        let log = folder.join("log");
        let child = Command::new(env!("CARGO_BIN_EXE_tidegate"))
            .args(["serve", "--listen", "127.0.0.1:0", "--data-dir"])
            .arg(folder.join("data"))
            .arg("--policies")
            .arg(folder.join("policies"))
            .arg("--config")
            .arg(configuration(folder, (collector, receiver), canaries))
            .env("GATE_CREDENTIAL", canaries.plant())
            .env("HOOKS_CREDENTIAL", canaries.plant())
            .env("TIDEGATE_RELOAD_WATCH", "0s")
            .env("TIDEGATE_LOG_LEVEL", "trace")
            .env("RUST_LOG", "trace")
            .env("OTEL_EXPORTER_OTLP_ENDPOINT", format!("http://{collector}"))
            .env("GITHUB_TOKEN", canaries.plant())
            .env("DATABASE_URL", format!("postgres://app:{}@db/app", canaries.plant()))
            .env("AWS_SECRET_ACCESS_KEY", canaries.plant())
            .current_dir(root())
            .stdout(Stdio::null())
            .stderr(fs::File::create(&log).unwrap())
            .spawn()
            .unwrap();
        Self { child, log }
    }

    pub(super) fn address(&self) -> SocketAddr {
        let until = Instant::now() + ENDLESS;
        while Instant::now() < until {
            let log = fs::read_to_string(&self.log).unwrap();
            if let Some(address) = listens(&log) {
                return address;
            }
            std::thread::yield_now();
        }
        panic!("it does not listen:\n{}", fs::read_to_string(&self.log).unwrap());
    }

    /// In good order, so that everything is exported and closed.
    pub(super) fn stop(mut self) -> Vec<u8> {
        let id = self.child.id();
        assert!(Command::new("bash").args(["-c", &format!("kill -TERM {id}")]).status().unwrap().success());
        assert!(self.child.wait().unwrap().success());
        fs::read(&self.log).unwrap()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may have ended already.
        let _ended = self.child.kill();
        let _ended = self.child.wait();
    }
}

/// One that names where secrets lie, and holds none.
fn configuration(folder: &Path, (collector, receiver): (SocketAddr, SocketAddr), canaries: &mut Canaries) -> PathBuf {
    fs::write(folder.join("credential"), canaries.plant()).unwrap();
    // Whoever is told of an emergency asks for a credential.
    let hooks = format!(
        "  hooks: {{ url: 'http://{receiver}/hooks', private: [127.0.0.1], credential: {{ variable: HOOKS_CREDENTIAL }} }}\n  \
  spans: {{ url: 'http://{collector}', private: [127.0.0.1] }}\n\
         notices: {{ contacts: {{ security: {{ destination: hooks }} }} }}\ntraces: {{ export: {{ destination: spans }} }}\n"
    );
    let text = "egress:\n  signals: { url: 'https://signals.example/', credential: { variable: GATE_CREDENTIAL } }\n  \
                tickets: { url: 'https://tickets.example/', credential: { file: credential } }\n";
    fs::write(folder.join("tidegate.yaml"), text.to_owned() + &hooks).unwrap();
    folder.join("tidegate.yaml")
}

pub(super) fn policies(folder: &Path) {
    let plugin = root().join("plugins/quality.wasm");
    let pin = Digest::of(&fs::read(&plugin).unwrap()).hex();
    let repeats = guest("repeats-evidence");
    let repeats_pin = Digest::of(&repeats).hex();
    let stage = |id: &str, plugin: &str, settings: &str| {
        format!(
            "  - id: {id}\n    title: {id}\n    plugin: {plugin}\n    optional: true\n    evidence: [{{ name: {id}, documents: {{ min: 1 }} }}]\n    settings: {settings}\n"
        )
    };
    let set = format!(
        "policy_set: all\nversion: \"1\"\nowner: Test\nmatch: {{ environments: [\"*\"], services: [\"*\"] }}\nplugins:\n  quality: {{ path: {}, \
         sha256: {pin} }}\n  marker-plugin: {{ path: repeats-evidence.wasm, sha256: {repeats_pin} }}\nstages:\n{}{}{}contacts: {{ security: security@shop.example }}\nbreak_glass: {{ minimum_evidence: [], second_human: false, \
         notify: [security] }}\n",
        plugin.display(),
        stage("unit_tests", "quality", "{ tests: { min_pass_rate: 100 } }"),
        stage("lint", "quality", "{ issues: { max: { high: 0 } } }"),
        // It sees what the others see, and says all of it.
        stage("unit_tests", "marker-plugin", &format!("{{ said: {HARMLESS} }}"))
            .replace("id: unit_tests", "id: repeats")
    );
    fs::create_dir(folder.join("policies")).unwrap();
    fs::write(folder.join("policies/repeats-evidence.wasm"), repeats).unwrap();
    fs::write(folder.join("policies/all.yaml"), set).unwrap();
}

pub(super) fn token(folder: &Path, holder: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_tidegate"))
        .args(["token", "create"])
        .args(holder)
        .args(["--expires-in", "1h", "--data-dir"])
        .arg(folder.join("data"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}
