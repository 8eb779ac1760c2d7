//! Secrets planted wherever a caller, a plugin's document or the machine can put one, and looked for in everything that the program
//! leaves behind: log, spans, metrics, answers and record. Beside them stands a word that is no secret: where that is not found, nothing would
//! be.

mod callers;
mod collector;
mod operators;
mod program;

use self::{
    collector::collector,
    program::{Program, policies, token},
};
use crate::{wire::Response, world};
use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD};
use std::{collections::BTreeSet, fs, path::Path};
use tidegate_core::digest::Digest;
use tidegate_ledger::{config::LedgerConfig, ledger::Ledger};

/// No secret: it has to be found in every place in which secrets are looked for.
const HARMLESS: &str = "hArm1essM4rker";

/// A secret of a shape that is known, unlike every other; no search for secrets finds one in this file.
struct Canaries(Vec<String>);

impl Canaries {
    fn plant(&mut self) -> String {
        let secret = format!("cAn4ry{:030}", self.0.len() + 7_000_000);
        self.0.push(secret.clone());
        format!("ghp_{secret}")
    }

    /// Those that are in these bytes, as they are or as base64.
    fn found_in(&self, bytes: &[u8]) -> Vec<&str> {
        let text = String::from_utf8_lossy(bytes);
        let in_base64 = |secret: &str| {
            // Wherever it begins among three bytes; its edges depend on what stands beside it.
            (0..3).any(|shift| {
                let needle = STANDARD_NO_PAD.encode(format!("{}{secret}", &"xx"[..shift.min(2)]));
                text.contains(&needle[4..needle.len() - 4])
            })
        };
        self.0.iter().map(String::as_str).filter(|secret| text.contains(secret) || in_base64(secret)).collect()
    }
}

/// Every file of the record, and every body in it, unpacked.
async fn record(data: &Path) -> Vec<Vec<u8>> {
    let files: Vec<Vec<u8>> = fs::read_dir(data)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_file())
        .map(|path| fs::read(path).unwrap())
        .collect();
    let ledger = Ledger::open(&data.join("ledger.sqlite"), LedgerConfig::default()).await.unwrap();
    let mut bodies = Vec::new();
    let named: BTreeSet<Digest> = files.iter().flat_map(|file| digests(file)).collect();
    for digest in named {
        bodies.extend(ledger.body(&digest).await.unwrap().map(|body| body.to_vec()));
    }
    ledger.close().await;
    assert!(bodies.len() > 20, "{} bodies", bodies.len());
    [files, bodies].concat()
}

fn digests(file: &[u8]) -> Vec<Digest> {
    const LENGTH: usize = "sha256:".len() + 64;
    let texts = file.windows(LENGTH).filter(|text| text.starts_with(b"sha256:"));
    texts.filter_map(|text| Digest::parse(std::str::from_utf8(text).ok()?).ok()).collect()
}

/// Everything that the program left behind.
struct Left {
    answers: Vec<Response>,
    outputs: Vec<Vec<u8>>,
    log: Vec<u8>,
    spans: Vec<u8>,
    record: Vec<Vec<u8>>,
}

impl Left {
    /// Each part by the place it was found in.
    fn parts(&self) -> impl Iterator<Item = (&'static str, &[u8])> {
        let answers = self.answers.iter().map(|answer| ("an answer", &*answer.body));
        let outputs = self.outputs.iter().map(|output| ("an output", &**output));
        let log = self.log.split(|byte| *byte == b'\n').map(|line| ("the log", line));
        let record = self.record.iter().map(|part| ("the record", &**part));
        answers.chain(outputs).chain(log).chain([("the spans", &*self.spans)]).chain(record)
    }
}

/// A gate that everything was tried on.
async fn tried(folder: &Path) -> (Canaries, Left) {
    let ((at, spans), (hooks, told)) = (collector(), collector());
    let path = folder.to_owned();
    let all = tokio::task::spawn_blocking(move || {
        world::plugins();
        policies(&path);
        let mut canaries = Canaries(Vec::new());
        let secret = token(&path, &["--name", "ci", "--role", "decide", "--role", "policy", "--role", "operate"]);
        let person = token(&path, &["--name", "alice", "--person", "alice@shop.example", "--role", "override"]);
        canaries.0.extend([&secret, &person].map(|token| token.splitn(3, '_').nth(2).unwrap().to_owned()));
        let program = Program::serve(&path, at, hooks, &mut canaries);
        let (address, bearer) = (program.address(), format!("Bearer {secret}"));
        let mut answers = callers::send_all(address, &bearer, &mut canaries);
        answers.push(callers::forced(address, &person, &told));
        let (refused, mut outputs) = operators::bring_policies(address, &bearer, &path, &mut canaries);
        answers.extend(refused);
        outputs.extend(operators::bring_configurations(&path, &mut canaries));
        (canaries, answers, outputs, program.stop())
    });
    let (canaries, answers, outputs, log) = all.await.unwrap();
    let (spans, record) = (spans.try_iter().flatten().collect(), record(&folder.join("data")).await);
    (canaries, Left { answers, outputs, log, spans, record })
}

#[tokio::test(flavor = "multi_thread")]
async fn canaries_are_found_in_no_log_span_metric_answer_or_record() {
    let folder = tempfile::tempdir().unwrap();
    let (canaries, left) = tried(folder.path()).await;
    assert!(canaries.0.len() > 80, "{} canaries", canaries.0.len());
    for (place, part) in left.parts() {
        assert_eq!(canaries.found_in(part), [""; 0], "in {place}: {}", String::from_utf8_lossy(part));
    }
    for answer in &left.answers {
        let headers = format!("{:?}", answer.headers);
        assert_eq!(canaries.found_in(headers.as_bytes()), [""; 0], "{headers}");
    }
    // The same search finds in each place what is no secret and was sent the same ways: an empty place would pass, too.
    let harmless = Canaries(vec![HARMLESS.to_owned()]);
    for wanted in ["an answer", "the log", "the spans", "the record"] {
        let is_found = |(place, part): (&str, &[u8])| place == wanted && harmless.found_in(part) == [HARMLESS];
        assert!(left.parts().any(is_found), "what is no secret is not in {wanted}");
    }
    let log = String::from_utf8_lossy(&left.log).into_owned();
    let of_plugin = log.lines().filter(|line| line.contains("tidegate::plugin"));
    assert!(of_plugin.clone().any(|line| line.contains(HARMLESS)), "a plugin's log is not in the log");
    assert!(of_plugin.clone().any(|line| line.contains("ghp_****")), "no plugin repeated what was masked");
    let answers: Vec<String> = left.answers.iter().map(Response::text).collect();
    assert!(answers.iter().any(|text| text.contains("plugin=\"marker-plugin\"")), "no counts in the metrics");
    let outputs: Vec<_> = left.outputs.iter().map(|output| String::from_utf8_lossy(output)).collect();
    assert!(outputs.iter().any(|text| text.contains("more.yaml")), "lint says nothing");
    assert!(outputs.iter().any(|text| text.contains("log.level = warn")), "nothing is said of a configuration");
}
