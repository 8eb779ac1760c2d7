//! A registry that asks who this is, and where it may lead.

use crate::world::{
    Words, artifact, client,
    fake::{Fake, Question, status},
    options, pinned, reference,
    registry::Registry,
};
use axum::{
    http::{HeaderValue, StatusCode, header::WWW_AUTHENTICATE},
    response::{IntoResponse as _, Response},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use std::net::SocketAddr;
use tidegate_registry::{
    client::{Client, Options, error::Cause},
    credentials::{Credential, Credentials},
    pull::PullError,
};

fn password(user: &str, password: &str) -> Credential {
    Credential::Password { user: user.to_owned(), password: password.to_owned() }
}

fn client_as(address: SocketAddr, credential: Credential) -> Client {
    let credentials = Credentials::none().with(&address.to_string(), credential);
    Client::new(Options { credentials, ..options() }).unwrap()
}

fn cause(error: PullError) -> Cause {
    match error {
        PullError::Request(error) => error.cause,
        PullError::Artifact { .. } => panic!("{error}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_real_registry_with_a_password_lets_in_who_knows_it() {
    let Some(registry) = Registry::with_password() else { return };
    let target = reference(registry.address, "team/plugin:1");
    let knows = client_as(registry.address, password("team", "geheim"));
    let pinned = knows.push(&artifact(), &target).await.unwrap();
    knows.pull(&pinned, &Words).await.unwrap();
    let wrong = client_as(registry.address, password("team", "other")).pull(&pinned, &Words).await.unwrap_err();
    assert!(!wrong.to_string().contains("other"), "{wrong}");
    assert!(matches!(cause(wrong), Cause::Credentials(_)));
    let nobody = client().pull(&pinned, &Words).await.unwrap_err();
    assert!(nobody.to_string().contains("hint: `docker login"), "{nobody}");
    assert!(matches!(cause(nobody), Cause::Anonymous(_)));
}

fn asking(challenge: &str) -> Response {
    let header = (WWW_AUTHENTICATE, HeaderValue::from_str(challenge).unwrap());
    (StatusCode::UNAUTHORIZED, [header]).into_response()
}

/// Serves the usual artifact to whoever has its token, and gives that to these.
async fn with_tokens(password: &'static str) -> Fake {
    Fake::new(move |question: Question| {
        if question.path == "/token" {
            return granted(&question, password);
        }
        if question.header("authorization") != "Bearer a-token" {
            let host = question.header("host");
            return asking(&format!(r#"Bearer realm="http://{host}/token?x=1",service="s""#));
        }
        let artifact = artifact();
        let parts = [artifact.manifest, artifact.config, artifact.component];
        let digest = question.path.rsplit('/').next().unwrap_or_default().to_owned();
        let part = parts.into_iter().find(|part| tidegate_core::digest::Digest::of(part).to_string() == digest);
        part.map_or_else(|| status(404), |part| part.into_response())
    })
    .await
}

fn granted(question: &Question, password: &str) -> Response {
    let scope = "scope=repository%3Ateam%2Fplugin%3Apull";
    let body = String::from_utf8_lossy(&question.body).into_owned();
    let basic = format!("Basic {}", STANDARD.encode(format!("u:{password}")));
    let by_password = question.header("authorization") == basic
        && question.query.starts_with("x=1&")
        && question.query.contains(scope)
        && question.query.contains("service=s");
    let by_token = body.contains("grant_type=refresh_token")
        && body.contains(&format!("refresh_token={password}"))
        && body.contains(scope);
    match (by_password, by_token) {
        (true, _) => r#"{"token":"a-token","expires_in":60}"#.into_response(),
        (_, true) => r#"{"access_token":"a-token"}"#.into_response(),
        _ => status(401),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_had_where_the_registry_says_and_used_as_long_as_it_counts() {
    for credential in [password("u", "geheim"), Credential::IdentityToken("geheim".to_owned())] {
        let registry = with_tokens("geheim").await;
        let client = client_as(registry.address, credential);
        client.pull(&pinned(registry.address, &artifact()), &Words).await.unwrap();
        let tokens = registry.asked().iter().filter(|asked| asked.ends_with("/token")).count();
        assert_eq!((tokens, registry.asked().len()), (1, 5), "{:?}", registry.asked());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_the_token_server_does_not_know_is_told_so() {
    let registry = with_tokens("geheim").await;
    let pinned = pinned(registry.address, &artifact());
    let wrong = client_as(registry.address, password("u", "falsch")).pull(&pinned, &Words).await.unwrap_err();
    assert!(!wrong.to_string().contains("falsch"), "{wrong}");
    assert!(matches!(cause(wrong), Cause::Credentials(_)));
    assert!(matches!(cause(client().pull(&pinned, &Words).await.unwrap_err()), Cause::Anonymous(_)));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_registry_asks_in_another_way_is_not_answered() {
    for (challenge, expected) in [
        ("Negotiate", "in a way that is not understood"),
        ("Bearer service=\"s\"", "in a way that is not understood"),
        ("Bearer realm=\"http://r.example/token\"", "which is not encrypted"),
        ("Bearer realm=\"ftp://r.example/token\"", "which is of scheme `ftp`"),
        ("Bearer realm=\"https://u:p@r.example/\"", "holds a name or a password"),
    ] {
        let registry = Fake::new(move |_| asking(challenge)).await;
        let client = client_as(registry.address, password("u", "geheim"));
        let error = client.pull(&pinned(registry.address, &artifact()), &Words).await.unwrap_err();
        assert!(error.to_string().contains(expected), "{challenge}: {error}");
        assert_eq!(registry.asked().len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_does_not_follow_where_a_registry_leads() {
    let elsewhere = Fake::new(|question: Question| {
        if question.headers.contains_key("authorization") { status(400) } else { artifact().config.into_response() }
    })
    .await;
    let to = elsewhere.address;
    let registry = Fake::new(move |question: Question| {
        if question.header("authorization").is_empty() {
            return asking("Basic realm=\"x\"");
        }
        if question.path.contains("/manifests/") {
            return artifact().manifest.into_response();
        }
        if question.path.ends_with(&tidegate_core::digest::Digest::of(&artifact().component).to_string()) {
            return artifact().component.into_response();
        }
        (StatusCode::TEMPORARY_REDIRECT, [("location", format!("http://{to}/bucket/config?signature=x"))])
            .into_response()
    })
    .await;
    let client = client_as(registry.address, password("u", "geheim"));
    client.pull(&pinned(registry.address, &artifact()), &Words).await.unwrap();
    assert_eq!(elsewhere.asked(), ["GET /bucket/config"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_registry_that_leads_round_in_circles_or_into_the_open_is_left() {
    for (location, expected) in [
        ("/v2/team/plugin/manifests/again", "to more than 5 places"),
        ("http://r.example/blob", "which is not encrypted"),
        ("file:///etc/passwd", "which is of scheme `file`"),
    ] {
        let registry = Fake::new(move |_| (StatusCode::FOUND, [("location", location)]).into_response()).await;
        let error = client().pull(&pinned(registry.address, &artifact()), &Words).await.unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
        assert!(registry.asked().len() <= 6);
    }
}
