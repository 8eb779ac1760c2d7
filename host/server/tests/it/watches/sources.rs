//! What signals are sampled from, as a test tells it to answer: a health endpoint, a Prometheus that knows one number, and an Alertmanager.

use std::{
    collections::BTreeMap,
    io::{BufRead as _, BufReader, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex},
};

/// Both of them at one address. It ends with the test's process.
#[derive(Clone)]
pub(crate) struct Sources {
    pub(crate) address: SocketAddr,
    script: Arc<Mutex<Script>>,
}

struct Script {
    health: u16,
    /// None: it hangs up.
    metrics: Option<f64>,
    /// What queries come to that hold this; none: they come to nothing.
    of: BTreeMap<String, Option<f64>>,
    /// What it was at every moment of before; none: nothing is known of these.
    past: Option<f64>,
    queries: Vec<String>,
    /// None: it hangs up.
    alerts: Option<String>,
}

impl Sources {
    /// Healthy, and without an error.
    pub(crate) fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let script = Arc::new(Mutex::new(Script {
            health: 200,
            metrics: Some(0.0),
            of: BTreeMap::new(),
            past: None,
            queries: Vec::new(),
            alerts: Some("[]".to_owned()),
        }));
        let inside = script.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                serve(stream, &inside);
            }
        });
        Self { address, script }
    }

    /// From now on the health endpoint answers so.
    pub(crate) fn health(&self, status: u16) {
        self.script.lock().unwrap().health = status;
    }

    /// From now on queries come to this.
    pub(crate) fn metrics(&self, value: Option<f64>) {
        self.script.lock().unwrap().metrics = value;
    }

    /// From now on queries that hold this come to that.
    pub(crate) fn metrics_of(&self, part: &str, value: Option<f64>) {
        self.script.lock().unwrap().of.insert(part.to_owned(), value);
    }

    /// From now on this is what queries came to before.
    pub(crate) fn past(&self, value: f64) {
        self.script.lock().unwrap().past = Some(value);
    }

    /// From now on the Alertmanager has these alerts.
    pub(crate) fn alerts(&self, known: Option<String>) {
        self.script.lock().unwrap().alerts = known;
    }

    /// What was asked so far, decoded.
    pub(crate) fn queries(&self) -> Vec<String> {
        self.script.lock().unwrap().queries.clone()
    }
}

fn serve(stream: TcpStream, script: &Mutex<Script>) -> Option<()> {
    let mut reader = BufReader::new(stream);
    let mut first = String::new();
    reader.read_line(&mut first).ok()?;
    let mut line = String::new();
    while reader.read_line(&mut line).ok()? > 2 {
        line.clear();
    }
    let path = first.split(' ').nth(1)?;
    let mut script = script.lock().unwrap();
    let (status, body) = match path.split_once("/api/v1/query?query=") {
        None if path.contains("/api/v2/alerts") => (200, script.alerts.clone()?),
        None if path.contains("/api/v1/query_range?") => (200, range(path, script.past?)?),
        None => (script.health, String::new()),
        Some((_, query)) => {
            let query = reqwest::Url::parse(&format!("http://x/?q={query}")).ok()?;
            let mut pairs = query.query_pairs();
            let asked = pairs.next()?.1.into_owned();
            script.queries.push(asked.clone());
            let at = pairs.find(|(name, _)| name == "time")?.1;
            let of = script.of.iter().find(|(part, _)| asked.contains(part.as_str()));
            let value = of.map_or(script.metrics, |(_, value)| *value)?;
            let series = format!("{{\"metric\":{{}},\"value\":[{at},\"{value}\"]}}");
            (200, format!("{{\"status\":\"success\",\"data\":{{\"resultType\":\"vector\",\"result\":[{series}]}}}}"))
        }
    };
    drop(script);
    let head = format!("HTTP/1.1 {status} X\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
    reader.get_mut().write_all((head + &body).as_bytes()).ok()
}

/// The same value at every moment that is asked for.
fn range(path: &str, value: f64) -> Option<String> {
    let query = reqwest::Url::parse(&format!("http://x{path}")).ok()?;
    let number = |name: &str| query.query_pairs().find(|(key, _)| key == name)?.1.parse::<f64>().ok();
    let (start, end, step) = (number("start")?, number("end")?, number("step")?);
    let count = ((end - start) / step).round() as u32;
    let values: Vec<String> =
        (0..=count).map(|n| format!("[{:.3},\"{value}\"]", start + f64::from(n) * step)).collect();
    let series = format!("{{\"metric\":{{}},\"values\":[{}]}}", values.join(","));
    Some(format!("{{\"status\":\"success\",\"data\":{{\"resultType\":\"matrix\",\"result\":[{series}]}}}}"))
}
