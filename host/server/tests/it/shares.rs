//! What one caller, and one scope, may have of a gate.

use crate::{
    authority::{gate_configured, holder},
    wire::{Form, Response, send},
    world::Gate,
};
use serde_json::{Value, json};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};
use tidegate::{
    config::Config,
    gate::clock,
    identity::{principal::Principal, secret::Secret},
};
use tidegate_core::{digest::Digest, time::Timestamp};

const JUNIT: &str = "<testsuite name=\"unit\"><testcase classname=\"a\" name=\"b\"/></testsuite>";
const DAY_NS: u64 = 24 * 3_600_000_000_000;

fn ask(gate: &Gate, secret: &Secret, evidence: Option<&str>) -> Response {
    let deployment = json!({"environment": "staging", "services": [{"name": "api", "version": "1.0.0"}]});
    let form = Form::default().field("deployment", deployment.to_string());
    let form = match evidence {
        Some(digest) => form.field("unit_tests", digest),
        None => form.file("unit_tests", "unit.xml", JUNIT),
    };
    form.post(gate.address, "/v1/decisions", &[("authorization", &format!("Bearer {}", secret.reveal()))])
}

fn put(gate: &Gate, secret: &Secret, bytes: &[u8]) -> Response {
    let path = format!("/v1/evidence/{}", Digest::of(bytes));
    send(gate.address, "PUT", &path, &[("authorization", &format!("Bearer {}", secret.reveal()))], bytes)
}

fn says(response: &Response, status: u16, kind: &str, detail: &str, retry_after: Option<&str>) {
    let problem = response.json();
    assert_eq!((response.status, problem["type"].as_str()), (status, Some(kind)), "{problem}");
    assert_eq!(problem["detail"], detail);
    assert_eq!(response.header("retry-after"), retry_after, "{problem}");
}

fn later(days: u64) -> Timestamp {
    Timestamp::from_nanos(clock::now().nanos() + days * DAY_NS)
}

#[tokio::test(flavor = "multi_thread")]
async fn one_callers_crowd_is_refused_and_another_is_served() {
    let small = |config: &mut Config| {
        (config.limits.in_flight, config.limits.queue) = (2, 100);
        (config.limits.caller_in_flight, config.limits.caller_queue) = (1, 1);
    };
    gate_configured("", small, |gate, token| {
        let of = |name: &str| token(holder(name, &["decide"], &["*"], &["*"]));
        let (flood, quiet) = (of("flood"), of("quiet"));
        assert_eq!(ask(gate, &quiet, None).status, 200);
        // As much of the flood as may be here: one is worked on, and does not end; one waits.
        let crowd = Principal { name: "flood".into(), scope: "flood".into(), ..Principal::anonymous() };
        let enter = || gate.inside().admission().enter(&crowd, Instant::now()).unwrap();
        let (worked_on, waiting) = (enter(), enter());
        let refused = ask(gate, &flood, None);
        let detail = "requests in flight or waiting of `flood`: 3 used, 2 allowed";
        says(&refused, 429, "/problems/share-used-up", detail, Some("1"));
        crate::openapi::fits("Problem", &refused);
        assert_eq!(ask(gate, &quiet, None).status, 200);
        drop((worked_on, waiting));
        assert_eq!(ask(gate, &flood, None).status, 200);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scope_keeps_so_many_uploads_and_they_expire_unless_a_decision_names_them() {
    let small = |config: &mut Config| {
        (config.limits.scope_waiting_documents, config.limits.scope_waiting_bytes) = (1, 4096);
    };
    gate_configured("", small, |gate, token| {
        let of = |name: &str| token(holder(name, &["decide"], &["*"], &["*"]));
        let (ours, theirs) = (of("ours"), of("theirs"));
        let runtime = tokio::runtime::Handle::try_current();
        assert!(runtime.is_ok(), "tests run within a runtime");
        let expire = |at| runtime.as_ref().unwrap().block_on(gate.inside().expire(at)).unwrap();
        assert_eq!(put(gate, &ours, b"left").status, 204);
        let more = put(gate, &ours, JUNIT.as_bytes());
        let detail = "documents that no decision names of this scope: 2 used, 1 allowed";
        says(&more, 429, "/problems/quota-used-up", detail, Some("60"));
        let never = put(gate, &ours, &[b'x'; 5000]);
        let detail = "bytes of documents that no decision names of this scope: 5000 used, 4096 allowed";
        says(&never, 413, "/problems/too-large", detail, None);
        // Another scope has its own, and again is not more.
        assert_eq!((put(gate, &theirs, b"left").status, put(gate, &ours, b"left").status), (204, 204));
        assert_eq!(expire(clock::now()), 0, "not yet");
        assert_eq!(expire(later(2)), 2);
        assert_eq!(put(gate, &ours, JUNIT.as_bytes()).status, 204);
        let digest = Digest::of(JUNIT.as_bytes()).to_string();
        assert_eq!(ask(gate, &ours, Some(&digest)).status, 200);
        assert_eq!(expire(later(365)), 0, "a decision names it");
        assert_eq!(ask(gate, &ours, Some(&digest)).status, 200);
        let gone = ask(gate, &ours, Some(&Digest::of(b"left").to_string()));
        assert_eq!(gone.json()["type"], "/problems/unknown-evidence");
    })
    .await;
}

/// The 99th of a hundred requests.
fn p99(gate: &Gate, secret: &Secret) -> Duration {
    let mut took: Vec<Duration> = (0..300)
        .map(|_| {
            let started = Instant::now();
            assert_eq!(ask(gate, secret, None).status, 200);
            started.elapsed()
        })
        .collect();
    took.sort();
    took[took.len() * 99 / 100]
}

/// A measurement, not a test: what it prints is a ratio of one run, and asserts nothing about time.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "a measurement: `cargo test --release --workspace --test it -- --ignored --nocapture beside_a_flood`"]
async fn quiet_alone_and_quiet_beside_a_flood() {
    // The usual share of one caller beside others, and as many as the machine has processors.
    for share in [0, std::thread::available_parallelism().map_or(1, std::num::NonZero::get)] {
        measured(share).await;
    }
}

async fn measured(share: usize) {
    gate_configured(
        "",
        |config| config.limits.caller_in_flight = share,
        move |gate, token| {
            let of = |name: &str| token(holder(name, &["decide"], &["*"], &["*"]));
            let (flood, quiet) = (of("flood"), of("quiet"));
            p99(gate, &quiet);
            let alone = p99(gate, &quiet);
            let stop = Arc::new(AtomicBool::new(false));
            let beside = std::thread::scope(|scope| {
                for _ in 0..64 {
                    scope.spawn(|| {
                        while !stop.load(Ordering::Relaxed) {
                            let answered: Value = ask(gate, &flood, None).json();
                            assert!(answered.is_object());
                        }
                    });
                }
                let beside = p99(gate, &quiet);
                stop.store(true, Ordering::Relaxed);
                beside
            });
            println!(
                "share {share}: p99 alone {alone:?}, beside a flood {beside:?}: {:.2} times",
                beside.as_secs_f64() / alone.as_secs_f64()
            );
        },
    )
    .await;
}
