//! A Prometheus of the demo's own, which scrapes its service.

use crate::demo::DemoError;
use reqwest::{Url, blocking::Client};
use serde_json::Value;
use std::{
    env,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

const PROGRAM: &str = "prometheus";
/// How long it may take to begin.
const BEGINS_WITHIN: Duration = Duration::from_secs(30);
const PAUSE: Duration = Duration::from_millis(100);
const SCRAPED_TWICE: &str = "count_over_time(http_requests_total[5s]) > 1";

/// Ends with the demo.
pub(super) struct Prometheus(Child);

impl Drop for Prometheus {
    fn drop(&mut self) {
        // One that has ended by itself has nothing to be ended.
        let _gone = self.0.kill();
        let _ended = self.0.wait();
    }
}

/// Where its program lies.
pub(super) fn program() -> Result<PathBuf, DemoError> {
    let folders = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&folders)
        .map(|folder| folder.join(PROGRAM))
        .find(|file| file.is_file())
        .ok_or(DemoError::NoPrometheus)
}

impl Prometheus {
    /// By the `prometheus.yml` of this folder, at this address. Comes back when it can say how many requests fail.
    pub(super) fn start(program: &Path, folder: &Path, address: SocketAddr) -> Result<Self, DemoError> {
        let mut started = Self(
            Command::new(program)
                .current_dir(folder)
                .args(["--config.file=prometheus.yml", "--storage.tsdb.path=prometheus-data"])
                .arg(format!("--web.listen-address={address}"))
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()?,
        );
        let (client, since) = (client()?, Instant::now());
        while !has_scraped(&client, address) {
            if let Some(status) = started.0.try_wait()? {
                return Err(DemoError::Otherwise(format!("`{PROGRAM}` ended at once: {status}")));
            }
            if since.elapsed() > BEGINS_WITHIN {
                return Err(DemoError::Otherwise(format!("`{PROGRAM}` at {address} knows nothing of the service")));
            }
            thread::sleep(PAUSE);
        }
        Ok(started)
    }
}

fn client() -> Result<Client, DemoError> {
    // Refused when there is one already, which is then the one to use.
    let _ = rustls::crypto::ring::default_provider().install_default();
    // Nobody needs the machine's trusted certificates here, and a machine may have none.
    let client = Client::builder().no_proxy().tls_certs_only([]).timeout(BEGINS_WITHIN).build();
    client.map_err(|error| DemoError::Otherwise(error.to_string()))
}

/// Whether it has scraped the service twice, without which there is no rate.
fn has_scraped(client: &Client, address: SocketAddr) -> bool {
    let Ok(target) = Url::parse_with_params(&format!("http://{address}/api/v1/query"), [("query", SCRAPED_TWICE)])
    else {
        return false;
    };
    let Ok(answer) = client.get(target).send() else { return false };
    let answer = answer.text().ok().and_then(|text| serde_json::from_str::<Value>(&text).ok());
    let found = answer.as_ref().and_then(|answer| answer.pointer("/data/result")?.as_array());
    found.is_some_and(|found| !found.is_empty())
}
