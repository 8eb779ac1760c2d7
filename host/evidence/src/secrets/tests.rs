use super::{Found, SecretKind, found_in, in_words, masked, masked_text};
use crate::{Limits, signing::SigningKey};
use ::base64::{Engine as _, engine::general_purpose::STANDARD};
use SecretKind::{
    Authorization, AwsKey, GithubToken, GitlabToken, GoogleKey, Jwt, NpmToken, Password, PrivateKey, PypiToken,
    SlackToken, StripeKey, TidegateToken, UrlPassword,
};
use proptest::prelude::*;

/// Secrets of nobody, put together so that no search for secrets finds them in this file.
fn samples() -> Vec<(SecretKind, String, String)> {
    let x = |prefix: &str, length: usize| (prefix.to_owned(), "aB3x".repeat(64)[..length].to_owned());
    let of = |kind, (prefix, secret): (String, String)| (kind, format!("{prefix}{secret}"), secret);
    let key = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7".to_owned();
    vec![
        of(AwsKey, ("AKIA".to_owned(), "Q7XW".repeat(4))),
        of(GithubToken, x("ghp_", 36)),
        of(GithubToken, x("github_pat_", 82)),
        of(GitlabToken, x("glpat-", 20)),
        of(GoogleKey, x("AIza", 35)),
        of(NpmToken, x("npm_", 36)),
        of(PypiToken, x("pypi-", 80)),
        of(SlackToken, x("xoxb-", 40)),
        of(StripeKey, x("sk_live_", 24)),
        of(TidegateToken, x("tidegate_0123456789abcdef_", 43)),
        of(Jwt, (String::new(), format!("eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhIn0.{}", "aB3x".repeat(16)))),
        of(Authorization, x("Authorization: Bearer ", 24)),
        of(Authorization, ("Authorization: Basic ".to_owned(), "dXNlcjpwYXNzd29yZA==".to_owned())),
        of(UrlPassword, ("postgres://app:".to_owned(), "hunter2!".to_owned())),
        of(Password, ("DB_PASSWORD=".to_owned(), "correct-horse-7".to_owned())),
        (PrivateKey, format!("-----BEGIN PRIVATE KEY-----\n{key}\n{key}\n-----END PRIVATE KEY-----"), key),
    ]
}

fn suffixed(kind: SecretKind, text: &str) -> String {
    if kind == UrlPassword { format!("{text}@db.example/app") } else { text.to_owned() }
}

fn look(text: &str) -> (String, Found) {
    match masked(text.as_bytes(), &Limits::default()).unwrap() {
        Some(masked) => (String::from_utf8(masked.bytes).unwrap(), masked.found),
        None => (text.to_owned(), Found::new()),
    }
}

/// Without the mask, and by as many bytes as before.
fn gone(kind: SecretKind, document: &str, secret: &str) -> String {
    let (masked, found) = look(document);
    assert_eq!(masked.len(), document.len(), "{document}");
    assert!(found.contains_key(&kind), "{kind:?} in {document}: {found:?}");
    assert!(!masked.contains(secret), "{kind:?} in {document}: {masked}");
    assert_eq!(look(&masked), (masked.clone(), Found::new()), "masked twice");
    masked
}

#[test]
fn each_kind_is_masked_in_a_text_of_each_format() {
    for (kind, text, secret) in samples() {
        let text = suffixed(kind, &text);
        gone(kind, &format!("connecting with {text} now"), &secret);
        let json = serde_json::json!({"runs": [{"message": format!("it was {text}, at once")}]}).to_string();
        let masked = gone(kind, &json, &secret);
        let read: serde_json::Value = serde_json::from_str(&masked).unwrap();
        assert!(read["runs"][0]["message"].as_str().unwrap().ends_with(", at once"), "{masked}");
        let xml = format!("<testsuite><system-out>{}</system-out></testsuite>", text.replace('\n', "&#10;"));
        let masked = gone(kind, &xml, &secret);
        assert!(masked.starts_with("<testsuite><system-out>") && masked.ends_with("</system-out></testsuite>"));
    }
}

#[test]
fn escapes_hide_nothing() {
    let token = format!("ghp_{}", "aB3x".repeat(9));
    let hex = |byte: u8, of: &dyn Fn(u8) -> String| of(byte);
    let every = |of: &dyn Fn(u8) -> String| token.bytes().map(|byte| hex(byte, of)).collect::<String>();
    let json = every(&|byte| format!("\\u{byte:04x}"));
    let decimal = every(&|byte| format!("&#{byte};"));
    let hexadecimal = every(&|byte| format!("&#x{byte:X};"));
    let percent = every(&|byte| format!("%{byte:02X}"));
    let twice = json.replace('\\', "\\\\");
    let first = format!("\\u0067{}", &token[1..]);
    for hidden in [json, decimal, hexadecimal, percent, twice, first, STANDARD.encode(format!("token {token} is it"))] {
        let document = format!("{{\"a\":\"x {hidden} y\"}}");
        let masked = gone(GithubToken, &document, &hidden);
        assert!(masked.starts_with("{\"a\":\"x ") && masked.ends_with(" y\"}"), "{masked}");
    }
}

