//! What may pass is tried again, and what may not is not.

use crate::world::{
    Words, artifact, client,
    fake::{Fake, Question, status},
    options, pinned,
    proxy::proxy,
    reference,
    registry::Registry,
};
use axum::{
    http::{HeaderValue, header::RETRY_AFTER},
    response::{IntoResponse as _, Response},
};
use std::{
    collections::BTreeMap,
    net::TcpListener,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
};
use tidegate_registry::{
    client::{Client, Options, error::Cause},
    patience::Patience,
    progress::{Progress, Told},
    pull::PullError,
};

/// Fails each request with these, one after the other, before it lets it through.
fn troubled(codes: &'static [u16]) -> impl Fn(&Question) -> Option<Response> + Clone + Send + Sync + 'static {
    let failed: Arc<Mutex<BTreeMap<String, usize>>> = Arc::default();
    move |question| {
        // An upload is begun anew after each failure, at another place.
        let place = if question.path.contains("/uploads/") { "uploads" } else { &question.path };
        let mut failed = failed.lock().unwrap();
        let count = failed.entry(format!("{} {place}", question.method)).or_default();
        *count += 1;
        let code = codes.get(*count - 1)?;
        let mut response = status(*code);
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("0"));
        Some(response)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_registry_in_trouble_is_asked_again_until_it_answers() {
    let Some(registry) = Registry::start() else { return };
    for codes in [&[503, 429][..], &[502], &[500, 504]] {
        let between = proxy(registry.address, troubled(codes)).await;
        let again = Arc::new(AtomicU64::new(0));
        let counted = again.clone();
        let told = Told::by(move |progress| {
            if matches!(progress, Progress::Again { .. }) {
                counted.fetch_add(1, Ordering::Relaxed);
            }
        });
        // An upload begins anew with its first request whenever its second one fails.
        let patience = Patience { attempts: 6, ..options().patience };
        let client = Client::new(Options { told, patience, ..options() }).unwrap();
        let pushed = client.push(&artifact(), &reference(between.address, "team/plugin:1")).await.unwrap();
        client.pull(&pushed, &Words).await.unwrap();
        assert!(again.load(Ordering::Relaxed) >= 3, "{codes:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn there_is_an_end_to_patience() {
    let registry = Fake::new(|_| (axum::http::StatusCode::SERVICE_UNAVAILABLE, "").into_response()).await;
    let error = client().pull(&pinned(registry.address, &artifact()), &Words).await.unwrap_err();
    assert!(!error.is_refusal() && error.to_string().contains("answered with status 503"), "{error}");
    assert_eq!(registry.asked().len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_will_not_pass_is_asked_once() {
    for code in [400, 403, 404, 405, 501] {
        let registry = Fake::new(move |_| {
            let said = r#"{"errors":[{"code":"DENIED","message":"because\u001b"}]}"#;
            (axum::http::StatusCode::from_u16(code).unwrap(), said).into_response()
        })
        .await;
        let error = client().pull(&pinned(registry.address, &artifact()), &Words).await.unwrap_err();
        assert_eq!(registry.asked().len(), 1, "{error}");
        assert!(code == 404 || error.to_string().ends_with(r"because\u{1b} (DENIED)"), "{error}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_registry_that_nobody_runs_is_no_refusal() {
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let error = client().pull(&pinned(address, &artifact()), &Words).await.unwrap_err();
    assert!(!error.is_refusal(), "{error}");
    let PullError::Request(error) = error else { panic!("{error}") };
    assert!(matches!(error.cause, Cause::Connection(_)), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn how_far_a_transfer_is_is_told_to_its_end() {
    let Some(registry) = Registry::start() else { return };
    let ends: Arc<Mutex<Vec<String>>> = Arc::default();
    let kept = ends.clone();
    let told = Told::by(move |progress| match *progress {
        Progress::Pushed { done, total } if done == total => kept.lock().unwrap().push(format!("pushed {total}")),
        Progress::Pulled { done, total } if done == total => kept.lock().unwrap().push(format!("pulled {total}")),
        _ => {}
    });
    let client = Client::new(Options { told, ..options() }).unwrap();
    let pinned = client.push(&artifact(), &reference(registry.address, "team/plugin")).await.unwrap();
    client.pull(&pinned, &Words).await.unwrap();
    let size = artifact().component.len();
    assert_eq!(*ends.lock().unwrap(), [format!("pushed {size}"), format!("pulled {size}")]);
}
