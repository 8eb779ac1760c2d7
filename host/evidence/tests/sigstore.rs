//! A sigstore bundle has a signer only if every link from the trusted root to its payload holds.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

#[path = "support/sigstore.rs"]
mod support;

use rcgen::{ExtendedKeyUsagePurpose, SanType};
use serde_json::{Value, json};
use std::sync::Arc;
use support::{Making, PROVIDER, SIGNED_AT, Sigstore, WORKFLOW, uri};
use tidegate_core::{
    evidence::Document,
    signer::{Authority, Identity, Log, Signers, TrustedRoot, Window},
    time::Timestamp,
};
use tidegate_evidence::{Limits, read_signed};

const FACTS: &[u8] = br#"{"format":"tidegate/facts/v1","facts":[{"name":"a","value":1}]}"#;
const OTHER_FACTS: &[u8] = br#"{"format":"tidegate/facts/v1","facts":[{"name":"a","value":2}]}"#;

fn identity(root: TrustedRoot) -> Identity {
    Identity {
        signer: "release".into(),
        issuer: PROVIDER.into(),
        subject: WORKFLOW.into(),
        root: Arc::new(root),
        window: Window::default(),
    }
}

fn known(root: TrustedRoot) -> Signers {
    Signers::new(Vec::new()).and(vec![identity(root)])
}

fn read(bundle: &Value, signers: &Signers) -> Result<Document, String> {
    read_signed(Arc::from(bundle.to_string().as_bytes()), None, &Limits::default(), signers)
        .map_err(|error| error.to_string())
}

#[track_caller]
fn refused(bundle: &Value, signers: &Signers, why: &str) {
    let refusal = read(bundle, signers).map(|document| document.signer).unwrap_err();
    assert!(refusal.contains(why), "{refusal}\ninstead of: {why}");
}

fn email(text: &str) -> SanType {
    SanType::Rfc822Name(text.try_into().unwrap())
}

#[test]
fn a_known_identity_signs_in_every_shape_that_is_read() {
    let sigstore = Sigstore::new();
    let signers = known(sigstore.root());
    let own = Making::of(FACTS);
    let old = Making { provider: (1, PROVIDER), ..own.clone() };
    let intoto = Making { kind: "intoto", ..own.clone() };
    for making in [own, old, intoto] {
        let mut bundle = sigstore.bundle(&making);
        let document = read(&bundle, &signers).unwrap();
        let signed = document.signer.unwrap();
        assert_eq!(signed.by().iter().map(|by| &*by.signer).collect::<Vec<_>>(), ["release"], "{making:?}");
        let certificate = bundle["verificationMaterial"]["certificate"].take();
        bundle["verificationMaterial"] = json!({
            "x509CertificateChain": { "certificates": [certificate] },
            "tlogEntries": bundle["verificationMaterial"]["tlogEntries"].take(),
        });
        for version in ["0.1", "0.2", "0.3"] {
            bundle["mediaType"] = json!(format!("application/vnd.dev.sigstore.bundle+json;version={version}"));
            assert!(read(&bundle, &signers).is_ok(), "{version} {making:?}");
        }
    }
}

#[test]
fn an_address_of_mail_is_an_identity_too() {
    let sigstore = Sigstore::new();
    let person = Identity { subject: "ada@example.org".into(), ..identity(sigstore.root()) };
    let signers = Signers::new(Vec::new()).and(vec![person]);
    let bundle = |name| sigstore.bundle(&Making { names: vec![name], ..Making::of(FACTS) });
    assert!(read(&bundle(email("ada@example.org")), &signers).is_ok());
    refused(&bundle(email("Ada@example.org")), &signers, "the certificate is of `Ada@example.org`");
}

#[test]
fn another_identity_or_provider_is_a_stranger_and_both_sides_are_named() {
    let sigstore = Sigstore::new();
    let signers = known(sigstore.root());
    let own = Making::of(FACTS);
    let other = format!("{WORKFLOW}x");
    for (making, claim) in [
        (
            Making { names: vec![uri(&other)], ..own.clone() },
            format!("the certificate is of `{other}` by `{PROVIDER}`"),
        ),
        (Making { provider: (8, "https://evil.example"), ..own.clone() }, "by `https://evil.example`".to_owned()),
        (Making { names: vec![uri(WORKFLOW), uri(WORKFLOW)], ..own.clone() }, "is of nobody by".to_owned()),
        (Making { names: vec![email(WORKFLOW), uri("urn:x")], ..own.clone() }, "is of nobody by".to_owned()),
    ] {
        let bundle = sigstore.bundle(&making);
        refused(&bundle, &signers, &claim);
        refused(&bundle, &signers, &format!("the policy set knows `release` (`{WORKFLOW}` by `{PROVIDER}`)"));
    }
    refused(&sigstore.bundle(&own), &Signers::default(), "the policy set knows no identities");
}

