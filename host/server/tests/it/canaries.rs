//! Secrets planted wherever a caller, a plugin's document or the machine can put one, and looked for in everything that the program
//! leaves behind: log, spans, metrics, answers and record. Beside them stands a word that is no secret: where that is not found, nothing would
//! be.

mod operators;

use crate::{
    wire::{Form, Response, raw, send},
    world::{self, root},
};
use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD};
use serde_json::json;
use std::{
    collections::BTreeSet,
    fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::mpsc::{Receiver, Sender, channel},
    time::{Duration, Instant},
};
use tidegate_core::digest::Digest;
use tidegate_evidence::signing::SigningKey;
use tidegate_ledger::{config::LedgerConfig, ledger::Ledger};
use tidegate_workbench::testing::guest;

/// No secret: it has to be found in every place in which secrets are looked for.
const HARMLESS: &str = "hArm1essM4rker";
/// Nobody waits that long for what is coming.
const ENDLESS: Duration = Duration::from_secs(60);

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

/// Keeps every byte that somebody exports.
fn collector() -> (SocketAddr, Receiver<Vec<u8>>) {
    fn serve(stream: TcpStream, bodies: &Sender<Vec<u8>>) -> Option<()> {
        let mut reader = BufReader::new(stream);
        loop {
            let mut length = 0;
            loop {
                let mut line = String::new();
                if reader.read_line(&mut line).ok()? == 0 {
                    return None;
                }
                match line.trim_end().to_ascii_lowercase().strip_prefix("content-length: ") {
                    Some(value) => length = value.parse().ok()?,
                    None if line.trim_end().is_empty() => break,
                    None => {}
                }
            }
            let mut body = vec![0; length];
            reader.read_exact(&mut body).ok()?;
            bodies.send(body).ok()?;
            reader.get_mut().write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").ok()?;
        }
    }
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (sender, bodies) = channel();
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let sender = sender.clone();
            std::thread::spawn(move || serve(stream, &sender));
        }
    });
    (address, bodies)
}

/// `tidegate serve` with a canary in its environment; killed when it is dropped.
struct Program {
    child: Child,
    log: PathBuf,
}

impl Program {
    fn serve(folder: &Path, collector: SocketAddr, canaries: &mut Canaries) -> Self {
        let log = folder.join("log");
        let child = Command::new(env!("CARGO_BIN_EXE_tidegate"))
            .args(["serve", "--listen", "127.0.0.1:0", "--data-dir"])
            .arg(folder.join("data"))
            .arg("--policies")
            .arg(folder.join("policies"))
            .arg("--config")
            .arg(configuration(folder, canaries))
            .env("GATE_CREDENTIAL", canaries.plant())
            .env("TIDEGATE_RELOAD_WATCH", "0s")
            .env("TIDEGATE_LOG_LEVEL", "trace")
            .env("RUST_LOG", "trace")
            .env("OTEL_EXPORTER_OTLP_ENDPOINT", format!("http://{collector}"))
            .env("GITHUB_TOKEN", canaries.plant())
            .env("DATABASE_URL", format!("postgres://app:{}@db/app", canaries.plant()))
            .env("AWS_SECRET_ACCESS_KEY", canaries.plant())
            .current_dir(root())
            .stdout(Stdio::null())
            .stderr(fs::File::create(&log).unwrap())
            .spawn()
            .unwrap();
        Self { child, log }
    }

    fn address(&self) -> SocketAddr {
        let until = Instant::now() + ENDLESS;
        while Instant::now() < until {
            let log = fs::read_to_string(&self.log).unwrap();
            if let Some((_, rest)) = log.split_once("listening on http://") {
                let address: String =
                    rest.chars().take_while(|c| c.is_ascii_digit() || matches!(c, '.' | ':')).collect();
                return address.parse().unwrap();
            }
            std::thread::yield_now();
        }
        panic!("it does not listen:\n{}", fs::read_to_string(&self.log).unwrap());
    }

    /// In good order, so that everything is exported and closed.
    fn stop(mut self) -> Vec<u8> {
        let id = self.child.id();
        assert!(Command::new("bash").args(["-c", &format!("kill -TERM {id}")]).status().unwrap().success());
        assert!(self.child.wait().unwrap().success());
        fs::read(&self.log).unwrap()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may have ended already.
        let _ended = self.child.kill();
        let _ended = self.child.wait();
    }
}

/// One that names where secrets lie, and holds none.
fn configuration(folder: &Path, canaries: &mut Canaries) -> PathBuf {
    fs::write(folder.join("credential"), canaries.plant()).unwrap();
    let text = "egress:\n  signals: { url: 'https://signals.example/', credential: { variable: GATE_CREDENTIAL } }\n  \
                tickets: { url: 'https://tickets.example/', credential: { file: credential } }\n";
    fs::write(folder.join("tidegate.yaml"), text).unwrap();
    folder.join("tidegate.yaml")
}

