//! A client that costs next to nothing: one connection, the bytes of one request, and the answer read to its end.
//!
//! Where a request has marks, each is replaced by another number every time it is asked, so that no document was ever seen before.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};
use tidegate::load::Ask;

/// Stands for a number of as many digits.
pub(crate) const MARK: &str = "############";
/// How often was asked, by anybody.
static COUNT: AtomicU64 = AtomicU64::new(0);

/// A request as it goes over the wire.
#[derive(Debug, Clone)]
pub(crate) struct Request(Arc<[u8]>);

impl Request {
    pub(crate) fn new(method: &str, path: &str, content_type: &str, body: &[u8]) -> Self {
        let head = format!(
            "{method} {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: {content_type}\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        Self([head.as_bytes(), body].concat().into())
    }

    pub(crate) fn bytes(&self) -> usize {
        self.0.len()
    }
}

/// A client.
pub(crate) struct Asker {
    stream: BufReader<TcpStream>,
    request: Vec<u8>,
    marks: Vec<usize>,
    answer: Vec<u8>,
}

impl Asker {
    pub(crate) fn several(address: SocketAddr, request: &Request, count: usize) -> Vec<Self> {
        let one = |_| {
            let stream = TcpStream::connect(address).unwrap();
            stream.set_nodelay(true).unwrap();
            let bytes = request.0.to_vec();
            let is_mark = |at: &usize| bytes[*at..].starts_with(MARK.as_bytes());
            let marks = (0..bytes.len()).filter(is_mark).collect();
            Self { stream: BufReader::new(stream), request: bytes, marks, answer: Vec::new() }
        };
        (0..count).map(one).collect()
    }

    /// Asks, and stops where there is no answer.
    pub(crate) fn asked(&mut self) {
        let status = self.ask().unwrap();
        assert!(matches!(status, 200 | 204 | 409), "status {status}: {}", String::from_utf8_lossy(&self.answer));
    }

    fn line(&mut self) -> std::io::Result<String> {
        let mut line = String::new();
        self.stream.read_line(&mut line)?;
        Ok(line)
    }

    fn answered(&mut self) -> std::io::Result<u16> {
        let number = format!("{:0width$}", COUNT.fetch_add(1, Ordering::Relaxed), width = MARK.len());
        for mark in &self.marks {
            self.request[*mark..*mark + MARK.len()].copy_from_slice(number.as_bytes());
        }
        self.stream.get_mut().write_all(&self.request)?;
        let status = self.line()?.split(' ').nth(1).and_then(|status| status.parse().ok());
        let mut length = 0;
        loop {
            let line = self.line()?.to_ascii_lowercase();
            match line.trim_end().split_once(": ") {
                Some(("content-length", bytes)) => length = bytes.parse().map_err(std::io::Error::other)?,
                Some(("transfer-encoding", _)) => return Err(std::io::Error::other("an answer in chunks")),
                Some(_) => {}
                None => break,
            }
        }
        self.answer.clear();
        (&mut self.stream).take(length).read_to_end(&mut self.answer)?;
        status.ok_or_else(|| std::io::Error::other("no status"))
    }
}

impl Ask for Asker {
    fn ask(&mut self) -> Result<u16, String> {
        self.answered().map_err(|error| error.to_string())
    }
}