#[test]
fn a_certificate_counts_while_it_holds_and_from_a_known_authority() {
    let (sigstore, other) = (Sigstore::new(), Sigstore::new());
    let at = |at| sigstore.bundle(&Making { at, ..Making::of(FACTS) });
    let not_issued = "no authority of the trusted root issued a certificate that held when it was signed";
    for (seconds, holds) in
        [(SIGNED_AT - 300, true), (SIGNED_AT - 301, false), (SIGNED_AT + 300, true), (SIGNED_AT + 301, false)]
    {
        match holds {
            true => assert!(read(&at(seconds), &known(sigstore.root())).is_ok(), "{seconds}"),
            false => refused(&at(seconds), &known(sigstore.root()), not_issued),
        }
    }
    let foreign = TrustedRoot { authorities: other.root().authorities, ..sigstore.root() };
    refused(&at(SIGNED_AT), &known(foreign), not_issued);
    let before = Window { not_before: None, not_after: Some(Timestamp::from_nanos((SIGNED_AT - 1) * 1_000_000_000)) };
    let retired = |root: TrustedRoot| TrustedRoot {
        authorities: root.authorities.into_iter().map(|one| Authority { window: before, ..one }).collect(),
        ..root
    };
    refused(&at(SIGNED_AT), &known(retired(sigstore.root())), not_issued);
    let usage = ExtendedKeyUsagePurpose::ClientAuth;
    refused(&sigstore.bundle(&Making { usage, ..Making::of(FACTS) }), &known(sigstore.root()), not_issued);
}

#[test]
fn the_log_has_to_have_promised_just_this() {
    let (sigstore, other) = (Sigstore::new(), Sigstore::new());
    let own = sigstore.bundle(&Making::of(FACTS));
    let signers = known(sigstore.root());
    let entry = |change: &dyn Fn(&mut Value)| {
        let mut bundle = own.clone();
        change(&mut bundle["verificationMaterial"]["tlogEntries"][0]);
        bundle
    };
    let of_another = "the log's entry is of another envelope or another certificate";
    refused(
        &sigstore.bundle(&Making { logged: Some(OTHER_FACTS.to_vec()), ..Making::of(FACTS) }),
        &signers,
        of_another,
    );
    let another = sigstore.bundle(&Making::of(FACTS))["verificationMaterial"]["tlogEntries"][0].clone();
    refused(&entry(&|entry| *entry = another.clone()), &signers, of_another);

    let not_made = "the log did not make its entry";
    refused(&entry(&|entry| entry["integratedTime"] = json!((SIGNED_AT + 1).to_string())), &signers, not_made);
    refused(&entry(&|entry| entry["logIndex"] = json!("8")), &signers, not_made);
    refused(&entry(&|entry| entry["inclusionPromise"]["signedEntryTimestamp"] = json!("AAAA")), &signers, not_made);

    let no_promise = "the log's entry has no promise";
    refused(&entry(&|entry| entry["inclusionPromise"] = Value::Null), &signers, no_promise);
    refused(&entry(&|entry| entry["integratedTime"] = Value::Null), &signers, no_promise);

    let unknown = "the trusted root knows no log that made its entry";
    refused(&entry(&|entry| entry["logId"]["keyId"] = json!("AAAA")), &signers, unknown);
    let foreign = TrustedRoot { logs: other.root().logs, ..sigstore.root() };
    refused(&own, &known(foreign), unknown);
    let later = Window { not_before: Some(Timestamp::from_nanos((SIGNED_AT + 1) * 1_000_000_000)), not_after: None };
    let logs = sigstore.root().logs.into_iter().map(|log| Log { window: later, ..log }).collect();
    refused(&own, &known(TrustedRoot { logs, ..sigstore.root() }), unknown);

    let mut without = own.clone();
    without["verificationMaterial"]["tlogEntries"] = json!([]);
    refused(&without, &signers, "no log says when it was signed");
}

#[test]
fn the_payload_and_the_signature_are_those_of_the_certificate() {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    let sigstore = Sigstore::new();
    let signers = known(sigstore.root());
    let own = sigstore.bundle(&Making::of(FACTS));
    let of_another = "the log's entry is of another envelope or another certificate";
    let mut tampered = own.clone();
    tampered["dsseEnvelope"]["payload"] = json!(STANDARD.encode(OTHER_FACTS));
    refused(&tampered, &signers, of_another);
    let mut other_type = own.clone();
    other_type["dsseEnvelope"]["payloadType"] = json!("tidegate:evidence/statements");
    refused(&other_type, &signers, "the certificate's key did not sign the envelope");
    // The same payload signed by the same workflow once more, with another certificate.
    let mut mixed = own.clone();
    mixed["dsseEnvelope"] = sigstore.bundle(&Making::of(FACTS))["dsseEnvelope"].clone();
    refused(&mixed, &signers, of_another);
    let mut two = own.clone();
    let signature = own["dsseEnvelope"]["signatures"][0].clone();
    two["dsseEnvelope"]["signatures"] = json!([signature, signature]);
    refused(&two, &signers, "2 signatures; a bundle's envelope has one");
}

#[test]
fn what_is_no_bundle_of_a_document_is_refused_in_so_many_words() {
    let sigstore = Sigstore::new();
    let signers = known(sigstore.root());
    let own = sigstore.bundle(&Making::of(FACTS));
    let with = |pointer: &str, value: Value| {
        let mut bundle = own.clone();
        *bundle.pointer_mut(pointer).unwrap() = value;
        bundle
    };
    let later = json!("application/vnd.dev.sigstore.bundle.v0.4+json");
    refused(&with("/mediaType", later), &signers, "is not read; expected versions 0.1 to 0.3");
    refused(&with("/dsseEnvelope", Value::Null), &signers, "a signature over a file that lies elsewhere");
    let material = "/verificationMaterial/certificate";
    refused(&with(material, Value::Null), &signers, "there is no certificate");
    refused(&with(material, json!({ "rawBytes": "AAAA" })), &signers, "the certificate cannot be read");
    let garbage = json!({ "rawBytes": "not base64" });
    refused(&with(material, garbage), &signers, "the text is not base64");
}
