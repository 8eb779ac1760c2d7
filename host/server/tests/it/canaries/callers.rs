//! Everything that a caller may send.

use super::{Canaries, HARMLESS, program::ENDLESS};
use crate::wire::{Form, Response, raw, send};
use serde_json::json;
use std::{io::Write as _, net::SocketAddr, sync::mpsc::Receiver};
use tidegate_core::digest::Digest;
use tidegate_evidence::signing::SigningKey;

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
pub(super) fn send_all(address: SocketAddr, bearer: &str, canaries: &mut Canaries) -> Vec<Response> {
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

/// A deployment that a person forces: somebody is told, and asks for the gate's credential.
pub(super) fn forced(address: SocketAddr, person: &str, told: &Receiver<Vec<u8>>) -> Response {
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
