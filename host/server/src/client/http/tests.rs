//! Against a socket that says what it is told to: what each response means, and what was sent.

use crate::{
    api::{
        answer::Answer,
        problem::{Problem, ProblemKind},
        request::{DeploymentRequestBody, ServiceRequest},
    },
    client::{Failure, Options, Reply, decide},
    gate::submission::{Source, Submission, Upload},
    render::tests::sample::remediate,
};
use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    thread,
    time::Duration,
};

/// What the socket says to one request.
fn response(status: &str, headers: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n{headers}\r\n{body}", body.len())
}

fn json(status: &str, body: &impl serde::Serialize) -> String {
    response(status, "content-type: application/json\r\n", &serde_json::to_string(body).unwrap())
}

/// One request, read whole: its head and its body.
fn request(stream: &TcpStream) -> (String, String) {
    let mut reader = BufReader::new(stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        assert_ne!(reader.read_line(&mut head).unwrap(), 0, "the request ended early");
    }
    let head = head.to_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap().parse().unwrap();
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    (head, String::from_utf8(body).unwrap())
}

/// Asks a socket that answers each request with the next response; gives back what it was sent.
fn ask(
    submission: &Submission,
    options: Options,
    responses: Vec<String>,
) -> (Result<Reply, Failure>, Vec<(String, String)>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let server = format!("http://{}/gate/", listener.local_addr().unwrap()).parse().unwrap();
    let listening = thread::spawn(move || {
        let mut requests = Vec::new();
        for response in responses {
            let (mut stream, _) = listener.accept().unwrap();
            requests.push(request(&stream));
            stream.write_all(response.as_bytes()).unwrap();
        }
        requests
    });
    let result = decide(&server, submission, &options);
    (result, listening.join().unwrap())
}

fn submission() -> Submission {
    let service = ServiceRequest { name: "api".to_owned(), version: "1.4.2".to_owned(), ..ServiceRequest::default() };
    let deployment = DeploymentRequestBody {
        environment: "production".to_owned(),
        services: vec![service],
        ..DeploymentRequestBody::default()
    };
    let upload = |name: &str, place: &str, source| Upload {
        name: name.to_owned(),
        place: place.to_owned(),
        format: Some("junit".to_owned()),
        produced_at: None,
        source,
    };
    let evidence = vec![
        upload("unit_tests@api", "target/a \"b\"\n.xml", Source::Bytes("<testsuite/>".into())),
        upload("unit_tests@api", "", Source::Bytes("<testsuite name='b'/>".into())),
        upload("facts", "facts", Source::Digest(format!("sha256:{}", "a".repeat(64)))),
    ];
    Submission { deployment, skip: vec!["performance".to_owned()], emergency: None, evidence }
}

fn allowed() -> Answer {
    Answer { outcome: "DEPLOY".to_owned(), allowed: true, blocking: Vec::new(), ..remediate() }
}

fn outcome(response: String) -> Result<Reply, Failure> {
    ask(&submission(), Options::default(), vec![response]).0
}

#[test]
fn the_status_and_the_answer_say_the_same_or_there_is_no_decision() {
    assert!(outcome(json("200 OK", &allowed())).unwrap().answer.allowed);
    assert!(!outcome(json("409 Conflict", &remediate())).unwrap().answer.allowed);
    assert!(matches!(
        outcome(json("200 OK", &remediate())),
        Err(Failure::Contradiction { status: 200, allowed: false })
    ));
    assert!(matches!(
        outcome(json("409 Conflict", &allowed())),
        Err(Failure::Contradiction { status: 409, allowed: true })
    ));
    assert!(matches!(outcome(json("201 Created", &allowed())), Err(Failure::Status { status: 201, .. })));
}

#[test]
fn a_problem_is_no_decision_whatever_its_status() {
    for (status, kind) in [("409 Conflict", ProblemKind::IdempotencyConflict), ("200 OK", ProblemKind::Internal)] {
        let body = serde_json::to_string(&Problem::new(kind, "why")).unwrap();
        let failed = outcome(response(status, "content-type: application/problem+json\r\n", &body)).unwrap_err();
        assert!(matches!(failed, Failure::Refused { problem, .. } if problem.detail == "why"), "{status}");
    }
}

