//! Secrets planted wherever a caller, a plugin's document or the machine can put one, and looked for in everything that the program
//! leaves behind: log, spans, metrics, answers and record.

mod collector;

use self::collector::collector;
use crate::{
    wire::{Form, Response, raw, send},
    world::{self, root},
};
use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD};
use serde_json::json;
use std::{
    collections::BTreeSet,
    fs,
    io::Write as _,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::mpsc::Receiver,
    time::{Duration, Instant},
};
use tidegate_core::digest::Digest;
use tidegate_evidence::signing::SigningKey;
use tidegate_ledger::{config::LedgerConfig, ledger::Ledger};

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

/// `tidegate serve` with a canary in its environment; killed when it is dropped.
struct Program {
    child: Child,
    log: PathBuf,
}

impl Program {
    fn serve(folder: &Path, collector: SocketAddr, receiver: SocketAddr, canaries: &mut Canaries) -> Self {
        let log = folder.join("log");
        // Whoever is told of an emergency asks for a credential.
        let configuration = format!(
            "egress:\n  hooks:\n    url: http://{receiver}/hooks\n    private: [127.0.0.1]\n    credential: {{ variable: HOOKS_CREDENTIAL }}\n\
             notices: {{ contacts: {{ security: {{ destination: hooks }} }} }}\n"
        );
        fs::write(folder.join("tidegate.yaml"), configuration).unwrap();
        let child = Command::new(env!("CARGO_BIN_EXE_tidegate"))
            .args(["serve", "--listen", "127.0.0.1:0", "--config"])
            .arg(folder.join("tidegate.yaml"))
            .arg("--data-dir")
            .arg(folder.join("data"))
            .arg("--policies")
            .arg(folder.join("policies"))
            .env("TIDEGATE_RELOAD_WATCH", "0s")
            .env("TIDEGATE_LOG_LEVEL", "trace")
            .env("RUST_LOG", "trace")
            .env("OTEL_EXPORTER_OTLP_ENDPOINT", format!("http://{collector}"))
            .env("HOOKS_CREDENTIAL", canaries.plant())
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

fn policies(folder: &Path) {
    let plugin = root().join("plugins/quality.wasm");
    let pin = Digest::of(&fs::read(&plugin).unwrap()).hex();
    let stage = |id: &str, settings: &str| {
        format!(
            "  - id: {id}\n    title: {id}\n    plugin: quality\n    optional: true\n    evidence: [{{ name: {id}, documents: {{ min: 1 }} }}]\n    settings: {settings}\n"
        )
    };
    let set = format!(
        "policy_set: all\nversion: \"1\"\nowner: Test\nmatch: {{ environments: [\"*\"], services: [\"*\"] }}\nplugins: {{ quality: {{ path: {}, \
         sha256: {pin} }} }}\nstages:\n{}{}contacts: {{ security: security@shop.example }}\nbreak_glass: {{ minimum_evidence: [], second_human: false, \
         notify: [security] }}\n",
        plugin.display(),
        stage("unit_tests", "{ tests: { min_pass_rate: 100 } }"),
        stage("lint", "{ issues: { max: { high: 0 } } }")
    );
    fs::create_dir(folder.join("policies")).unwrap();
    fs::write(folder.join("policies/all.yaml"), set).unwrap();
}

fn token(folder: &Path, holder: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_tidegate"))
        .args(["token", "create"])
        .args(holder)
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

/// A deployment that a person forces: somebody is told, and asks for the gate's credential.
fn forced(address: SocketAddr, person: &str, told: &Receiver<Vec<u8>>) -> Response {
    let form = Form::default().field("deployment", deployment("", "")).file("unit_tests", "unit.xml", junit("no"));
    let form =
        form.field("emergency", "production_down").field("justification", "it is down for everybody, and this helps");
    let answer = form.post(address, "/v1/decisions", &[("authorization", &format!("Bearer {person}"))]);
    assert_eq!(
        (answer.status, &answer.json()["notices"][0]["contact"]),
        (200, &json!("security")),
        "{}",
        answer.text()
    );
    let notice = String::from_utf8(told.recv_timeout(ENDLESS).unwrap()).unwrap();
    assert!(notice.contains(answer.json()["id"].as_str().unwrap()), "{notice}");
    answer
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

#[tokio::test(flavor = "multi_thread")]
async fn canaries_are_found_in_no_log_span_metric_answer_or_record() {
    tokio::task::spawn_blocking(world::plugins).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    policies(folder.path());
    let ((at, spans), (hooks, told)) = (collector(), collector());
    let path = folder.path().to_owned();
    let all = tokio::task::spawn_blocking(move || {
        let mut canaries = Canaries(Vec::new());
        let secret = token(&path, &["--name", "ci", "--role", "decide", "--role", "policy", "--role", "operate"]);
        let person = token(&path, &["--name", "alice", "--person", "alice@shop.example", "--role", "override"]);
        canaries.0.extend([&secret, &person].map(|token| token.splitn(3, '_').nth(2).unwrap().to_owned()));
        let program = Program::serve(&path, at, hooks, &mut canaries);
        let mut answers = send_all(program.address(), &format!("Bearer {secret}"), &mut canaries);
        answers.push(forced(program.address(), &person, &told));
        (canaries, answers, program.stop())
    });
    let (canaries, answers, log) = all.await.unwrap();
    assert!(canaries.0.len() > 50, "{} canaries", canaries.0.len());
    for answer in &answers {
        let text = String::from_utf8_lossy(&answer.body).into_owned();
        assert_eq!(canaries.found_in(text.as_bytes()), [""; 0], "{text}");
        let headers = format!("{:?}", answer.headers);
        assert_eq!(canaries.found_in(headers.as_bytes()), [""; 0], "{headers}");
    }
    let lines: Vec<&[u8]> =
        log.split(|byte| *byte == b'\n').filter(|line| !canaries.found_in(line).is_empty()).collect();
    let lines: Vec<String> = lines.into_iter().map(|line| String::from_utf8_lossy(line).into_owned()).collect();
    assert!(lines.is_empty(), "in the log:\n{}", lines.join("\n"));
    let spans: Vec<u8> = spans.try_iter().flatten().collect();
    assert!(spans.windows(17).any(|part| part == b"tidegate.decision"), "nothing was exported");
    assert_eq!(canaries.found_in(&spans), [""; 0], "in the spans");
    for part in record(&folder.path().join("data")).await {
        assert_eq!(canaries.found_in(&part), [""; 0], "in the record: {}", String::from_utf8_lossy(&part));
    }
}