fn policies(folder: &Path) {
    let plugin = root().join("plugins/quality.wasm");
    let pin = Digest::of(&fs::read(&plugin).unwrap()).hex();
    let repeats = guest("repeats-evidence");
    let repeats_pin = Digest::of(&repeats).hex();
    let stage = |id: &str, plugin: &str, settings: &str| {
        format!(
            "  - id: {id}\n    title: {id}\n    plugin: {plugin}\n    optional: true\n    evidence: [{{ name: {id}, documents: {{ min: 1 }} }}]\n    settings: {settings}\n"
        )
    };
    let set = format!(
        "policy_set: all\nversion: \"1\"\nowner: Test\nmatch: {{ environments: [\"*\"], services: [\"*\"] }}\nplugins:\n  quality: {{ path: {}, \
         sha256: {pin} }}\n  marker-plugin: {{ path: repeats-evidence.wasm, sha256: {repeats_pin} }}\nstages:\n{}{}{}",
        plugin.display(),
        stage("unit_tests", "quality", "{ tests: { min_pass_rate: 100 } }"),
        stage("lint", "quality", "{ issues: { max: { high: 0 } } }"),
        // It sees what the others see, and says all of it.
        stage("unit_tests", "marker-plugin", &format!("{{ said: {HARMLESS} }}"))
            .replace("id: unit_tests", "id: repeats")
    );
    fs::create_dir(folder.join("policies")).unwrap();
    fs::write(folder.join("policies/repeats-evidence.wasm"), repeats).unwrap();
    fs::write(folder.join("policies/all.yaml"), set).unwrap();
}

