//! Issuers' keys: changed, gone, and asked for by the thousand.

use super::issuer::{NOW_S, POLICIES, Signer, World, github, key_set, with, world};
use crate::{
    config::flags::Flags,
    egress::{Egress, tests::server::server},
    identity::oidc::Disbelieved,
};
use serde_json::json;
use std::{fs, sync::Arc};
use tokio::task::JoinSet;

/// As far into the future as is asked for, with a token that counts then.
fn later(signer: &Signer, seconds: u64) -> (String, u64) {
    let at = NOW_S + seconds;
    let claims = with(with(github(), "iat", json!(at)), "exp", json!(at + 300));
    (signer.token(&with(claims, "nbf", json!(at))), at)
}

#[tokio::test]
async fn a_new_key_counts_at_once_and_a_withdrawn_one_after_the_next_look() {
    let (old, new) = (Signer::new("old"), Signer::new("new"));
    let world = world(&old);
    assert!(world.shown(&old.token(&github()), NOW_S).await.is_ok());
    world.publish(&[new.jwk()]);
    // Ten seconds lie between two looks.
    let (token, at) = later(&new, 9);
    assert!(
        world.shown(&token, at).await.unwrap_err().to_string().contains("names a key that its issuer does not have")
    );
    let (token, at) = later(&old, 9);
    assert!(world.shown(&token, at).await.is_ok());
    let (token, at) = later(&new, 10);
    assert!(world.shown(&token, at).await.is_ok());
    let (token, at) = later(&old, 10);
    assert!(world.shown(&token, at).await.is_err(), "withdrawn");
}

#[tokio::test]
async fn keys_that_cannot_be_fetched_again_count_for_a_bounded_time() {
    let signer = Signer::new("one");
    let world = world(&signer);
    assert!(world.shown(&signer.token(&github()), NOW_S).await.is_ok());
    fs::remove_file(world.folder.path().join("keys.json")).unwrap();
    let day = 24 * 3600;
    let (token, at) = later(&signer, day);
    assert!(world.shown(&token, at).await.is_ok());
    let (token, at) = later(&signer, day + 1);
    let error = world.shown(&token, at).await.unwrap_err();
    assert!(matches!(error, Disbelieved::Keys { .. }), "{error}");
    assert_eq!(error.to_string(), "the keys of issuer `github` were fetched too long ago: 24h1s used, 24h allowed");
    world.publish(&[signer.jwk()]);
    let (token, at) = later(&signer, day + 11);
    assert!(world.shown(&token, at).await.is_ok(), "they are back");
}

#[tokio::test]
async fn without_keys_nobody_is_believed_and_it_is_not_the_callers_fault() {
    let signer = Signer::new("one");
    for text in ["", "{}", "{\"keys\":[]}", "{\"keys\":[{}]}", "{\"keys\":[],\"keys\":[]}", "not JSON"] {
        let world = world(&signer);
        fs::write(world.folder.path().join("keys.json"), text).unwrap();
        let error = world.shown(&signer.token(&github()), NOW_S).await.unwrap_err();
        assert_eq!(error.to_string(), "the keys of issuer `github` are not at hand", "{text}");
    }
    let many = vec![signer.jwk(); 65];
    let world = World::new(POLICIES, &many, Egress::default());
    assert!(matches!(world.shown(&signer.token(&github()), NOW_S).await, Err(Disbelieved::Keys { .. })));
}

#[tokio::test]
async fn a_flood_of_unknown_keys_asks_the_issuer_no_more_than_once_in_a_while() {
    let signer = Signer::new("one");
    let keys = key_set(&[signer.jwk()]);
    let length = keys.len();
    let (port, seen) =
        server(&format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{keys}")).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("tidegate.yaml");
    let yaml = format!("egress: {{ keys: {{ url: \"http://127.0.0.1:{port}/\", private: [127.0.0.0/8] }} }}\n");
    fs::write(&file, yaml).unwrap();
    let flags = Flags { config: Some(file.display().to_string()), ..Flags::default() };
    let config = crate::config::Config::load(&flags, []).unwrap();
    let policies = POLICIES.replacen("{ file: keys.json }", "{ egress: keys, path: [.well-known, jwks] }", 1);
    let world = World::new(&policies, &[], Egress::new(&config.egress).unwrap());

    let unknown: Vec<String> = (0..200)
        .map(|number| signer.token_with(&json!({"alg": "EdDSA", "kid": format!("k{number}")}), &github().to_string()))
        .collect();
    let world = Arc::new(world);
    let mut flood = JoinSet::new();
    for token in unknown.clone() {
        let world = world.clone();
        flood.spawn(async move { world.shown(&token, NOW_S).await.is_err() });
    }
    assert!(flood.join_all().await.into_iter().all(|refused| refused));
    assert_eq!(seen.all().len(), 1, "two hundred strangers, one question");
    assert!(seen.all()[0].starts_with("GET /.well-known/jwks HTTP/1.1"), "{}", seen.all()[0]);
    assert!(world.shown(&signer.token(&github()), NOW_S).await.is_ok(), "who is known is believed meanwhile");
    for seconds in [1, 9] {
        assert!(world.shown(&unknown[0], NOW_S + seconds).await.is_err());
    }
    assert_eq!(seen.all().len(), 1);
    assert!(world.shown(&unknown[1], NOW_S + 10).await.is_err());
    assert_eq!(seen.all().len(), 2, "ten seconds later, once more");
}
