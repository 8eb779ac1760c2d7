//! A small service and what watches it, as a test tells them to fare: health, version, a limited rate, a Prometheus and an Alertmanager.

use serde_json::{Value, json};
use std::{
    io::{BufRead as _, BufReader, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex},
};

/// All of it at one address. It ends with the test's process.
#[derive(Clone)]
pub(super) struct Shop {
    pub(super) address: SocketAddr,
    fares: Arc<Mutex<Fares>>,
}

/// How it fares.
#[derive(Clone)]
pub(super) struct Fares {
    /// What it says of itself.
    pub(super) health: Value,
    /// With which status.
    pub(super) status: u16,
    pub(super) version: String,
    pub(super) headers: Vec<&'static str>,
    /// How many requests in a row it answers; none: all.
    pub(super) rate: Option<u32>,
    /// What queries come to; none: nobody answers for the Prometheus.
    pub(super) errors: Option<f64>,
    /// What stands beside an answer of the Prometheus.
    pub(super) warning: bool,
    pub(super) targets: Vec<&'static str>,
    pub(super) receivers: usize,
    pub(super) alerts: Vec<&'static str>,
    /// How often its health was asked for.
    pub(super) asked: u32,
}

impl Shop {
    /// Well in every way.
    pub(super) fn new(version: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let fares = Fares {
            health: json!({"status": "ok", "services": {"api": "healthy", "database": {"status": "up"}}}),
            status: 200,
            version: version.to_owned(),
            headers: vec!["strict-transport-security: max-age=63072000", "x-frame-options: DENY"],
            rate: Some(5),
            errors: Some(0.001),
            warning: false,
            targets: vec!["up", "up"],
            receivers: 1,
            alerts: Vec::new(),
            asked: 0,
        };
        let fares = Arc::new(Mutex::new(fares));
        let inside = fares.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                // Whoever hangs up was told enough.
                let _answered = serve(stream, &inside);
            }
        });
        Self { address, fares }
    }

    pub(super) fn now(&self, change: impl FnOnce(&mut Fares)) {
        change(&mut self.fares.lock().unwrap());
    }

    pub(super) fn asked(&self) -> u32 {
        self.fares.lock().unwrap().asked
    }
}

fn serve(stream: TcpStream, fares: &Mutex<Fares>) -> Option<()> {
    let mut reader = BufReader::new(stream);
    let mut first = String::new();
    reader.read_line(&mut first).ok()?;
    let mut line = String::new();
    while reader.read_line(&mut line).ok()? > 2 {
        line.clear();
    }
    let target = first.split(' ').nth(1)?.to_owned();
    let mut fares = fares.lock().unwrap();
    let (status, body) = answer(&mut fares, &target)?;
    let headers: String = fares.headers.iter().map(|header| format!("{header}\r\n")).collect();
    drop(fares);
    let head = format!("HTTP/1.1 {status} X\r\n{headers}content-length: {}\r\nconnection: close\r\n\r\n", body.len());
    reader.get_mut().write_all((head + &body).as_bytes()).ok()
}

fn answer(fares: &mut Fares, target: &str) -> Option<(u16, String)> {
    let path = target.split('?').next()?;
    Some(match path {
        "/health" => {
            fares.asked += 1;
            match &mut fares.rate {
                Some(0) => (429, String::new()),
                rate => {
                    *rate = rate.map(|left| left - 1);
                    (fares.status, fares.health.to_string())
                }
            }
        }
        "/version" => (200, json!({"version": fares.version}).to_string()),
        "/metrics/api/v1/query" => {
            let value = fares.errors?;
            let query = reqwest::Url::parse(&format!("http://x{target}")).ok()?;
            let at = query.query_pairs().find(|(name, _)| name == "time")?.1.parse::<f64>().ok()?;
            let series = json!([{"metric": {}, "value": [at, value.to_string()]}]);
            (200, prometheus(fares, &json!({"resultType": "vector", "result": series})))
        }
        "/metrics/api/v1/targets" => {
            fares.errors?;
            let target = |health: &&str| json!({"labels": {"job": "shop", "instance": "h:1"}, "health": health});
            let targets: Vec<Value> = fares.targets.iter().map(target).collect();
            (200, prometheus(fares, &json!({"activeTargets": targets, "droppedTargets": []})))
        }
        "/metrics/api/v1/alertmanagers" => {
            let receivers = vec![json!({"url": "http://alerts"}); fares.receivers];
            (200, prometheus(fares, &json!({"activeAlertmanagers": receivers, "droppedAlertmanagers": []})))
        }
        "/alerts/api/v2/status" => (200, json!({"cluster": {"status": "ready"}}).to_string()),
        "/alerts/api/v2/alerts" => {
            let alert = |name: &&str| {
                json!({
                    "labels": {"alertname": name, "severity": "critical"}, "startsAt": "2026-03-31T12:00:00Z",
                    "status": {"state": "active", "silencedBy": [], "inhibitedBy": []},
                })
            };
            (200, Value::from(fares.alerts.iter().map(alert).collect::<Vec<_>>()).to_string())
        }
        _ => (404, String::new()),
    })
}

fn prometheus(fares: &Fares, data: &Value) -> String {
    let mut answer = json!({"status": "success", "data": data});
    if fares.warning {
        answer["warnings"] = json!(["a store was slow"]);
    }
    answer.to_string()
}
