//! Slow requests and oversized ones: each ends in an answer that says both numbers, and holds nobody else up.

use crate::{
    wire::{Form, Response, deployment, raw, send},
    world::{self, Gate},
};
use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    time::Duration,
};

const PATIENT: Duration = Duration::from_secs(60);

/// One decision at a time, and so little patience.
async fn gate(test: impl FnOnce(&Gate) + Send + 'static) {
    let short = Duration::from_millis(300);
    let gate = world::gate().configured(|config| {
        (config.limits.in_flight, config.limits.queue) = (1, 8);
        (config.limits.header_timeout, config.limits.body_timeout) = (short, short);
    });
    let gate = gate.run().await;
    let gate = tokio::task::spawn_blocking(move || {
        test(&gate);
        gate
    });
    gate.await.unwrap().stop().await;
}

fn begun(gate: &Gate, beginning: &[u8]) -> TcpStream {
    let mut stream = TcpStream::connect(gate.address).unwrap();
    stream.set_read_timeout(Some(PATIENT)).unwrap();
    stream.write_all(beginning).unwrap();
    stream
}

fn rest(mut stream: TcpStream) -> String {
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("the gate ends the connection");
    String::from_utf8(answer).unwrap()
}

fn decided(gate: &Gate) {
    assert_eq!(deployment().post(gate.address, "/v1/decisions", &[]).status, 409);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_does_not_come_is_answered_and_holds_nobody_up() {
    gate(|gate| {
        let head = "POST /v1/decisions HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{";
        let slow: Vec<TcpStream> = (0..4).map(|_| begun(gate, head.as_bytes())).collect();
        // The one place is free all the while.
        decided(gate);
        for stream in slow {
            let answer = rest(stream);
            assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
            assert!(answer.contains("/problems/request-timeout") && answer.contains("within 300ms"), "{answer}");
        }
        decided(gate);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn headers_that_do_not_come_end_the_connection_and_hold_nobody_up() {
    gate(|gate| {
        let slow: Vec<TcpStream> =
            (0..16).map(|_| begun(gate, b"POST /v1/decisions HTTP/1.1\r\nhost: localhost\r\nx-slow: ")).collect();
        decided(gate);
        for stream in slow {
            let answer = rest(stream);
            assert!(!answer.contains("HTTP/1.1 2"), "{answer}");
        }
        decided(gate);
    })
    .await;
}

fn too_large(what: &str, response: &Response, numbers: &[&str]) {
    let problem = response.json();
    let kinds =
        [(413, "/problems/too-large"), (400, "/problems/malformed-request"), (422, "/problems/unreadable-evidence")];
    let kind = problem["type"].as_str().unwrap();
    assert!(kinds.contains(&(response.status, kind)), "{what}: {} {problem}", response.status);
    let detail = problem["detail"].as_str().unwrap();
    assert!(numbers.iter().all(|number| detail.contains(number)), "{what}: {detail}");
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_too_long_or_too_many_is_told_both_numbers() {
    let gate = world::gate().configured(|config| config.limits.request_bytes = 1 << 20).run().await;
    let gate = tokio::task::spawn_blocking(move || {
        let long = "x".repeat(40_000);
        let get = |path: &str, headers: &[(&str, &str)]| send(gate.address, "GET", path, headers, b"");
        let head = ["address and headers", "bytes used, 32768 allowed"];
        too_large("a header", &get("/v1/plugins", &[("x-long", &long)]), &head);
        too_large("a token", &get("/v1/plugins", &[("authorization", &format!("Bearer {long}"))]), &head);
        too_large("a path", &get(&format!("/v1/{long}"), &[]), &head);
        too_large("a query", &get(&format!("/readyz?{long}"), &[]), &head);
        let many: Vec<(&str, &str)> = vec![("x-many", "x"); 90];
        assert_eq!(get("/healthz", &many).status, 200);
        // More than is read at all has no answer of ours.
        let huge = format!("GET /healthz HTTP/1.1\r\nhost: localhost\r\nx-huge: {}\r\n\r\n", "x".repeat(300_000));
        assert_eq!(raw(gate.address, huge.as_bytes()).status, 431);
        let ask = |form: Form, headers: &[(&str, &str)]| form.post(gate.address, "/v1/decisions", headers);
        let key = "k".repeat(300);
        too_large("a key", &ask(deployment(), &[("idempotency-key", &key)]), &["300 bytes used", "255"]);
        let body = ask(deployment().file("unit_tests", "unit.xml", vec![b' '; 2 << 20]), &[]);
        too_large("a body", &body, &["request body", "1048576 allowed"]);
        // Without its length it is counted as it comes.
        let chunk = format!("{:x}\r\n{}\r\n", 1 << 16, "x".repeat(1 << 16));
        let chunked = format!(
            "POST /v1/decisions HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n{}0\r\n\r\n",
            chunk.repeat(20)
        );
        too_large("a body in chunks", &raw(gate.address, chunked.as_bytes()), &["request body", "1048576 allowed"]);
        let files = (0..600).fold(deployment(), |form, index| form.field("unit_tests", format!("sha256:{index:064x}")));
        too_large("fields of a form", &ask(files, &[]), &["form fields: 513 used, 512 allowed"]);
        let deep = format!("{}1{}", "[".repeat(200), "]".repeat(200));
        let deep = format!("{{\"format\":\"tidegate/facts/v1\",\"facts\":{deep}}}");
        too_large("JSON", &ask(deployment().file("unit_tests", "deep.json", deep), &[]), &["127 allowed"]);
        decided(&gate);
        gate
    });
    gate.await.unwrap().stop().await;
}