fn token(folder: &Path) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_tidegate"))
        .args(["token", "create", "--name", "ci", "--role", "decide", "--role", "policy", "--role", "operate"])
        .args(["--expires-in", "1h", "--data-dir"])
        .arg(folder.join("data"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

fn zip(file: &str, text: &str) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    writer.start_file(file, zip::write::SimpleFileOptions::default()).unwrap();
    writer.write_all(text.as_bytes()).unwrap();
    writer.finish().unwrap().into_inner()
}

fn junit(said: &str) -> String {
    format!(
        "<testsuite name=\"{said}\"><testcase classname=\"a\" name=\"{said}\"><failure message=\"{said}\">{said}</failure></testcase><system-out><![CDATA[{said}]]></system-out></testsuite>"
    )
}

fn sarif(said: &str) -> String {
    json!({"version": "2.1.0", "runs": [{
        "tool": {"driver": {"name": said, "rules": [{"id": "rule"}]}},
        "results": [{"ruleId": "rule", "level": "error", "message": {"text": said},
            "locations": [{"physicalLocation": {"artifactLocation": {"uri": said}, "region": {"startLine": 1, "snippet": {"text": said}}}}]}],
    }]})
    .to_string()
}

fn deployment(more: &str, value: &str) -> String {
    let mut deployment = json!({"environment": "staging", "services": [{"name": "api", "version": "1.0.0"}]});
    if !more.is_empty() {
        deployment[more] = json!(value);
    }
    deployment.to_string()
}

/// Everything that somebody may send, with a canary in it.
fn send_all(address: SocketAddr, bearer: &str, canaries: &mut Canaries) -> Vec<Response> {
    let auth = ("authorization", bearer);
    let form = || Form::default().field("deployment", deployment("", ""));
    let post = |form: Form, headers: &[(&str, &str)]| form.post(address, "/v1/decisions", &[&[auth], headers].concat());
    let mut answers = Vec::new();
    // Documents that are judged, in what they say, and in archives; a decision each.
    let decided = [
        form().file("unit_tests", "unit.xml", junit(&canaries.plant())),
        form().file("lint", "lint.sarif", sarif(&canaries.plant())),
        form().file("lint", "lint.sarif", sarif(&canaries.plant()).replace("ghp_", "\\u0067hp_")),
        form().file("unit_tests", "unit.zip", zip("unit.xml", &junit(&canaries.plant()))),
        form().file("notes", "notes.bin", canaries.plant()).field("notes.format", "opaque"),
    ];
    for form in decided {
        let answer = post(form, &[]);
        assert!(answer.status == 200 || answer.status == 409, "{}", answer.text());
        let answer_again = format!("/v1/decisions/{}", answer.json()["id"].as_str().unwrap());
        answers.extend([answer, send(address, "GET", &answer_again, &[auth], b"")]);
    }
    let harmless = deployment("environment", HARMLESS);
    let said = post(Form::default().field("deployment", harmless).file("unit_tests", "unit.xml", junit(HARMLESS)), &[]);
    assert_eq!(said.status, 409, "{}", said.text());
    answers.push(said);
    // Documents that nobody can read, or that cannot be masked.
    for broken in [
        format!("<testsuite name=\"{}", canaries.plant()),
        format!("<{}/>", canaries.plant()),
        format!("{{\"{}\": 1}}", canaries.plant()),
        format!("{{\"format\": \"{}\"}}", canaries.plant()),
        format!("- yaml: {}", canaries.plant()),
        sarif(&canaries.plant()).trim_end_matches('}').to_owned(),
        SigningKey::ed25519(&[1; 32]).unwrap().seal(
            "tidegate:evidence/facts",
            format!(r#"{{"format":"tidegate/facts/v1","facts":[{{"name":"n","value":"{}"}}]}}"#, canaries.plant())
                .as_bytes(),
        ),
    ] {
        let answer = post(form().file("unit_tests", "broken", broken), &[]);
        assert_eq!(answer.status, 422, "{}", answer.text());
        answers.push(answer);
    }
    // Names, fields and addresses.
    let (file, name, member) = (canaries.plant(), canaries.plant(), canaries.plant());
    answers.push(post(form().file("unit_tests", &file, "no report"), &[]));
    answers.push(post(form().file(&name, "unit.xml", "no report"), &[]));
    answers.push(post(form().file("unit_tests", "unit.zip", zip(&member, "no report")), &[]));
    for more in ["id", "environment", "cause", "labels"] {
        answers.push(post(Form::default().field("deployment", deployment(more, &canaries.plant())), &[]));
    }
    for field in [
        "unit_tests",
        "unit_tests.format",
        "unit_tests.produced_at",
        "skip",
        "emergency",
        "environment",
        "justification",
    ] {
        answers.push(post(form().field(field, canaries.plant()), &[]));
    }
    let json = [auth, ("content-type", "application/json")];
    for body in [format!("{{\"{}\":1}}", canaries.plant()), format!("{{\"deployment\":\"{}\"", canaries.plant())] {
        answers.push(send(address, "POST", "/v1/decisions", &json, body.as_bytes()));
    }
    for key in ["item", "note", "link", "environment", "revision", "by"] {
        let mut said = json!({"item": "rollback_plan_ready", "satisfied": true});
        said[key] = json!(canaries.plant());
        answers.push(send(address, "POST", "/v1/statements", &json, said.to_string().as_bytes()));
    }
    for path in ["/v1/evidence/", "/v1/decisions/", "/", "/v1/policy-sets/", "/readyz?strict=", "/v1/decisions?status="]
    {
        let method = if path.contains("status=") { "POST" } else { "GET" };
        answers.push(send(address, method, &format!("{path}{}", canaries.plant()), &[auth], b""));
    }
    // Headers, of requests that are decided and of those that are not.
    let trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    for (header, value) in [
        ("cookie", format!("session={}", canaries.plant())),
        ("tracestate", format!("vendor={}", canaries.plant())),
        ("x-api-key", canaries.plant()),
        ("user-agent", canaries.plant()),
        ("accept", canaries.plant()),
        ("idempotency-key", canaries.plant()),
        ("traceparent", canaries.plant()),
        ("content-type", canaries.plant()),
    ] {
        let headers = if header == "traceparent" {
            vec![(header, &*value)]
        } else {
            vec![("traceparent", trace), (header, &value)]
        };
        answers.push(post(form().file("unit_tests", "unit.xml", junit("no")), &headers));
    }
    answers.push(send(
        address,
        "GET",
        "/v1/plugins",
        &[("authorization", &format!("Bearer {}", canaries.plant()))],
        b"",
    ));
    answers.push(send(address, "GET", "/v1/plugins", &[("authorization", &canaries.plant())], b""));
    for head in
        [format!("{} / HTTP/1.1", canaries.plant()), format!("GET /v1/plugins HTTP/1.1\r\nhost: {}", canaries.plant())]
    {
        answers.push(raw(address, format!("{head}\r\nconnection: close\r\n\r\n").as_bytes()));
    }
    // What is uploaded apart, as it is given back.
    for document in [junit(&canaries.plant()), sarif(&canaries.plant()), canaries.plant()] {
        let path = format!("/v1/evidence/{}", Digest::of(document.as_bytes()));
        assert_eq!(send(address, "PUT", &path, &[auth], document.as_bytes()).status, 204);
        let kept = send(address, "GET", &path, &[auth], b"");
        assert_eq!((kept.status, kept.body.len()), (200, document.len()));
        answers.push(kept);
    }
    answers.push(send(address, "GET", "/metrics", &[auth], b""));
    answers.push(send(address, "GET", "/v1/status", &[auth], b""));
    answers
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
    let (at, spans) = collector();
    let path = folder.to_owned();
    let all = tokio::task::spawn_blocking(move || {
        world::plugins();
        policies(&path);
        let mut canaries = Canaries(Vec::new());
        let secret = token(&path);
        canaries.0.push(secret.splitn(3, '_').nth(2).unwrap().to_owned());
        let program = Program::serve(&path, at, &mut canaries);
        let (address, bearer) = (program.address(), format!("Bearer {secret}"));
        let mut answers = send_all(address, &bearer, &mut canaries);
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
