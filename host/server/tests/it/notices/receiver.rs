//! Whoever receives notices: takes what is sent, and answers as it was told to.

use crate::{wire::asked, world::root};
use serde_json::{Value, json};
use std::{
    fs,
    io::{BufReader, Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::mpsc::{Receiver as Asks, Sender, channel},
    time::Duration,
};

/// Nobody waits that long for what is coming.
pub(crate) const ENDLESS: Duration = Duration::from_secs(60);

/// Answers.
pub(crate) const TAKEN: &str = "HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n";
pub(crate) const UNAVAILABLE: &str = "HTTP/1.1 503 No\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
/// Takes a request and never says anything.
pub(crate) const SILENCE: &str = "";

/// A request as it came.
#[derive(Debug)]
pub(crate) struct Asked {
    /// Line and headers, in small letters.
    pub(crate) head: String,
    /// The body.
    pub(crate) body: Value,
}

/// A receiver that answers with one after the other, and with the last one for ever. It ends with the test's process.
pub(crate) struct Receiver {
    pub(crate) address: SocketAddr,
    asked: Asks<Asked>,
}

impl Receiver {
    pub(crate) fn new(answers: &'static [&'static str]) -> Self {
        Self::on(TcpListener::bind("127.0.0.1:0").unwrap(), answers.iter().map(|one| (*one).to_owned()).collect())
    }

    pub(crate) fn on(listener: TcpListener, answers: Vec<String>) -> Self {
        let address = listener.local_addr().unwrap();
        let (sender, asked) = channel();
        std::thread::spawn(move || {
            for (number, stream) in listener.incoming().map_while(Result::ok).enumerate() {
                let answer = answers[number.min(answers.len() - 1)].clone();
                let sender = sender.clone();
                std::thread::spawn(move || serve(stream, &answer, &sender));
            }
        });
        Self { address, asked }
    }

    /// The next request: a notice as it is described.
    pub(crate) fn asked(&self) -> Asked {
        let asked = self.asked.recv_timeout(ENDLESS).expect("a notice is sent");
        is_a_notice(&asked.body);
        asked
    }

    /// Those that came and nobody looked at yet.
    pub(crate) fn others(&self) -> usize {
        self.asked.try_iter().count()
    }
}

fn serve(stream: TcpStream, answer: &str, sender: &Sender<Asked>) -> Option<()> {
    let mut reader = BufReader::new(stream);
    let (head, body) = asked(&mut reader)?;
    sender.send(Asked { head, body: serde_json::from_slice(&body).unwrap_or_default() }).ok()?;
    reader.get_mut().write_all(answer.as_bytes()).ok()?;
    if answer == SILENCE {
        // Until the other side has had enough.
        let _gone = reader.read(&mut [0; 1]);
    }
    Some(())
}

fn is_a_notice(body: &Value) {
    let schema = fs::read_to_string(root().join("policies/schema/notice.schema.json")).unwrap();
    let mut schema: Value = serde_json::from_str(&schema).unwrap();
    strict(&mut schema);
    let errors: Vec<String> =
        jsonschema::validator_for(&schema).unwrap().iter_errors(body).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}\n{body}");
}

/// A field that the schema does not list is an error here, though receivers must accept it.
pub(crate) fn strict(schema: &mut Value) {
    if let Some(object) = schema.as_object_mut() {
        if object.contains_key("properties") {
            object.insert("additionalProperties".to_owned(), json!(false));
        }
        object.values_mut().for_each(strict);
    }
}
