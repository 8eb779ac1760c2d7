//! HTTP as it is on the wire, so that nothing between a test and the gate mends what is broken on purpose.

use std::{
    collections::BTreeMap,
    io::{BufRead, Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    sync::Mutex,
    time::Duration,
};

/// What came back.
#[derive(Debug)]
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Response {
    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.body.clone()).expect("a body is UTF-8")
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

/// Sends these bytes, and reads until the gate closes the connection.
pub(crate) fn raw(address: SocketAddr, request: &[u8]) -> Response {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    // A gate that refuses early closes its side while this one still writes; its answer is what counts.
    let _refused_early = stream.write_all(request);
    let mut answer = Vec::new();
    let _reset = stream.read_to_end(&mut answer);
    parsed(&answer)
}

/// As [`raw`], of a gate that may be killed at any moment: nothing where its answer is not there to its end.
pub(crate) fn raw_while_it_lives(address: SocketAddr, request: &[u8]) -> Option<Response> {
    let mut stream = TcpStream::connect(address).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(60))).ok()?;
    stream.write_all(request).ok()?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).ok()?;
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n")?;
    let response = parsed(&answer);
    let length: usize = response.header("content-length")?.parse().ok()?;
    (answer.len() == end + 4 + length).then_some(response)
}

fn parsed(answer: &[u8]) -> Response {
    let end =
        answer.windows(4).position(|four| four == b"\r\n\r\n").unwrap_or_else(|| panic!("no headers in {answer:?}"));
    let head = String::from_utf8(answer[..end].to_vec()).unwrap();
    let mut lines = head.split("\r\n");
    let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    let headers =
        lines.filter_map(|line| line.split_once(':')).map(|(k, v)| (k.to_owned(), v.trim().to_owned())).collect();
    Response { status, headers, body: answer[end + 4..].to_vec() }
}

/// Tokens of gates that are not for development, for tests of something else than identities.
static TOKENS: Mutex<BTreeMap<SocketAddr, String>> = Mutex::new(BTreeMap::new());

/// From now on requests to this address carry this token, unless they say something themselves.
pub(crate) fn carry(address: SocketAddr, token: &str) {
    TOKENS.lock().unwrap().insert(address, token.to_owned());
}

/// Requests to this address carry nothing any more: another gate that was there before may have stopped.
pub(crate) fn carry_nothing(address: SocketAddr) {
    TOKENS.lock().unwrap().remove(&address);
}

/// One request with its length.
pub(crate) fn send(address: SocketAddr, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Response {
    raw(address, &request(address, method, path, headers, body))
}

/// Its bytes.
pub(crate) fn request(address: SocketAddr, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Vec<u8> {
    let mut request = format!(
        "{method} {path} HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\ncontent-length: {}\r\n",
        body.len()
    );
    let carried = TOKENS.lock().unwrap().get(&address).cloned();
    if let Some(token) = carried.filter(|_| !headers.iter().any(|(name, _)| *name == "authorization")) {
        request.push_str(&format!("authorization: Bearer {token}\r\n"));
    }
    for (name, value) in headers {
        request.push_str(&format!("{name}: {value}\r\n"));
    }
    [request.as_bytes(), b"\r\n", body].concat()
}

/// One request as it comes: line and headers in small letters, and the body. Nothing once the other side is gone.
pub(crate) fn asked(reader: &mut impl BufRead) -> Option<(String, Vec<u8>)> {
    let (mut head, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        let line = line.trim_end().to_ascii_lowercase();
        if line.is_empty() {
            break;
        }
        if let Some(value) = line.strip_prefix("content-length: ") {
            length = value.parse().ok()?;
        }
        head.push_str(&format!("{line}\n"));
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some((head, body))
}

/// A form that is being written.
#[derive(Debug, Clone, Default)]
pub(crate) struct Form(Vec<u8>);

const BOUNDARY: &str = "tidegate-test-boundary";

impl Form {
    pub(crate) fn field(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        self.0.extend_from_slice(
            format!("--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n").as_bytes(),
        );
        self.0.extend_from_slice(value.as_ref());
        self.0.extend_from_slice(b"\r\n");
        self
    }

    pub(crate) fn file(mut self, name: &str, file: &str, bytes: impl AsRef<[u8]>) -> Self {
        let head =
            format!("--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"{name}\"; filename=\"{file}\"\r\n\r\n");
        self.0.extend_from_slice(head.as_bytes());
        self.0.extend_from_slice(bytes.as_ref());
        self.0.extend_from_slice(b"\r\n");
        self
    }

    pub(crate) fn body(&self) -> Vec<u8> {
        [self.0.as_slice(), format!("--{BOUNDARY}--\r\n").as_bytes()].concat()
    }

    pub(crate) fn content_type() -> String {
        format!("multipart/form-data; boundary={BOUNDARY}")
    }

    pub(crate) fn post(&self, address: SocketAddr, path: &str, headers: &[(&str, &str)]) -> Response {
        let content_type = Self::content_type();
        let headers = [&[("content-type", content_type.as_str())], headers].concat();
        send(address, "POST", path, &headers, &self.body())
    }
}

/// A form with a deployment of one service and nothing else.
pub(crate) fn deployment() -> Form {
    Form::default()
        .field("environment", "production")
        .field("service", "api-gateway")
        .field("version", "1.4.2")
        .field("commit", "4f2c7a9e1b3d5f60718293a4b5c6d7e8f9012345")
        .field("label.author", "carol@shop.example")
}
