//! Watches of a service that a real Prometheus scrapes: what climbs fires, and whatever happens to the Prometheus is never healthy.
//!
//! Its program is `prometheus` on the `PATH`, that of an Alertmanager `prometheus-alertmanager`, as Debian installs them. Without them these tests
//! say that they are left out, unless `PROMETHEUS_REQUIRED` is 1: then they fail.

use super::{
    asked, decided,
    demo::{Demo, Fares},
    ended, policies, started, until, with,
};
use crate::world::{self, Gate, loopback};
use serde_json::{Value, json};
use std::{
    env, fs,
    net::{SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};
use tempfile::TempDir;

const REQUIRED: &str = "PROMETHEUS_REQUIRED";
const RATIO: &str = "sum(rate(http_requests_total{service=~\"{{ service }}\",status=~\"5..\"}[5s])) \
                     / sum(rate(http_requests_total{service=~\"{{ service }}\"}[5s]))";
const RULES: &str = "groups: [ { name: demo, rules: [ { alert: Breach, expr: demo_breached == 1, \
                     labels: { severity: critical, category: security } } ] } ]";

/// Ends with the test, also with one that fails.
pub(crate) struct Server {
    child: Child,
    pub(crate) address: SocketAddr,
    _folder: TempDir,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.end();
    }
}

impl Server {
    /// A Prometheus that scrapes a service twice a second, and hands its alerts on. None: there is no such program here.
    pub(crate) fn prometheus(demo: &Demo, onward: Option<SocketAddr>) -> Option<Self> {
        let onward = onward.map(|address| {
            format!("alerting: {{ alertmanagers: [ {{ static_configs: [ {{ targets: [ '{address}' ] }} ] }} ] }}\n")
        });
        let config = format!(
            "global: {{ scrape_interval: 500ms, scrape_timeout: 500ms, evaluation_interval: 500ms }}\n\
             rule_files: [ rules.yml ]\n\
             scrape_configs: [ {{ job_name: demo, static_configs: [ {{ targets: [ '{0}' ] }} ] }} ]\n\
             remote_read: [ {{ url: 'http://{0}/read', read_recent: true }} ]\n{1}",
            demo.address,
            onward.unwrap_or_default()
        );
        Self::start("prometheus", &[("config.yml", &config), ("rules.yml", RULES)], &["--storage.tsdb.path=data"])
    }

    /// By `config.yml` of these files, at an address of its own.
    pub(crate) fn start(program: &str, files: &[(&str, &str)], args: &[&str]) -> Option<Self> {
        let program = found(program)?;
        let folder = tempfile::tempdir().unwrap();
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        for (name, text) in files {
            fs::write(folder.path().join(name), text).unwrap();
        }
        let child = Command::new(program)
            .current_dir(folder.path())
            .args(["--config.file=config.yml", &format!("--web.listen-address={address}")])
            .args(args)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        Some(Self { child, address, _folder: folder })
    }

    fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([format!("-{name}"), self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    pub(crate) fn end(&mut self) {
        let _gone = self.child.kill();
        let _ended = self.child.wait();
    }
}

pub(super) fn found(program: &str) -> Option<PathBuf> {
    let folders = env::var_os("PATH").unwrap_or_default();
    let found = env::split_paths(&folders).map(|folder| folder.join(program)).find(|file| file.is_file());
    if found.is_none() {
        assert!(env::var_os(REQUIRED).is_none_or(|value| value != "1"), "no {program} on the PATH, and {REQUIRED}=1");
        eprintln!("LEFT OUT: there is no `{program}` on the PATH: Debian's package of that name has it");
    }
    found
}

/// The other tests' set, with the ratio of this Prometheus and an alert of it.
pub(super) fn set(lasts: &str) -> TempDir {
    let folder = policies(lasts, "by_hand");
    let file = folder.path().join("all.yaml");
    let mut set = fs::read_to_string(&file).unwrap();
    for (from, to) in [
        ("query: 'ratio{env=\"{{ environment }}\"}'", format!("query: '{RATIO}'")),
        (
            "  by_hand: [",
            "    - { name: breach, alert: { severity: critical, category: security } }\n  by_hand: [".to_owned(),
        ),
        ("watch:\n", "watch:\n  alerts: { prometheus: { destination: metrics } }\n".to_owned()),
    ] {
        assert!(set.contains(from), "{from}");
        set = set.replace(from, &to);
    }
    fs::write(file, set).unwrap();
    folder
}

pub(super) async fn gate(policies: &Path, demo: &Demo, prometheus: &Server, alerts: Option<&Server>) -> Gate {
    let alerts = alerts.map(|server| ("alerts", server.address));
    let others = [("api", demo.address), ("metrics", prometheus.address)].into_iter().chain(alerts);
    let gate = world::gate().policies(policies.to_owned()).configured(|config| {
        for (name, address) in others {
            config.egress.insert(name.to_owned(), loopback(&format!("http://{address}"), Duration::from_secs(5)));
        }
    });
    gate.run_with_token().await
}

pub(super) fn trigger<'a>(watch: &'a Value, name: &str) -> &'a Value {
    let triggers = watch["triggers"].as_array().unwrap();
    triggers.iter().find(|trigger| trigger["name"] == name).unwrap()
}

