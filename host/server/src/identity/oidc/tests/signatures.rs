//! Signatures: whose count, and by which algorithm.

use super::{
    super::{
        compact::Compact,
        is_identity_token,
        jwk::{Algorithm, KeySet},
    },
    issuer::{NOW_S, POLICIES, Signer, World, github, gitlab, key_set, world},
};
use crate::egress::Egress;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::hmac;
use serde_json::{Value, json};

/// One token of each algorithm with its public key, made by the Python package `joserfc`.
const VECTORS: &str = include_str!("vectors.json");

#[test]
fn every_algorithm_verifies_what_another_implementation_signed_and_no_other_does() {
    let vectors: Vec<Value> = serde_json::from_str(VECTORS).unwrap();
    // `EdDSA` and `Ed25519` are two names of one.
    assert_eq!(vectors.len() + 1, Algorithm::ALL.len());
    for vector in &vectors {
        let token = Compact::parse(vector["token"].as_str().unwrap(), 16 << 10).unwrap();
        let keys = KeySet::parse(key_set(&[vector["jwk"].clone()]).as_bytes()).unwrap();
        let verify = |algorithm, signature: &[u8]| keys.verify(algorithm, Some("one"), token.signed, signature).is_ok();
        for algorithm in Algorithm::ALL {
            let is_its_own = match algorithm {
                Algorithm::Ed25519 => vector["alg"] == "EdDSA",
                algorithm => vector["alg"] == algorithm.name(),
            };
            assert_eq!(verify(algorithm, &token.signature), is_its_own, "{} by {}", vector["alg"], algorithm.name());
        }
        let own = Algorithm::parse(vector["alg"].as_str().unwrap()).unwrap();
        let mut other = token.signature.clone();
        other[7] ^= 1;
        assert!(!verify(own, &other) && !verify(own, &[]) && !verify(own, &token.signature[1..]), "{}", vector["alg"]);
        // A key that says what it is for is for nothing else.
        let mut narrowed = vector["jwk"].clone();
        narrowed["alg"] = json!(if own == Algorithm::Es256 { "ES384" } else { "ES256" });
        let keys = KeySet::parse(key_set(&[narrowed]).as_bytes()).unwrap();
        assert!(keys.verify(own, Some("one"), token.signed, &token.signature).is_err(), "{}", vector["alg"]);
    }
}

#[tokio::test]
async fn a_token_does_not_choose_how_it_is_looked_at() {
    let (signer, other) = (Signer::new("one"), Signer::new("one"));
    let world = world(&signer);
    let payload = github().to_string();
    let signed =
        |header: &Value| [header.to_string(), payload.clone()].map(|part| URL_SAFE_NO_PAD.encode(part)).join(".");
    // The public key as the secret of an HMAC: what everybody knows, everybody can sign with.
    let confused = |key: &[u8]| {
        let signed = signed(&json!({"alg": "HS256", "kid": "one"}));
        let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), signed.as_bytes());
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(tag))
    };
    let public = URL_SAFE_NO_PAD.decode(signer.jwk()["x"].as_str().unwrap()).unwrap();
    for (token, why) in [
        (confused(&public), "does not state"),
        (confused(signer.jwk().to_string().as_bytes()), "does not state"),
        (format!("{}.", signed(&json!({"alg": "none"}))), "does not state"),
        (format!("{}.", signed(&json!({"alg": "None", "kid": "one"}))), "does not state"),
        (format!("{}.", signed(&json!({"alg": "EdDSA", "kid": "one"}))), "not signed by its issuer"),
        (other.token(&github()), "not signed by its issuer"),
        (
            signer.token_with(&json!({"alg": "EdDSA", "kid": "two"}), &payload),
            "names a key that its issuer does not have",
        ),
        (signer.token_with(&json!({"alg": "eddsa", "kid": "one"}), &payload), "does not state"),
        (signer.token_with(&json!({"alg": "ES256", "kid": "one"}), &payload), "does not state"),
        (signer.token_with(&json!({"kid": "one"}), &payload), "malformed"),
        (signer.token_with(&json!({"alg": "EdDSA", "kid": 1}), &payload), "malformed"),
        (signer.token_with(&json!({"alg": "EdDSA", "kid": "one", "jwk": other.jwk()}), &payload), "never followed"),
        (
            signer.token_with(&json!({"alg": "EdDSA", "kid": "one", "jku": "https://evil.example"}), &payload),
            "never followed",
        ),
        (signer.token_with(&json!({"alg": "EdDSA", "kid": "one", "x5c": []}), &payload), "never followed"),
        (signer.token_with(&json!({"alg": "EdDSA", "kid": "one", "crit": ["exp"]}), &payload), "never followed"),
        (signer.token_with(&json!({"alg": "EdDSA", "kid": "one", "b64": false}), &payload), "never followed"),
    ] {
        let said = world.why_not(&token).await;
        assert!(said.contains(why), "{why}: {said}");
    }
    // An algorithm that the issuer states verifies with keys that are made for it alone.
    let stated = signer.token_with(&json!({"alg": "ES256", "kid": "one"}), &gitlab().to_string());
    assert!(world.why_not(&stated).await.contains("names a key that its issuer does not have for this"));
}

#[tokio::test]
async fn a_token_that_two_readers_could_read_differently_is_none() {
    let signer = Signer::new("one");
    let world = world(&signer);
    let header = json!({"alg": "EdDSA", "kid": "one"});
    let doubled = github().to_string().replacen('{', "{\"repository_id\":\"8\",", 1);
    assert!(world.why_not(&signer.token_with(&header, &doubled)).await.contains("malformed"));
    let sound = signer.token(&github());
    assert!(world.shown(&sound, NOW_S).await.is_ok());
    let (head, rest) = sound.split_once('.').unwrap();
    for token in [
        format!("{head}=.{rest}"),
        format!("{head}. {rest}"),
        format!("{head}.{rest}.x"),
        format!("{sound}\u{e9}"),
        format!(".{rest}"),
        "..".to_owned(),
        String::new(),
    ] {
        assert!(world.why_not(&token).await.contains("malformed"), "{token}");
    }
    let large = signer.token(&super::issuer::with(github(), "padding", json!("x".repeat(16 << 10))));
    assert!(world.why_not(&large).await.contains("is too large: "));
    assert!(is_identity_token(&sound) && !is_identity_token("tidegate_0123_abcd"));
}

#[tokio::test]
async fn without_a_name_a_key_has_to_be_the_only_one() {
    let (signer, second) = (Signer::new("one"), Signer::new("two"));
    let unnamed = signer.token_with(&json!({"alg": "EdDSA"}), &github().to_string());
    assert!(world(&signer).shown(&unnamed, NOW_S).await.is_ok());
    let both = World::new(POLICIES, &[signer.jwk(), second.jwk()], Egress::default());
    assert!(both.why_not(&unnamed).await.contains("names no key, and its issuer has several"));
    // What is for encryption, or of a kind that nobody knows here, is no key for signatures.
    for change in [json!({"use": "enc"}), json!({"key_ops": ["sign"]}), json!({"kty": "oct", "k": "AAAA"})] {
        let mut other = second.jwk();
        other.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        let keys = World::new(POLICIES, &[signer.jwk(), other], Egress::default());
        assert!(keys.shown(&unnamed, NOW_S).await.is_ok(), "{change}");
    }
}
