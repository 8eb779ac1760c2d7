//! Many watches of one gate: how late their looks are, and what memory they take.
//!
//! The gate runs in this process, with a ledger in a file; what it samples is a process of its own: a health endpoint and a Prometheus that
//! knows every query. Each watch has the five signals and the alerts of the runbook's policy set, at its step of 30 s, and they begin spread over
//! two steps, as deployments do. `WATCHES` says how many (10,000), `STEPS` over how many steps looks are counted (4).
//!
//! Printed: how many looks were due and were made, after which time they were judged (by the bounds of the gate's histogram), and the memory of a
//! watch, with all that comes with its deployment. It fails where more than one look in a hundred is judged later than a tenth of the step, or is missing.

#![expect(clippy::unwrap_used, reason = "a benchmark that cannot go on should stop")]

use axum::{Router, extract::Query, http::header::CONTENT_TYPE, response::IntoResponse, routing::get};
use std::{
    collections::HashMap,
    env, fs,
    io::{BufRead as _, BufReader, Write as _},
    net::{Ipv4Addr, SocketAddr},
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};
use tempfile::TempDir;
use tidegate::{
    config::{Config, ReloadConfig},
    egress::{
        address::Network,
        destination::{DestinationConfig, EgressLimits, base},
    },
    service::Service,
};
use tidegate_workbench::{build::BuildOptions, shipped};
use tokio::{
    task::JoinSet,
    time::{Instant, sleep, sleep_until},
};

/// The step of the runbook's set.
const STEP: Duration = Duration::from_secs(30);
/// Set where this process is what the gate samples.
const IS_SOURCE: &str = "WATCHES_SOURCE";
const PASSES: &str = "<testsuite name=\"unit\"><testcase classname=\"a\" name=\"b\"/></testsuite>";
/// Requests under way while the watches begin.
const BEGIN_AT_ONCE: usize = 16;

const SET: &str = r#"
match: { environments: ["*"], services: ["*"] }
stages:
  - id: unit_tests
    title: Unit Tests
    plugin: quality
    evidence: [{ name: unit_tests, documents: { min: 1 } }]
    settings: { tests: { min_pass_rate: 100 } }
rollback:
  step: 30s
  triggers:
    - { name: health_checks, signal: health_checks.failed, gt: 0, consecutive: { gt: 3 } }
    - { name: error_ratio, signal: http_requests.error_ratio, gt: 0.1, for: { gt: 5m } }
    - { name: response_time, signal: http_req_duration.p95, gt: 2000, for: { gt: 5m } }
    - { name: cpu, signal: cpu.percent, gt: 80, for: { gt: 5m }, then: warn }
    - { name: memory, signal: memory.percent, gt: 90, for: { gt: 5m }, then: warn }
    - { name: security_alert, alert: { severity: critical, category: security } }
  by_hand: [previous]
watch:
  plugin: rollback
  for: 2h
  starts: by_hand
  alerts: { prometheus: { destination: metrics } }
  signals:
    - { name: health_checks.failed, health: { destination: api, path: [health] } }
    - { name: http_requests.error_ratio, prometheus: { destination: metrics, query: 'errors{service=~"{{ service }}"}' } }
    - { name: http_req_duration.p95, unit: ms, prometheus: { destination: metrics, query: 'p95{service=~"{{ service }}"}' } }
    - { name: cpu.percent, prometheus: { destination: metrics, query: 'cpu{service=~"{{ service }}"}' } }
    - { name: memory.percent, prometheus: { destination: metrics, query: 'memory{service=~"{{ service }}"}' } }
"#;

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    if env::var_os(IS_SOURCE).is_some() {
        runtime.block_on(source());
    } else if env::args().any(|argument| argument == "--bench") {
        runtime.block_on(bench());
    } else {
        println!("run it with `cargo bench`");
    }
}

fn number(name: &str, default: usize) -> usize {
    env::var(name).map_or(default, |text| text.parse().unwrap())
}

