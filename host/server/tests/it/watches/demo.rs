//! A small service that a Prometheus scrapes, as a test tells it to fare; and what that Prometheus reads beside its own samples.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex},
};

/// A snappy block of a `ReadResponse` with one result, which is empty.
const NOTHING_MORE: &[u8] = &[0x02, 0x04, 0x0a, 0x00];

/// It ends with the test's process.
#[derive(Clone)]
pub(crate) struct Demo {
    pub(crate) address: SocketAddr,
    fares: Arc<Mutex<Fares>>,
}

/// How the service fares.
#[derive(Clone)]
pub(crate) struct Fares {
    /// Requests that succeed and that fail, more with each scrape.
    pub(crate) requests: (u64, u64),
    /// Whether it can be scraped.
    pub(crate) scraped: bool,
    /// Whether somebody broke into it.
    pub(crate) breached: bool,
    /// Whether what its Prometheus reads beside its own samples is there.
    pub(crate) is_whole: bool,
    counted: (u64, u64),
}

impl Demo {
    pub(crate) fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let fares = Fares { requests: (100, 0), scraped: true, breached: false, is_whole: true, counted: (0, 0) };
        let fares = Arc::new(Mutex::new(fares));
        let inside = fares.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                // Whoever hangs up asks again.
                let _answered = serve(stream, &inside);
            }
        });
        Self { address, fares }
    }

    pub(crate) fn now(&self, change: impl FnOnce(&mut Fares)) {
        change(&mut self.fares.lock().unwrap());
    }
}

fn serve(stream: TcpStream, fares: &Mutex<Fares>) -> Option<()> {
    let mut reader = BufReader::new(stream);
    let mut first = String::new();
    reader.read_line(&mut first).ok()?;
    let (mut line, mut length) = (String::new(), 0);
    while reader.read_line(&mut line).ok()? > 2 {
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().ok()?;
        }
        line.clear();
    }
    reader.read_exact(&mut vec![0; length]).ok()?;
    let (is_good, body) = answer(first.split(' ').nth(1)?, &mut fares.lock().unwrap());
    let status = if is_good { "200 OK" } else { "500 Internal Server Error" };
    let head = format!(
        "HTTP/1.1 {status}\r\ncontent-type: text/plain; version=0.0.4\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    reader.get_mut().write_all(&[head.as_bytes(), &body].concat()).ok()
}

fn answer(path: &str, fares: &mut Fares) -> (bool, Vec<u8>) {
    match path {
        "/metrics" => {
            fares.counted = (fares.counted.0 + fares.requests.0, fares.counted.1 + fares.requests.1);
            let (succeeded, failed) = fares.counted;
            let text = format!(
                "# TYPE http_requests_total counter\nhttp_requests_total{{service=\"api\",status=\"200\"}} {succeeded}\n\
                 http_requests_total{{service=\"api\",status=\"500\"}} {failed}\n\
                 # TYPE demo_breached gauge\ndemo_breached{{service=\"api\"}} {}\n",
                u8::from(fares.breached)
            );
            (fares.scraped, text.into_bytes())
        }
        "/read" => (fares.is_whole, NOTHING_MORE.to_vec()),
        _ => (true, Vec::new()),
    }
}