#[test]
fn what_is_no_gate_is_no_permission() {
    let html = "content-type: text/html\r\n";
    let to = "location: http://127.0.0.1:1/elsewhere\r\n";
    for (response, status) in [
        (response("200 OK", html, "<h1>welcome</h1>"), 200),
        (response("200 OK", "", &serde_json::to_string(&allowed()).unwrap()), 200),
        (response("502 Bad Gateway", html, "<h1>no</h1>"), 502),
        (response("302 Found", to, ""), 302),
        (response("500 Oops", "content-type: application/problem+json\r\n", "not json"), 500),
        (response("204 No Content", "", ""), 204),
    ] {
        assert!(matches!(outcome(response), Err(Failure::Status { status: seen, .. }) if seen == status), "{status}");
    }
}

#[test]
fn an_answer_that_cannot_be_read_is_none() {
    for body in ["", "{}", "{\"allowed\": true}", "true"] {
        let response = response("200 OK", "content-type: application/json\r\n", body);
        assert!(matches!(outcome(response), Err(Failure::Unreadable { status: 200, .. })), "{body}");
    }
}

#[test]
fn an_answer_about_another_deployment_is_none() {
    let mut answer = allowed();
    answer.deployment.services[0].version = "1.4.1".to_owned();
    let failed = outcome(json("200 OK", &answer)).unwrap_err();
    let words = "the gate answered about another deployment: `api` 1.4.1 to `production`, asked was `api` 1.4.2 to `production`";
    assert_eq!(failed.to_string(), words);
}

#[test]
fn a_cut_connection_is_no_decision_and_may_pass() {
    let whole = json("200 OK", &allowed());
    for cut in [0, 10, whole.len() / 2, whole.len() - 1] {
        let failed = outcome(whole.get(..cut).unwrap_or_default().to_owned()).unwrap_err();
        assert!(matches!(failed, Failure::Transport { .. }) && failed.is_passing(), "{cut}: {failed}");
    }
}

#[test]
fn a_gate_in_trouble_says_when_to_come_back() {
    let body = serde_json::to_string(&Problem::new(ProblemKind::Overloaded, "256 used, 256 allowed")).unwrap();
    let headers = "content-type: application/problem+json\r\nretry-after: 7\r\n";
    let failed = outcome(response("503 Service Unavailable", headers, &body)).unwrap_err();
    assert_eq!((failed.retry_after(), failed.is_passing()), (Some(Duration::from_secs(7)), true));
}

#[test]
fn a_question_is_a_form_with_a_key_and_the_callers_trace() {
    let traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    let options = Options { traceparent: Some(traceparent.to_owned()), ..Options::default() };
    let (_, requests) = ask(&submission(), options, vec![json("200 OK", &allowed())]);
    let (head, body) = &requests[0];
    assert!(head.starts_with("post /gate/v1/decisions http/1.1\r\n"), "{head}");
    assert!(head.contains(&format!("\r\ntraceparent: {traceparent}\r\n")), "{head}");
    assert!(head.contains("\r\nidempotency-key: ") && head.contains("\r\naccept: application/json\r\n"), "{head}");
    for part in [
        "name=\"deployment\"\r\n\r\n{\"environment\":\"production\",",
        "name=\"skip\"\r\n\r\nperformance\r\n",
        "name=\"unit_tests@api.format\"\r\n\r\njunit\r\n",
        "name=\"facts.format\"\r\n\r\njunit\r\n",
        "name=\"unit_tests@api\"; filename=\"target/a _b__u{a}.xml\"\r\n\r\n<testsuite/>\r\n",
        "name=\"unit_tests@api\"; filename=\"unit_tests@api\"\r\n\r\n<testsuite name='b'/>\r\n",
        "name=\"facts\"\r\n\r\nsha256:aaaa",
    ] {
        assert!(body.contains(part), "{part} in {body}");
    }
}

#[test]
fn what_a_form_cannot_say_is_not_sent() {
    let mut submission = submission();
    submission.evidence[1].format = Some("sarif".to_owned());
    assert!(
        matches!(ask(&submission, Options::default(), Vec::new()).0, Err(Failure::Ambiguous(name)) if name == "unit_tests@api")
    );
}
