//! What is in an envelope has a signer only if a known signer signed just that.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use base64::{Engine as _, engine::general_purpose::STANDARD};
use proptest::{collection::vec, prelude::any, prop_assert, proptest, sample::Index, test_runner::Config};
use serde_json::{Value, json};
use std::sync::Arc;
use tidegate_core::{
    evidence::Document,
    signer::{KeyAlgorithm, SignerKey, Signers, Window},
    time::Timestamp,
};
use tidegate_evidence::{Limits, ReadError, read, read_signed, signing::SigningKey};

const FACTS: &[u8] = br#"{"format":"tidegate/facts/v1","facts":[{"name":"a","value":1}]}"#;
const TYPE: &str = "tidegate:evidence/facts";
const P256_PEM: &str = "-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgAwRTFr5RYbN5dlIV
SCOQcqXb8W8OdxcPQdcjQt5IqouhRANCAARE/ITmH0Yhv3//5aKX9nVCP44VDjmV
HwdZdKA7tOxeOFJ4e4OtQ0qK85V4bAFnePJ91xI1IJI3xQGqm+Mly9ec
-----END PRIVATE KEY-----
";

fn key(seed: u8) -> SigningKey {
    SigningKey::ed25519(&[seed; 32]).unwrap()
}

fn p256() -> SigningKey {
    SigningKey::parse(P256_PEM).unwrap()
}

fn known(keys: &[(&str, &SigningKey)]) -> Signers {
    Signers::new(keys.iter().map(|(name, key)| key.known_as(name)).collect())
}

fn read_with(envelope: &str, signers: &Signers) -> Result<Document, ReadError> {
    read_signed(Arc::from(envelope.as_bytes()), None, &Limits::default(), signers)
}

fn names(document: &Document) -> Vec<String> {
    document.signer.iter().flat_map(|signed| signed.by()).map(|by| by.signer.to_string()).collect()
}

/// Envelopes of several signers in one.
fn together(envelopes: &[String]) -> String {
    let mut values: Vec<Value> = envelopes.iter().map(|text| serde_json::from_str(text).unwrap()).collect();
    let signatures: Vec<Value> = values.iter().map(|value| value["signatures"][0].clone()).collect();
    values[0]["signatures"] = json!(signatures);
    values[0].to_string()
}

#[test]
fn the_specifications_own_example_verifies() {
    let spki = "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEZ805D3eqNZywjCI19lInBJOp7YMrCrzAH3CVTAOQ0jgMeCvVTiaRJaRPRDOv8UMs6U4SvKc6pnrIDOoSYI3fdA==";
    let signature = "A3JqsQGtVsJ2O2xqrI5IcnXip5GToJ3F+FnZ+O88SjtR6rDAajabZKciJTfUiHqJPcIAriEGAHTVeCUjW2JIZA==";
    let signers = Signers::new(vec![SignerKey {
        signer: "example".into(),
        algorithm: KeyAlgorithm::EcdsaP256,
        spki: STANDARD.decode(spki).unwrap().into(),
        window: Window::default(),
    }]);
    let refusal = |payload: &[u8]| {
        let signatures = json!([{ "sig": signature }]);
        let (payload_type, payload) = ("http://example.com/HelloWorld", STANDARD.encode(payload));
        let envelope = json!({ "payload": payload, "payloadType": payload_type, "signatures": signatures });
        read_with(&envelope.to_string(), &signers).unwrap_err().to_string()
    };
    // Signed, and only then of no use: nobody reads such a payload.
    let unread = refusal(b"hello world");
    assert!(unread.starts_with("dsse: at `payloadType`: nothing is known of payloads of the type"), "{unread}");
    let unsigned = refusal(b"hello World");
    assert!(unsigned.starts_with("dsse: at `signatures`: no signature is by a known key"), "{unsigned}");
}

#[test]
fn a_known_signer_of_either_algorithm_signs_and_a_stranger_does_not() {
    for (own, stranger) in [(key(1), key(2)), (p256(), key(1))] {
        let signers = known(&[("team", &own)]);
        let document = read_with(&own.seal(TYPE, FACTS), &signers).unwrap();
        assert_eq!((&*document.format, names(&document)), ("dsse", vec!["team".to_owned()]));
        let refused = read_with(&stranger.seal(TYPE, FACTS), &signers).unwrap_err().to_string();
        let id = stranger.id().hex();
        let expected = format!("it names `{id}`; the policy set knows the signers `team`");
        assert_eq!(refused, format!("dsse: at `signatures`: no signature is by a known key: {expected}"));
    }
}

#[test]
fn without_signers_every_envelope_is_refused() {
    let refused =
        read(Arc::from(key(1).seal(TYPE, FACTS).as_bytes()), None, &Limits::default()).unwrap_err().to_string();
    assert!(refused.ends_with("the policy set knows no signers (`signers`)"), "{refused}");
}

#[test]
fn every_known_signer_is_named_once_and_strangers_do_no_harm() {
    let (a, b, stranger) = (key(1), p256(), key(9));
    let signers = known(&[("b", &b), ("a", &a)]);
    let envelope = together(&[&stranger, &b, &a, &a].map(|key| key.seal(TYPE, FACTS)));
    assert_eq!(names(&read_with(&envelope, &signers).unwrap()), ["a", "b"]);
}

#[test]
fn a_keys_time_stays_with_its_signature() {
    let window = Window { not_before: None, not_after: Some(Timestamp::from_nanos(7)) };
    let signers = Signers::new(vec![SignerKey { window, ..key(1).known_as("team") }]);
    let document = read_with(&key(1).seal(TYPE, FACTS), &signers).unwrap();
    let signed = document.signer.unwrap();
    assert_eq!((signed.by()[0].window, signed.by()[0].key), (window, key(1).id()));
}

