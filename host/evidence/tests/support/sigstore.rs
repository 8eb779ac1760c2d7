//! A sigstore of our own: an authority, a log, and bundles as clients make them.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use p256::{
    ecdsa::{Signature, SigningKey, signature::Signer as _},
    pkcs8::{DecodePrivateKey as _, EncodePublicKey as _},
};
use rcgen::{
    BasicConstraints, CertificateParams, CustomExtension, DistinguishedName, ExtendedKeyUsagePurpose, IsCa, Issuer,
    KeyPair, PKCS_ECDSA_P384_SHA384, SanType, date_time_ymd,
};
use serde_json::{Value, json};
use std::{sync::Arc, time::Duration};
use tidegate_core::{
    digest::Digest,
    signer::{Authority, KeyAlgorithm, Log, TrustedRoot, Window},
};

pub(crate) const WORKFLOW: &str = "https://git.example/shop/.ci/release.yml@refs/heads/main";
pub(crate) const PROVIDER: &str = "https://token.git.example";
/// 2026-03-31T14:00:00Z, when everything is signed unless it says otherwise.
pub(crate) const SIGNED_AT: u64 = 1_774_965_600;
/// Certificates hold from 13:55 on, for ten minutes.
const HOLDS_FROM: Duration = Duration::from_secs(13 * 3600 + 55 * 60);
const HOLDS_FOR: Duration = Duration::from_secs(600);

pub(crate) struct Sigstore {
    chain: Vec<Arc<[u8]>>,
    issuer: Issuer<'static, KeyPair>,
    log: SigningKey,
}

