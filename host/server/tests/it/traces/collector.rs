//! A collector as it should not be: it answers as it was told to, and keeps what it took.

use crate::wire::asked;
use opentelemetry_proto::tonic::{
    collector::trace::v1::{ExportTracePartialSuccess, ExportTraceServiceRequest, ExportTraceServiceResponse},
    trace::v1::Span,
};
use prost::Message as _;
use std::{
    io::{BufReader, Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::mpsc::{Receiver, Sender, channel},
    time::Duration,
};

/// Nobody waits that long for what is coming.
pub(crate) const ENDLESS: Duration = Duration::from_secs(60);

/// What it does with a request.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Answer {
    /// Takes it.
    Taken,
    /// Takes it, but for so many spans.
    Rejects(i64),
    /// Answers with a status, and further headers.
    Status(u16, &'static str),
    /// Closes the connection without a word.
    Reset,
    /// Says nothing until the other side has had enough.
    Silence,
    /// Refuses what holds more than so many decisions.
    TooMany(usize),
}

/// A request: the spans in it, and what became of it.
pub(crate) struct Asked {
    pub(crate) spans: Vec<Span>,
    pub(crate) taken: bool,
}

/// Answers with one after the other, and with the last one for ever. It ends with the test's process.
pub(crate) struct Collector {
    pub(crate) address: SocketAddr,
    asked: Receiver<Asked>,
}

impl Collector {
    pub(crate) fn new(answers: &[Answer]) -> Self {
        Self::on(TcpListener::bind("127.0.0.1:0").unwrap(), answers)
    }

    pub(crate) fn on(listener: TcpListener, answers: &[Answer]) -> Self {
        let (address, answers) = (listener.local_addr().unwrap(), answers.to_vec());
        let (sender, asked) = channel();
        std::thread::spawn(move || {
            for (number, stream) in listener.incoming().map_while(Result::ok).enumerate() {
                let (answer, sender) = (answers[number.min(answers.len() - 1)], sender.clone());
                std::thread::spawn(move || serve(stream, answer, &sender));
            }
        });
        Self { address, asked }
    }

    /// The next request, whatever became of it.
    pub(crate) fn next(&self) -> Asked {
        self.asked.recv_timeout(ENDLESS).expect("spans are sent")
    }

    /// Waits until the trees of so many decisions were taken, and says whose they are, in the order in which they came.
    pub(crate) fn taken(&self, count: usize) -> Vec<String> {
        let mut decisions = Vec::new();
        while decisions.len() < count {
            let asked = self.next();
            if asked.taken {
                decisions.extend(ids(&asked.spans));
            }
        }
        decisions
    }
}

/// Whose trees these spans are.
pub(crate) fn ids(spans: &[Span]) -> Vec<String> {
    spans.iter().filter(|span| span.name == "tidegate.request").map(|span| text(span, "tidegate.decision.id")).collect()
}

/// An attribute that is a text.
pub(crate) fn text(span: &Span, key: &str) -> String {
    use opentelemetry_proto::tonic::common::v1::any_value::Value;
    let found = span.attributes.iter().find(|pair| pair.key == key).and_then(|pair| pair.value.clone()?.value);
    match found {
        Some(Value::StringValue(text)) => text,
        other => panic!("{key}: {other:?}"),
    }
}

fn serve(stream: TcpStream, answer: Answer, sender: &Sender<Asked>) -> Option<()> {
    let mut reader = BufReader::new(stream);
    let (head, mut body) = asked(&mut reader)?;
    assert!(head.starts_with("post /v1/traces http/1.1\n"), "{head}");
    assert!(head.contains("content-type: application/x-protobuf\n"), "{head}");
    if head.contains("content-encoding: gzip\n") {
        let packed = std::mem::take(&mut body);
        flate2::read::GzDecoder::new(packed.as_slice()).read_to_end(&mut body).unwrap();
    }
    let request = ExportTraceServiceRequest::decode(body.as_slice()).unwrap();
    let scopes = request.resource_spans.into_iter().flat_map(|one| one.scope_spans);
    let spans: Vec<Span> = scopes.flat_map(|one| one.spans).collect();
    let decisions = ids(&spans).len();
    let (status, headers, rejected) = match answer {
        Answer::Taken => (200, "", 0),
        Answer::Rejects(spans) => (200, "", spans),
        Answer::Status(status, headers) => (status, headers, 0),
        Answer::TooMany(allowed) => (if decisions > allowed { 400 } else { 200 }, "", 0),
        Answer::Reset | Answer::Silence => (0, "", 0),
    };
    sender.send(Asked { spans, taken: status == 200 }).ok()?;
    if status > 0 {
        let partial = ExportTracePartialSuccess { rejected_spans: rejected, error_message: "too old".to_owned() };
        let partial_success = (rejected > 0).then_some(partial);
        let body = ExportTraceServiceResponse { partial_success }.encode_to_vec();
        let head =
            format!("HTTP/1.1 {status} X\r\n{headers}content-length: {}\r\nconnection: close\r\n\r\n", body.len());
        reader.get_mut().write_all(&[head.as_bytes(), &body].concat()).ok()?;
    }
    if matches!(answer, Answer::Silence) {
        let _had_enough = reader.read(&mut [0]);
    }
    Some(())
}
