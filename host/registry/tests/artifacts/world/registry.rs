//! A registry of its own for a test: `docker-registry` on the `PATH`, as Debian installs it. Without it these tests say that they are
//! left out, unless `REGISTRY_REQUIRED` is 1: then they fail.

use std::{
    env, fs,
    net::{SocketAddr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};
use tempfile::TempDir;
use tidegate_core::digest::Digest;

const PROGRAM: &str = "docker-registry";
const REQUIRED: &str = "REGISTRY_REQUIRED";
const START_MAX: Duration = Duration::from_secs(60);

/// Ends with the test, also with one that fails.
pub(crate) struct Registry {
    child: Child,
    pub(crate) address: SocketAddr,
    folder: TempDir,
}

impl Drop for Registry {
    fn drop(&mut self) {
        let _gone = self.child.kill();
        let _ended = self.child.wait();
    }
}

impl Registry {
    /// One that lets everybody do everything. None: there is no such program here.
    pub(crate) fn start() -> Option<Self> {
        Self::with("")
    }

    /// One that knows `team`, whose password is `geheim`, and nobody else.
    pub(crate) fn with_password() -> Option<Self> {
        Self::with("auth: { htpasswd: { realm: a registry, path: passwords } }\n")
    }

    fn with(more: &str) -> Option<Self> {
        let program = found()?;
        let folder = tempfile::tempdir().unwrap();
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let config = format!(
            "version: 0.1\nlog: {{ level: error, accesslog: {{ disabled: true }} }}\n\
             storage: {{ filesystem: {{ rootdirectory: data }}, cache: {{}} }}\n\
             http: {{ addr: '{address}', secret: of a test }}\n{more}"
        );
        fs::write(folder.path().join("config.yml"), config).unwrap();
        fs::write(
            folder.path().join("passwords"),
            "team:$2b$04$uv.//Thi9HF7KLM.5wGJPuJTa83ol2Ks9ri4n80NjMQJsUcgMPMGm\n",
        )
        .unwrap();
        let child = Command::new(program)
            .current_dir(folder.path())
            .args(["serve", "config.yml"])
            .env("OTEL_TRACES_EXPORTER", "none")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let registry = Self { child, address, folder };
        let begun = Instant::now();
        while TcpStream::connect(address).is_err() {
            assert!(begun.elapsed() < START_MAX, "{PROGRAM} does not answer at {address}");
            thread::sleep(Duration::from_millis(20));
        }
        Some(registry)
    }

    /// Where it keeps the bytes of a blob.
    pub(crate) fn file(&self, blob: Digest) -> PathBuf {
        let hex = blob.hex();
        let folder = self.folder.path().join("data/docker/registry/v2/blobs/sha256");
        folder.join(hex.get(..2).unwrap()).join(&hex).join("data")
    }

    /// Exchanges the bytes of a blob behind its back.
    pub(crate) fn tamper(&self, blob: Digest, bytes: &[u8]) {
        let file = self.file(blob);
        assert!(Path::new(&file).exists(), "{}", file.display());
        fs::write(file, bytes).unwrap();
    }
}

fn found() -> Option<PathBuf> {
    let folders = env::var_os("PATH").unwrap_or_default();
    let found = env::split_paths(&folders).map(|folder| folder.join(PROGRAM)).find(|file| file.is_file());
    if found.is_none() {
        assert!(env::var_os(REQUIRED).is_none_or(|value| value != "1"), "no {PROGRAM} on the PATH, and {REQUIRED}=1");
        eprintln!("LEFT OUT: there is no `{PROGRAM}` on the PATH: Debian's package of that name has it");
    }
    found
}