/// A watch that lets the deployment go on until the service fares otherwise, and what it fires by then.
async fn fires(change: impl FnOnce(&mut Fares) + Send + 'static, name: &'static str, message: &'static str) {
    let demo = Demo::new();
    let Some(prometheus) = Server::prometheus(&demo, None) else { return };
    let policies = tokio::task::spawn_blocking(|| set("1h")).await.unwrap();
    let gate = gate(policies.path(), &demo, &prometheus, None).await;
    let (gate, ()) = with(gate, move |gate| {
        let id = started(gate, &decided(gate, "staging").0);
        until(gate, &id, |watch| watch["advice"] == "proceed");
        demo.now(change);
        let watch = ended(gate, &id);
        assert_eq!((&watch["state"], &watch["advice"]), (&json!("rolled_back"), &json!("roll_back")), "{watch}");
        let fired = trigger(&watch, name);
        assert_eq!(fired["state"], "firing", "{watch}");
        assert!(fired["message"].as_str().unwrap().starts_with(message), "{watch}");
    })
    .await;
    gate.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_error_ratio_that_climbs_in_a_real_prometheus_fires() {
    fires(|fares| fares.requests = (50, 50), "errors", "above 0.1 for ").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_critical_security_alert_of_a_real_prometheus_fires_at_once() {
    fires(|fares| fares.breached = true, "breach", "alert `Breach` active").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_real_prometheus_that_is_slow_partial_or_dead_is_inconclusive_with_the_reason() {
    let demo = Demo::new();
    let Some(mut prometheus) = Server::prometheus(&demo, None) else { return };
    let policies = tokio::task::spawn_blocking(|| set("1h")).await.unwrap();
    let gate = gate(policies.path(), &demo, &prometheus, None).await;
    let (gate, ()) = with(gate, move |gate| {
        let id = started(gate, &decided(gate, "staging").0);
        let inconclusive = |expected: &str| {
            let watch = until(gate, &id, |watch| watch["advice"] == "hold");
            let trigger = trigger(&watch, "errors");
            assert_eq!((&watch["state"], &trigger["state"]), (&json!("running"), &json!("inconclusive")), "{watch}");
            assert!(trigger["message"].as_str().unwrap().contains(expected), "{expected}: {watch}");
        };
        let well = || drop(until(gate, &id, |watch| watch["advice"] == "proceed"));
        well();
        prometheus.signal("STOP");
        inconclusive("destination `metrics`: over 1000 ms used, 1000 allowed");
        prometheus.signal("CONT");
        well();
        demo.now(|fares| fares.is_whole = false);
        inconclusive("it may be partial: remote_read: remote server ");
        demo.now(|fares| fares.is_whole = true);
        well();
        demo.now(|fares| fares.requests = (0, 0));
        inconclusive("`NaN` is no number");
        demo.now(|fares| fares.requests = (100, 0));
        well();
        demo.now(|fares| fares.scraped = false);
        inconclusive("it comes to 0 series, not to one");
        demo.now(|fares| fares.scraped = true);
        well();
        prometheus.end();
        inconclusive("the series may be partial: destination `metrics`: ");
        let over = json!({"reason": "its Prometheus is dead by now"});
        let answer = asked(gate, "DELETE", &format!("/v1/watches/{id}"), &over);
        assert_eq!(answer.status, 200, "{}", answer.text());
    })
    .await;
    gate.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_watch_without_its_prometheus_ends_inconclusive() {
    let demo = Demo::new();
    let Some(mut prometheus) = Server::prometheus(&demo, None) else { return };
    prometheus.end();
    let policies = tokio::task::spawn_blocking(|| set("2s")).await.unwrap();
    let gate = gate(policies.path(), &demo, &prometheus, None).await;
    let (gate, ()) = with(gate, |gate| {
        let watch = ended(gate, &started(gate, &decided(gate, "staging").0));
        assert_eq!((&watch["state"], &watch["advice"]), (&json!("inconclusive"), &json!("hold")), "{watch}");
        let why = watch["why"].as_str().unwrap();
        for trigger in ["errors", "breach"] {
            assert!(why.contains(&format!("trigger `{trigger}` is inconclusive: ")), "{why}");
        }
        assert!(why.contains("destination `metrics`: "), "{why}");
    })
    .await;
    gate.stop().await;
}