/// What is signed, by whom, and when.
#[derive(Debug, Clone)]
pub(crate) struct Making {
    pub(crate) names: Vec<SanType>,
    /// The object identifier's last arc: 8, or 1 as it was first.
    pub(crate) provider: (u64, &'static str),
    pub(crate) usage: ExtendedKeyUsagePurpose,
    pub(crate) at: u64,
    pub(crate) kind: &'static str,
    pub(crate) payload: Vec<u8>,
    /// What the log is told; `None`: the truth.
    pub(crate) logged: Option<Vec<u8>>,
}

pub(crate) fn uri(text: &str) -> SanType {
    SanType::URI(text.try_into().unwrap())
}

impl Making {
    pub(crate) fn of(payload: &[u8]) -> Self {
        Self {
            names: vec![uri(WORKFLOW)],
            provider: (8, PROVIDER),
            usage: ExtendedKeyUsagePurpose::CodeSigning,
            at: SIGNED_AT,
            kind: "dsse",
            payload: payload.to_vec(),
            logged: None,
        }
    }
}

fn authority(name: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(rcgen::DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    (params.not_before, params.not_after) = (date_time_ymd(2025, 1, 1), date_time_ymd(2035, 1, 1));
    params
}

impl Sigstore {
    pub(crate) fn new() -> Self {
        let root_key = KeyPair::generate_for(&PKCS_ECDSA_P384_SHA384).unwrap();
        let root = authority("root").self_signed(&root_key).unwrap();
        let between_key = KeyPair::generate_for(&PKCS_ECDSA_P384_SHA384).unwrap();
        let between = authority("between");
        let signed = between.signed_by(&between_key, &Issuer::new(authority("root"), root_key)).unwrap();
        let chain = vec![Arc::from(&**signed.der()), Arc::from(&**root.der())];
        let log = SigningKey::from_pkcs8_der(&KeyPair::generate().unwrap().serialize_der()).unwrap();
        Self { chain, issuer: Issuer::new(between, between_key), log }
    }

    /// What a policy set says of it.
    pub(crate) fn root(&self) -> TrustedRoot {
        let spki: Arc<[u8]> = Arc::from(self.log.verifying_key().to_public_key_der().unwrap().as_bytes());
        let id = Arc::from(Digest::of(&spki).as_bytes().as_slice());
        let log = Log { id, algorithm: KeyAlgorithm::EcdsaP256, spki, window: Window::default() };
        let authority = Authority { chain: self.chain.clone(), window: Window::default() };
        TrustedRoot { digest: Digest::of(b"root"), authorities: vec![authority], logs: vec![log] }
    }

    pub(crate) fn bundle(&self, making: &Making) -> Value {
        let (certificate, key) = self.certificate(making);
        let sign = |payload: &[u8]| {
            let head = format!("DSSEv1 {} {TYPE} {} ", TYPE.len(), payload.len());
            let signature: Signature = key.sign(&[head.as_bytes(), payload].concat());
            signature.to_der().as_bytes().to_vec()
        };
        let signature = sign(&making.payload);
        let logged = making.logged.as_ref().unwrap_or(&making.payload);
        let body = body(making.kind, logged, &sign(logged), &certificate);
        json!({
            "mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json",
            "verificationMaterial": {
                "certificate": { "rawBytes": STANDARD.encode(&certificate) },
                "tlogEntries": [self.entry(&body, making.at)],
            },
            "dsseEnvelope": {
                "payloadType": TYPE,
                "payload": STANDARD.encode(&making.payload),
                "signatures": [{ "sig": STANDARD.encode(signature) }],
            },
        })
    }

    fn certificate(&self, making: &Making) -> (Vec<u8>, SigningKey) {
        let mut params = CertificateParams::default();
        params.distinguished_name = DistinguishedName::new();
        params.subject_alt_names = making.names.clone();
        params.extended_key_usages = vec![making.usage.clone()];
        params.not_before = date_time_ymd(2026, 3, 31) + HOLDS_FROM;
        params.not_after = params.not_before + HOLDS_FOR;
        let (arc, provider) = making.provider;
        let header: &[u8] = if arc == 8 { &[0x0c, u8::try_from(provider.len()).unwrap()] } else { &[] };
        let content = [header, provider.as_bytes()].concat();
        params.custom_extensions = vec![CustomExtension::from_oid_content(&[1, 3, 6, 1, 4, 1, 57264, 1, arc], content)];
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        (certificate.der().to_vec(), SigningKey::from_pkcs8_der(&key.serialize_der()).unwrap())
    }

    fn entry(&self, body: &Value, at: u64) -> Value {
        let body = STANDARD.encode(body.to_string());
        let root = self.root();
        let id: String = root.logs[0].id.iter().map(|byte| format!("{byte:02x}")).collect();
        let text = format!(r#"{{"body":"{body}","integratedTime":{at},"logID":"{id}","logIndex":7}}"#);
        let promise: Signature = self.log.sign(text.as_bytes());
        json!({
            "logIndex": "7",
            "logId": { "keyId": STANDARD.encode(&root.logs[0].id) },
            "kindVersion": { "kind": "dsse", "version": "0.0.1" },
            "integratedTime": at.to_string(),
            "inclusionPromise": { "signedEntryTimestamp": STANDARD.encode(promise.to_der().as_bytes()) },
            "canonicalizedBody": body,
        })
    }
}

/// What every payload is.
const TYPE: &str = "tidegate:evidence/facts";

fn body(kind: &str, payload: &[u8], signature: &[u8], certificate: &[u8]) -> Value {
    let lines: Vec<String> = STANDARD
        .encode(certificate)
        .as_bytes()
        .chunks(64)
        .map(|line| String::from_utf8(line.to_vec()).unwrap())
        .collect();
    let pem = format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", lines.join("\n"));
    let (pem, signature) = (STANDARD.encode(pem), STANDARD.encode(signature));
    let hash = json!({ "algorithm": "sha256", "value": Digest::of(payload).hex() });
    let spec = if kind == "intoto" {
        let signatures = [json!({ "publicKey": pem, "sig": STANDARD.encode(signature) })];
        json!({ "content": { "envelope": { "payloadType": TYPE, "signatures": signatures }, "payloadHash": hash } })
    } else {
        json!({ "payloadHash": hash, "signatures": [{ "signature": signature, "verifier": pem }] })
    };
    json!({ "apiVersion": "0.0.1", "kind": kind, "spec": spec })
}