/// What is sampled. It says where it listens, and ends with the pipe that it was started with.
async fn source() {
    async fn value(Query(asked): Query<HashMap<String, String>>) -> impl IntoResponse {
        let at = &asked["time"];
        let series = format!(r#"{{"metric":{{}},"value":[{at},"0.01"]}}"#);
        let body = format!(r#"{{"status":"success","data":{{"resultType":"vector","result":[{series}]}}}}"#);
        ([(CONTENT_TYPE, "application/json")], body)
    }
    let alerts = || async { ([(CONTENT_TYPE, "application/json")], r#"{"status":"success","data":{"alerts":[]}}"#) };
    let routes = Router::new()
        .route("/health", get(|| async { "ok" }))
        .route("/api/v1/query", get(value))
        .route("/api/v1/alerts", get(alerts));
    let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    println!("{}", listener.local_addr().unwrap());
    std::io::stdout().flush().unwrap();
    let parent = tokio::task::spawn_blocking(|| std::io::stdin().lines().count());
    axum::serve(listener, routes).with_graceful_shutdown(async { drop(parent.await) }).await.unwrap();
}

fn start_source() -> (Child, SocketAddr) {
    let mut child = Command::new(env::current_exe().unwrap())
        .env(IS_SOURCE, "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    (child, line.trim().parse().unwrap())
}

fn config(data: &TempDir, sampled: SocketAddr) -> Config {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap();
    shipped::build_all(root, &BuildOptions::default(), |_| ()).unwrap();
    let plugin = |name: &str| format!("{name}: {{ path: {} }}", root.join(format!("plugins/{name}.wasm")).display());
    let plugins = format!("plugins: {{ {}, {} }}", plugin("quality"), plugin("rollback"));
    let policies = data.path().join("policies");
    fs::create_dir(&policies).unwrap();
    fs::write(policies.join("all.yaml"), format!("policy_set: all\nversion: \"1\"\nowner: Bench\n{plugins}{SET}"))
        .unwrap();
    let destination = DestinationConfig {
        url: base(&format!("http://{sampled}")).unwrap(),
        private: vec![Network::parse("127.0.0.0/8").unwrap()],
        credential: None,
        ca_file: None,
        limits: EgressLimits::default(),
    };
    let mut config = Config {
        listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
        data_dir: data.path().join("data"),
        policies: vec![policies],
        dev: true,
        reload: ReloadConfig { watch: Duration::ZERO },
        ..Config::default()
    };
    config.egress.extend([("api".to_owned(), destination.clone()), ("metrics".to_owned(), destination)]);
    config
}

/// One deployment that is let through, and its watch.
async fn begin(client: reqwest::Client, gate: SocketAddr, n: usize) {
    let (id, service) = (format!("release-{n}"), format!("service-{n}"));
    let deployment =
        serde_json::json!({"environment": "staging", "id": id, "services": [{"name": service, "version": "1.0.0"}]});
    let body = format!(
        "--x\r\ncontent-disposition: form-data; name=\"deployment\"\r\n\r\n{deployment}\r\n--x\r\ncontent-disposition: \
         form-data; name=\"unit_tests\"; filename=\"unit.xml\"\r\n\r\n{PASSES}\r\n--x--\r\n"
    );
    let decided = client
        .post(format!("http://{gate}/v1/decisions"))
        .header(CONTENT_TYPE, "multipart/form-data; boundary=x")
        .body(body)
        .send()
        .await
        .unwrap();
    let (status, text) = (decided.status(), decided.text().await.unwrap());
    assert!(status.is_success(), "{text}");
    let decision: serde_json::Value = serde_json::from_str(&text).unwrap();
    let watch = client
        .post(format!("http://{gate}/v1/watches"))
        .header(CONTENT_TYPE, "application/json")
        .body(serde_json::json!({"decision": decision["id"]}).to_string())
        .send()
        .await
        .unwrap();
    assert!(watch.status().is_success(), "{}", watch.text().await.unwrap());
}

/// What `/metrics` says of looks: how many there were, and how many of them came within each bound, in seconds.
async fn looks(client: &reqwest::Client, gate: SocketAddr) -> (f64, Vec<(f64, f64)>) {
    let page = client.get(format!("http://{gate}/metrics")).send().await.unwrap().text().await.unwrap();
    let named = |line: &str, name: &str| {
        line.strip_prefix("tidegate_watch_look_lag_seconds_")?.strip_prefix(name).map(str::to_owned)
    };
    let made = page.lines().find_map(|line| named(line, "count ")).unwrap().parse().unwrap();
    let bound = |line: &str| {
        let rest = named(line, "bucket{le=\"")?;
        let (bound, count) = rest.split_once("\"} ")?;
        Some((bound.parse().ok()?, count.parse().ok()?))
    };
    (made, page.lines().filter_map(bound).collect())
}

/// How many watches run.
async fn running(client: &reqwest::Client, gate: SocketAddr) -> f64 {
    let page = client.get(format!("http://{gate}/metrics")).send().await.unwrap().text().await.unwrap();
    page.lines().find_map(|line| line.strip_prefix("tidegate_watches_running ")).unwrap().parse().unwrap()
}

/// Memory of this process, in bytes, as the kernel counts what is resident.
fn resident() -> f64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<f64>().unwrap() * 1024.0
}

async fn begin_all(client: &reqwest::Client, gate: SocketAddr, watches: usize) {
    let since = Instant::now();
    let mut beginning = JoinSet::new();
    for n in 0..watches {
        sleep_until(since + 2 * STEP * u32::try_from(n).unwrap() / u32::try_from(watches).unwrap()).await;
        if beginning.len() >= BEGIN_AT_ONCE {
            beginning.join_next().await.unwrap().unwrap();
        }
        beginning.spawn(begin(client.clone(), gate, n));
    }
    while let Some(done) = beginning.join_next().await {
        done.unwrap();
    }
    println!("{watches} watches began in {:.0} s", since.elapsed().as_secs_f64());
}

async fn bench() {
    let (watches, steps) = (number("WATCHES", 10_000), number("STEPS", 4));
    let (source, sampled) = start_source();
    let data = tempfile::tempdir().unwrap();
    let service = Service::open(&config(&data, sampled)).await.unwrap();
    let gate = service.address();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let serving = tokio::spawn(service.run(async { drop(stopped.await) }));
    let client = reqwest::Client::new();
    let before = resident();
    begin_all(&client, gate, watches).await;
    // Each has looked twice.
    sleep(2 * STEP).await;
    let (made_before, before_bounds) = looks(&client, gate).await;
    sleep(STEP * u32::try_from(steps).unwrap()).await;
    let (made, bounds) = looks(&client, gate).await;
    let made = made - made_before;
    let within: Vec<(f64, f64)> =
        bounds.iter().zip(&before_bounds).map(|((bound, count), (_, before))| (*bound, count - before)).collect();
    let (due, run) = ((watches * steps) as f64, running(&client, gate).await);
    let at_most = |share: f64| within.iter().find(|(_, count)| *count >= share * made).unwrap().0;
    println!("watches that run: {run}; looks that were due: {due}, made: {made}");
    println!(
        "judged after they were due: p50 within {} s, p99 within {} s; the step is {STEP:?}",
        at_most(0.5),
        at_most(0.99)
    );
    println!("memory of a watch: {:.1} KiB", (resident() - before) / watches as f64 / 1024.0);
    stop.send(()).unwrap();
    serving.await.unwrap().unwrap();
    drop(source);
    assert!((run - watches as f64).abs() < 0.5, "watches ended");
    assert!(made >= 0.99 * due && at_most(0.99) < STEP.as_secs_f64() / 10.0, "looks are late or missing");
}
