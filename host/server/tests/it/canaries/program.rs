//! `tidegate serve` as it runs somewhere: with an environment, a configuration, policies, and a collector of its spans.

use super::{Canaries, HARMLESS};
use crate::world::root;
use std::{
    fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::mpsc::{Receiver, Sender, channel},
    time::{Duration, Instant},
};
use tidegate_core::digest::Digest;
use tidegate_workbench::testing::guest;

/// Nobody waits that long for what is coming.
const ENDLESS: Duration = Duration::from_secs(60);

/// Keeps every byte that somebody exports.
pub(super) fn collector() -> (SocketAddr, Receiver<Vec<u8>>) {
    fn serve(stream: TcpStream, bodies: &Sender<Vec<u8>>) -> Option<()> {
        let mut reader = BufReader::new(stream);
        loop {
            let mut length = 0;
            loop {
                let mut line = String::new();
                if reader.read_line(&mut line).ok()? == 0 {
                    return None;
                }
                match line.trim_end().to_ascii_lowercase().strip_prefix("content-length: ") {
                    Some(value) => length = value.parse().ok()?,
                    None if line.trim_end().is_empty() => break,
                    None => {}
                }
            }
            let mut body = vec![0; length];
            reader.read_exact(&mut body).ok()?;
            bodies.send(body).ok()?;
            reader.get_mut().write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").ok()?;
        }
    }
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (sender, bodies) = channel();
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let sender = sender.clone();
            std::thread::spawn(move || serve(stream, &sender));
        }
    });
    (address, bodies)
}

/// `tidegate serve` with a canary in its environment; killed when it is dropped.
pub(super) struct Program {
    child: Child,
    log: PathBuf,
}

impl Program {
    pub(super) fn serve(folder: &Path, collector: SocketAddr, canaries: &mut Canaries) -> Self {
        let log = folder.join("log");
        let child = Command::new(env!("CARGO_BIN_EXE_tidegate"))
            .args(["serve", "--listen", "127.0.0.1:0", "--data-dir"])
            .arg(folder.join("data"))
            .arg("--policies")
            .arg(folder.join("policies"))
            .arg("--config")
            .arg(configuration(folder, canaries))
            .env("GATE_CREDENTIAL", canaries.plant())
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
            if let Some((_, rest)) = log.split_once("listening on http://") {
                let address: String =
                    rest.chars().take_while(|c| c.is_ascii_digit() || matches!(c, '.' | ':')).collect();
                return address.parse().unwrap();
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
fn configuration(folder: &Path, canaries: &mut Canaries) -> PathBuf {
    fs::write(folder.join("credential"), canaries.plant()).unwrap();
    let text = "egress:\n  signals: { url: 'https://signals.example/', credential: { variable: GATE_CREDENTIAL } }\n  \
                tickets: { url: 'https://tickets.example/', credential: { file: credential } }\n";
    fs::write(folder.join("tidegate.yaml"), text).unwrap();
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
         sha256: {pin} }}\n  marker-plugin: {{ path: repeats-evidence.wasm, sha256: {repeats_pin} }}\nstages:\n{}{}{}",
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

pub(super) fn token(folder: &Path) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_tidegate"))
        .args(["token", "create", "--name", "ci", "--role", "decide", "--role", "policy", "--role", "operate"])
        .args(["--expires-in", "1h", "--data-dir"])
        .arg(folder.join("data"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}
