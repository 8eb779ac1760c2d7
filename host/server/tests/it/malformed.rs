//! Forty malformed requests: each gets a clear 4xx that names the place, and no state changes.

use crate::{
    wire::{Form, Response, deployment, raw, send},
    world::{self, Gate},
};
use std::io::Write as _;

const JUNIT: &str = r#"<testsuite name="unit"><testcase classname="a" name="b"/></testsuite>"#;

/// What is sent, and what the answer has to say.
struct Case {
    name: &'static str,
    send: Box<dyn Fn(&Gate) -> Response>,
    status: u16,
    says: &'static [&'static str],
}

fn case(
    name: &'static str,
    status: u16,
    says: &'static [&'static str],
    send: impl Fn(&Gate) -> Response + 'static,
) -> Case {
    Case { name, send: Box::new(send), status, says }
}

fn form(name: &'static str, status: u16, says: &'static [&'static str], form: Form) -> Case {
    case(name, status, says, move |gate| form.post(gate.address, "/v1/decisions", &[]))
}

fn file(name: &'static str, says: &'static [&'static str], bytes: impl AsRef<[u8]>) -> Case {
    form(name, 422, says, deployment().file("unit_tests", "report", bytes))
}

fn json(name: &'static str, status: u16, says: &'static [&'static str], body: impl Into<Vec<u8>>) -> Case {
    let body = body.into();
    case(name, status, says, move |gate| {
        send(gate.address, "POST", "/v1/decisions", &[("content-type", "application/json")], &body)
    })
}

fn request(
    name: &'static str,
    status: u16,
    says: &'static [&'static str],
    method: &'static str,
    path: &'static str,
) -> Case {
    case(name, status, says, move |gate| send(gate.address, method, path, &[], b""))
}

fn bodies() -> Vec<Case> {
    let deployment = r#""deployment":{"environment":"production","services":[{"name":"api","version":"1"}]}"#;
    let with = |rest: &str| format!("{{{deployment}{rest}}}");
    vec![
        json("broken JSON", 400, &["deployment", "line 1 column"], "{\"deployment\": "),
        json("JSON after JSON", 400, &["trailing"], with("") + "{}"),
        json("an array", 400, &["body"], "[]"),
        json("an unknown key at the top", 400, &["evidense", "expected"], with(r#","evidense":[]"#)),
        json(
            "an unknown key below",
            400,
            &["deployment.services[0]", "verison"],
            r#"{"deployment":{"environment":"p","services":[{"name":"a","verison":"1"}]}}"#,
        ),
        json("a number for a text", 400, &["deployment.environment"], r#"{"deployment":{"environment":7}}"#),
        json("no deployment", 400, &["deployment"], "{}"),
        json(
            "JSON nested a million deep",
            400,
            &["[0][0]", "line 1 column 2"],
            [vec![b'['; 1_000_000], vec![b']'; 1_000_000]].concat(),
        ),
        json("JSON that is not UTF-8", 400, &["deployment", "line 1 column"], b"{\"deployment\": \"\xff\"}".to_vec()),
        json(
            "evidence with two sources",
            400,
            &["evidence[0]", "exactly one"],
            with(r#","evidence":[{"name":"a","text":"x","digest":"sha256:0"}]"#),
        ),
        json("broken base64", 400, &["evidence[0].base64"], with(r#","evidence":[{"name":"a","base64":"***"}]"#)),
        json(
            "a bad evidence name",
            400,
            &["evidence[0]", "`../a`"],
            with(r#","evidence":[{"name":"../a","text":"x"}]"#),
        ),
        json(
            "a bad time",
            400,
            &["evidence[0]", "RFC 3339"],
            with(r#","evidence":[{"name":"a","text":"x","produced_at":"noon"}]"#),
        ),
        json(
            "an emergency for no reason",
            400,
            &["emergency.reason", "production_down"],
            with(r#","emergency":{"reason":"because","justification":"everything is down, really"}"#),
        ),
        json(
            "a digest nobody holds",
            422,
            &["evidence[0]", "does not hold sha256:0000"],
            with(&format!(r#","evidence":[{{"name":"a","digest":"sha256:{}"}}]"#, "0".repeat(64))),
        ),
        json(
            "a digest that is none",
            400,
            &["evidence[0]", "not a digest"],
            with(r#","evidence":[{"name":"a","digest":"md5:1"}]"#),
        ),
        json(
            "an unknown stage skipped",
            422,
            &["skip", "`performence`", "did you mean `performance`"],
            with(r#","skip":["performence"]"#),
        ),
        json(
            "a stage that is not optional skipped",
            422,
            &["skip", "`unit_tests` is not optional"],
            with(r#","skip":["unit_tests"]"#),
        ),
        json("no service", 422, &["at least one service"], r#"{"deployment":{"environment":"production"}}"#),
        json(
            "an environment that no set fits",
            422,
            &["no policy set fits", "`runbook` is for"],
            r#"{"deployment":{"environment":"moon","services":[{"name":"a","version":"1"}]}}"#,
        ),
    ]
}

fn forms() -> Vec<Case> {
    vec![
        form("a service named twice", 400, &["service", "deployment=@"], deployment().field("service", "other")),
        form(
            "an unknown field",
            400,
            &["enviroment", "did you mean `environment`"],
            deployment().field("enviroment", "x"),
        ),
        form(
            "a version with a newline",
            422,
            &["deployment.services[0].version", "'\\n'"],
            Form::default().field("environment", "production").field("service", "a").field("version", "1\n2"),
        ),
        form(
            "an artifact that is no digest",
            422,
            &["deployment.services[0].artifact.digest", "sha256:"],
            deployment().field("artifact", "latest"),
        ),
        form("an unknown cause", 422, &["deployment.cause", "did you mean `push`"], deployment().field("cause", "psh")),
        form(
            "a deployment and something behind it",
            400,
            &["deployment: trailing characters"],
            Form::default().field("deployment", r#"{"environment":"staging"} {"environment":"production"}"#),
        ),
        form("an empty deployment", 400, &["deployment: EOF"], Form::default().field("deployment", "")),
        form(
            "a deployment twice over",
            400,
            &["environment", "deployment"],
            deployment().field("deployment", r#"{"environment":"production","services":[]}"#),
        ),
        form(
            "a deployment that is broken JSON",
            400,
            &["deployment"],
            Form::default().field("deployment", "{\"environment\":"),
        ),
        form(
            "a field that is not UTF-8",
            400,
            &["environment", "UTF-8"],
            Form::default().field("environment", b"\xff\xfe"),
        ),
        form(
            "the same document twice",
            422,
            &["unit_tests (b.xml)", "the same document as"],
            deployment().file("unit_tests", "a.xml", JUNIT).file("unit_tests", "b.xml", JUNIT),
        ),
        form(
            "an unknown format",
            422,
            &["unit_tests", "`junti`"],
            deployment().file("unit_tests", "a.xml", JUNIT).field("unit_tests.format", "junti"),
        ),
        case("a form without a boundary", 400, &["boundary"], |gate| {
            send(gate.address, "POST", "/v1/decisions", &[("content-type", "multipart/form-data")], b"x")
        }),
        case("a form that is cut off", 400, &["unit_tests", "incomplete"], |gate| {
            let body = deployment().file("unit_tests", "a.xml", JUNIT).body();
            let cut = &body[..body.len() - 40];
            send(gate.address, "POST", "/v1/decisions", &[("content-type", Form::content_type().as_str())], cut)
        }),
    ]
}

fn documents() -> Vec<Case> {
    let bomb =
        r#"<!DOCTYPE z [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]><testsuite name="&b;"/>"#;
    vec![
        file("truncated XML", &["unit_tests (report)", "junit", "line 1"], "<testsuite><testcase name='a'>"),
        file("a DTD bomb", &["unit_tests (report)", "DTD"], bomb),
        file(
            "an external entity",
            &["unit_tests (report)"],
            r#"<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><testsuite>&e;</testsuite>"#,
        ),
        file("XML that is not UTF-8", &["unit_tests (report)", "UTF-8"], b"<testsuite name='\xff'/>"),
        file("XML a thousand deep", &["unit_tests (report)", "128"], "<testsuite>".repeat(1000)),
        file("a format nobody knows", &["unit_tests (report)", "junit"], "hello"),
        file(
            "SARIF whose results are a number",
            &["unit_tests (report)", "results"],
            r#"{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"x"}},"results":42}]}"#,
        ),
        file("a zip bomb", &["unit_tests (report)", "allowed"], zip_of(&[("a.xml", vec![b' '; 80 << 20])])),
        file(
            "a path out of the archive",
            &["unit_tests (report)", "../"],
            zip_of(&[("../../etc/passwd.xml", JUNIT.into())]),
        ),
        file("a broken archive", &["unit_tests (report)"], &zip_of(&[("a.xml", JUNIT.into())])[..40]),
        file(
            "an unreadable member",
            &["unit_tests (report)!b.xml"],
            zip_of(&[("a.xml", JUNIT.into()), ("b.xml", b"<testsuite>".to_vec())]),
        ),
    ]
}

fn requests() -> Vec<Case> {
    let digest = "/v1/evidence/sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    vec![
        case("a gigabyte announced", 413, &["request body", "1073741824 bytes used", "67108864 allowed"], |gate| {
            raw(gate.address, b"POST /v1/decisions HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: 1073741824\r\n\r\n{")
        }),
        case("another media type", 415, &["multipart/form-data"], |gate| {
            send(gate.address, "POST", "/v1/decisions", &[("content-type", "text/xml")], JUNIT.as_bytes())
        }),
        case("an idempotency key that is too long", 400, &["Idempotency-Key", "255"], |gate| {
            deployment().post(gate.address, "/v1/decisions", &[("idempotency-key", &"k".repeat(256))])
        }),
        case("an unknown option", 400, &["query"], |gate| {
            deployment().post(gate.address, "/v1/decisions?stauts=always-200", &[])
        }),
        case("another document than named", 422, &["not sha256:e3b0c442"], move |gate| {
            send(gate.address, "PUT", digest, &[], b"x")
        }),
        request("a digest that is none in the path", 400, &["not a digest"], "PUT", "/v1/evidence/latest"),
        request("a document nobody holds", 404, &["no such document"], "GET", digest),
        request(
            "a decision nobody made",
            404,
            &["no such decision"],
            "GET",
            "/v1/decisions/0192f6a0-7c1e-7b3a-9d55-0123456789ab",
        ),
        request("an id that is none", 404, &["no such decision"], "GET", "/v1/decisions/..%2f..%2fetc"),
        case("a page in a browser", 403, &["origin"], |gate| {
            deployment().post(gate.address, "/v1/decisions", &[("origin", "https://evil.example")])
        }),
        case("a name that is not the gate's", 403, &["host"], |gate| {
            raw(gate.address, b"GET /v1/plugins HTTP/1.1\r\nhost: evil.example\r\nconnection: close\r\n\r\n")
        }),
        form("an emergency as a file", 400, &["emergency"], deployment().file("emergency", "e.json", "{}")),
        form("half an emergency", 400, &["emergency"], deployment().field("emergency", "{}")),
        form("a justification of nothing", 400, &["justification"], deployment().field("justification", "because")),
        form("neither yes nor no", 400, &["skip_performance_tests"], deployment().field("skip_performance_tests", "1")),
        json("too many documents", 413, &["documents: 2001 used, 2000 allowed"], many(2001)),
        request("nothing there", 404, &["/v2/decisions"], "POST", "/v2/decisions"),
        request("the wrong method", 405, &["DELETE"], "DELETE", "/v1/decisions"),
    ]
}

/// A request that cites the same document so many times.
fn many(documents: usize) -> String {
    let cited = format!(r#"{{"name":"a","digest":"sha256:{}"}}"#, "0".repeat(64));
    let evidence = vec![cited; documents].join(",");
    format!(
        r#"{{"deployment":{{"environment":"production","services":[{{"name":"a","version":"1"}}]}},"evidence":[{evidence}]}}"#
    )
}

fn zip_of(members: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    for (name, bytes) in members {
        writer.start_file(*name, options).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

#[tokio::test(flavor = "multi_thread")]
async fn malformed_requests_get_a_clear_4xx_and_change_nothing() {
    let gate = world::gate().run().await;
    let before = gate.leaves();
    let gate = tokio::task::spawn_blocking(move || {
        let cases: Vec<Case> = [bodies(), forms(), documents(), requests()].into_iter().flatten().collect();
        assert!(cases.len() >= 40, "only {} cases", cases.len());
        let wrong: Vec<String> = cases.iter().filter_map(|case| wrong(case, &gate)).collect();
        assert!(wrong.is_empty(), "{} of {} cases:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
        gate
    });
    let gate = gate.await.unwrap();
    assert_eq!(gate.leaves(), before, "a malformed request left something in the ledger");
    gate.stop().await;
}

fn wrong(case: &Case, gate: &Gate) -> Option<String> {
    let response = (case.send)(gate);
    let body = response.text();
    if response.status != case.status {
        return Some(format!("{}: {} instead of {}: {body}", case.name, response.status, case.status));
    }
    if response.header("content-type") != Some("application/problem+json") {
        return Some(format!("{}: not a problem: {body}", case.name));
    }
    let problem = response.json();
    let detail = problem["detail"].as_str().unwrap_or_default();
    let unsaid = case.says.iter().find(|says| !detail.contains(**says));
    unsaid.map(|says| format!("{}: does not say {says:?}: {detail}", case.name))
}
