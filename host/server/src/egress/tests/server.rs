//! A server that says one thing to everybody and remembers what it was asked.

use std::sync::{Arc, Mutex};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
};

/// Bytes of a request, at most.
const REQUEST_BYTES_MAX: usize = 64 * 1024;
/// What ends an answer after which the connection stays open and silent.
const HOLD: &str = "…hold";

/// What a server was asked.
#[derive(Clone, Default)]
pub(crate) struct Seen(pub(crate) Arc<Mutex<Vec<String>>>);

impl Seen {
    pub(crate) fn all(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }
}

/// Its port, and what it is asked. It ends with the test's runtime.
pub(crate) async fn server(answer: &str) -> (u16, Seen) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (port, seen) = (listener.local_addr().unwrap().port(), Seen::default());
    let (answer, asked) = (answer.to_owned(), seen.clone());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let (answer, asked) = (answer.clone(), asked.clone());
            tokio::spawn(async move {
                let mut request = Vec::new();
                while !is_whole(&request) && request.len() < REQUEST_BYTES_MAX {
                    let mut part = [0; 4096];
                    match stream.read(&mut part).await {
                        Ok(0) | Err(_) => return,
                        Ok(read) => request.extend_from_slice(&part[..read]),
                    }
                }
                asked.0.lock().unwrap().push(String::from_utf8_lossy(&request).into_owned());
                let (said, holds) = answer.strip_suffix(HOLD).map_or((answer.as_str(), false), |said| (said, true));
                let _ = stream.write_all(said.as_bytes()).await;
                if holds {
                    let _ = stream.read(&mut [0; 1]).await;
                }
            });
        }
    });
    (port, seen)
}

fn is_whole(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request);
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length = head.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok());
    body.len() >= length.unwrap_or(0)
}