#[test]
fn the_key_id_is_only_a_hint() {
    let signers = known(&[("a", &key(1)), ("b", &key(2))]);
    for hint in [json!(null), json!(""), json!("anything"), json!(key(2).id().hex()), json!(key(1).id().to_string())] {
        let mut envelope: Value = serde_json::from_str(&key(1).seal(TYPE, FACTS)).unwrap();
        envelope["signatures"][0]["keyid"] = hint.clone();
        assert_eq!(names(&read_with(&envelope.to_string(), &signers).unwrap()), ["a"], "{hint}");
    }
}

#[test]
fn a_payload_is_not_looked_into_before_it_is_verified() {
    let broken = key(2).seal(TYPE, b"{ not JSON");
    let refused = read_with(&broken, &known(&[("a", &key(1))])).unwrap_err().to_string();
    assert!(refused.starts_with("dsse: at `signatures`: no signature is by a known key"), "{refused}");
    let refused = read_with(&broken, &known(&[("b", &key(2))])).unwrap_err().to_string();
    assert!(refused.starts_with("dsse: at `payload`: facts: "), "{refused}");
}

#[test]
fn envelopes_of_strangers_cost_so_many_checks_and_no_more() {
    let keys: Vec<SigningKey> = (0..64).map(key).collect();
    let signers = Signers::new(keys.iter().map(|key| key.known_as("team")).collect());
    let strangers: Vec<String> = (100..104).map(|seed| key(seed).seal(TYPE, FACTS)).collect();
    let refused = read_with(&together(&strangers), &signers).unwrap_err().to_string();
    assert!(refused.ends_with("checks of signatures: 129 used, 128 allowed"), "{refused}");
    let friends: Vec<String> = (56..64).map(|seed| key(seed).seal(TYPE, FACTS)).collect();
    assert_eq!(names(&read_with(&together(&friends), &signers).unwrap()).len(), 8);
}

#[test]
fn a_key_that_is_none_verifies_nothing() {
    let own = key(1).known_as("team");
    for (algorithm, spki) in
        [(KeyAlgorithm::EcdsaP256, own.spki.clone()), (KeyAlgorithm::Ed25519, Arc::from([0x30, 0x00].as_slice()))]
    {
        let signers = Signers::new(vec![SignerKey { algorithm, spki, ..own.clone() }]);
        assert!(read_with(&key(1).seal(TYPE, FACTS), &signers).is_err(), "{algorithm:?}");
    }
}

#[test]
fn a_private_key_is_written_as_it_is_read_and_never_shown() {
    for own in [key(1), p256()] {
        let pem = own.private_pem().unwrap();
        assert_eq!(SigningKey::parse(&pem).unwrap().id(), own.id());
        let shown = format!("{own:?}");
        let secret: String = pem.lines().nth(1).unwrap().to_owned();
        assert!(shown.contains(&own.id().hex()) && !shown.contains(&secret), "{shown}");
    }
    for text in ["", "hunter2", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"] {
        assert!(SigningKey::parse(text).is_err(), "{text}");
    }
}

/// An envelope with one part of it changed.
fn changed(envelope: &str, part: usize, at: Index, xor: u8) -> String {
    let mut value: Value = serde_json::from_str(envelope).unwrap();
    let slot = match part {
        0 => &mut value["payload"],
        1 => &mut value["signatures"][0]["sig"],
        _ => &mut value["payloadType"],
    };
    let text = slot.as_str().unwrap().to_owned();
    let mut bytes = if part == 2 { text.into_bytes() } else { STANDARD.decode(text).unwrap() };
    let at = at.index(bytes.len());
    // A type stays text.
    bytes[at] ^= if part == 2 { xor & 0x0f | 0x01 } else { xor };
    *slot = json!(if part == 2 { String::from_utf8(bytes).unwrap() } else { STANDARD.encode(bytes) });
    value.to_string()
}

proptest! {
    #![proptest_config(Config { failure_persistence: None, ..Config::default() })]

    #[test]
    fn whatever_is_changed_is_not_signed(part in 0..3_usize, at in any::<Index>(), xor in 1..=255_u8, ec in any::<bool>()) {
        let own = if ec { p256() } else { key(1) };
        let envelope = changed(&own.seal(TYPE, FACTS), part, at, xor);
        prop_assert!(read_with(&envelope, &known(&[("team", &own)])).is_err());
    }

    #[test]
    fn whoever_is_taken_away_has_not_signed(seeds in vec(1..6_u8, 1..6), gone in any::<Index>()) {
        let signers = known(&[("s1", &key(1)), ("s2", &key(2)), ("s3", &key(3))]);
        let name = |seed: &u8| (*seed < 4).then(|| format!("s{seed}"));
        let mut left = seeds.clone();
        left.remove(gone.index(seeds.len()));
        let mut expected: Vec<String> = left.iter().filter_map(name).collect();
        expected.sort();
        expected.dedup();
        if left.is_empty() {
            let mut envelope: Value = serde_json::from_str(&key(1).seal(TYPE, FACTS)).unwrap();
            envelope["signatures"] = json!([]);
            prop_assert!(read_with(&envelope.to_string(), &signers).is_err());
            return Ok(());
        }
        let envelopes: Vec<String> = left.iter().map(|seed| key(*seed).seal(TYPE, FACTS)).collect();
        match read_with(&together(&envelopes), &signers) {
            Ok(document) => prop_assert!(names(&document) == expected),
            Err(_) => prop_assert!(expected.is_empty()),
        }
    }
}
