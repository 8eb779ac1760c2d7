//! Whoever carries orders out: takes what comes as it comes, looks at its signature with a SHA-256 of its own, and answers as it was told to.

use crate::{notices::receiver::ENDLESS, world::root};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::Value;
use std::{
    collections::BTreeMap,
    fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::mpsc::{Receiver as Asks, Sender, channel},
};
use tidegate_core::digest::Digest;

/// An order as it came.
#[derive(Debug)]
pub(crate) struct Came {
    /// Method and path.
    pub(crate) line: String,
    /// By their names in small letters.
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: Vec<u8>,
}

impl Came {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// What a receiver does that holds the secret, as Standard Webhooks says.
    pub(crate) fn is_signed_with(&self, secret: &[u8]) -> bool {
        let header = |name: &str| self.headers.get(name).cloned().unwrap_or_default();
        let signed = format!("{}.{}.", header("webhook-id"), header("webhook-timestamp"));
        let wanted = hmac_sha256(secret, &[signed.as_bytes(), &self.body].concat());
        header("webhook-signature") == format!("v1,{}", STANDARD.encode(wanted))
    }

    /// As it is described.
    pub(crate) fn is_an_order(&self) {
        let schema = fs::read_to_string(root().join("policies/schema/order.schema.json")).unwrap();
        let mut schema: Value = serde_json::from_str(&schema).unwrap();
        crate::notices::receiver::strict(&mut schema);
        let body = self.json();
        let errors: Vec<String> =
            jsonschema::validator_for(&schema).unwrap().iter_errors(&body).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{errors:?}\n{body}");
    }
}

/// RFC 2104, of a key that is not longer than a block.
fn hmac_sha256(key: &[u8], message: &[u8]) -> Vec<u8> {
    let padded = |with: u8| -> Vec<u8> { (0..64).map(|at| key.get(at).copied().unwrap_or_default() ^ with).collect() };
    let sha256 = |parts: [Vec<u8>; 2]| -> Vec<u8> {
        let hex = Digest::of(&parts.concat()).hex();
        (0..32).map(|at| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).unwrap()).collect()
    };
    sha256([padded(0x5c), sha256([padded(0x36), message.to_vec()])])
}

/// Answers with one status after the other, and with the last one for ever. It ends with the test's process.
pub(crate) struct Runner {
    pub(crate) address: SocketAddr,
    came: Asks<Came>,
}

impl Runner {
    pub(crate) fn new(statuses: &'static [u16]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (sender, came) = channel();
        std::thread::spawn(move || {
            for (number, stream) in listener.incoming().map_while(Result::ok).enumerate() {
                let (status, sender) = (statuses[number.min(statuses.len() - 1)], sender.clone());
                std::thread::spawn(move || serve(stream, status, &sender));
            }
        });
        Self { address, came }
    }

    /// The next one.
    pub(crate) fn next(&self) -> Came {
        self.came.recv_timeout(ENDLESS).expect("an order is sent")
    }

    /// Those that came and nobody looked at yet.
    pub(crate) fn others(&self) -> Vec<Came> {
        self.came.try_iter().collect()
    }
}

fn serve(stream: TcpStream, status: u16, sender: &Sender<Came>) -> Option<()> {
    let mut reader = BufReader::new(stream);
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok().filter(|read| *read > 0)?;
        match line.trim_end() {
            "" => break,
            text => lines.push(text.to_owned()),
        }
    }
    let line = lines.first()?.trim_end_matches(" HTTP/1.1").to_owned();
    let headers: BTreeMap<String, String> = lines
        .iter()
        .skip(1)
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    let mut body = vec![0; headers.get("content-length")?.parse().ok()?];
    reader.read_exact(&mut body).ok()?;
    sender.send(Came { line, headers, body }).ok()?;
    let answer = format!("HTTP/1.1 {status} x\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
    reader.get_mut().write_all(answer.as_bytes()).ok()
}