#[test]
fn a_secret_at_any_place_of_a_long_document_is_found() {
    let token = format!("ghp_{}", "aB3x".repeat(9)).replace('g', "\\u0067");
    for at in [0, 48 * 1024 - 20, 48 * 1024, 64 * 1024 - 20, 64 * 1024 - 1, 64 * 1024, 200_000] {
        let document = format!("{}{token} {}", " ".repeat(at), ".".repeat(70_000));
        let (masked, found) = look(&document);
        assert_eq!(found.get(&GithubToken), Some(&1), "{at}: {found:?}");
        assert!(!masked.contains("aB3x"), "{at}");
    }
}

#[test]
fn a_key_that_a_report_cuts_into_lines_is_masked_line_by_line() {
    let line = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj";
    let output = |text: &str| format!("{{\"Action\":\"output\",\"Test\":\"TestA\",\"Output\":\"{text}\\n\"}}\n");
    let key = ["-----BEGIN RSA PRIVATE KEY-----", line, line, "-----END RSA PRIVATE KEY-----"].map(output).concat();
    let masked = gone(PrivateKey, &key, line);
    assert_eq!(masked.matches("\"Test\":\"TestA\"").count(), 4, "{masked}");
}

#[test]
fn what_only_looks_like_a_secret_stays() {
    for text in [
        "the password: must be changed",
        "password=${DB_PASSWORD}",
        "password: <redacted1>",
        "password=********",
        "\"password-inputs-can-be-pasted-into\": {\"id\": \"x1\"}",
        "a token_count: 12345678",
        "see https://example.com:8443/path@2 and git@github.com:org/repo",
        "-----BEGIN PRIVATE KEY----- is what such a file begins with",
        "-----BEGIN PUBLIC KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEA\n-----END PUBLIC KEY-----",
        "AKIAIOSFODNN7EXAMPLEANDMORE",
        "ghp_short",
        "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "eyJhbGciOiJFUzI1NiJ9",
        "Authorization: required",
        "com.example.SecretTest.testSecretIsKept1()",
    ] {
        assert_eq!(look(text), (text.to_owned(), Found::new()));
    }
}

#[test]
fn what_was_signed_is_refused_and_never_masked() {
    let token = format!("ghp_{}", "aB3x".repeat(9));
    let facts = format!(r#"{{"format":"tidegate/facts/v1","facts":[{{"name":"n","value":"{token}"}}]}}"#);
    let envelope = SigningKey::ed25519(&[1; 32]).unwrap().seal("tidegate:evidence/facts", facts.as_bytes());
    for envelope in [envelope.clone(), envelope.replace('/', "\\/")] {
        let refused = masked(envelope.as_bytes(), &Limits::default()).unwrap_err();
        assert_eq!(in_words(&refused.0), "1 github_token");
        assert!(!refused.to_string().contains("aB3x"), "{refused}");
    }
    let clean = SigningKey::ed25519(&[1; 32]).unwrap().seal("tidegate:evidence/facts", b"{\"a\":1}");
    assert_eq!(masked(clean.as_bytes(), &Limits::default()), Ok(None));
}

#[test]
fn a_message_repeats_no_secret() {
    let token = format!("glpat-{}", "aB3x".repeat(5));
    assert_eq!(masked_text(&format!("no `{token}` here")), format!("no `glpat-{}` here", "*".repeat(20)));
    assert_eq!(masked_text("no `x` here"), "no `x` here");
    assert_eq!(found_in(&token).len(), 1);
}

#[test]
fn crowds_of_beginnings_are_looked_through_once() {
    // Each would take minutes if a candidate were followed anew from each of its bytes.
    for beginning in
        ["-----BEGIN PRIVATE KEY-----", "eyJ-", "eyJaaaaaaa.", "password=", "://a:b", "glpat-", "\\u0067hp_"]
    {
        let document = beginning.repeat((256 << 10) / beginning.len());
        assert_eq!(look(&document).0.len(), document.len());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn nothing_panics_grows_or_is_masked_twice(bytes in proptest::collection::vec(any::<u8>(), 0..400), at in 0usize..16) {
        let (_, secret, _) = samples().swap_remove(at);
        let document = [&bytes[..], b" ", secret.as_bytes(), b" ", &bytes[..]].concat();
        let once = masked(&document, &Limits::default()).unwrap().map_or(document.clone(), |masked| masked.bytes);
        prop_assert_eq!(once.len(), document.len());
        prop_assert_eq!(masked(&once, &Limits::default()).unwrap(), None);
    }
}
